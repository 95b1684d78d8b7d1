"""`eyebright video who`: who is on camera when?"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click
from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn

from eyebright.api.videos import Appearance, WhoIsOnCamera, WhoOptions, WhoProgress
from eyebright.cli.session import Session, pass_session
from eyebright.cli.who_report import who_page
from eyebright.errors import EyebrightError
from eyebright.video.sampling import Policy, parse_policy

_COLUMNS = ("film", "person", "start", "end", "similarity", "best_seen_at")
_NAME_CHARACTERS = 28


def _policy(_context: click.Context, _option: click.Parameter, said: str) -> Policy:
    try:
        return parse_policy(said)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("who", short_help="Who is on camera when?")
@click.argument("films", metavar="FILE|URL...", nargs=-1, required=True)
@click.option("-c", "--collection", required=True, help="Whom to look for.")
@click.option(
    "--every",
    "policy",
    callback=_policy,
    metavar="STEP",
    default="6s",
    show_default=True,
    help="How often to look: 6s, 0.5s, 2fps, keyframes or all.",
)
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
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page with a timeline for each person.",
)
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
    found, failed = _watched(session, films, collection, options)
    if as_json:
        session.terminal.json([_json(one) for one in found])
    elif as_csv:
        _write_csv(found)
    else:
        _say(session, found)
    if page is not None:
        page.write_text(who_page(found, collection=collection), encoding="utf-8")
        session.terminal.say(f"Wrote {page}.")
    if failed:
        context.exit(1)


def _watched(
    session: Session, films: Sequence[str], collection: str, options: WhoOptions
) -> tuple[list[WhoIsOnCamera], int]:
    """What was seen, and how many films could not be."""
    found: list[WhoIsOnCamera] = []
    failed = 0
    with session.opened() as eyebright:
        eyebright.collection(collection)
        for film in films:
            with FilmBar(session, film) as bar:
                try:
                    seen = eyebright.who_is_on_camera(
                        film, collection, options=options, tell=bar.show
                    )
                except (EyebrightError, OSError) as error:
                    said = error.message if isinstance(error, EyebrightError) else error.strerror
                    session.terminal.error(f"{film}: {said or error}")
                    failed += 1
                    continue
            found.append(seen)
            _remark(session, seen)
    return found, failed


def _remark(session: Session, seen: WhoIsOnCamera) -> None:
    speed = seen.length_ms / 1000 / max(seen.elapsed, 1e-6)
    session.terminal.say(
        f"{seen.film}: {clock(seen.length_ms)} looked through in {seen.elapsed:.1f} s, "
        f"{speed:.0f} x real time."
    )
    if seen.broke_off:
        session.terminal.warn(f"{seen.film} was not read to its end: {seen.broke_off}.")


class FilmBar:
    """Film time done, speed in times real time, and the time left, on standard error."""

    def __init__(self, session: Session, film: str) -> None:
        self._progress = session.terminal.progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[at]}"),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
        )
        self._film = film
        self._task: TaskID | None = None
        self._shown = 0.0

    def __enter__(self) -> FilmBar:
        self._progress.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, so_far: WhoProgress) -> None:
        if self._task is None:
            name = self._film.rsplit("/", 1)[-1][-_NAME_CHARACTERS:]
            self._task = self._progress.add_task(name, total=so_far.total, at="", speed="")
        if time.monotonic() - self._shown < 0.1:
            return
        self._shown = time.monotonic()
        total = "" if so_far.total is None else f" / {clock(int(so_far.total * 1000))}"
        self._progress.update(
            self._task,
            completed=so_far.seconds,
            at=clock(int(so_far.seconds * 1000)) + total,
            speed=f"{so_far.speed:.0f} x real time",
        )


def clock(milliseconds: int) -> str:
    """1:02:03.4"""
    tenths = milliseconds // 100
    seconds, tenth = divmod(tenths, 10)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}.{tenth}"


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
