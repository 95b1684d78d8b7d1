"""A migration as values: a collection on its way from one embedding space to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.geometry.arrays import FloatArray
from eyebright.people.values import Face


class MigrationState(StrEnum):
    """RUNNING: the new vectors are being made beside the old ones. SWITCHED: the new ones are in
    use and the old ones still there. ENDING: those not in use are being erased."""

    RUNNING = "running"
    SWITCHED = "switched"
    ENDING = "ending"


class GapReason(StrEnum):
    """Why there is no vector of a face."""

    PICTURE_GONE = "its picture is gone"
    NOT_FOUND = "no face was found at its place"
    IN_FILM = "it is of a film"
    CAME_LATER = "it came after the switch"


@dataclass(frozen=True, slots=True)
class Generation:
    """The vectors of one space. number: never used twice in a collection."""

    number: int
    space: EmbeddingSpace


@dataclass(frozen=True, slots=True)
class Migration:
    """old, new: before and after, whichever is in use now. from_proxy: how many faces were seen
    again only in a small picture. kept_until: when what is not in use may be erased; None: when
    somebody says so."""

    number: int
    state: MigrationState
    old: Generation
    new: Generation
    from_proxy: int
    started_at: datetime
    switched_at: datetime | None
    kept_until: datetime | None

    @property
    def in_use(self) -> Generation:
        return self.new if self.switched_at is not None else self.old

    @property
    def beside(self) -> Generation:
        return self.old if self.switched_at is not None else self.new

    def of(self, space: EmbeddingSpace) -> Generation:
        """The generation of this space. Raises EmbeddingSpaceMismatch when it is neither."""
        if space == self.old.space:
            return self.old
        self.new.space.require(space)
        return self.new


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the faces of a collection, for one generation: how many have a vector, how many cannot
    have one, and how many are still to be looked at."""

    done: int
    missing: int
    pending: int


@dataclass(frozen=True, slots=True)
class PendingFace:
    """number: the database's own, by which pages of pending faces are in order."""

    number: int
    face: Face


@dataclass(frozen=True, slots=True, eq=False)
class MadeVector:
    """vector: (dimension,) float32, unit length. from_proxy: made of a small picture."""

    number: int
    vector: FloatArray
    from_proxy: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A face without a vector."""

    number: int
    reason: GapReason


@dataclass(frozen=True, slots=True)
class MissingFace:
    face: Face
    reason: GapReason
