"""`eyebright video shots`: where do shots begin and end?"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eyebright.cli.film_report import FilmSpans, Span, Words, film_page
from eyebright.cli.films import FilmBar, page_option
from eyebright.cli.session import Session, pass_session
from eyebright.errors import EyebrightError

if TYPE_CHECKING:
    from eyebright.analysis.segments.values import Cue, Shot
    from eyebright.api.film_segments import FilmSegments

_COLUMNS = ("film", "kind", "index", "start_frame", "end_frame", "start", "end", "seconds", "sure")
_CUE_NAMES = {
    "BLACK": "black",
    "COLOUR_BARS": "colour bars",
    "SLATE": "slate",
    "STUDIO_LOGO": "studio logo",
    "OPENING_CREDITS": "opening credits",
    "END_CREDITS": "end credits",
    "CONTENT": "programme",
}

_WORDS = Words(
    title="Shots and technical cues",
    one="kind",
    many="kinds",
    columns=("What", "Sure", "From"),
    nothing="No shots.",
)


@click.command("shots", short_help="Where do shots begin and end?")
@click.argument("films", metavar="FILE|URL...", nargs=-1, required=True)
@click.option("--cuts-only", is_flag=True, help="No dissolves and fades.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV for spreadsheets.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@page_option("Write a page with a timeline for each kind.")
@click.pass_context
@pass_session
def command(
    session: Session,
    context: click.Context,
    films: tuple[str, ...],
    cuts_only: bool,
    as_csv: bool,
    as_json: bool,
    page: Path | None,
) -> None:
    """Say where the shots of films begin and end, where they are black, show
    colour bars, a slate, a studio's logo or credits, and where the programme is.

    Logos and slates are told where they stand on one plain colour, credits over
    pictures where they name works such as "Directed by".

    Frames are counted from 0; an end is the last frame inside. Timecodes are
    SMPTE's, with ";" where names are dropped (29.97 and 59.94 a second).
    """
    if as_csv and as_json:
        raise click.UsageError("Either --csv or --json.")
    found, failed = _watched(session, films, blends=not cuts_only)
    if as_json:
        session.terminal.json([_json(one) for one in found])
    elif as_csv:
        _write_csv(found)
    elif found:
        _say(session, found)
    if page is not None:
        page.write_text(film_page([_spans(one) for one in found], _WORDS), "utf-8")
        session.terminal.say(f"Wrote {page}.")
    if failed:
        context.exit(1)


def _watched(
    session: Session, films: Sequence[str], *, blends: bool
) -> tuple[list[FilmSegments], int]:
    """What was seen, and how many films could not be."""
    found: list[FilmSegments] = []
    failed = 0
    with session.opened() as eyebright:
        for film in films:
            with FilmBar(session, film) as bar:
                try:
                    seen = eyebright.film_segments(film, blends=blends, tell=bar.show)
                except (EyebrightError, OSError) as error:
                    said = error.message if isinstance(error, EyebrightError) else error.strerror
                    session.terminal.error(f"{film}: {said or error}")
                    failed += 1
                    continue
            found.append(seen)
            _remark(session, seen)
    if any(one.cuts_only for one in found):
        session.terminal.warn(
            "Only hard cuts were found, no dissolves and fades: `eyebright packs install shots`."
        )
    if any(one.unread for one in found):
        session.terminal.warn(
            "Neither credits, logos nor slates were looked for: `eyebright packs install text`."
        )
    return found, failed


def _remark(session: Session, seen: FilmSegments) -> None:
    seconds = seen.length_ms / 1000
    session.terminal.say(
        f"{seen.film}: {seen.frames} frames looked through in {seen.elapsed:.1f} s, "
        f"{seconds / max(seen.elapsed, 1e-6):.0f} x real time."
    )
    if seen.broke_off:
        session.terminal.warn(f"{seen.film} was not read to its end: {seen.broke_off}.")


def _kinds(film: FilmSegments) -> Iterator[tuple[str, str, Shot | Cue]]:
    """Kind, index and stretch: shots first, then cues."""
    for shot in film.shots:
        yield "shot", str(shot.index), shot
    for cue in film.cues:
        yield _CUE_NAMES[cue.kind], "", cue


def _say(session: Session, found: Sequence[FilmSegments]) -> None:
    several = len(found) > 1
    headings = ("What", "Start", "End", "Frames", "Seconds", "Sure")
    session.terminal.table(
        ("Film", *headings) if several else headings,
        [
            (*((film.film,) if several else ()), *_row(film, kind, index, one))
            for film in found
            for kind, index, one in _kinds(film)
        ],
        Start="right",
        End="right",
        Frames="right",
        Seconds="right",
        Sure="right",
    )


def _row(film: FilmSegments, kind: str, index: str, one: Shot | Cue) -> tuple[str, ...]:
    code = film.timecode
    return (
        f"{kind} {index}".strip(),
        code.name(one.start_frame),
        code.name(one.end_frame),
        str(one.end_frame - one.start_frame + 1),
        f"{(one.end_ms - one.start_ms) / 1000:.2f}",
        f"{one.score:.0%}",
    )


def _write_csv(found: Sequence[FilmSegments]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for film in found:
        code = film.timecode
        for kind, index, one in _kinds(film):
            frames = (one.start_frame, one.end_frame)
            names = (code.name(frame) for frame in frames)
            seconds = f"{(one.end_ms - one.start_ms) / 1000:.3f}"
            writer.writerow((film.film, kind, index, *frames, *names, seconds, f"{one.score:.4f}"))


def _json(film: FilmSegments) -> dict[str, Any]:
    return {
        "film": film.film,
        "frames": film.frames,
        "frame_rate": float(film.info.frame_rate),
        "shots": [{"index": one.index, **_stretch(film, one)} for one in film.shots],
        "cues": [{"kind": _CUE_NAMES[one.kind], **_stretch(film, one)} for one in film.cues],
        "broke_off": film.broke_off,
    }


def _spans(film: FilmSegments) -> FilmSpans:
    """Shots by turns in two rows, so that it can be seen where one ends."""
    return FilmSpans(
        film=film.film,
        length_ms=film.length_ms,
        size_wh=film.info.size_wh,
        looks=film.frames,
        spans=[
            Span(_lane(kind, index), one.start_ms, one.end_ms, 100 * one.score, one.start_ms)
            for kind, index, one in _kinds(film)
        ],
        broke_off=film.broke_off,
    )


def _lane(kind: str, index: str) -> str:
    if not index:
        return kind
    return "shots 1, 3, 5 …" if int(index) % 2 else "shots 0, 2, 4 …"


def _stretch(film: FilmSegments, one: Shot | Cue) -> dict[str, Any]:
    code = film.timecode
    return {
        "start_frame": one.start_frame,
        "end_frame": one.end_frame,
        "start_ms": one.start_ms,
        "end_ms": one.end_ms,
        "start_timecode": code.name(one.start_frame),
        "end_timecode": code.name(one.end_frame),
        "score": round(one.score, 4),
    }
