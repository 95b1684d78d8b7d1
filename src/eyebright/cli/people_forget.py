"""`eyebright people forget`: a person, for ever."""

from __future__ import annotations

import click

from eyebright.cli.library_options import json_option, library_option, opened_library
from eyebright.cli.people_said import WHO
from eyebright.cli.proofs import report_proof
from eyebright.cli.session import Session, pass_session


@click.command("forget", short_help="Forget somebody for ever.")
@click.argument("who", metavar=WHO)
@click.option("--yes", is_flag=True, help="Do not ask.")
@library_option
@json_option
@pass_session
def command(session: Session, who: str, yes: bool, name: str, as_json: bool) -> None:
    """Forget a person: faces, vectors, name, and what was decided. The photos
    stay. This cannot be undone. Then every file of the home is searched for
    what may be left.
    """
    with opened_library(session, name) as library:
        person = library.people.find(who)
        if not yes:
            click.confirm(
                f"Forget {person.name} and {person.face_count} faces for ever?",
                abort=True,
                err=True,
            )
        proof = library.people.forget(person.user_id)
    if as_json:
        session.terminal.json(
            {
                "person": person.user_id,
                "faces": proof.faces,
                "needles": proof.needles,
                "traces": [str(trace.path) for trace in proof.traces],
            }
        )
        return
    from eyebright.people.saying import faces_said

    session.terminal.say(f"Forgotten, with {faces_said(proof.faces)}.")
    report_proof(session, proof)
