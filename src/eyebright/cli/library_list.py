"""`eyebright library list`: assets, sources, failures, libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from eyebright.cli.library_options import (
    SHORT,
    json_option,
    library_option,
    opened_library,
    size,
    span,
)
from eyebright.cli.session import Session, pass_session

if TYPE_CHECKING:
    from eyebright.api.library import LocalLibrary
    from eyebright.library.values import Asset

Rows = list[tuple[object, ...]]


@click.command("list", short_help="List assets, or sources, or what failed.")
@click.option("--sources", "what", flag_value="sources", help="Folders and buckets instead.")
@click.option("--failed", "what", flag_value="failed", help="What failed, and why, instead.")
@click.option("--libraries", "what", flag_value="libraries", help="The libraries instead.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Rows.")
@library_option
@json_option
@pass_session
def command(session: Session, what: str | None, limit: int, name: str, as_json: bool) -> None:
    """List the assets of a library, newest first."""
    with opened_library(session, name) as library:
        found = _TABLES[what or "assets"](library, limit)
    headings, rows, answer = found
    if as_json:
        session.terminal.json(answer)
    elif not rows:
        session.terminal.say("Nothing to list.")
    else:
        session.terminal.table(headings, rows, Size="right", Length="right", Assets="right")


Listed = tuple[tuple[str, ...], Rows, list[dict[str, object]]]


def _assets(library: LocalLibrary, limit: int) -> Listed:
    assets = library.assets(limit)
    places = library.places(assets)
    rows: Rows = [
        (
            one.asset_id[:SHORT],
            _dimensions(one),
            size(one.byte_count),
            f"{one.taken_at or one.created_at:%Y-%m-%d}",
            one.state.value,
            _shortened(places.get(one.number, "")),
        )
        for one in assets
    ]
    answer: list[dict[str, object]] = [
        {
            "asset": one.asset_id,
            "media": one.media.value,
            "width": one.size_wh[0],
            "height": one.size_wh[1],
            "duration_ms": one.duration_ms,
            "bytes": one.byte_count,
            "taken_at": None if one.taken_at is None else one.taken_at.isoformat(),
            "added_at": one.created_at.isoformat(),
            "state": one.state.value,
            "path": places.get(one.number),
        }
        for one in assets
    ]
    return ("Asset", "Pixels", "Size", "Date", "State", "Where"), rows, answer


def _sources(library: LocalLibrary, limit: int) -> Listed:
    sources = library.sources()[:limit]
    rows: Rows = [
        (
            one.kind.value,
            one.location,
            "yes" if one.is_watched else "no",
            "" if one.scanned_at is None else f"{one.scanned_at:%m-%d %H:%M}",
            one.message,
        )
        for one in sources
    ]
    answer: list[dict[str, object]] = [
        {
            "source": one.source_id,
            "kind": one.kind.value,
            "location": one.location,
            "watched": one.is_watched,
            "queue": one.queue,
            "looked_through_at": None if one.scanned_at is None else one.scanned_at.isoformat(),
            "message": one.message,
        }
        for one in sources
    ]
    return ("Kind", "Location", "Followed", "Looked", "Trouble"), rows, answer


def _failed(library: LocalLibrary, limit: int) -> Listed:
    stages = library.failures.stages(library.library, limit)
    files = library.failures.files(library.library, limit - len(stages))
    rows: Rows = [
        *((one.asset_id[:SHORT], one.stage, one.message, one.path) for one in stages),
        *(("", one.state, one.message, one.path) for one in files),
    ]
    answer: list[dict[str, object]] = [
        {"asset": one.asset_id, "stage": one.stage, "reason": one.message, "path": one.path}
        for one in stages
    ]
    answer += [
        {"asset": None, "stage": one.state, "reason": one.message, "path": one.path}
        for one in files
    ]
    return ("Asset", "What", "Why not", "Where"), rows, answer


def _libraries(library: LocalLibrary, limit: int) -> Listed:
    found = library.media.libraries.list(library.library.scope)[:limit]
    counts = {one.number: library.media.libraries.progress(one).total for one in found}
    rows: Rows = [(one.name, counts[one.number], f"{one.created_at:%Y-%m-%d}") for one in found]
    answer: list[dict[str, object]] = [
        {
            "library": one.name,
            "assets": counts[one.number],
            "collection": one.collection_id,
            "made_at": one.created_at.isoformat(),
        }
        for one in found
    ]
    return ("Library", "Assets", "Made"), rows, answer


_TABLES = {
    "assets": _assets,
    "sources": _sources,
    "failed": _failed,
    "libraries": _libraries,
}


def _dimensions(asset: Asset) -> str:
    width, height = asset.size_wh
    length = "" if asset.duration_ms is None else f" {span(asset.duration_ms / 1000)}"
    return f"{width}x{height}{length}" if width else ""


def _shortened(path: str, most: int = 25) -> str:
    """Its end, as much as 80 columns have room for."""
    return path if len(path) <= most else "..." + path[3 - most :]
