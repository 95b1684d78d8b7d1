"""`eyebright people split`: faces that are somebody else."""

from __future__ import annotations

import click

from eyebright.cli.library_options import json_option, library_option, opened_library
from eyebright.cli.people_said import tell
from eyebright.cli.session import Session, pass_session


@click.command("split", short_help="Say that faces are somebody else.")
@click.argument("faces", nargs=-1, required=True, metavar="FACE|FILE...")
@library_option
@json_option
@pass_session
def command(session: Session, faces: tuple[str, ...], name: str, as_json: bool) -> None:
    """Take faces away from the person or the group they were put to: together
    they are one unknown person, and never again that one.
    """
    with opened_library(session, name) as library:
        decided = library.people.split(faces)
    tell(session, decided, as_json=as_json)
