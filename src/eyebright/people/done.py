"""What a decision came to."""

from __future__ import annotations

from dataclasses import dataclass

from eyebright.ids import UserId


@dataclass(frozen=True, slots=True)
class Done:
    """event_id: None if there was nothing to do. faces: faces and drawn tags that were touched.
    people: whom it was about. skipped: faces that are gone, or that were left as they were because
    a constraint speaks against them."""

    event_id: int | None
    faces: int
    people: tuple[UserId, ...]
    skipped: int


NOTHING = Done(None, 0, (), 0)
