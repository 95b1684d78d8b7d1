"""`eyebright library remove`: assets, and whole sources, go for good."""

from __future__ import annotations

import click

from eyebright.cli.library_options import (
    bucket_option,
    json_option,
    library_option,
    opened_library,
)
from eyebright.cli.session import Session, pass_session


@click.command("remove", short_help="Take assets out for good.")
@click.argument("assets", nargs=-1, required=True, metavar="ASSET|PATH...")
@click.option(
    "--source",
    "is_source",
    is_flag=True,
    help="Forget these folders and buckets too: they are not looked through any more.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@bucket_option
@library_option
@json_option
@pass_session
def command(
    session: Session,
    assets: tuple[str, ...],
    is_source: bool,
    yes: bool,
    buckets: tuple[str, ...],
    name: str,
    as_json: bool,
) -> None:
    """Take assets out: by id, by file, or by folder for all that lies below it.

    What was found in them, their faces and vectors, the small pictures that
    were kept and what the search index says of them are gone when this ends.
    The files themselves stay, and indexing does not bring them back; `library
    index --again` does, or indexing the very file.
    """
    with opened_library(session, name, buckets) as library:
        if is_source:
            if not yes:
                click.confirm(f"Forget {', '.join(assets)} and what lies nowhere else?", abort=True)
            removed = sum(library.remove_source(one) for one in assets)
            session.terminal.json({"assets": removed}) if as_json else session.terminal.say(
                f"Forgotten, with {removed} assets."
            )
            return
        count = len(library.named(*assets))
        if count > len(assets) and not yes:
            click.confirm(f"Take {count} assets out?", abort=True)
        receipt = library.remove(*assets)
    gone = {
        "assets": receipt.assets,
        "places": receipt.places,
        "faces": receipt.faces,
        "people": receipt.people,
    }
    if as_json:
        session.terminal.json(gone)
        return
    session.terminal.table(
        ("Removed", "Count"),
        [
            ("assets", receipt.assets),
            ("places where they lay", receipt.places),
            ("faces", receipt.faces),
            ("people who lost a face", receipt.people),
        ],
        Count="right",
    )
