"""Technical pictures: black frames and colour bars, told from each thumbnail by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eyebright.analysis.segments.values import Cue, CueKind
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.imaging.crops import resize
from eyebright.imaging.detail import luma

_BARS = (0b110, 0b011, 0b010, 0b101, 0b100, 0b001)
"""The coloured bars from left to right, bits red green blue: yellow, cyan, green, magenta, red,
blue. White or grey comes before them and black may come after."""
_BARS_WH = (96, 54)


@dataclass(frozen=True, slots=True)
class CueRules:
    """max_luma: 0-1 of the range, up to which a pixel is black. min_coverage: 0-1, the share of
    black pixels from which a frame is. shortest: frames of a stretch that is worth telling.

    upper: the share of the picture, from the top, that must be bars (SMPTE's have others below).
    flat: grey levels that a bar's pixels may differ from its colour, on average.
    narrowest: share of the width of one bar. edge: grey levels of a black row above or below.
    """

    max_luma: float = 0.2
    min_coverage: float = 0.99
    shortest: int = 3
    upper: float = 0.6
    flat: float = 8.0
    narrowest: float = 0.06
    edge: int = 40


@dataclass(frozen=True, slots=True)
class CueState:
    """count: frames that have come. open: stretches that have not ended, as cues that end with the
    last frame; their score is the sum over frames. last_ms: when that was."""

    count: int = 0
    last_ms: int = 0
    open: tuple[Cue, ...] = ()


class CueFinder:
    """Takes the frames of one film in order and says which stretches are technical. Not shared."""

    def __init__(self, *, rules: CueRules | None = None, state: CueState | None = None) -> None:
        """state: what an earlier finder remembered."""
        self._rules = rules or CueRules()
        self._state = state or CueState()

    def state(self) -> CueState:
        return self._state

    def add(self, thumbnail: ByteArray, at_ms: int) -> Sequence[Cue]:
        """Stretches that ended before this frame."""
        number = self._state.count
        scores = {
            CueKind.BLACK: black_score(thumbnail, self._rules),
            CueKind.COLOUR_BARS: bars_score(thumbnail, self._rules),
        }
        running = {cue.kind: cue for cue in self._state.open}
        still: list[Cue] = []
        for kind, score in scores.items():
            if score is None:
                continue
            before_ms = self._state.last_ms if number else at_ms
            new = Cue(kind, number, number, at_ms, at_ms, 0.0, before_ms=before_ms)
            begun = running.pop(kind, None) or new
            still.append(replace(begun, end_frame=number, end_ms=at_ms, score=begun.score + score))
        self._state = CueState(number + 1, at_ms, tuple(still))
        return self._ended(running.values(), at_ms)

    def finish(self) -> Sequence[Cue]:
        """Stretches that last to the end."""
        now = self._state
        self._state = CueState(now.count, now.last_ms)
        return self._ended(now.open, now.last_ms)

    @property
    def showing(self) -> frozenset[CueKind]:
        """What the last frame that came shows."""
        return frozenset(cue.kind for cue in self._state.open)

    def _ended(self, cues: Iterable[Cue], after_ms: int) -> list[Cue]:
        ended = []
        for cue in cues:
            frames = cue.end_frame - cue.start_frame + 1
            if frames >= self._rules.shortest:
                ended.append(replace(cue, score=cue.score / frames, after_ms=after_ms))
        return ended


def black_score(thumbnail: ByteArray, rules: CueRules) -> float | None:
    """0.5-1: the share of black pixels; None when the frame is not black."""
    dark = luma(thumbnail) <= rules.max_luma * 255
    covered = float(np.count_nonzero(dark) / dark.size)
    return max(covered, 0.5) if covered >= rules.min_coverage else None


def bars_score(thumbnail: ByteArray, rules: CueRules) -> float | None:
    """0.5-1: how flat the bars are; None when the frame does not show colour bars."""
    picture = resize(_between_edges(thumbnail, rules), _BARS_WH)
    upper = picture[: int(_BARS_WH[1] * rules.upper)].astype(np.float32)
    high, low = upper[len(upper) // 8], upper[-1 - len(upper) // 8]
    if float(np.abs(high - low).mean()) > 3 * rules.flat:  # most pictures, at little cost
        return None
    colours = np.median(upper, axis=0)
    rough = float(np.abs(upper - colours).mean())
    if rough > rules.flat or _bars_of(colours, rules) != _BARS:
        return None
    return 1.0 - 0.5 * rough / rules.flat


def _between_edges(thumbnail: ByteArray, rules: CueRules) -> ByteArray:
    """Without black rows above and below, as wide films have them; all of it if most is black."""
    lit = np.flatnonzero(thumbnail[:, :: len(thumbnail[0]) // 16].max(axis=(1, 2)) > rules.edge)
    if len(lit) < len(thumbnail) // 2:
        return thumbnail
    return np.ascontiguousarray(thumbnail[lit[0] : lit[-1] + 1])


def _bars_of(colours: FloatArray, rules: CueRules) -> tuple[int, ...]:
    """Which bars columns (width, 3) make, without those that are white, grey or black."""
    strongest = colours.max()
    if strongest < 64:  # too dark to tell colours
        return ()
    codes = (colours > strongest / 2) @ np.array((4, 2, 1))
    edges = np.flatnonzero(np.diff(codes)) + 1
    runs = np.split(codes, edges)
    wide = [int(run[0]) for run in runs if len(run) >= rules.narrowest * len(codes)]
    return tuple(code for code in wide if code not in (0b000, 0b111))
