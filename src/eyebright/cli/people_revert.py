"""`eyebright people revert`: an older decision, taken back."""

from __future__ import annotations

import click

from eyebright.cli.library_options import json_option, library_option, opened_library
from eyebright.cli.people_said import tell
from eyebright.cli.session import Session, pass_session


@click.command("revert", short_help="Take an older decision back.")
@click.argument("event", type=click.IntRange(1))
@library_option
@json_option
@pass_session
def command(session: Session, event: int, name: str, as_json: bool) -> None:
    """Take back an event of the history, whoever did it, as far as everything
    still is as it left it. `eyebright people history` has the numbers.
    """
    with opened_library(session, name) as library:
        decided = library.people.revert(event)
    tell(session, decided, as_json=as_json)
