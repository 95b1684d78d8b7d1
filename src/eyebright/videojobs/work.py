"""What one kind of work is: how it looks at frames, and what it keeps between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from eyebright.analysis.sight import Sight
from eyebright.governance.accounts import Scope
from eyebright.people.celebrities import Celebrities
from eyebright.people.collections import Collections
from eyebright.people.search import FaceSearch
from eyebright.video.sampling import Policy
from eyebright.video.values import Frame, VideoInfo
from eyebright.videojobs.values import VideoKind

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Context:
    """What a work may use, and for whom it works."""

    scope: Scope
    sight: Sight
    collections: Collections
    search: FaceSearch
    celebrities: Celebrities
    info: VideoInfo


@dataclass(frozen=True, slots=True)
class Timed(Generic[Item]):
    """Something found, and when: whole milliseconds from the first frame, rounded down."""

    at_ms: int
    item: Item


class FrameWork(Protocol[Item]):
    """Looks at the frames of one video in order. Not shared; lives as long as one attempt."""

    @property
    def policy(self) -> Policy:
        """Which frames it wants."""
        ...

    def look(self, frame: Frame) -> Sequence[Timed[Item]]:
        """What became certain with this frame."""
        ...

    def finish(self) -> Sequence[Timed[Item]]:
        """What is certain only at the end."""
        ...

    def state(self) -> bytes:
        """All that is needed to go on after the last frame looked at, on another worker."""
        ...


@dataclass(frozen=True, slots=True)
class Work(Generic[Item]):
    """One row of the table of works.

    item: the type of what is found, as it is kept. begin: the context, the request's settings, and
    the state an earlier attempt left, or None. rank: in which other order results can be read, as a
    sort key, or None. frame_wh: for works that look at every frame, small: the size that all of
    them are brought to.
    """

    kind: VideoKind
    item: type[Item]
    begin: Callable[[Context, Mapping[str, Any], bytes | None], FrameWork[Item]]
    rank: Callable[[Timed[Item]], Any] | None = None
    frame_wh: tuple[int, int] | None = None
