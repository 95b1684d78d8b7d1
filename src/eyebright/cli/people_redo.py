"""`eyebright people redo`: what was undone last, by this home's key."""

from __future__ import annotations

import click

from eyebright.cli.library_options import json_option, library_option, opened_library
from eyebright.cli.people_said import tell
from eyebright.cli.session import Session, pass_session


@click.command("redo", short_help="Do again what was undone last.")
@library_option
@json_option
@pass_session
def command(session: Session, name: str, as_json: bool) -> None:
    """Do again what `undo` took back last, unless something else was done since."""
    with opened_library(session, name) as library:
        decided = library.people.redo()
    tell(session, decided, as_json=as_json)
