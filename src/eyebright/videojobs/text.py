"""Text detection: what can be read, second by second; lines before words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from eyebright.analysis.sight import Sight
from eyebright.analysis.text.selection import Region, WordFilter, select
from eyebright.analysis.text.values import Polygon, TextLine
from eyebright.video.sampling import Policy, per_second
from eyebright.video.values import Frame
from eyebright.videojobs.codec import converted
from eyebright.videojobs.still import FINE, StillScene
from eyebright.videojobs.values import VideoKind
from eyebright.videojobs.work import Context, Timed, Work

ONCE_A_SECOND = per_second(1)
MAX_WORDS = 100
"""Of one frame."""


@dataclass(frozen=True, slots=True)
class TextSettings:
    """regions: polygons as shares of the frame's width and height."""

    word_filter: WordFilter = WordFilter()  # noqa: RUF009 (frozen, and empty)
    regions: tuple[tuple[tuple[float, float], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class VideoText:
    """A line or a word. number: its id in the frame. parent: a word's line."""

    type: Literal["LINE", "WORD"]
    number: int
    parent: int | None
    text: str
    score: float
    polygon_xy: Polygon


@dataclass(frozen=True, slots=True)
class TextWork:
    sight: Sight
    settings: TextSettings
    scene: StillScene[tuple[VideoText, ...]]
    policy: Policy = ONCE_A_SECOND

    def look(self, frame: Frame) -> Sequence[Timed[VideoText]]:
        found = self.scene.answer(frame, self._ask)
        return [Timed(frame.milliseconds, one) for one in found]

    def _ask(self, frame: Frame) -> tuple[VideoText, ...]:
        image = frame.image()
        lines = select(
            self.sight.text().read(image),
            size_wh=image.size_wh,
            word_filter=self.settings.word_filter,
            regions=[_region(shares, image.size_wh) for shares in self.settings.regions],
            most_words=MAX_WORDS,
        )
        return _numbered(lines)

    def finish(self) -> Sequence[Timed[VideoText]]:
        return ()

    def state(self) -> bytes:
        return self.scene.state()


def _region(shares: Sequence[tuple[float, float]], size_wh: tuple[int, int]) -> Region:
    return Region(np.array(shares, np.float32) * np.array(size_wh, np.float32))


def _numbered(lines: Sequence[TextLine]) -> tuple[VideoText, ...]:
    found = [
        VideoText("LINE", number, None, line.text, line.score, line.polygon_xy)
        for number, line in enumerate(lines)
    ]
    for parent, line in enumerate(lines):
        for word in line.words:
            found.append(
                VideoText("WORD", len(found), parent, word.text, word.score, word.polygon_xy)
            )
    return tuple(found)


def _begin(context: Context, settings: Mapping[str, Any], state: bytes | None) -> TextWork:
    scene = StillScene(tuple[VideoText, ...], state, rules=FINE)
    return TextWork(context.sight, converted(settings, TextSettings), scene)


TEXT_DETECTION = Work(VideoKind.TEXT_DETECTION, VideoText, _begin)
