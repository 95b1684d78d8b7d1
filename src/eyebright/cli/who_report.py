"""A page of who is on camera when: one file, no scripts, nothing loaded from anywhere."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from string import Template

from eyebright.api.videos import Appearance, WhoIsOnCamera

_GOLDEN_ANGLE = 137.5
"""Degrees: hues of any number of people stay far apart."""
_FIRST_ANGLE = 250.0
_TICKS = 8
"""At most, of a time axis."""
_STEPS_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_LAST_TICK = 0.97
"""Words of a tick further right would leave the page."""
_EDGE_SHARE = 0.15
"""Bars that begin or end so near an edge have their words inside the page."""


def who_page(found: Sequence[WhoIsOnCamera], *, collection: str) -> str:
    """HTML, complete."""
    people = _by_time_on_camera([one for film in found for one in film.appearances])
    angles = {
        name: (_FIRST_ANGLE + _GOLDEN_ANGLE * place) % 360.0 for place, name in enumerate(people)
    }
    pictures = any(one.thumbnail for film in found for one in film.appearances)
    template = Template(
        files("eyebright.cli").joinpath("who_report.html").read_text(encoding="utf-8")
    )
    return template.substitute(
        title=escape(f"Who is on camera: {collection}"),
        lead=_lead(found, collection),
        films="\n".join(_film(film, angles) for film in found),
        privacy="It holds pictures of faces." if pictures else "It holds no pictures.",
    )


def _lead(found: Sequence[WhoIsOnCamera], collection: str) -> str:
    known = {one.person for film in found for one in film.appearances if one.known}
    length = sum(film.length_ms for film in found)
    return (
        f"<b>{_count(len(known), 'person', 'people')}</b> of <b>{escape(collection)}</b> in "
        f"{_count(len(found), 'film', 'films')}, {_length(length)} in all"
    )


def _film(film: WhoIsOnCamera, angles: Mapping[str, float]) -> str:
    people = _by_time_on_camera(film.appearances)
    length = max(film.length_ms, 1)
    grid = _grid_ms(length)
    facts = (
        f"{_length(film.length_ms)} · {film.info.size_wh[0]} × {film.info.size_wh[1]} · "
        f"{_count(film.looks, 'look', 'looks')} · {_count(len(people), 'person', 'people')}"
    )
    warning = (
        f'<p class="warn">Not read to its end: {escape(film.broke_off)}.</p>'
        if film.broke_off
        else ""
    )
    rows = "\n".join(
        _person(name, own, angle=angles[name], length=length, grid=grid)
        for name, own in people.items()
    )
    body = (
        f"{rows}\n{_axis(length, grid)}\n{_table(film)}"
        if people
        else '<p class="nobody">Nobody of the collection was seen.</p>'
    )
    return (
        f'<section>\n<h2 title="{escape(film.film)}">{escape(_short_name(film.film))}</h2>\n'
        f'<p class="facts">{facts}</p>\n{warning}{body}\n</section>'
    )


def _short_name(film: str) -> str:
    """A path's last part, a URL without its query."""
    return film.partition("?")[0].rstrip("/").rsplit("/", 1)[-1] or film


def _person(name: str, own: Sequence[Appearance], *, angle: float, length: int, grid: int) -> str:
    total = _time_on_camera(own)
    kind = "known" if own[0].known else "stranger"
    best = max(own, key=lambda one: (one.thumbnail is not None, one.percent or 0.0))
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


def _portrait(best: Appearance) -> str:
    if best.thumbnail is None:
        return '<span class="dot"></span>'
    data = base64.b64encode(best.thumbnail).decode()
    return f'<img alt="" src="data:image/jpeg;base64,{data}">'


def _bar(one: Appearance, length: int) -> str:
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


def _table(film: WhoIsOnCamera) -> str:
    rows = "\n".join(
        f"<tr><td>{escape(one.person)}</td><td>{_clock(one.start_ms)}</td>"
        f"<td>{_clock(one.end_ms)}</td>"
        f"<td>{'' if one.percent is None else f'{one.percent:.1f} %'}</td>"
        f"<td>{_clock(one.best_ms)}</td></tr>"
        for one in film.appearances
    )
    return (
        f"<details><summary>{_count(len(film.appearances), 'appearance', 'appearances')} as a "
        'table</summary><div class="scroll"><table>\n<tr><th>Person</th><th>Start</th>'
        f"<th>End</th><th>Similarity</th><th>Best seen at</th></tr>\n{rows}\n"
        "</table></div></details>"
    )


def _by_time_on_camera(appearances: Sequence[Appearance]) -> dict[str, list[Appearance]]:
    """Name -> appearances in order of time; known people first, who is seen longest first."""
    people: dict[str, list[Appearance]] = {}
    for one in appearances:
        people.setdefault(one.person, []).append(one)
    return dict(
        sorted(people.items(), key=lambda item: (not item[1][0].known, -_time_on_camera(item[1])))
    )


def _time_on_camera(own: Sequence[Appearance]) -> int:
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
