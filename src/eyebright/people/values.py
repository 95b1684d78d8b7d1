"""What is said of collections, faces and users. Pixels and UTC times; percents 0-100 only where
two vectors were compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.geometry.arrays import FloatArray
from eyebright.ids import CollectionId, FaceId, ImageId, UserId

T = TypeVar("T")

Position: TypeAlias = tuple[int | str, ...]
"""Where a page ended; the door signs it and hands it back as `after`."""
Box: TypeAlias = tuple[float, float, float, float]
"""x0, y0, x1, y1 in pixels; may reach outside the picture."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list. next: where the following page begins, None on the last page."""

    items: tuple[T, ...]
    next: Position | None


@dataclass(frozen=True, slots=True)
class Collection:
    """A set of faces of one account and region.

    space: the only embedding space its vectors may be of, for its whole life.
    """

    collection_id: CollectionId
    space: EmbeddingSpace
    created_at: datetime
    face_count: int
    user_count: int


@dataclass(frozen=True, slots=True)
class Face:
    """A face kept in a collection. Its vector stays inside this room.

    box_xyxy: pixels of the picture it was seen in, whose width and height are image_size_wh.
    score: 0-1, how sure the detector was.
    """

    face_id: FaceId
    image_id: ImageId
    external_image_id: str | None
    user_id: UserId | None
    box_xyxy: Box
    image_size_wh: tuple[int, int]
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class NewFace:
    """A face to be enrolled. vector: (space.dimension,) float32, unit length."""

    vector: FloatArray
    box_xyxy: Box
    image_size_wh: tuple[int, int]
    score: float
    space: EmbeddingSpace


@dataclass(frozen=True, slots=True, eq=False)
class Enrolment:
    """The faces of one image that are to be enrolled."""

    image_id: ImageId
    external_image_id: str | None
    faces: tuple[NewFace, ...]


class Refusal(StrEnum):
    """Why one face of a request was left as it was."""

    FACE_NOT_FOUND = "FACE_NOT_FOUND"
    ASSOCIATED_TO_AN_EXISTING_USER = "ASSOCIATED_TO_AN_EXISTING_USER"
    ASSOCIATED_TO_A_DIFFERENT_USER = "ASSOCIATED_TO_A_DIFFERENT_USER"
    LOW_MATCH_CONFIDENCE = "LOW_MATCH_CONFIDENCE"


@dataclass(frozen=True, slots=True)
class RefusedFace:
    """A face that a request left as it was.

    user_id: whom the face belongs to, with either ASSOCIATED reason.
    percent: similarity of face and user, with LOW_MATCH_CONFIDENCE.
    """

    face_id: FaceId
    reason: Refusal
    user_id: UserId | None = None
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class FaceDeletion:
    """Both in the order asked for; a face id asked for twice is named once."""

    deleted: tuple[FaceId, ...]
    unsuccessful: tuple[RefusedFace, ...]


class UserStatus(StrEnum):
    """CREATED: no face yet. ACTIVE: has faces and can be found. UPDATING: the wire knows it; here
    a change is complete when the call returns, so no user is ever seen in it."""

    CREATED = "CREATED"
    ACTIVE = "ACTIVE"
    UPDATING = "UPDATING"


@dataclass(frozen=True, slots=True)
class User:
    """A user of a collection, which is also a person of a library."""

    user_id: UserId
    status: UserStatus


@dataclass(frozen=True, slots=True)
class Association:
    """What became of a request to associate or disassociate.

    changed: faces whose user changed by this call. unsuccessful: faces left as they were; a face
    that already was as asked for is in neither. status: the user's, after the call.
    """

    changed: tuple[FaceId, ...]
    unsuccessful: tuple[RefusedFace, ...]
    status: UserStatus


@dataclass(frozen=True, slots=True)
class FaceMatch:
    """percent: 0-100, the similarity of face and query."""

    face: Face
    percent: float


@dataclass(frozen=True, slots=True)
class UserMatch:
    """percent: 0-100, the similarity of the user's vector and the query."""

    user: User
    percent: float


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that carries tags: kind "collection" and its id. The door turns ARNs into it."""

    kind: str
    name: str


NO_TAGS: Mapping[str, str] = {}
