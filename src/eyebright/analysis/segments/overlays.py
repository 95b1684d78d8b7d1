"""Credits over pictures: found by looking for rows of strokes now and then, and by reading some.

There is no plain ground to tell them by, and reading every frame would take longer than the film.
So it is read where rows of strokes are new, seldom until something names work for a film, and then
each second until nothing does any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from eyebright.analysis.segments.cards import CardText, risen, role_of
from eyebright.analysis.segments.values import Candidate, Cue, CueKind
from eyebright.analysis.text.values import TextLine
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.imaging.strokes import SIDE, rows_of_strokes

Read = Callable[[], tuple[Sequence[TextLine], tuple[int, int]]]
"""Reads the frame that was just added: its lines, and the width and height they were read at."""
Larger = Callable[[int], ByteArray]
"""The picture of the frame that was just added, no longer than a side."""
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class OverlayRules:
    """look_ms: between looks for strokes. search_ms, follow_ms: between readings, before credits
    were seen and after. most_searches, most_follows: readings of one film. rows: that a frame needs
    to be read. anew_ms: after which rows that were read for nothing count as new again. gap_ms: how
    long credits may be away, unnamed_ms: how long writing that rises may name no work. top, bottom:
    shares of the height between which they are: a speaker's name is below. least_roles: different
    works that credits name.
    """

    look_ms: int = 500
    search_ms: int = 2_000
    follow_ms: int = 1_000
    most_searches: int = 40
    most_follows: int = 80
    rows: int = 2
    anew_ms: int = 20_000
    gap_ms: int = 4_000
    unnamed_ms: int = 15_000
    top: float = 0.06
    bottom: float = 0.85
    least_roles: int = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """A frame that was looked at. before_ms: the time of the one before it. rows: of strokes."""

    frame: int
    at_ms: int
    before_ms: int
    lit: int
    rows: int


@dataclass(frozen=True, slots=True)
class Overlay(Candidate):
    """Writing over pictures that names work for a film. roles: each time that one was read, in
    that many readings. text: the last reading that belongs to it. named_ms: when a role was last
    read. leaves_ms: when the last line of what rises will have left."""

    named_ms: int
    roles: tuple[frozenset[str], ...] = ()
    readings: int = 0
    text: CardText = CardText(0, ())  # noqa: RUF009 (frozen)
    leaves_ms: int = 0

    @property
    def works(self) -> int:
        """How many different works are named."""
        kept: list[frozenset[str]] = []
        for role in self.roles:
            if all(role.isdisjoint(other) for other in kept):
                kept.append(role)
        return len(kept)

    def cue(self, kind: CueKind) -> Cue:
        return self.told_as(kind, min(0.5 + 0.07 * self.works, 0.9))


@dataclass(frozen=True, slots=True)
class OverlayState:
    """count, lit: as `titles.TitleState` has them. look_ms, read_ms: when the next look and the
    next reading are due. marks: looks since the last reading. known: rows that were read for
    nothing, and known_ms when that was."""

    count: int = 0
    lit: int = 0
    last_ms: int = 0
    look_ms: int = 0
    read_ms: int = 0
    searches: int = 0
    follows: int = 0
    marks: tuple[Mark, ...] = ()
    known: tuple[Box, ...] = ()
    known_ms: int = 0
    open: Overlay | None = None
    kept: tuple[Overlay, ...] = ()


class OverlayFinder:
    """Takes the frames of one film in order. Not shared."""

    def __init__(
        self, *, rules: OverlayRules | None = None, state: OverlayState | None = None
    ) -> None:
        """state: what an earlier finder remembered."""
        self._rules = rules or OverlayRules()
        self._state = state or OverlayState()

    def state(self) -> OverlayState:
        return self._state

    def add(self, at_ms: int, *, lit: bool, wanted: bool, larger: Larger, read: Read) -> None:
        """lit: neither black nor bars. wanted: whether credits over pictures are looked for here:
        not in the middle of a film, nor in what has a plain ground."""
        now = self._state
        if wanted and at_ms >= now.look_ms:
            now = self._looked(now, at_ms, rows_of_strokes(larger(SIDE)), read)
        if now.open is not None and self._is_over(now.open, at_ms):
            now = self._closed(now, now.open)
        now = _followed(now, at_ms)
        self._state = replace(now, count=now.count + 1, lit=now.lit + lit, last_ms=at_ms)

    def finish(self) -> list[Overlay]:
        """What names enough works, in order."""
        now = self._state
        if now.open is not None:
            now = self._closed(now, now.open)
        self._state = replace(now, open=None, kept=())
        return list(now.kept)

    def _looked(self, now: OverlayState, at_ms: int, rows: FloatArray, read: Read) -> OverlayState:
        before_ms = now.last_ms if now.count else at_ms
        mark = Mark(now.count, at_ms, before_ms, now.lit, len(rows))
        now = replace(now, look_ms=at_ms + self._rules.look_ms, marks=(*now.marks, mark)[-60:])
        if at_ms < now.read_ms:
            return now
        if now.open is not None:
            return self._follow(now, now.open, mark, read)
        if self._is_new(now, rows, at_ms):
            return self._search(now, mark, rows, read)
        return now

    def _is_new(self, now: OverlayState, rows: FloatArray, at_ms: int) -> bool:
        if len(rows) < self._rules.rows or now.searches == self._rules.most_searches:
            return False
        if at_ms - now.known_ms > self._rules.anew_ms:
            return True
        return any(not _covered(row, now.known) for row in rows)

    def _search(self, now: OverlayState, mark: Mark, rows: FloatArray, read: Read) -> OverlayState:
        text = self._text(mark.at_ms, read)
        roles = _roles(text)
        now = replace(now, searches=now.searches + 1)
        if not roles:
            known = tuple(_box(row) for row in rows)
            wait_ms = max(self._rules.search_ms, 4 * mark.at_ms // self._rules.most_searches)
            return replace(
                now, known=known, known_ms=mark.at_ms, marks=(), read_ms=mark.at_ms + wait_ms
            )
        first = _first_of(now.marks, mark)
        begun = Overlay(
            start_frame=first.frame,
            end_frame=mark.frame,
            start_ms=first.at_ms,
            end_ms=mark.at_ms,
            before_ms=first.before_ms,
            after_ms=mark.at_ms,
            lit_before=first.lit,
            lit_after=mark.lit + 1,
            named_ms=mark.at_ms,
            roles=roles,
            readings=1,
            text=text,
        )
        return replace(now, open=begun, marks=(), read_ms=mark.at_ms + self._rules.follow_ms)

    def _follow(self, now: OverlayState, open_: Overlay, mark: Mark, read: Read) -> OverlayState:
        if now.follows == self._rules.most_follows:
            return now
        text = self._text(mark.at_ms, read)
        roles = _roles(text)
        rise = risen(open_.text, text)
        if roles or rise:
            open_ = replace(
                open_,
                end_frame=mark.frame,
                end_ms=mark.at_ms,
                after_ms=mark.at_ms,
                lit_after=mark.lit + 1,
                named_ms=mark.at_ms if roles else open_.named_ms,
                roles=(*open_.roles, *roles),
                readings=open_.readings + bool(roles),
                text=text,
                leaves_ms=_leaves_ms(text, rise / max(mark.at_ms - open_.text.at_ms, 1)),
            )
        elif open_.leaves_ms > open_.end_ms:
            open_ = _lengthened(open_, mark)
        return replace(
            now,
            open=open_,
            follows=now.follows + 1,
            marks=(),
            read_ms=mark.at_ms + self._rules.follow_ms,
        )

    def _text(self, at_ms: int, read: Read) -> CardText:
        """What is read away from the top and the bottom."""
        lines, (_, height) = read()
        placed = [(one.text, sum(y for _, y in one.polygon_xy) / 4 / height) for one in lines]
        rules = self._rules
        return CardText(at_ms, tuple(one for one in placed if rules.top < one[1] < rules.bottom))

    def _is_over(self, open_: Overlay, at_ms: int) -> bool:
        unnamed, unseen = at_ms - open_.named_ms, at_ms - open_.end_ms
        return unseen > self._rules.gap_ms or unnamed > self._rules.unnamed_ms

    def _closed(self, now: OverlayState, done: Overlay) -> OverlayState:
        enough = done.works >= self._rules.least_roles and done.readings >= 2
        return replace(now, open=None, kept=(*now.kept, done) if enough else now.kept)


def _roles(text: CardText) -> tuple[frozenset[str], ...]:
    return tuple(role for role in (role_of(line) for line, _ in text.lines) if role)


def _first_of(marks: Sequence[Mark], last: Mark) -> Mark:
    """Where the rows of strokes that were read in the last frame began: back from there as long as
    there are half as many."""
    first = last
    for mark in reversed(marks):
        if 2 * mark.rows < last.rows:
            break
        first = mark
    return first


def _leaves_ms(text: CardText, rise: float) -> int:
    """rise: share of the height in a millisecond."""
    lowest = max((down for _, down in text.lines), default=0.0)
    return text.at_ms + int(lowest / rise) if rise else 0


def _lengthened(open_: Overlay, mark: Mark) -> Overlay:
    """To where the last line left: before this frame, in which nothing is to be read any more. The
    time of a frame between is what a constant rate makes it."""
    frames = mark.frame - open_.end_frame
    share = min((open_.leaves_ms - open_.end_ms) / (mark.at_ms - open_.end_ms), 1.0)
    more = min(int(share * frames), frames - 1)
    step_ms = (mark.at_ms - open_.end_ms) / frames
    return replace(
        open_,
        end_frame=open_.end_frame + more,
        end_ms=open_.end_ms + round(more * step_ms),
        after_ms=open_.end_ms + round((more + 1) * step_ms),
        lit_after=min(open_.lit_after + more, mark.lit),
        leaves_ms=0,
    )


def _covered(row: FloatArray, known: Sequence[Box]) -> bool:
    """Whether half of a row lies in one that is known."""
    left, top, right, bottom = row
    for box in known:
        wide = min(right, box[2]) - max(left, box[0])
        high = min(bottom, box[3]) - max(top, box[1])
        if wide > 0 and high > 0 and 2 * wide * high >= (right - left) * (bottom - top):
            return True
    return False


def _box(row: FloatArray) -> Box:
    left, top, right, bottom = (float(edge) for edge in row)
    return left, top, right, bottom


def _followed(now: OverlayState, at_ms: int) -> OverlayState:
    """With the time of the first frame after what is open, or was just closed."""
    if now.open is not None and now.open.after_ms == now.open.end_ms < at_ms:
        return replace(now, open=replace(now.open, after_ms=at_ms))
    return now
