"""Stretches of slow change, collected from what is said of each frame."""

from __future__ import annotations

from dataclasses import dataclass, replace

IN_ROW = 2
"""Slow frames one after another that make a span: one alone is noise."""
GAP = 4
"""Frames that may be missing between two spans of one change."""
LONGEST = 150
"""Frames; what goes on for longer is judged in pieces."""


@dataclass(frozen=True, slots=True)
class Span:
    """Slow frames from start to last, both of it."""

    start: int
    last: int


@dataclass(frozen=True, slots=True)
class SpanState:
    """row: how many frames just before were slow. waiting: spans that nobody has taken; the last of
    them may still grow."""

    row: int = 0
    waiting: tuple[Span, ...] = ()

    def after(self, number: int, is_slow: bool) -> SpanState:
        """With one frame more."""
        row = self.row + 1 if is_slow else 0
        if row < IN_ROW:
            return replace(self, row=row)
        start = number - IN_ROW + 1
        if not self.waiting:
            return SpanState(row, (Span(start, number),))
        *before, newest = self.waiting
        if start - newest.last > GAP or number - newest.start >= LONGEST:
            new = Span(max(start, newest.last + 1), number)
            return SpanState(row, (*self.waiting, new))
        return SpanState(row, (*before, replace(newest, last=number)))

    def settled(self, count: int, around: int) -> Span | None:
        """The first span, once `around` frames behind it are there. around: at least GAP + 2."""
        if not self.waiting or count <= self.waiting[0].last + around:
            return None
        return self.waiting[0]

    def without_first(self) -> SpanState:
        return replace(self, waiting=self.waiting[1:])
