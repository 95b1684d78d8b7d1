"""Label detection: what a video shows, second by second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eyebright.analysis.labels.filters import select
from eyebright.analysis.labels.values import Label, LabelFilters
from eyebright.analysis.sight import Sight
from eyebright.video.sampling import Policy, per_second
from eyebright.video.values import Frame
from eyebright.videojobs.codec import converted
from eyebright.videojobs.still import StillScene
from eyebright.videojobs.values import VideoKind
from eyebright.videojobs.work import Context, Timed, Work

ONCE_A_SECOND = per_second(1)
STEP_MS = 1000


@dataclass(frozen=True, slots=True)
class LabelSettings:
    """min_score: 0-1. filters: as lists in the request, sets in use."""

    min_score: float = 0.5
    filters: LabelFilters = LabelFilters()  # noqa: RUF009 (frozen, and empty)


@dataclass(frozen=True, slots=True)
class LabelWork:
    sight: Sight
    settings: LabelSettings
    scene: StillScene[tuple[Label, ...]]
    policy: Policy = ONCE_A_SECOND

    def look(self, frame: Frame) -> Sequence[Timed[Label]]:
        labels = self.scene.answer(frame, self._ask)
        return [Timed(frame.milliseconds, label) for label in labels]

    def _ask(self, frame: Frame) -> tuple[Label, ...]:
        labels = self.sight.labels().label(self.sight.observe(frame.image()))
        return select(labels, min_score=self.settings.min_score, filters=self.settings.filters)

    def finish(self) -> Sequence[Timed[Label]]:
        return ()

    def state(self) -> bytes:
        return self.scene.state()


def _begin(context: Context, settings: Mapping[str, Any], state: bytes | None) -> LabelWork:
    return LabelWork(
        context.sight, converted(settings, LabelSettings), StillScene(tuple[Label, ...], state)
    )


def _rank(found: Timed[Label]) -> tuple[str, float, int]:
    return found.item.name, -found.item.score, found.at_ms


LABEL_DETECTION = Work(VideoKind.LABEL_DETECTION, Label, _begin, rank=_rank)
