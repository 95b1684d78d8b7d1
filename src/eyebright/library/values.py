"""A library as values: where assets come from, what is known of them. Pixels are those of the frame
that was analysed (`Decoded.frame_wh`), scores are 0-1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from eyebright.analysis.labels.values import Label
from eyebright.analysis.moderation.values import Moderation
from eyebright.analysis.properties.values import ImageProperties
from eyebright.analysis.text.values import TextLine
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, UserId

AssetId = NewType("AssetId", str)
"""Lower-case UUID."""
SourceId = NewType("SourceId", str)
"""Lower-case UUID."""
Box = tuple[float, float, float, float]


class Media(StrEnum):
    IMAGE = "image"
    VIDEO = "video"


class SourceKind(StrEnum):
    FOLDER = "folder"
    BUCKET = "bucket"
    UPLOAD = "upload"


class AssetState(StrEnum):
    """WAITING: some stage is still to run. FAILED: one was given up; what the others found is
    there and can be found."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class FaceLooks(StrEnum):
    """When faces are looked for. ALWAYS: as assets come. ASKED: when somebody asks."""

    ALWAYS = "always"
    ASKED = "asked"


class StageState(StrEnum):
    """LACKING: no pack for it is installed; it runs once there is one, and nothing is amiss."""

    DONE = "done"
    LACKING = "lacking"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Library:
    """A library of one scope. number: the database's own. key_id: of the key that seals it."""

    number: int
    scope: Scope
    name: str
    collection_id: CollectionId
    key_id: str
    created_at: datetime
    revision: int
    faces: FaceLooks = FaceLooks.ALWAYS


@dataclass(frozen=True, slots=True)
class LibrarySource:
    """location: an absolute folder, or BUCKET/PREFIX, or "uploads". message: what went wrong the
    last time it was looked through, or empty. queue: address of the queue that tells of a bucket's
    changes, or empty."""

    number: int
    source_id: SourceId
    kind: SourceKind
    location: str
    is_watched: bool
    created_at: datetime
    scanned_at: datetime | None
    message: str
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an asset lies. path: relative to its source, for people."""

    source_id: SourceId
    kind: SourceKind
    location: str
    path: str


@dataclass(frozen=True, slots=True)
class Asset:
    """One content. size_wh: upright pixels of the original; (0, 0) until decoded. faces_asked:
    somebody asked for its faces."""

    number: int
    asset_id: AssetId
    content_sha256: str
    media: Media
    byte_count: int
    size_wh: tuple[int, int]
    duration_ms: int | None
    taken_at: datetime | None
    created_at: datetime
    state: AssetState
    revision: int
    faces_asked: bool = False


@dataclass(frozen=True, slots=True)
class StageRun:
    """What became of one stage. message: why it failed, or empty."""

    stage: str
    version: str
    state: StageState
    attempts: int
    message: str
    ended_at: datetime
    took_ms: int


@dataclass(frozen=True, slots=True)
class Decoded:
    """What stage "decode" says. format: such as "JPEG" or "h264". frame_wh: the picture that all
    boxes refer to. proxy_wh: the small picture that is kept, sealed. camera: make and model."""

    format: str
    size_wh: tuple[int, int]
    frame_wh: tuple[int, int]
    proxy_wh: tuple[int, int]
    taken_at_ms: int | None = None
    camera: str = ""
    duration_ms: int | None = None
    frame_rate: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class AssetFace:
    """A face of a picture. face_id: in the library's collection; None if it was too poor to keep.

    quality: 0-1 brightness and sharpness. age: low, high. answers: attribute -> (value, score).
    emotions: surest first. score: how sure the detector was. is_drawn: it was seen only after
    somebody had drawn a box around it.
    """

    face_id: FaceId | None
    box_xyxy: Box
    score: float
    yaw: float
    pitch: float
    roll: float
    brightness: float
    sharpness: float
    age: tuple[int, int] | None = None
    gender: tuple[str, float] | None = None
    answers: Mapping[str, tuple[bool, float]] = field(default_factory=dict)
    emotions: tuple[tuple[str, float], ...] = ()
    refused: tuple[str, ...] = ()
    is_drawn: bool = False


@dataclass(frozen=True, slots=True)
class FacesFound:
    faces: tuple[AssetFace, ...]


@dataclass(frozen=True, slots=True)
class TextFound:
    lines: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class Moderated:
    moderation: Moderation


@dataclass(frozen=True, slots=True)
class Properties:
    properties: ImageProperties


@dataclass(frozen=True, slots=True)
class Guess:
    """A face that looks like a person who has a name. percent: 0-100."""

    face_id: FaceId
    user_id: UserId
    percent: float


@dataclass(frozen=True, slots=True)
class Grouped:
    """What stage "group" says. picture_hash: 64 bits as 16 hex digits that near-duplicates nearly
    share; empty for a picture with nothing to see. quality: 0-1, how good a picture it is."""

    picture_hash: str = ""
    quality: float = 0.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """From start to end without a break, surest at `best_ms`."""

    start_ms: int
    end_ms: int
    score: float
    best_ms: int


class LaneKind(StrEnum):
    SHOT = "shot"
    PERSON = "person"
    LABEL = "label"
    TEXT = "text"
    MODERATION = "moderation"


@dataclass(frozen=True, slots=True)
class SeenBest:
    """The moment of a film in which somebody is seen best. box_ltrb: 0-1 of the frame."""

    at_ms: int
    box_ltrb: Box


@dataclass(frozen=True, slots=True)
class Lane:
    """One row under a film. name: the label, the word, the class, "1" for the first shot; of people
    the name, or "unknown 1". user_id: of a person who is known. face_id: of a person whom nobody
    knew, in the library's collection, so that a name given later reaches the film. best: of people;
    None in films that were looked through before it was kept."""

    kind: LaneKind
    name: str
    stretches: tuple[Stretch, ...]
    user_id: UserId | None = None
    face_id: FaceId | None = None
    best: SeenBest | None = None


@dataclass(frozen=True, slots=True)
class Lanes:
    """What one of the film stages says: "film-shots", "film-faces" or "film-sights"."""

    lanes: tuple[Lane, ...]
    broke_off: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with a name: a user of the library's collection."""

    user_id: UserId
    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class TagSeen:
    """Where somebody drew a face that no likeness finds, and who it is. box_xyxy: pixels of a
    picture of `image_size_wh`."""

    tag_id: str
    box_xyxy: Box
    image_size_wh: tuple[int, int]
    person: Person


@dataclass(frozen=True, slots=True)
class AssetDetail:
    """All that is known of an asset. found: stage -> what it found (Labels, FacesFound, ...).
    people: face id -> person, of the faces that were given a name. recognised: people whom a film
    shows and whose face was known when it was looked through. drawn: faces that somebody drew where
    none was seen."""

    asset: Asset
    places: tuple[Place, ...]
    runs: tuple[StageRun, ...]
    found: Mapping[str, object]
    people: Mapping[FaceId, Person]
    recognised: Mapping[UserId, Person] = field(default_factory=dict)
    drawn: tuple[TagSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """of the assets of a library. faces: found so far. failures: assets with a given-up stage."""

    total: int
    ready: int
    waiting: int
    failed: int
    faces: int
    unreadable: int
