"""`eyebright people undo`: what was decided last, by this home's key."""

from __future__ import annotations

import click

from eyebright.cli.library_options import json_option, library_option, opened_library
from eyebright.cli.people_said import tell
from eyebright.cli.session import Session, pass_session


@click.command("undo", short_help="Take back what was done last.")
@library_option
@json_option
@pass_session
def command(session: Session, name: str, as_json: bool) -> None:
    """Take back the last naming, merge, split or other decision.

    What others did with keys of their own stays; so does what somebody has
    decided otherwise since: then nothing is changed, and the history's
    `revert` takes back the rest.
    """
    with opened_library(session, name) as library:
        decided = library.people.undo()
    tell(session, decided, as_json=as_json)
