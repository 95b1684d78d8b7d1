"""`eyebright people import`: names out of XMP, tables, and folders of portraits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eyebright.cli.library_options import json_option, library_option, opened_library
from eyebright.cli.session import Session, pass_session

if TYPE_CHECKING:
    from eyebright.library.name_wishes import NameReport

_SHOWN = 50


@click.command("import", short_help="Take names over from other programs.")
@click.argument("assets", nargs=-1, metavar="[FILE|FOLDER|ASSET]...")
@click.option(
    "--from",
    "table",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A CSV or JSON file as `export` writes it.",
)
@click.option(
    "--folders",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder for each person: the largest face of each photo is theirs.",
)
@click.option("--overwrite", is_flag=True, help="Also faces that have another name here.")
@click.option("--dry-run", is_flag=True, help="Say what would be named, and name nobody.")
@library_option
@json_option
@pass_session
def command(
    session: Session,
    assets: tuple[str, ...],
    table: Path | None,
    folders: Path | None,
    overwrite: bool,
    dry_run: bool,
    name: str,
    as_json: bool,
) -> None:
    """Name faces as XMP beside and in the library's photos says.

    Regions are matched with the faces that were seen there; where none was seen, one is
    drawn. A face that has a name keeps it; others are reported.
    """
    if table is not None and folders is not None:
        raise click.UsageError("Say --from or --folders, not both.")
    with opened_library(session, name) as library:
        people = library.people
        if table is not None:
            reports = people.import_file(table, overwrite=overwrite, dry_run=dry_run)
        elif folders is not None:
            library.index(folders)
            reports = people.import_folder(folders, overwrite=overwrite, dry_run=dry_run)
        else:
            reports = people.import_xmp(*assets, overwrite=overwrite, dry_run=dry_run)
    if as_json:
        session.terminal.json([_json(one) for one in reports])
    else:
        _say(session, reports, dry_run=dry_run)


def _say(session: Session, reports: list[NameReport], *, dry_run: bool) -> None:
    from eyebright.library.people_import import count_by_fate

    terminal = session.terminal
    told = [(one.where, one.name, one.message) for one in reports if _is_worth_telling(one)]
    if told:
        terminal.table(("Where", "Name", "Not taken over, because"), told[:_SHOWN])
        if len(told) > _SHOWN:
            terminal.say(f"... and {len(told) - _SHOWN} more; --json names all")
    if not reports:
        terminal.say("No names were found.")
        return
    counts = [(count, fate.value) for fate, count in count_by_fate(reports).items() if count]
    terminal.table(("Names", "What"), counts, Names="right")
    if dry_run:
        terminal.say("Nobody was named: --dry-run.")


def _is_worth_telling(one: NameReport) -> bool:
    return one.fate.value not in ("named", "drawn", "known")


def _json(one: NameReport) -> dict[str, object]:
    return {
        "where": one.where,
        "name": one.name,
        "fate": one.fate.value,
        "message": one.message,
    }
