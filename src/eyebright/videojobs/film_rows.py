"""A film as rows with stretches of time: shots, what is seen and read in it, who is on camera. For
those who look at a whole film at once and keep the rows, not the moments.

Labels, moderation and text are asked about the same frames, so that what they have in common is
computed once, and only about frames that show something new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from eyebright.analysis.faces.selection import overall_quality
from eyebright.analysis.faces.vision import FaceVision
from eyebright.analysis.segments.shots import ShotFinder
from eyebright.analysis.segments.values import THUMBNAIL_WH, Boundary
from eyebright.analysis.sight import Sight
from eyebright.geometry.arrays import FloatArray
from eyebright.video.change import ChangeGate
from eyebright.video.reader import VideoReader
from eyebright.video.sampling import Every, EveryFrame
from eyebright.video.values import Frame, VideoInfo
from eyebright.videojobs.followed_faces import (
    Ask,
    FollowedFace,
    FollowedFaces,
    following_rules,
)
from eyebright.videojobs.readings import Readings
from eyebright.videojobs.segments import transitions_of
from eyebright.videojobs.stretches import Moment, Run, runs
from eyebright.videojobs.work import Timed

LONGEST_SIDE_PX = 1920
MOST_LOOKS = 1200
"""At one film: up to 20 minutes a look each second, in two hours one each six seconds."""
SHORTEST_BREAK_MS = 1000
"""Nothing goes for less than this..."""
_MISSED_LOOKS = 1.5
"""...nor for less than so many looks."""
LEAST_SCORE = 0.5
MIN_PERCENT = 80.0
"""Least similarity to be taken for somebody who is known."""


@dataclass(frozen=True, slots=True)
class Span:
    """Without a break from start to end, surest at best_ms."""

    start_ms: int
    end_ms: int
    score: float
    best_ms: int


Rows = Mapping[str, tuple[Span, ...]]
"""Name -> when, in order of time."""


@dataclass(frozen=True, slots=True)
class Sights:
    labels: Rows
    moderation: Rows
    text: Rows


@dataclass(frozen=True, slots=True, eq=False)
class OnCamera:
    """Someone. id: what `ask` calls them, or None. best: the face in which they are seen best.
    frame_wh: of the picture that its box is in. vector: of unit length, of the best face of the
    first seconds, of whoever is nobody's."""

    id: str | None
    spans: tuple[Span, ...]
    best: FollowedFace
    frame_wh: tuple[int, int]
    vector: FloatArray | None


def step_for(info: VideoInfo) -> Fraction:
    """Seconds between looks."""
    length = info.duration_seconds or Fraction(0)
    return Fraction(max(1, -(-int(length) // MOST_LOOKS)))


def shots_of(
    video: VideoReader, sight: Sight, *, tell: Callable[[], object] = lambda: None
) -> tuple[Span, ...]:
    """Raises InvalidVideo."""
    finder = ShotFinder(transitions_of(sight))
    boundaries: list[Boundary] = []
    last_ms = 0
    for frame in video.frames(EveryFrame(), thumbnail_wh=THUMBNAIL_WH):
        last_ms = frame.milliseconds
        boundaries += finder.add(frame.pixels, last_ms)
        tell()
    boundaries += finder.finish()
    starts = [0, *(one.at_ms for one in boundaries)]
    ends = [*(one.before_ms for one in boundaries), last_ms]
    sure = [1.0, *(one.score for one in boundaries), 1.0]
    return tuple(
        Span(start, end, min(sure[place], sure[place + 1]), start)
        for place, (start, end) in enumerate(zip(starts, ends, strict=True))
    )


def sights_of(
    video: VideoReader, sight: Sight, *, tell: Callable[[], object] = lambda: None
) -> Sights:
    """Raises InvalidVideo, PackNotInstalled."""
    looking = _Looking(sight)
    step = step_for(video.info)
    last_ms = 0
    for frame in video.frames(Every(step), longest_side=LONGEST_SIDE_PX):
        looking.look(frame)
        last_ms = frame.milliseconds
        tell()
    ends = _Ends(int(1000 * step), _length_ms(video.info, last_ms))
    return Sights(
        labels=ends.rows(looking.labels),
        moderation=ends.rows(looking.moderation),
        text=ends.rows(looking.text, names=looking.names),
    )


def people_of(
    video: VideoReader,
    vision: FaceVision,
    ask: Ask,
    *,
    tell: Callable[[], object] = lambda: None,
) -> list[OnCamera]:
    """Everybody, known or not, in order of first appearance. Raises InvalidVideo."""
    step = step_for(video.info)
    rules = replace(
        following_rules(MIN_PERCENT),
        away=max(2.0, 2 * float(step)),
        hold=max(10.0, 5 * float(step)),
    )
    vectors: dict[int, FloatArray] = {}
    followed = FollowedFaces(vision, ask, rules=rules, nobody=vectors.__setitem__)
    seen: list[Timed[FollowedFace]] = []
    frame_wh, last_ms = (1, 1), 0
    for frame in video.frames(Every(step), longest_side=LONGEST_SIDE_PX):
        frame_wh = (frame.pixels.shape[1], frame.pixels.shape[0])
        seen += followed.look(frame)
        last_ms = frame.milliseconds
        tell()
    seen += followed.finish()
    ends = _Ends(int(1000 * step), _length_ms(video.info, last_ms))
    return _people(seen, vectors, ends, frame_wh)


class _Looking:
    """What was said of the frames so far."""

    def __init__(self, sight: Sight) -> None:
        self.labels: list[Moment[str]] = []
        self.moderation: list[Moment[str]] = []
        self.text: list[Moment[str]] = []
        self.names: dict[str, tuple[str, float]] = {}
        """Key of a text -> its surest reading."""
        self._sight = sight
        self._gate = ChangeGate()
        self._readings = Readings()
        self._last: tuple[list[tuple[str, float]], ...] = ([], [], [])

    def look(self, frame: Frame) -> None:
        if self._gate.lets_through(frame.pixels):
            self._last = self._said(frame)
        for moments, said in zip(
            (self.labels, self.moderation, self.text), self._last, strict=True
        ):
            moments += [
                Moment(Timed(frame.milliseconds, name), name, score) for name, score in said
            ]

    def _said(self, frame: Frame) -> tuple[list[tuple[str, float]], ...]:
        sight, image = self._sight, frame.image()
        seen = sight.observe(image)
        labels = [(one.name, one.score) for one in sight.labels().label(seen)]
        moderated = [(one.name, one.score) for one in sight.moderation().moderate(seen).labels]
        text = []
        for line in sight.text().read(image):
            key = self._readings.key(line.text)
            if line.score > self.names.get(key, ("", -1.0))[1]:
                self.names[key] = (line.text, line.score)
            text.append((key, line.score))
        return tuple(
            [(name, score) for name, score in said if score >= LEAST_SCORE]
            for said in (labels, moderated, text)
        )


@dataclass(frozen=True, slots=True)
class _Ends:
    """Things come and go between two looks, on average half-way."""

    step_ms: int
    length_ms: int

    def rows(
        self,
        moments: Iterable[Moment[str]],
        *,
        names: Mapping[str, tuple[str, float]] | None = None,
    ) -> Rows:
        gap = max(_MISSED_LOOKS * self.step_ms, SHORTEST_BREAK_MS)
        rows: dict[str, list[Span]] = {}
        for run in runs(moments, longest_gap_ms=gap):
            key = run.best.key
            name = names[key][0] if names else key
            rows.setdefault(name, []).append(self.span(run))
        return {name: tuple(spans) for name, spans in rows.items()}

    def span(self, run: Run[str]) -> Span:
        half = self.step_ms // 2
        return Span(
            max(0, run.first_ms - half),
            max(run.last_ms, min(run.last_ms + half, self.length_ms)),
            run.best.score,
            run.best.at.at_ms,
        )


def _people(
    seen: Sequence[Timed[FollowedFace]],
    vectors: Mapping[int, FloatArray],
    ends: _Ends,
    frame_wh: tuple[int, int],
) -> list[OnCamera]:
    """One for each person, strangers by their number in the film."""
    by_person: dict[str, list[Timed[FollowedFace]]] = {}
    for one in seen:
        face = one.item
        key = f"known {face.alike[0].id}" if face.alike else f"stranger {face.person}"
        by_person.setdefault(key, []).append(one)
    everybody = []
    for key, own in by_person.items():
        rows = ends.rows(Moment(Timed(one.at_ms, key), key, _worth(one.item)) for one in own)
        best = max(own, key=lambda one: _worth(one.item)).item
        known = best.alike[0].id if best.alike else None
        vector = None if known is not None else vectors.get(best.person)
        everybody.append(OnCamera(known, rows[key], best, frame_wh, vector))
    return sorted(everybody, key=lambda one: one.spans[0].start_ms)


def _worth(face: FollowedFace) -> float:
    left, top, right, bottom = face.box_xyxy
    return overall_quality(face.description, side_px=min(right - left, bottom - top))


def _length_ms(info: VideoInfo, last_ms: int) -> int:
    total = info.duration_seconds
    return last_ms if total is None else max(last_ms, int(total * 1000))
