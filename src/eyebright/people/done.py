"""What a decision came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from eyebright.ids import UserId
from eyebright.people.changes import Change
from eyebright.people.events import Kind


class Way(StrEnum):
    """Whether an event was made, taken back, or made again."""

    DONE = "done"
    UNDONE = "undone"
    REDONE = "redone"


@dataclass(frozen=True, slots=True)
class Done:
    """event_id: None if there was nothing to do. faces: faces and drawn tags that were touched.
    people: whom it was about. skipped: faces that are gone, or that were left as they were because
    a constraint speaks against them. kind: of the event; None if there was nothing to do. change:
    what was written; of an event that was taken back its inverse."""

    event_id: int | None
    faces: int
    people: tuple[UserId, ...]
    skipped: int
    kind: Kind | None = None
    way: Way = Way.DONE
    change: Change = field(default_factory=Change)


NOTHING = Done(None, 0, (), 0)
