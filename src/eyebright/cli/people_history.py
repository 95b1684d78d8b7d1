"""`eyebright people history`: what was decided about people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from eyebright.cli.library_options import json_option, library_option, opened_library
from eyebright.cli.session import Session, pass_session

if TYPE_CHECKING:
    from eyebright.people.events import Event

_WHEN = "%Y-%m-%d %H:%M"
_ACTOR = 12
"""Characters of a key that tables show."""


@click.command("history", short_help="List what was decided.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Rows."
)
@library_option
@json_option
@pass_session
def command(session: Session, limit: int, name: str, as_json: bool) -> None:
    """List what was decided about people, by whom, the latest first."""
    with opened_library(session, name) as library:
        page = library.people.history(limit=limit)
    if as_json:
        session.terminal.json([_json(event) for event in page.items])
        return
    if not page.items:
        session.terminal.say("Nothing was decided yet.")
        return
    rows = [
        (event.event_id, event.at.strftime(_WHEN), event.actor[:_ACTOR], _said(event))
        for event in page.items
    ]
    session.terminal.table(("Event", "When (UTC)", "Who", "What"), rows, Event="right")
    if page.next is not None:
        session.terminal.say("... and more; --limit shows them")


def _said(event: Event) -> str:
    return f"({event.says}; undone)" if event.is_undone else event.says


def _json(event: Event) -> dict[str, object]:
    return {
        "event": event.event_id,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "kind": event.kind.value,
        "faces": event.faces,
        "people": list(event.people),
        "says": event.says,
        "is_undone": event.is_undone,
        "is_kept": event.is_kept,
    }
