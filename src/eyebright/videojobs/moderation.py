"""Content moderation: what some audiences should not see, second by second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eyebright.analysis.moderation.values import ContentType, Moderation, ModerationLabel
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
class ModerationSettings:
    """min_score: 0-1."""

    min_score: float = 0.5


@dataclass(frozen=True, slots=True)
class ModeratedMoment:
    """One label of one frame, and what kind of picture the frame is."""

    label: ModerationLabel
    content_types: tuple[ContentType, ...]


@dataclass(frozen=True, slots=True)
class ModerationWork:
    sight: Sight
    settings: ModerationSettings
    scene: StillScene[Moderation]
    policy: Policy = ONCE_A_SECOND

    def look(self, frame: Frame) -> Sequence[Timed[ModeratedMoment]]:
        """Parents before children, as the service has it in videos."""
        found = self.scene.answer(frame, self._ask)
        sure = [label for label in found.labels if label.score >= self.settings.min_score]
        sure.sort(key=lambda label: label.level)
        return [
            Timed(frame.milliseconds, ModeratedMoment(label, found.content_types)) for label in sure
        ]

    def _ask(self, frame: Frame) -> Moderation:
        return self.sight.moderation().moderate(self.sight.observe(frame.image()))

    def finish(self) -> Sequence[Timed[ModeratedMoment]]:
        return ()

    def state(self) -> bytes:
        return self.scene.state()


def _begin(context: Context, settings: Mapping[str, Any], state: bytes | None) -> ModerationWork:
    return ModerationWork(
        context.sight, converted(settings, ModerationSettings), StillScene(Moderation, state)
    )


def _rank(found: Timed[ModeratedMoment]) -> tuple[str, float, int]:
    return found.item.label.name, -found.item.label.score, found.at_ms


CONTENT_MODERATION = Work(VideoKind.CONTENT_MODERATION, ModeratedMoment, _begin, rank=_rank)
