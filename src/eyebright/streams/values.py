"""Stream processors as values. Areas are shares of the frame; percents 0-100 as they were given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId


class StreamState(StrEnum):
    """UPDATING: the wire knows it; here a change is complete when the call returns."""

    STOPPED = "STOPPED"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    FAILED = "FAILED"
    STOPPING = "STOPPING"
    UPDATING = "UPDATING"

    @property
    def is_at_rest(self) -> bool:
        return self in (StreamState.STOPPED, StreamState.FAILED)


class HomeLabel(StrEnum):
    """What a label detection tells of."""

    PERSON = "PERSON"
    PET = "PET"
    PACKAGE = "PACKAGE"


ALL_LABELS = "ALL"


@dataclass(frozen=True, slots=True)
class FaceSearchPlan:
    """Who of a collection is in the stream."""

    collection: CollectionId
    min_percent: float = 80.0


@dataclass(frozen=True, slots=True)
class HomePlan:
    """labels: names of `HomeLabel`, or ALL. min_percent: None for the default."""

    labels: tuple[str, ...]
    min_percent: float | None = None

    @property
    def wanted(self) -> frozenset[HomeLabel]:
        if ALL_LABELS in self.labels:
            return frozenset(HomeLabel)
        return frozenset(HomeLabel(label) for label in self.labels)


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the frame: a box (left, top, width, height) or a polygon of (x, y)."""

    box: tuple[float, float, float, float] | None = None
    polygon: tuple[tuple[float, float], ...] = ()

    @property
    def outline(self) -> tuple[tuple[float, float], ...]:
        """The corners, whichever it was given as."""
        if self.box is None:
            return self.polygon
        left, top, width, height = self.box
        right, bottom = left + width, top + height
        return ((left, top), (right, top), (right, bottom), (left, bottom))


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """What a processor looks at, what for, and who is told. One of face_search and home.

    records_arn: the data stream that records of a face search go to. bucket, prefix: where pictures
    of a label detection go.
    """

    video_arn: str
    role_arn: str
    face_search: FaceSearchPlan | None = None
    home: HomePlan | None = None
    records_arn: str | None = None
    bucket: str | None = None
    prefix: str | None = None
    topic_arn: str | None = None
    kms_key: str | None = None
    areas: tuple[Area, ...] = ()
    shares_data: bool | None = None


@dataclass(frozen=True, slots=True)
class StartRequest:
    """max_seconds: of the stream, for label detection; None runs until it is stopped.
    producer_ms, fragment: where in the stream to begin, which a live stream cannot do; they are
    told back."""

    max_seconds: int | None = None
    producer_ms: int | None = None
    fragment: str | None = None


@dataclass(frozen=True, slots=True)
class StreamSession:
    """One run. processed_ms: of the stream, looked at. told: labels that were told already."""

    session_id: str
    request: StartRequest
    started_ms: int
    processed_ms: int = 0
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Processor:
    """A stream processor as it is now. message: why it failed or what it waits for, or empty."""

    number: int
    scope: Scope
    name: str
    state: StreamState
    message: str
    created_at: datetime
    updated_at: datetime
    plan: StreamPlan
    session: StreamSession | None


@dataclass(frozen=True, slots=True)
class StreamMoment:
    """When a frame was. number: rises within a run. taken_at: by the stream's own clock;
    arrived_at: by ours; seconds since 1970."""

    number: int
    taken_at: float
    arrived_at: float
    size_wh: tuple[int, int]
