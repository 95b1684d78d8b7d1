"""Where shots begin: hard cuts from the thumbnails, dissolves and fades from the net.

Frames are judged fifty at a time, once 25 more have come, which is what the net wants around them.
It is asked only about fifties in which something changes the way a dissolve does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.analysis.segments.blends import (
    BlendRules,
    Run,
    is_black,
    is_blend,
    is_blend_like,
)
from eyebright.analysis.segments.cuts import CutRules, change, cut_score, is_cut, ratio_at
from eyebright.analysis.segments.values import Boundary, BoundaryKind
from eyebright.analysis.segments.vision import NET_WH, TransitionVision
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.crops import resize

CELL = 50
AROUND = 25
"""Frames judged at once, and what the net sees before and after them, as it was trained."""
KEPT = AROUND + 10
"""Frames before a cell that are still at hand."""


@dataclass(frozen=True, slots=True)
class ShotRules:
    """shortest: frames; of two boundaries closer than this the surer one counts. flash: frames; a
    picture that comes back so soon, changed by less than `same` of the cut, was only interrupted:
    a flash light."""

    cuts: CutRules = CutRules()  # noqa: RUF009 (frozen)
    blends: BlendRules = BlendRules()  # noqa: RUF009 (frozen)
    shortest: int = 6
    flash: int = 6
    same: float = 0.4


@dataclass(frozen=True, slots=True)
class ShotState:
    """All that a finder remembers. first: the number of the first frame at hand; frames: their
    thumbnails one after the other; times_ms, changes, slow: one for each of them. judged: the first
    frame that is not judged yet. black_by_cut: the picture was cut to black and still is. waiting:
    boundaries that a later frame may still undo."""

    first: int = 0
    judged: int = 0
    frames: bytes = b""
    times_ms: tuple[int, ...] = ()
    changes: tuple[float, ...] = ()
    slow: tuple[bool, ...] = ()
    run: Run | None = None
    black_by_cut: bool = False
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
        self._slow = list(state.slow)
        self._run = state.run
        self._black_by_cut = state.black_by_cut
        self._waiting = list(state.waiting)
        self.asked = 0
        """Cells that the net was asked about."""

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
            slow=tuple(self._slow),
            run=self._run,
            black_by_cut=self._black_by_cut,
            waiting=tuple(self._waiting),
        )

    def add(self, thumbnail: ByteArray, at_ms: int) -> Sequence[Boundary]:
        """What became certain with this frame, in order."""
        frame = resize(thumbnail, NET_WH)
        self._changes.append(change(self._frames[-1], frame) if self._frames else 0.0)
        self._frames.append(frame)
        self._times_ms.append(at_ms)
        self._slow.append(self._is_slow())
        if self.count < self._judged + CELL + AROUND:
            return ()
        self._judge(self._judged + CELL)
        return self._certain(self._judged - self._rules.flash - self._rules.shortest)

    def finish(self) -> Sequence[Boundary]:
        """What is certain only at the end."""
        while self._judged < self.count:
            self._judge(min(self._judged + CELL, self.count))
        if self._run is not None:
            self._close(self._run)
        return self._certain(self.count)

    def _is_slow(self) -> bool:
        reach = self._rules.blends.reach
        if self._vision is None or len(self._frames) <= reach:
            return False
        first, middle, last = (self._frames[-1 - back] for back in (reach, reach // 2, 0))
        return is_blend_like(first, middle, last, self._rules.blends)

    def _judge(self, end: int) -> None:
        """The frames up to, not including, `end`."""
        start = self._judged
        middles, members = self._asked(start, end)
        for number in range(start, end):
            was_cut = self._judge_cut(number)
            self._judge_member(number, middles[number - start], members[number - start])
            self._black_by_cut = (was_cut or self._black_by_cut) and self._is_black(number)
        self._judged = end
        self._forget(end - KEPT)

    def _judge_cut(self, number: int) -> bool:
        rules = self._rules.cuts
        place = number - self._first
        ratio = ratio_at(self._changes, place, rules)
        if number < self._rules.shortest or not is_cut(self._changes[place], ratio, rules):
            return False
        flash = next((one for one in self._waiting if self._is_flash(one, number)), None)
        if flash is not None:
            self._waiting.remove(flash)
        else:
            self._wait(number, cut_score(ratio, rules), BoundaryKind.CUT)
        return True

    def _is_flash(self, cut: Boundary, number: int) -> bool:
        """Whether the picture of before this cut is back at the frame of this number."""
        if cut.kind is not BoundaryKind.CUT or number - cut.frame > self._rules.flash:
            return False
        before, now = self._frames[cut.frame - 1 - self._first], self._frames[number - self._first]
        return change(before, now) < self._rules.same * self._changes[number - self._first]

    def _asked(self, start: int, end: int) -> tuple[list[float], list[float]]:
        """What the net says of these frames; 0 where it need not be asked."""
        middles, members = [0.0] * (end - start), [0.0] * (end - start)
        suspects = self._suspects(start, end)
        if self._vision is None or not suspects:
            return middles, members
        self.asked += 1
        last = len(self._frames) - 1
        wanted = range(suspects.start - AROUND - self._first, suspects.stop + AROUND - self._first)
        window = np.stack([self._frames[min(max(place, 0), last)] for place in wanted])
        seen = self._vision.look(window)
        told = slice(AROUND, AROUND + len(suspects))
        here = slice(suspects.start - start, suspects.stop - start)
        middles[here], members[here] = seen.middles[told].tolist(), seen.members[told].tolist()
        return middles, members

    def _suspects(self, start: int, end: int) -> range:
        """Those of these frames that may be part of a slow change, and some before and after."""
        rules = self._rules.blends
        low, high = max(0, start - self._first), end + 2 * rules.reach - self._first
        row, slow = 0, []
        for place, is_slow in enumerate(self._slow[low:high], low + self._first):
            row = row + 1 if is_slow else 0
            if row >= rules.in_row:
                slow += [place - rules.in_row + 1, place]
        if not slow:
            return range(0)
        # what is slow at a frame began a reach earlier
        first, last = slow[0] - 2 * rules.reach, slow[-1] + rules.reach
        return range(max(start, first), max(start, min(end, last + 1)))

    def _judge_member(self, number: int, middle: float, member: float) -> None:
        rules = self._rules.blends
        if member >= rules.member and (self._run is None or self._run.length < rules.longest):
            begun = self._run or Run(number, after_cut=self._black_by_cut)
            self._run = begun.grown(middle)
        elif self._run is not None:
            self._close(self._run)

    def _close(self, run: Run) -> None:
        """What a run was. A fade out, black and a fade in are one transition: a new shot begins
        where something can be seen again, or where the film was cut to black."""
        self._run = None
        if not is_blend(run, self._rules.blends) or run.start == 0 or run.after_cut:
            return
        near = self._rules.cuts.reach
        if any(run.start - near <= one.frame <= run.end for one in self._waiting):
            return  # what the net saw was a hard cut
        soon = range(run.end, min(run.end + self._rules.cuts.reach + 1, self.count))
        if not any(self._is_black(number) for number in soon):
            self._wait(run.start, max(run.middle, 0.5), BoundaryKind.BLEND)

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
        """Take out what nothing can undo any more: all before this frame and before a run that
        has not ended."""
        if self._run is not None:
            before = min(before, self._run.start - self._rules.cuts.reach)
        taken = [one for one in self._waiting if one.frame < before]
        self._waiting = [one for one in self._waiting if one.frame >= before]
        return taken

    def _forget(self, number: int) -> None:
        """Drop frames before this one, but none that a run began with."""
        if self._run is not None:
            number = min(number, self._run.start - 1)
        drop = max(0, number - self._first)
        for kept in (self._frames, self._times_ms, self._changes, self._slow):
            del kept[:drop]
        self._first += drop
