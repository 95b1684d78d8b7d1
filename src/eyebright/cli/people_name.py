"""`eyebright people name`: say who a face is."""

from __future__ import annotations

import click

from eyebright.cli.library_options import json_option, library_option, opened_library
from eyebright.cli.session import Session, pass_session


@click.command("name", short_help="Say who faces are.")
@click.argument("faces", nargs=-1, required=True, metavar="FACE|FILE...")
@click.option("--name", "called", required=True, help="Who it is.")
@click.option("--role", default="", help="What they are here, such as Guest.")
@click.option("--anyway", is_flag=True, help="Also if the person is in the photo already.")
@library_option
@json_option
@pass_session
def command(
    session: Session,
    faces: tuple[str, ...],
    called: str,
    role: str,
    anyway: bool,
    name: str,
    as_json: bool,
) -> None:
    """Say who faces are: ids of faces, or photos with one face only.

    `eyebright library show FILE` lists the faces of a photo.
    """
    with opened_library(session, name) as library:
        person = library.people.name(faces, name=called, role=role, override=anyway)
    if as_json:
        session.terminal.json(
            {
                "person": person.user_id,
                "name": person.name,
                "role": person.role,
                "faces": person.face_count,
            }
        )
        return
    from eyebright.people.saying import faces_said

    session.terminal.say(f"{person.name} has {faces_said(person.face_count)}.")
