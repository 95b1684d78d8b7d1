"""`eyebright users`: the people of a collection."""

from __future__ import annotations

from collections import Counter

import click

from eyebright.cli.proofs import report_proof
from eyebright.cli.session import Session, pass_session


@click.group("users")
def command() -> None:
    """People of a collection, each with their faces."""


@command.command("list")
@click.option("-c", "--collection", required=True, help="Whose users.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def show(session: Session, collection: str, as_json: bool) -> None:
    """List the users of a collection."""
    with session.opened() as eyebright:
        users = eyebright.users(collection)
        faces = Counter(face.user_id for face in eyebright.faces(collection))
    if as_json:
        session.terminal.json(
            [
                {"user": one.user_id, "status": one.status.value, "faces": faces[one.user_id]}
                for one in users
            ]
        )
    elif not users:
        session.terminal.say(f"No users in {collection!r}. `eyebright enrol` makes them.")
    else:
        session.terminal.table(
            ("User", "Faces", "Status"),
            [(one.user_id, faces[one.user_id], one.status.value) for one in users],
            Faces="right",
        )


@command.command("forget")
@click.argument("user")
@click.option("-c", "--collection", required=True, help="Whose user.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def forget(session: Session, user: str, collection: str, yes: bool) -> None:
    """Delete a user with all their faces, and look that nothing is left."""
    with session.opened() as eyebright:
        faces = eyebright.faces(collection, user=user)
        if not yes:
            click.confirm(f"Forget {user!r} and {len(faces)} faces?", abort=True, err=True)
        proof = eyebright.forget_user(collection, user)
    session.terminal.say(f"Forgot {user!r} and {proof.faces} faces.")
    report_proof(session, proof)
