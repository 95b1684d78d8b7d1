"""`eyebright people list`: everybody with a name."""

from __future__ import annotations

import click

from eyebright.cli.library_options import json_option, library_option, opened_library
from eyebright.cli.session import Session, pass_session


@click.command("list", short_help="List people, most faces first.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Rows.")
@library_option
@json_option
@pass_session
def command(session: Session, limit: int, name: str, as_json: bool) -> None:
    """List who was named in a library, most faces first."""
    with opened_library(session, name) as library:
        everybody = library.people.everybody()
    if as_json:
        session.terminal.json(
            [
                {
                    "person": one.user_id,
                    "name": one.name,
                    "role": one.role,
                    "faces": one.face_count,
                }
                for one in everybody
            ]
        )
        return
    if not everybody:
        session.terminal.say("Nobody has a name yet: eyebright people name FACE --name NAME")
        return
    rows = [(one.name, one.role, one.face_count) for one in everybody[:limit]]
    session.terminal.table(("Name", "Role", "Faces"), rows, Faces="right")
    if len(everybody) > limit:
        session.terminal.say(f"... and {len(everybody) - limit} more; --limit shows them")
