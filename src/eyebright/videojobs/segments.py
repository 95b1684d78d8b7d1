"""Segment detection: shots, technical stretches, credits, and the programme between them."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

from eyebright.analysis.segments.cues import CueFinder, CueRules, CueState
from eyebright.analysis.segments.logos import LogoFinder, LogoState
from eyebright.analysis.segments.overlays import OverlayFinder, OverlayState
from eyebright.analysis.segments.programme import content_of, is_break
from eyebright.analysis.segments.shots import ShotFinder, ShotState
from eyebright.analysis.segments.titles import Read, TitleFinder, TitleState, is_lit
from eyebright.analysis.segments.values import THUMBNAIL_WH, Boundary, Cue, CueKind, Shot
from eyebright.analysis.segments.vision import TransitionVision
from eyebright.analysis.sight import Sight
from eyebright.analysis.text.values import TextLine
from eyebright.analysis.text.vision import TextReader
from eyebright.errors import PackNotInstalled
from eyebright.geometry.arrays import ByteArray
from eyebright.video.sampling import EveryFrame, Policy
from eyebright.video.values import Frame, VideoInfo
from eyebright.videojobs.codec import converted, decode, encode
from eyebright.videojobs.values import VideoKind
from eyebright.videojobs.work import Context, Timed, Work

_LOG = logging.getLogger(__name__)


READING_SIDE = 960
"""Longest side, in pixels, of a card that is read: its smallest writing is 12 high there."""


class SegmentKind(StrEnum):
    SHOT = "SHOT"
    CUE = "CUE"


@dataclass(frozen=True, slots=True)
class SegmentSettings:
    """kinds: what is wanted, in the order of the answer. min_shot_score, min_cue_score: 0-1.
    max_luma, min_coverage: what counts as black, as `CueRules` has it."""

    kinds: tuple[SegmentKind, ...] = (SegmentKind.SHOT, SegmentKind.CUE)
    min_shot_score: float = 0.5
    min_cue_score: float = 0.5
    max_luma: float = 0.2
    min_coverage: float = 0.99


@dataclass(frozen=True, slots=True)
class Segment:
    """A shot or a cue. place: of its kind in the order of the answer."""

    place: int
    shot: Shot | None = None
    cue: Cue | None = None

    @property
    def stretch(self) -> Shot | Cue:
        found = self.shot or self.cue
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class OpenShot:
    """The shot that frames are in. last_frame, last_ms: the last that came."""

    index: int = 0
    start_frame: int = 0
    start_ms: int = 0
    start_score: float | None = None
    last_frame: int = -1
    last_ms: int = 0


@dataclass(frozen=True, slots=True)
class SegmentState:
    """breaks: stretches so far between which the programme lies."""

    shots: ShotState
    cues: CueState
    titles: TitleState
    open: OpenShot
    breaks: tuple[Cue, ...]
    logos: LogoState = LogoState()  # noqa: RUF009 (frozen)
    overlays: OverlayState = OverlayState()  # noqa: RUF009 (frozen)


@dataclass(frozen=True, slots=True)
class Eyes:
    """What segments are seen by. transitions: None finds hard cuts only. text: None finds neither
    credits nor slates nor logos."""

    transitions: TransitionVision | None = None
    text: TextReader | None = None


class SegmentWork:
    """Keeps segments as they become certain, cues among shots; they are read by rank."""

    policy: Policy = EveryFrame()

    def __init__(
        self,
        settings: SegmentSettings,
        eyes: Eyes,
        *,
        length_ms: int | None = None,
        aspect: float = 16 / 9,
        state: SegmentState | None = None,
    ) -> None:
        """length_ms: of the film, where it says so; credits and logos are looked for near its ends.
        aspect: its width over its height."""
        rules = CueRules(max_luma=settings.max_luma, min_coverage=settings.min_coverage)
        self._settings = settings
        self._text = eyes.text
        self._shots = ShotFinder(eyes.transitions, state=None if state is None else state.shots)
        self._cues = CueFinder(rules=rules, state=None if state is None else state.cues)
        self._titles = TitleFinder(
            length_ms=length_ms, state=None if state is None else state.titles
        )
        self._logos = LogoFinder(aspect=aspect, state=None if state is None else state.logos)
        self._overlays = OverlayFinder(state=None if state is None else state.overlays)
        self._open = OpenShot() if state is None else state.open
        self._breaks = [] if state is None else list(state.breaks)

    def look(self, frame: Frame) -> Sequence[Timed[Segment]]:
        found: list[Timed[Segment]] = []
        at_ms = frame.milliseconds
        if SegmentKind.CUE in self._settings.kinds:
            found += self._of_cues(self._cues.add(frame.pixels, at_ms))
            if self._text is not None:
                self._add_titles(frame, partial(_lines, self._text, frame))
        if SegmentKind.SHOT in self._settings.kinds:
            found += self._of_boundaries(self._shots.add(frame.pixels, at_ms))
        self._open = replace(self._open, last_frame=self._open.last_frame + 1, last_ms=at_ms)
        return found

    def finish(self) -> Sequence[Timed[Segment]]:
        found: list[Timed[Segment]] = []
        last_frame, last_ms = self._open.last_frame, self._open.last_ms
        if SegmentKind.CUE in self._settings.kinds:
            titles = self._titles.finish(self._logos.finish(), self._overlays.finish())
            found += self._of_cues([*self._cues.finish(), *titles])
            found += self._told(content_of(self._breaks, last_frame=last_frame, last_ms=last_ms))
        if SegmentKind.SHOT in self._settings.kinds and last_frame >= 0:
            found += self._of_boundaries(self._shots.finish())
            found += self._ended(last_frame, last_ms, None)
        return found

    def state(self) -> bytes:
        return encode(
            SegmentState(
                shots=self._shots.state(),
                cues=self._cues.state(),
                titles=self._titles.state(),
                logos=self._logos.state(),
                overlays=self._overlays.state(),
                open=self._open,
                breaks=tuple(self._breaks),
            )
        )

    def _add_titles(self, frame: Frame, read: Read) -> None:
        at_ms, showing = frame.milliseconds, self._cues.showing
        near, lit = self._titles.is_near_an_end(at_ms), is_lit(showing)
        self._logos.add(frame.pixels, at_ms, lit=lit, read=read if near else None)
        if self._logos.showing:
            showing |= {CueKind.STUDIO_LOGO}
        self._titles.add(frame.pixels, at_ms, showing=showing, read=read)
        over = near and not showing and not self._titles.has_card
        larger = partial(_larger, frame)
        self._overlays.add(at_ms, lit=lit, wanted=over, larger=larger, read=read)

    def _of_cues(self, cues: Sequence[Cue]) -> list[Timed[Segment]]:
        self._breaks += [cue for cue in cues if is_break(cue)]
        return self._told(cues)

    def _told(self, cues: Sequence[Cue]) -> list[Timed[Segment]]:
        place = self._place(SegmentKind.CUE)
        return [
            Timed(cue.start_ms, Segment(place, cue=cue))
            for cue in cues
            if cue.score >= self._settings.min_cue_score
        ]

    def _of_boundaries(self, boundaries: Sequence[Boundary]) -> list[Timed[Segment]]:
        found: list[Timed[Segment]] = []
        for one in boundaries:
            found += self._ended(one.frame - 1, one.before_ms, one.score)
            self._open = replace(
                self._open,
                index=self._open.index + 1,
                start_frame=one.frame,
                start_ms=one.at_ms,
                start_score=one.score,
            )
        return found

    def _ended(self, frame: int, at_ms: int, score: float | None) -> list[Timed[Segment]]:
        """The open shot, ended by this frame. score: of the boundary behind it, None at the end of
        the film. A film without boundaries is one shot for certain."""
        now = self._open
        ends = [one for one in (now.start_score, score) if one is not None]
        shot = Shot(now.index, now.start_frame, frame, now.start_ms, at_ms, min(ends, default=1.0))
        if shot.score < self._settings.min_shot_score:
            return []
        return [Timed(shot.start_ms, Segment(self._place(SegmentKind.SHOT), shot=shot))]

    def _place(self, kind: SegmentKind) -> int:
        kinds = self._settings.kinds
        return kinds.index(kind) if kind in kinds else len(kinds)


def _lines(text: TextReader, frame: Frame) -> tuple[Sequence[TextLine], tuple[int, int]]:
    """What is written in a frame, and the width and height that it was read at."""
    pixels = _larger(frame, READING_SIDE)
    height, width = pixels.shape[:2]
    return text.read(Frame(frame.seconds, pixels).image()), (width, height)


def _larger(frame: Frame, side: int) -> ByteArray:
    return frame.pixels if frame.larger is None else frame.larger(side)


def _begin(context: Context, settings: Mapping[str, Any], state: bytes | None) -> SegmentWork:
    wanted = converted(settings, SegmentSettings)
    return SegmentWork(
        wanted,
        eyes_for(context.sight, wanted.kinds),
        length_ms=length_of(context.info),
        aspect=aspect_of(context.info),
        state=decode(state, SegmentState) if state else None,
    )


def eyes_for(sight: Sight, kinds: Collection[SegmentKind], *, blends: bool = True) -> Eyes:
    """What these kinds of segments need and is installed; the log says what is not."""
    shots = SegmentKind.SHOT in kinds and blends
    return Eyes(
        transitions=transitions_of(sight) if shots else None,
        text=text_of(sight) if SegmentKind.CUE in kinds else None,
    )


def length_of(info: VideoInfo) -> int | None:
    seconds = info.duration_seconds
    return None if seconds is None else int(seconds * 1000)


def aspect_of(info: VideoInfo) -> float:
    width, height = info.size_wh
    return width / max(height, 1)


def transitions_of(sight: Sight) -> TransitionVision | None:
    """None, with a warning in the log, when the pack that sees blends is not installed."""
    try:
        return sight.transitions()
    except PackNotInstalled as error:
        _LOG.warning("Only hard cuts will be found, no dissolves and fades: %s", error.message)
        return None


def text_of(sight: Sight) -> TextReader | None:
    """None, with a warning in the log, when the pack that reads is not installed."""
    try:
        return sight.text()
    except PackNotInstalled as error:
        _LOG.warning("Neither credits, logos nor slates will be found: %s", error.message)
        return None


def _rank(found: Timed[Segment]) -> tuple[int, int]:
    return found.item.place, found.item.stretch.start_frame


SEGMENT_DETECTION = Work(
    VideoKind.SEGMENT_DETECTION, Segment, _begin, rank=_rank, frame_wh=THUMBNAIL_WH
)
