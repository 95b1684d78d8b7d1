"""`eyebright library similar`: assets that look like one of the library, or like a picture."""

from __future__ import annotations

from pathlib import Path

import click

from eyebright.cli.library_options import SHORT, json_option, library_option, opened_library
from eyebright.cli.library_search import shortened, when
from eyebright.cli.session import Session, pass_session
from eyebright.errors import AssetNotFound

_WIDTH = 52


@click.command("similar", short_help="Find assets that look like a picture.")
@click.argument("picture", metavar="ASSET|FILE")
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True)
@library_option
@json_option
@pass_session
def command(session: Session, picture: str, limit: int, name: str, *, as_json: bool) -> None:
    """Find assets that look like this one, most alike first.

    PICTURE is an asset (its id, or its file), or any other picture. 100 % is the same picture,
    0 % no more alike than any two pictures are.
    """
    with opened_library(session, name) as library:
        try:
            (asset_id,) = library.named(picture)
            found = library.media.finding.similar(library.library, asset_id, limit)
        except (AssetNotFound, ValueError):
            found = library.similar(Path(picture).read_bytes(), limit=limit)
        places = library.places(one.asset for one in found)
    if as_json:
        session.terminal.json(
            [
                {
                    "asset": one.asset.asset_id,
                    "path": places.get(one.asset.number),
                    "percent": round(one.percent, 2),
                }
                for one in found
            ]
        )
    elif not found:
        session.terminal.say("Nothing looks like it.")
    else:
        rows = [
            (
                one.asset.asset_id[:SHORT],
                f"{one.percent:.0f} %",
                when(one.asset),
                shortened(places.get(one.asset.number, ""), _WIDTH),
            )
            for one in found
        ]
        session.terminal.table(("Asset", "Alike", "When", "Where"), rows, Alike="right")
