"""What the commands that decide about people say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eyebright.cli.session import Session

if TYPE_CHECKING:
    from eyebright.library.deciding import Decided

WHO = "NAME|ID"
"""How commands call their argument: somebody by name, "Name (Role)", alias or id."""


def tell(session: Session, decided: Decided, *, as_json: bool) -> None:
    """What came of a decision."""
    done = decided.done
    if as_json:
        session.terminal.json(
            {
                "event": done.event_id,
                "faces": done.faces,
                "people": list(done.people),
                "skipped": done.skipped,
                "says": decided.says,
            }
        )
    else:
        session.terminal.say(f"{decided.says}.")
