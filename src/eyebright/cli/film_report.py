"""A page with a timeline for each name that was seen in films: one file, no scripts, nothing loaded
from anywhere."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from string import Template

_GOLDEN_ANGLE = 137.5
"""Degrees: hues of any number of names stay far apart."""
_FIRST_ANGLE = 250.0
_TICKS = 8
"""At most, of a time axis."""
_STEPS_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_LAST_TICK = 0.97
"""Words of a tick further right would leave the page."""
_EDGE_SHARE = 0.15
"""Bars that begin or end so near an edge have their words inside the page."""
_LANES = 25
"""At once; names that were seen for less time unfold."""


@dataclass(frozen=True, slots=True)
class Span:
    """A name seen without a break. percent: how sure or alike, 0-100; None where nothing says so.
    best_ms: when that was. picture: a JPEG."""

    name: str
    start_ms: int
    end_ms: int
    percent: float | None
    best_ms: int
    known: bool = True
    picture: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FilmSpans:
    """What was seen in one film, in order of time. broke_off: why it was not read to its end."""

    film: str
    length_ms: int
    size_wh: tuple[int, int]
    looks: int
    spans: Sequence[Span]
    broke_off: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """title: of the page. one, many: what a name is. whose: of what, if of anything.
    columns: headings of name, percent and best moment. nothing: said of an empty film."""

    title: str
    one: str
    many: str
    columns: tuple[str, str, str]
    nothing: str
    whose: str = ""


def film_page(found: Sequence[FilmSpans], words: Words) -> str:
    """HTML, complete."""
    spans = [one for film in found for one in film.spans]
    angles = {
        name: (_FIRST_ANGLE + _GOLDEN_ANGLE * place) % 360.0
        for place, name in enumerate(_by_time_seen(spans))
    }
    pictures = any(one.picture for one in spans)
    template = Template(
        files("eyebright.cli").joinpath("film_report.html").read_text(encoding="utf-8")
    )
    return template.substitute(
        title=escape(f"{words.title}: {words.whose}" if words.whose else words.title),
        heading=escape(words.title),
        lead=_lead(found, words),
        films="\n".join(_film(film, words, angles) for film in found),
        privacy="It holds pictures of faces." if pictures else "It holds no pictures.",
    )


def _lead(found: Sequence[FilmSpans], words: Words) -> str:
    known = {one.name for film in found for one in film.spans if one.known}
    length = sum(film.length_ms for film in found)
    whose = f" of <b>{escape(words.whose)}</b>" if words.whose else ""
    return (
        f"<b>{_count(len(known), words.one, words.many)}</b>{whose} in "
        f"{_count(len(found), 'film', 'films')}, {_length(length)} in all"
    )


def _film(film: FilmSpans, words: Words, angles: Mapping[str, float]) -> str:
    names = _by_time_seen(film.spans)
    facts = (
        f"{_length(film.length_ms)} · {film.size_wh[0]} × {film.size_wh[1]} · "
        f"{_count(film.looks, 'look', 'looks')} · {_count(len(names), words.one, words.many)}"
    )
    warning = (
        f'<p class="warn">Not read to its end: {escape(film.broke_off)}.</p>'
        if film.broke_off
        else ""
    )
    body = (
        f"{_lanes(film, names, angles, words)}\n{_table(film, words)}"
        if names
        else f'<p class="nobody">{escape(words.nothing)}</p>'
    )
    return (
        f'<section>\n<h2 title="{escape(film.film)}">{escape(_short_name(film.film))}</h2>\n'
        f'<p class="facts">{facts}</p>\n{warning}{body}\n</section>'
    )


def _short_name(film: str) -> str:
    """A path's last part, a URL without its query."""
    return film.partition("?")[0].rstrip("/").rsplit("/", 1)[-1] or film


def _lanes(
    film: FilmSpans, names: Mapping[str, Sequence[Span]], angles: Mapping[str, float], words: Words
) -> str:
    """Those seen longest, the axis, and the others folded."""
    length = max(film.length_ms, 1)
    grid = _grid_ms(length)
    rows = [
        _lane(name, own, angle=angles[name], length=length, grid=grid)
        for name, own in names.items()
    ]
    axis = _axis(length, grid)
    if len(rows) <= _LANES + 1:
        return "\n".join([*rows, axis])
    more = f"{len(rows) - _LANES} more {words.many}"
    return "\n".join(
        [
            *rows[:_LANES],
            axis,
            f"<details><summary>{more}</summary>",
            *rows[_LANES:],
            axis,
            "</details>",
        ]
    )


def _lane(name: str, own: Sequence[Span], *, angle: float, length: int, grid: int) -> str:
    total = _time_seen(own)
    kind = "known" if own[0].known else "stranger"
    best = max(own, key=lambda one: (one.picture is not None, one.percent or 0.0))
    said = f"{_length(total)} · {_count(len(own), 'time', 'times')}"
    if best.percent is not None:
        said += f" · {max(one.percent or 0.0 for one in own):.1f} %"
    bars = "".join(_bar(one, length) for one in own)
    return (
        f'<div class="row {kind}" style="--angle:{angle:.1f}">'
        f'<div class="person">{_portrait(best)}'
        f'<div class="name">{escape(name)}<small>{said}</small></div></div>'
        f'<div class="lane" style="--grid:{100 * grid / length:.4f}%">{bars}</div></div>'
    )


def _portrait(best: Span) -> str:
    if best.picture is None:
        return '<span class="dot"></span>'
    data = base64.b64encode(best.picture).decode()
    return f'<img alt="" src="data:image/jpeg;base64,{data}">'


def _bar(one: Span, length: int) -> str:
    left, right = one.start_ms / length, min(one.end_ms / length, 1.0)
    edge = " early" if left < _EDGE_SHARE else " late" if right > 1.0 - _EDGE_SHARE else ""
    said = f"{_clock(one.start_ms)} to {_clock(one.end_ms)}"
    if one.percent is not None:
        said += f" · {one.percent:.1f} %"
    return (
        f'<a class="bar{edge}" tabindex="0" '
        f'style="left:{100 * left:.3f}%;width:{100 * (right - left):.3f}%">'
        f"<span>{said}</span></a>"
    )


def _axis(length: int, grid: int) -> str:
    ticks = "".join(
        f'<i style="left:{100 * at / length:.3f}%">{_clock(at)}</i>'
        for at in range(0, length, grid)
        if at / length < _LAST_TICK
    )
    return (
        f'<div class="row foot"><div></div><div class="axis" aria-hidden="true">{ticks}</div></div>'
    )


def _table(film: FilmSpans, words: Words) -> str:
    name, percent, best = (escape(column) for column in words.columns)
    rows = "\n".join(
        f"<tr><td>{escape(one.name)}</td><td>{_clock(one.start_ms)}</td>"
        f"<td>{_clock(one.end_ms)}</td>"
        f"<td>{'' if one.percent is None else f'{one.percent:.1f} %'}</td>"
        f"<td>{_clock(one.best_ms)}</td></tr>"
        for one in film.spans
    )
    return (
        f"<details><summary>{_count(len(film.spans), 'appearance', 'appearances')} as a "
        f'table</summary><div class="scroll"><table>\n<tr><th>{name}</th><th>Start</th>'
        f"<th>End</th><th>{percent}</th><th>{best}</th></tr>\n{rows}\n"
        "</table></div></details>"
    )


def _by_time_seen(spans: Sequence[Span]) -> dict[str, list[Span]]:
    """Name -> spans in order of time; known names first, what is seen longest first."""
    names: dict[str, list[Span]] = {}
    for one in spans:
        names.setdefault(one.name, []).append(one)
    return dict(
        sorted(names.items(), key=lambda item: (not item[1][0].known, -_time_seen(item[1])))
    )


def _time_seen(own: Sequence[Span]) -> int:
    return sum(one.end_ms - one.start_ms for one in own)


def _grid_ms(length_ms: int) -> int:
    """The finest round step that needs no more than so many ticks."""
    for seconds in _STEPS_SECONDS:
        if length_ms <= seconds * 1000 * _TICKS:
            return seconds * 1000
    return _STEPS_SECONDS[-1] * 1000


def _clock(milliseconds: int) -> str:
    """0:07.5, 12:30 or 1:02:03: tenths below a minute of film time only where they are not 0."""
    tenths = milliseconds // 100
    seconds, tenth = divmod(tenths, 10)
    hour, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    ending = f".{tenth}" if tenth else ""
    return f"{hour}:{minute:02}:{second:02}{ending}" if hour else f"{minute}:{second:02}{ending}"


def _length(milliseconds: int) -> str:
    """7.5 s, 12 min 30 s, 1 h 2 min"""
    seconds = milliseconds / 1000
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, second = divmod(round(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour} h {minute} min" if hour else f"{minute} min {second} s"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
