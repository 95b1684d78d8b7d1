"""`eyebright video who`: who is on camera when?"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from eyebright.api.videos import Appearance, WhoIsOnCamera, WhoOptions
from eyebright.cli.film_report import FilmSpans, Span, Words, film_page
from eyebright.cli.films import clock, every_option, films_argument, page_option, watch_films
from eyebright.cli.session import Session, pass_session
from eyebright.video.sampling import Policy

_COLUMNS = ("film", "person", "start", "end", "similarity", "best_seen_at")


@click.command("who", short_help="Who is on camera when?")
@films_argument
@click.option("-c", "--collection", required=True, help="Whom to look for.")
@every_option("6s")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 100),
    default=80.0,
    show_default=True,
    help="Least similarity to name somebody.",
)
@click.option("--unknown", is_flag=True, help="Tell of people whom nobody knows, too.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV for spreadsheets.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@page_option("Write a page with a timeline for each person.")
@click.option("--thumbnails", is_flag=True, help="Put faces into the page; else none is stored.")
@click.pass_context
@pass_session
def command(
    session: Session,
    context: click.Context,
    films: tuple[str, ...],
    collection: str,
    policy: Policy,
    threshold: float,
    unknown: bool,
    as_csv: bool,
    as_json: bool,
    page: Path | None,
    thumbnails: bool,
) -> None:
    """Say who of a collection is on camera when, in films that are files or URLs.

    Each person is asked about once, with the best face that was seen of them.
    """
    if as_csv and as_json:
        raise click.UsageError("Either --csv or --json.")
    if thumbnails and page is None:
        raise click.UsageError("--thumbnails go into the page: say --html FILE, too.")
    options = WhoOptions(policy, threshold, strangers=unknown, thumbnails=thumbnails)
    found, failed = watch_films(
        session,
        films,
        lambda eyebright, film, tell: eyebright.who_is_on_camera(
            film, collection, options=options, tell=tell
        ),
        before=lambda eyebright: eyebright.collection(collection),
    )
    if as_json:
        session.terminal.json([_json(one) for one in found])
    elif as_csv:
        _write_csv(found)
    else:
        _say(session, found)
    if page is not None:
        page.write_text(_page(found, collection), encoding="utf-8")
        session.terminal.say(f"Wrote {page}.")
    if failed:
        context.exit(1)


def _page(found: Sequence[WhoIsOnCamera], collection: str) -> str:
    words = Words(
        title="Who is on camera",
        one="person",
        many="people",
        columns=("Person", "Similarity", "Best seen at"),
        nothing="Nobody of the collection was seen.",
        whose=collection,
    )
    return film_page([_spans(one) for one in found], words)


def _spans(film: WhoIsOnCamera) -> FilmSpans:
    return FilmSpans(
        film=film.film,
        length_ms=film.length_ms,
        size_wh=film.info.size_wh,
        looks=film.looks,
        spans=[
            Span(
                name=one.person,
                start_ms=one.start_ms,
                end_ms=one.end_ms,
                percent=one.percent,
                best_ms=one.best_ms,
                known=one.known,
                picture=one.thumbnail,
            )
            for one in film.appearances
        ],
        broke_off=film.broke_off,
    )


def _say(session: Session, found: Sequence[WhoIsOnCamera]) -> None:
    terminal = session.terminal
    if not any(one.appearances for one in found):
        terminal.say("Nobody of the collection was seen.")
        return
    for film in found:
        if len(found) > 1:
            terminal.answer(f"\n{film.film}")
        terminal.table(
            ("Person", "Start", "End", "Similarity", "Best seen at"),
            [_row(one) for one in film.appearances],
            Start="right",
            End="right",
            Similarity="right",
            Best_seen_at="right",
        )


def _row(one: Appearance) -> tuple[str, ...]:
    percent = "" if one.percent is None else f"{one.percent:.1f}"
    return one.person, clock(one.start_ms), clock(one.end_ms), percent, clock(one.best_ms)


def _write_csv(found: Sequence[WhoIsOnCamera]) -> None:
    """Times in seconds; sheets read them as numbers."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for film in found:
        for one in film.appearances:
            writer.writerow(
                (
                    film.film,
                    one.person,
                    f"{one.start_ms / 1000:.3f}",
                    f"{one.end_ms / 1000:.3f}",
                    "" if one.percent is None else f"{one.percent:.2f}",
                    f"{one.best_ms / 1000:.3f}",
                )
            )


def _json(film: WhoIsOnCamera) -> dict[str, object]:
    return {
        "film": film.film,
        "duration_seconds": film.length_ms / 1000,
        "looks": film.looks,
        "broke_off": film.broke_off,
        "people": [
            {
                "person": one.person,
                "known": one.known,
                "start_seconds": one.start_ms / 1000,
                "end_seconds": one.end_ms / 1000,
                "similarity": one.percent,
                "best_seen_at_seconds": one.best_ms / 1000,
            }
            for one in film.appearances
        ],
    }
