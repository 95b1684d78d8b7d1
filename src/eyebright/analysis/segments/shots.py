"""Where shots begin: hard cuts from the thumbnails, dissolves and fades from fits and from the net.

A cut is judged two frames later. A slow change is judged when it is over and some frames have come
after it: by arithmetic where that is certain, by the net where it is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.analysis.segments.blends import BlendRules, Run, is_black, is_blend_like, runs_of
from eyebright.analysis.segments.cuts import CutRules, change, cut_score, is_cut, ratio_at
from eyebright.analysis.segments.fits import FitRules, is_movement, is_slow_movement, sure_blend
from eyebright.analysis.segments.spans import GAP, Span, SpanState
from eyebright.analysis.segments.values import Boundary, BoundaryKind
from eyebright.analysis.segments.vision import NET_WH, TransitionVision
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.crops import resize

AROUND = 12
"""Frames before and after a slow change that the net sees beside it. It was trained on 25; with 12
it finds as many beginnings within 3 frames (84 of 88 made dissolves) in two thirds of the time."""
PIECE = 16
"""Frames of a slow change that are looked at for movement at once."""
FAR = 32
"""Frames apart that slow movement is told by, where a slow change lasts so long."""


@dataclass(frozen=True, slots=True)
class ShotRules:
    """shortest: frames; of two boundaries closer than this the surer one counts. flash: frames; a
    picture that comes back so soon, changed by less than `same` of the cut, was only interrupted:
    a flash light."""

    cuts: CutRules = CutRules()  # noqa: RUF009 (frozen)
    blends: BlendRules = BlendRules()  # noqa: RUF009 (frozen)
    fits: FitRules = FitRules()  # noqa: RUF009 (frozen)
    shortest: int = 6
    flash: int = 6
    same: float = 0.4


@dataclass(frozen=True, slots=True)
class ShotState:
    """All that a finder remembers. first: the number of the first frame at hand; frames: their
    thumbnails one after the other; times_ms, changes: one for each of them. judged: the first
    frame that was not judged for cuts yet. in_black: of the judged ones at hand, whether they lie
    in black that a cut began. blended: where the last blend ended. waiting: boundaries that a later
    frame may still undo."""

    first: int = 0
    judged: int = 0
    frames: bytes = b""
    times_ms: tuple[int, ...] = ()
    changes: tuple[float, ...] = ()
    in_black: tuple[bool, ...] = ()
    spans: SpanState = SpanState()  # noqa: RUF009 (frozen)
    blended: int = -1000
    waiting: tuple[Boundary, ...] = ()


class ShotFinder:
    """Takes the frames of one film in order and says where shots begin. Not shared."""

    def __init__(
        self,
        vision: TransitionVision | None,
        *,
        rules: ShotRules | None = None,
        state: ShotState | None = None,
    ) -> None:
        """vision: None finds hard cuts only. state: what an earlier finder remembered."""
        state = state or ShotState()
        self._vision = vision
        self._rules = rules or ShotRules()
        self._first = state.first
        self._judged = state.judged
        shape = (-1, NET_WH[1], NET_WH[0], 3)
        self._frames = list(np.frombuffer(state.frames, np.uint8).reshape(shape))
        self._times_ms = list(state.times_ms)
        self._changes = list(state.changes)
        self._in_black = list(state.in_black)
        self._spans = state.spans
        self._blended = state.blended
        self._waiting = list(state.waiting)
        self.asked = 0
        """Frames that the net was asked about."""

    @property
    def count(self) -> int:
        """Frames that have come."""
        return self._first + len(self._frames)

    def state(self) -> ShotState:
        return ShotState(
            first=self._first,
            judged=self._judged,
            frames=b"".join(frame.tobytes() for frame in self._frames),
            times_ms=tuple(self._times_ms),
            changes=tuple(self._changes),
            in_black=tuple(self._in_black),
            spans=self._spans,
            blended=self._blended,
            waiting=tuple(self._waiting),
        )

    def add(self, thumbnail: ByteArray, at_ms: int) -> Sequence[Boundary]:
        """What became certain with this frame, in order."""
        frame = resize(thumbnail, NET_WH)
        self._changes.append(change(self._frames[-1], frame) if self._frames else 0.0)
        self._frames.append(frame)
        self._times_ms.append(at_ms)
        self._spans = self._spans.after(self.count - 1, self._is_slow())
        if self._judged < self.count - self._rules.cuts.reach:
            self._judge_cut(self._judged)
        span = self._spans.settled(self.count, AROUND)
        if span is not None:
            self._judge_span(span)
        self._forget()
        return self._certain(self._judged - self._rules.flash - self._rules.shortest)

    def finish(self) -> Sequence[Boundary]:
        """What is certain only at the end."""
        while self._judged < self.count:
            self._judge_cut(self._judged)
        while self._spans.waiting:
            self._judge_span(self._spans.waiting[0])
        return self._certain(self.count)

    def _is_slow(self) -> bool:
        reach = self._rules.blends.reach
        if self._vision is None or len(self._frames) <= reach:
            return False
        first, middle, last = (self._frames[-1 - back] for back in (reach, reach // 2, 0))
        return is_blend_like(first, middle, last, self._rules.blends)

    def _judge_cut(self, number: int) -> None:
        place = number - self._first
        ratio = ratio_at(self._changes, place, self._rules.cuts)
        was_cut = number >= self._rules.shortest and is_cut(
            self._changes[place], ratio, self._rules.cuts
        )
        in_black = was_cut or (place > 0 and self._in_black[place - 1])
        self._in_black.append(in_black and self._is_black(number))
        self._judged += 1
        if was_cut:
            self._take_cut(number, ratio)

    def _take_cut(self, number: int, ratio: float) -> None:
        flash = next((one for one in self._waiting if self._is_flash(one, number)), None)
        if flash is not None:
            self._waiting.remove(flash)
        else:
            self._wait(number, cut_score(ratio, self._rules.cuts), BoundaryKind.CUT)

    def _is_flash(self, cut: Boundary, number: int) -> bool:
        """Whether the picture of before this cut is back at the frame of this number."""
        if cut.kind is not BoundaryKind.CUT or number - cut.frame > self._rules.flash:
            return False
        before, now = self._frames[cut.frame - 1 - self._first], self._frames[number - self._first]
        return change(before, now) < self._rules.same * self._changes[number - self._first]

    def _judge_span(self, span: Span) -> None:
        self._spans = self._spans.without_first()
        for run in self._runs(span):
            self._take(run)

    def _runs(self, span: Span) -> Iterator[Run]:
        """The transitions in a slow change."""
        begin = max(span.start - self._rules.blends.reach, self._first)
        blend = sure_blend(
            self._frames[begin - self._first : span.last + 1 - self._first],
            self._rules.fits,
            self._rules.blends,
        )
        if blend is not None:
            yield Run(max(begin + blend.first, self._first), begin + blend.end, blend.score)
            return
        doubtful = self._doubtful(span)
        if doubtful is None or self._vision is None:
            return
        low = max(doubtful.start - self._rules.blends.reach - AROUND, self._first)
        high = min(doubtful.last + 1 + AROUND, self.count)
        seen = self._vision.look(np.stack(self._frames[low - self._first : high - self._first]))
        self.asked += high - low
        for run in runs_of(seen, self._rules.blends):
            if low + run.end > doubtful.start - self._rules.blends.reach:
                yield Run(low + run.start, low + run.end, max(run.score, 0.5))

    def _doubtful(self, span: Span) -> Span | None:
        """Without what is movement for certain, at both ends; None when that is all."""
        pieces = [
            Span(start, min(start + PIECE - 1, span.last))
            for start in range(span.start, span.last + 1, PIECE)
        ]
        left = [piece for piece in pieces if not self._is_movement(piece, span)]
        return Span(left[0].start, left[-1].last) if left else None

    def _is_movement(self, piece: Span, span: Span) -> bool:
        """Judged where the piece changes most, and around there in the whole slow change."""
        reach, frames = self._rules.blends.reach, self._frames
        places = range(piece.start - self._first, piece.last + 1 - self._first)
        most = max(places, key=lambda place: change(frames[place - reach], frames[place]))
        near = (frames[most - reach], frames[most - reach // 2], frames[most])
        if is_movement(*near, self._rules.fits):
            return True
        low, high = max(0, span.start - reach - self._first), span.last - self._first
        after = min(high, most - reach // 2 + FAR // 2)
        before = max(low, after - FAR)
        after = min(high, before + FAR)
        return is_slow_movement(frames[before], frames[after], self._rules.fits)

    def _take(self, run: Run) -> None:
        """What a run was. A fade out, black and a fade in are one transition: a new shot begins
        where something can be seen again, or where the film was cut to black. What goes on from an
        earlier run is no second one."""
        continued, self._blended = run.start - self._blended <= GAP, run.end
        if continued or run.start == 0 or self._in_black[max(run.start - 1 - self._first, 0)]:
            return
        near = self._rules.cuts.reach
        if any(run.start - near <= one.frame <= run.end for one in self._waiting):
            return  # what was seen was a hard cut
        soon = range(run.end, min(run.end + near + 1, self.count))
        if not any(self._is_black(number) for number in soon):
            self._wait(run.start, max(run.score, 0.5), BoundaryKind.BLEND)

    def _is_black(self, number: int) -> bool:
        return is_black(self._frames[number - self._first], self._rules.blends)

    def _wait(self, number: int, score: float, kind: BoundaryKind) -> None:
        """Keep a boundary; of two that are too close, the surer one."""
        place = number - self._first
        new = Boundary(number, self._times_ms[place], self._times_ms[place - 1], score, kind)
        close = [one for one in self._waiting if abs(one.frame - number) < self._rules.shortest]
        if any(one.score >= score for one in close):
            return
        kept = [one for one in self._waiting if one not in close]
        self._waiting = sorted([*kept, new], key=lambda one: one.frame)

    def _certain(self, before: int) -> Sequence[Boundary]:
        """Take out what nothing can undo any more: all before this frame and before a slow change
        that has not ended."""
        if self._spans.waiting:
            before = min(before, self._earliest(self._spans.waiting[0].start))
        taken = [one for one in self._waiting if one.frame < before]
        self._waiting = [one for one in self._waiting if one.frame >= before]
        return taken

    def _earliest(self, slow: int) -> int:
        """The first frame that is needed when a slow change begins at this one."""
        return slow - self._rules.blends.reach - AROUND - 1

    def _forget(self) -> None:
        """Drop frames that nothing will need: the next slow change begins with this frame at the
        earliest, the next cut is judged a little earlier."""
        begins = self._spans.waiting[0].start if self._spans.waiting else self.count - 2
        number = min(self._earliest(begins), self._judged - self._rules.flash - 2)
        drop = max(0, number - self._first)
        for kept in (self._frames, self._times_ms, self._changes, self._in_black):
            del kept[:drop]
        self._first += drop
