"""`eyebright people export`: names into the pictures' XMP, or into a table."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eyebright.cli.library_options import json_option, library_option, opened_library
from eyebright.cli.session import Session, pass_session

if TYPE_CHECKING:
    from eyebright.library.exchange import FileReport

_SHOWN = 50


@click.command("export", short_help="Write names for other programs.")
@click.argument("assets", nargs=-1, metavar="[FILE|FOLDER|ASSET]...")
@click.option("--csv", "table", type=click.Path(path_type=Path), help="Into a table instead.")
@click.option(
    "--to-json", "listing", type=click.Path(path_type=Path), help="Into a JSON file instead."
)
@click.option("--embed", is_flag=True, help="Into JPEG, PNG and WebP files themselves.")
@click.option(
    "--lightroom", is_flag=True, help="Beside photo.jpg write photo.xmp, not photo.jpg.xmp."
)
@click.option("--overwrite", is_flag=True, help="Ours instead of what others say of a face.")
@click.option("--keep-times", is_flag=True, help="With --embed: photos keep their time of change.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--undo", is_flag=True, help="Take the last export to XMP back.")
@library_option
@json_option
@click.pass_context
@pass_session
def command(
    session: Session,
    context: click.Context,
    assets: tuple[str, ...],
    table: Path | None,
    listing: Path | None,
    embed: bool,
    lightroom: bool,
    overwrite: bool,
    keep_times: bool,
    dry_run: bool,
    undo: bool,
    name: str,
    as_json: bool,
) -> None:
    """Write names, roles and face regions into XMP files beside the photos.

    digiKam, Lightroom, darktable and ExifTool read them. What others wrote stays;
    running it again changes nothing. Photos in buckets are not written to.
    """
    from eyebright.library.exchange import ExportRules
    from eyebright.library.sidecars import SidecarStyle

    rules = ExportRules(
        embed=embed,
        style=SidecarStyle.REPLACED if lightroom else SidecarStyle.APPENDED,
        overwrite=overwrite,
        dry_run=dry_run,
        keep_times=keep_times,
    )
    with opened_library(session, name) as library:
        if table is not None or listing is not None:
            if table is not None:
                table.write_text(library.people.export_table(), "utf-8-sig", newline="")
                session.terminal.say(f"Wrote {table}.")
            if listing is not None:
                listing.write_text(library.people.export_json(), "utf-8")
                session.terminal.say(f"Wrote {listing}.")
            return
        reports = (
            library.people.undo_export()
            if undo
            else library.people.export_xmp(*assets, rules=rules)
        )
    if as_json:
        session.terminal.json([_json(one) for one in reports])
    else:
        _say(session, reports, dry_run=dry_run)
    if any(one.message for one in reports):
        context.exit(1)


def _say(session: Session, reports: list[FileReport], *, dry_run: bool) -> None:
    terminal = session.terminal
    told = [(one.where, one.message) for one in reports if one.message]
    told += [(one.where, text) for one in reports for text in one.conflicts]
    if told:
        terminal.table(("File", "Left as it is"), told[:_SHOWN])
        if len(told) > _SHOWN:
            terminal.say(f"... and {len(told) - _SHOWN} more; --json names all")
    counts = Counter(one.did.value for one in reports)
    if not reports:
        terminal.say("Nothing to do.")
        return
    terminal.table(("Files", "What"), [(counts[did], did) for did in sorted(counts)], Files="right")
    if dry_run:
        terminal.say("Nothing was written: --dry-run.")


def _json(one: FileReport) -> dict[str, object]:
    return {
        "file": one.where,
        "did": one.did.value,
        "written": one.written,
        "message": one.message,
        "conflicts": list(one.conflicts),
    }
