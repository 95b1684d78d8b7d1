"""What `eyebright video labels`, `text` and `moderate` have in common: a film's names and when."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import click

from eyebright.cli.film_report import FilmSpans, Span, Words, film_page
from eyebright.cli.films import clock, every_option, films_argument, page_option, watch_films
from eyebright.cli.session import Session
from eyebright.video.sampling import Policy

if TYPE_CHECKING:
    from eyebright.api.film_sightings import FilmSightings, Sighting, SightingOptions
    from eyebright.api.local import LocalEyebright
    from eyebright.api.videos import Tell

DEFAULT_PERCENT = 50.0
_CSV_COLUMNS = ("film", "name", "start", "end", "percent", "surest_at")
Command = TypeVar("Command", bound=Callable[..., Any])
Look: TypeAlias = "Callable[[LocalEyebright, str, SightingOptions, Tell], FilmSightings]"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person said on the command line. percent: the least, 0-100."""

    films: tuple[str, ...]
    policy: Policy
    percent: float
    as_csv: bool
    as_json: bool
    page: Path | None


@dataclass(frozen=True, slots=True)
class Names:
    """One command. words: of its page and table. member: of its JSON. ready: raises what would
    fail for every film, such as a pack that is not installed."""

    words: Words
    member: str
    look: Look
    ready: Callable[[LocalEyebright], object]


def name_options(command: Command) -> Command:
    """The argument FILE|URL... and the options, in this order of the parameters: films, policy,
    percent, as_csv, as_json, page."""
    decorators = (
        films_argument,
        every_option("1s"),
        click.option(
            "--min-confidence",
            "percent",
            type=click.FloatRange(0, 100),
            default=DEFAULT_PERCENT,
            show_default=True,
            help="Leave out what is less sure, in percent.",
        ),
        click.option("--csv", "as_csv", is_flag=True, help="CSV for spreadsheets."),
        click.option("--json", "as_json", is_flag=True, help="JSON for programs."),
        page_option("Write a page with a timeline for each name."),
    )
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


def tell_names(session: Session, names: Names, asked: Asked) -> None:
    """Look through the films and tell; ends with 1 when one could not be."""
    from eyebright.api.film_sightings import SightingOptions

    if asked.as_csv and asked.as_json:
        raise click.UsageError("Either --csv or --json.")
    options = SightingOptions(asked.policy, asked.percent / 100)
    found, failed = watch_films(
        session,
        asked.films,
        lambda eyebright, film, tell: names.look(eyebright, film, options, tell),
        before=names.ready,
    )
    if asked.as_json:
        session.terminal.json([_json(one, names.member) for one in found])
    elif asked.as_csv:
        _write_csv(found)
    elif found:
        _say(session, found, names.words)
    if asked.page is not None:
        asked.page.write_text(film_page([_spans(one) for one in found], names.words), "utf-8")
        session.terminal.say(f"Wrote {asked.page}.")
    if failed:
        raise SystemExit(1)


def _say(session: Session, found: Sequence[FilmSightings], words: Words) -> None:
    name, sure, surest = words.columns
    right = {column.replace(" ", "_"): "right" for column in ("Start", "End", sure, surest)}
    for film in found:
        if len(found) > 1:
            session.terminal.answer(f"\n{film.film}")
        if film.sightings:
            rows = [_row(one) for one in film.sightings]
            session.terminal.table((name, "Start", "End", sure, surest), rows, **right)
        else:
            session.terminal.say(words.nothing)


def _row(one: Sighting) -> tuple[str, ...]:
    times = (clock(one.start_ms), clock(one.end_ms))
    return one.name, *times, f"{100 * one.score:.0f} %", clock(one.best_ms)


def _write_csv(found: Sequence[FilmSightings]) -> None:
    """Times in seconds; sheets read them as numbers."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_CSV_COLUMNS)
    for film in found:
        for one in film.sightings:
            times = (f"{one.start_ms / 1000:.3f}", f"{one.end_ms / 1000:.3f}")
            percent = f"{100 * one.score:.2f}"
            writer.writerow((film.film, one.name, *times, percent, f"{one.best_ms / 1000:.3f}"))


def _json(film: FilmSightings, member: str) -> dict[str, Any]:
    return {
        "film": film.film,
        "duration_seconds": film.length_ms / 1000,
        "looks": film.looks,
        "broke_off": film.broke_off,
        member: [
            {
                "name": one.name,
                "parents": list(one.parents),
                "start_seconds": one.start_ms / 1000,
                "end_seconds": one.end_ms / 1000,
                "percent": round(100 * one.score, 1),
                "surest_at_seconds": one.best_ms / 1000,
            }
            for one in film.sightings
        ],
    }


def _spans(film: FilmSightings) -> FilmSpans:
    return FilmSpans(
        film=film.film,
        length_ms=film.length_ms,
        size_wh=film.info.size_wh,
        looks=film.looks,
        spans=[
            Span(one.name, one.start_ms, one.end_ms, 100 * one.score, one.best_ms)
            for one in film.sightings
        ],
        broke_off=film.broke_off,
    )
