"""`eyebright library search`: find assets by words, and see why each was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from eyebright.cli.library_options import SHORT, json_option, library_option, opened_library
from eyebright.cli.session import Session, pass_session
from eyebright.cli.terminal import Terminal
from eyebright.search.values import Field, Found, Query, Reason, Sort

if TYPE_CHECKING:
    from eyebright.library.values import Asset

NAME_WIDTH, WHY_WIDTH = 26, 31
"""Columns of a table of 80."""
FACET_VALUES = 6
_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m", "%Y"])


@click.command(
    "search",
    short_help="Find assets by words and filters.",
    context_settings={"ignore_unknown_options": True},  # -word leaves a word out
)
@click.argument("words", nargs=-1)
@click.option("--label", "labels", multiple=True, help="With this label. May be said again.")
@click.option("--person", "people", multiple=True, help="With this person. May be said again.")
@click.option("--media", type=click.Choice(["image", "video"]), help="Only pictures, or films.")
@click.option("--from", "since", type=_DAY, help="Taken (or come) on this day or later.")
@click.option("--to", "until", type=_DAY, help="Taken before this day.")
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 100),
    default=50,
    show_default=True,
    help="Percent; what is less sure finds nothing.",
)
@click.option(
    "--sort",
    type=click.Choice([sort.value for sort in Sort]),
    default=Sort.RELEVANCE.value,
    show_default=True,
    help="What comes first.",
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@library_option
@json_option
@pass_session
def command(
    session: Session,
    words: tuple[str, ...],
    labels: tuple[str, ...],
    people: tuple[str, ...],
    media: str | None,
    since: datetime | None,
    until: datetime | None,
    min_confidence: float,
    sort: str,
    limit: int,
    name: str,
    *,
    as_json: bool,
) -> None:
    """Find assets by labels, people, text that was read, and names of files.

    All words must match; "some words" match as a phrase, -word leaves out, label:dog looks at
    labels only (category, person, role, text, moderation, name as well), and a * at the end finds
    all that begins so. The whole may stand in one pair of quotes.
    """
    given = {
        Field.LABEL: labels,
        Field.PERSON: people,
        Field.MEDIA: () if media is None else (media,),
    }
    text = words[0] if len(words) == 1 else " ".join(_said(word) for word in words)
    query = Query(
        text.rstrip("*"),
        only={field: values for field, values in given.items() if values},
        min_score=min_confidence / 100,
        date_from=_milliseconds(since),
        date_to=_milliseconds(until),
        sort=Sort(sort),
        limit=limit,
        is_typing=text.endswith("*"),
    )
    with opened_library(session, name) as library:
        found = library.search(query)
        numbers = [hit.number for hit in found.hits]
        assets = library.media.assets.by_numbers(library.library, numbers)
        places = library.places(assets.values())
    if as_json:
        session.terminal.json(_as_json(found, assets, places))
    elif not found.total:
        session.terminal.say("Nothing found.")
    else:
        _show(session.terminal, found, assets, places)


def _said(word: str) -> str:
    """One of several words of the command line: with spaces in it, it was quoted there."""
    if " " not in word.strip() or '"' in word:
        return word
    field, colon, value = word.partition(":")
    is_field = colon and field.lstrip("-") in {one.value for one in Field}
    return f'{field}:"{value}"' if is_field else f'"{word}"'


def _show(
    terminal: Terminal, found: Found, assets: Mapping[int, Asset], places: Mapping[int, str]
) -> None:
    rows = [
        (
            hit.key[:SHORT],
            shortened(places.get(hit.number, ""), NAME_WIDTH),
            when(assets.get(hit.number)),
            cut(", ".join(why(reason) for reason in hit.reasons), WHY_WIDTH),
        )
        for hit in found.hits
    ]
    terminal.table(("Asset", "Where", "When", "Why"), rows)
    terminal.answer("")
    facets = [
        (field.value.capitalize(), _counted(values))
        for field, values in found.facets.items()
        if values
    ]
    terminal.table(("Among them", ""), facets)
    shown = f", {len(found.hits):,} shown" if len(found.hits) < found.total else ""
    terminal.say(f"{found.total:,} found{shown} in {found.took_ms:.0f} ms.")


def _counted(values: Sequence[tuple[str, int]]) -> str:
    said = ", ".join(f"{value} {count:,}" for value, count in values[:FACET_VALUES])
    more = len(values) - FACET_VALUES
    return f"{said}, {more} more" if more > 0 else said


def why(reason: Reason) -> str:
    """A reason for people: what matched, how sure it is, and through which other word."""
    through = f" ({reason.through})" if reason.through else ""
    sure = f" {100 * reason.score:.0f} %" if reason.field in _SURE else ""
    return f"{reason.field.value} {reason.name}{sure}{through}"


_SURE = frozenset({Field.LABEL, Field.TEXT, Field.MODERATION, Field.CATEGORY})
"""Fields whose values were guessed by a model."""


def when(asset: Asset | None) -> str:
    """The day of an asset."""
    return "" if asset is None else f"{asset.taken_at or asset.created_at:%Y-%m-%d}"


def shortened(path: str, most: int) -> str:
    """The end of a path, which tells most."""
    return path if len(path) <= most else f"...{path[3 - most :]}"


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _milliseconds(day: datetime | None) -> int | None:
    return None if day is None else int(day.replace(tzinfo=UTC).timestamp() * 1000)


def _as_json(
    found: Found, assets: Mapping[int, Asset], places: Mapping[int, str]
) -> dict[str, Any]:
    return {
        "total": found.total,
        "took_ms": round(found.took_ms, 1),
        "hits": [
            {
                "asset": hit.key,
                "path": places.get(hit.number),
                "media": assets[hit.number].media.value if hit.number in assets else None,
                "date": when(assets.get(hit.number)) or None,
                "reasons": [
                    {
                        "field": reason.field.value,
                        "name": reason.name,
                        "confidence": round(100 * reason.score, 2),
                        "through": reason.through or None,
                    }
                    for reason in hit.reasons
                ],
            }
            for hit in found.hits
        ],
        "facets": {
            field.value: [{"value": value, "count": count} for value, count in values]
            for field, values in found.facets.items()
        },
    }
