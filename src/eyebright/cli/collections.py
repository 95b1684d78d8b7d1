"""`eyebright collections`: sets of enrolled faces."""

from __future__ import annotations

import click

from eyebright.cli.proofs import report_proof
from eyebright.cli.session import Session, pass_session
from eyebright.people.values import Collection


@click.group("collections")
def command() -> None:
    """Collections of enrolled faces."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def show_all(session: Session, as_json: bool) -> None:
    """List collections."""
    with session.opened() as eyebright:
        collections = eyebright.collections()
    if as_json:
        session.terminal.json([_as_json(one) for one in collections])
    elif not collections:
        session.terminal.say("No collections yet. Make one: eyebright collections create NAME")
    else:
        session.terminal.table(
            ("Collection", "Faces", "Users", "Since"),
            [
                (one.collection_id, one.face_count, one.user_count, f"{one.created_at:%Y-%m-%d}")
                for one in collections
            ],
            Faces="right",
            Users="right",
        )


@command.command("create")
@click.argument("name")
@pass_session
def create(session: Session, name: str) -> None:
    """Make an empty collection."""
    with session.opened() as eyebright:
        made = eyebright.create_collection(name)
    session.terminal.say(
        f"Made collection {made.collection_id!r}. Fill it: eyebright enrol DIR -c {name}"
    )


@command.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def show(session: Session, name: str, as_json: bool) -> None:
    """Show one collection."""
    with session.opened() as eyebright:
        found = eyebright.collection(name)
    if as_json:
        session.terminal.json(_as_json(found))
        return
    space = found.space
    session.terminal.table(
        ("Collection", found.collection_id),
        [
            ("Faces", found.face_count),
            ("Users", found.user_count),
            ("Made", f"{found.created_at:%Y-%m-%d %H:%M} UTC"),
            ("Embedding space", f"{space.name}, {space.dimension}-d, {space.digest[:12]}"),
        ],
    )


@command.command("delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def delete(session: Session, name: str, yes: bool) -> None:
    """Delete a collection, its faces and users, and the key of its vectors."""
    with session.opened() as eyebright:
        found = eyebright.collection(name)
        if not yes:
            click.confirm(
                f"Delete {name!r} with {found.face_count} faces and {found.user_count} users?",
                abort=True,
                err=True,
            )
        proof = eyebright.delete_collection(name)
    session.terminal.say(f"Deleted {name!r}: {found.face_count} faces, {found.user_count} users.")
    report_proof(session, proof)


def _as_json(collection: Collection) -> dict[str, object]:
    return {
        "collection": collection.collection_id,
        "faces": collection.face_count,
        "users": collection.user_count,
        "created_at": collection.created_at.isoformat(),
        "embedding_space": {
            "name": collection.space.name,
            "dimension": collection.space.dimension,
            "digest": collection.space.digest,
        },
    }
