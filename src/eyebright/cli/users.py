"""`eyebright users`: the people of a collection."""

from __future__ import annotations

from collections import Counter

import click

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
