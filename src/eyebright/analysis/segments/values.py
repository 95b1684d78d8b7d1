"""What segments are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

THUMBNAIL_WH = (96, 54)
"""What the finders look at: films of any shape are brought to it. Twice the net's 48 x 27."""


class BoundaryKind(StrEnum):
    CUT = "CUT"
    BLEND = "BLEND"


class CueKind(StrEnum):
    """Technical stretches, and the programme between them."""

    BLACK = "BLACK"
    COLOUR_BARS = "COLOUR_BARS"
    SLATE = "SLATE"
    STUDIO_LOGO = "STUDIO_LOGO"
    OPENING_CREDITS = "OPENING_CREDITS"
    END_CREDITS = "END_CREDITS"
    CONTENT = "CONTENT"


@dataclass(frozen=True, slots=True)
class Boundary:
    """A new shot begins at `frame`; of a blend, its first mixed frame.

    score: 0.5-1, how sure. at_ms, before_ms: times of the frame and of the one before it.
    """

    frame: int
    at_ms: int
    before_ms: int
    score: float
    kind: BoundaryKind


@dataclass(frozen=True, slots=True)
class Shot:
    """From start_frame to end_frame, both counted from 0 and both of the shot; the times are
    theirs. score: 0.5-1, that of the less sure of its two ends."""

    index: int
    start_frame: int
    end_frame: int
    start_ms: int
    end_ms: int
    score: float


@dataclass(frozen=True, slots=True)
class Cue:
    """A stretch of one kind, as `Shot` has frames and times. score: 0.5-1. before_ms, after_ms:
    times of the frames around it, its own where there are none."""

    kind: CueKind
    start_frame: int
    end_frame: int
    start_ms: int
    end_ms: int
    score: float
    before_ms: int = 0
    after_ms: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch that may become a cue; frames and times as `Cue` has them. lit_before, lit_after:
    of the film's frames before it and up to its last, those that are neither black nor bars."""

    start_frame: int
    end_frame: int
    start_ms: int
    end_ms: int
    before_ms: int
    after_ms: int
    lit_before: int
    lit_after: int

    @property
    def lit(self) -> int:
        return self.lit_after - self.lit_before

    def told_as(self, kind: CueKind, score: float) -> Cue:
        return Cue(
            kind,
            self.start_frame,
            self.end_frame,
            self.start_ms,
            self.end_ms,
            score,
            before_ms=self.before_ms,
            after_ms=self.after_ms,
        )
