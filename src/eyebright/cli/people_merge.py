"""`eyebright people merge`: two people who are one."""

from __future__ import annotations

import click

from eyebright.cli.library_options import json_option, library_option, opened_library
from eyebright.cli.people_said import WHO, tell
from eyebright.cli.session import Session, pass_session


@click.command("merge", short_help="Say that two people are one.")
@click.argument("who", metavar=WHO)
@click.argument("into", metavar="INTO")
@click.option(
    "--anyway", is_flag=True, help="Also if they are in one photo, or were said to be two."
)
@library_option
@json_option
@pass_session
def command(session: Session, who: str, into: str, anyway: bool, name: str, as_json: bool) -> None:
    """Give all faces of the first person to the second, who keeps the name.

    The first name becomes another name of the second. `eyebright people undo`
    takes it back.
    """
    with opened_library(session, name) as library:
        decided = library.people.merge(who, into, override=anyway)
    tell(session, decided, as_json=as_json)
