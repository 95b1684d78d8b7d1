"""Face detection: each face of each looked-at frame, with what it looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eyebright.analysis.faces.observation import FaceAttribute, FaceDescription
from eyebright.analysis.sight import Sight
from eyebright.video.sampling import Policy, per_second
from eyebright.video.values import Frame
from eyebright.videojobs.still import FINE, StillScene
from eyebright.videojobs.values import VideoKind
from eyebright.videojobs.work import Context, Timed, Work

MAX_FACES = 100
TWICE_A_SECOND = per_second(2)
"""What the service's own published answers are spaced at."""
NOT_IN_VIDEO = frozenset({FaceAttribute.FACE_OCCLUDED, FaceAttribute.EYE_DIRECTION})
"""The service never says these of faces in videos."""


@dataclass(frozen=True, slots=True)
class VideoFace:
    """One face in one frame. box_xyxy: pixels of the frame. score: 0-1."""

    box_xyxy: tuple[float, float, float, float]
    score: float
    description: FaceDescription


@dataclass(frozen=True, slots=True)
class FaceWork:
    """Nothing is carried from one frame to the next but what a still scene shows."""

    sight: Sight
    wanted: frozenset[FaceAttribute]
    scene: StillScene[tuple[VideoFace, ...]]
    policy: Policy = TWICE_A_SECOND

    def look(self, frame: Frame) -> Sequence[Timed[VideoFace]]:
        return [Timed(frame.milliseconds, one) for one in self.scene.answer(frame, self._ask)]

    def _ask(self, frame: Frame) -> tuple[VideoFace, ...]:
        image = frame.image()
        detections = self.sight.faces.detect(image).largest(MAX_FACES)
        descriptions = self.sight.faces.describe(image, detections, wanted=self.wanted)
        return tuple(
            VideoFace(
                box_xyxy=(float(box[0]), float(box[1]), float(box[2]), float(box[3])),
                score=float(score),
                description=description,
            )
            for box, score, description in zip(
                detections.boxes_xyxy, detections.scores, descriptions, strict=True
            )
        )

    def finish(self) -> Sequence[Timed[VideoFace]]:
        return ()

    def state(self) -> bytes:
        return self.scene.state()


def _begin(context: Context, settings: Mapping[str, Any], state: bytes | None) -> FaceWork:
    """settings: {"attributes": [names of FaceAttribute]}."""
    wanted = frozenset(FaceAttribute(name) for name in settings.get("attributes", ()))
    scene = StillScene(tuple[VideoFace, ...], state, rules=FINE)
    return FaceWork(context.sight, wanted - NOT_IN_VIDEO, scene)


FACE_DETECTION = Work(VideoKind.FACE_DETECTION, VideoFace, _begin)
