"""Face search in a live stream: whose faces of a collection are in each frame that is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eyebright.analysis.faces.observation import Detections, FaceDescription
from eyebright.analysis.faces.vision import FaceVision
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.people.search import FaceSearch
from eyebright.people.values import FaceMatch
from eyebright.streams.values import FaceSearchPlan
from eyebright.video.change import ChangeGate
from eyebright.video.values import Frame

MAX_FACES = 100
MAX_MATCHES = 5
"""Faces of the collection that are told of each face, most alike first."""


@dataclass(frozen=True, slots=True)
class SeenFace:
    """One face in one frame. box_xyxy: pixels of the frame. score: 0-1."""

    box_xyxy: tuple[float, float, float, float]
    score: float
    description: FaceDescription
    matches: tuple[FaceMatch, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """What the models said of a frame. vectors: (N, d) float32, of unit length."""

    detections: Detections
    descriptions: list[FaceDescription]
    vectors: FloatArray


class FaceSearcher:
    """Looks at the frames of one stream. A frame in which nothing changed is not given to models
    again, but its faces are searched again: the collection may have changed."""

    def __init__(
        self, scope: Scope, plan: FaceSearchPlan, *, vision: FaceVision, search: FaceSearch
    ) -> None:
        self._scope = scope
        self._plan = plan
        self._vision = vision
        self._search = search
        self._gate = ChangeGate()
        self._scene: _Scene | None = None

    def look(self, frame: Frame) -> tuple[SeenFace, ...]:
        """Raises CollectionNotFound once the collection is gone."""
        changed = self._gate.lets_through(frame.pixels)
        if changed or self._scene is None:
            self._scene = self._see(frame)
        scene = self._scene
        return tuple(
            SeenFace(
                box_xyxy=(float(box[0]), float(box[1]), float(box[2]), float(box[3])),
                score=float(score),
                description=description,
                matches=self._who(vector),
            )
            for box, score, description, vector in zip(
                scene.detections.boxes_xyxy,
                scene.detections.scores,
                scene.descriptions,
                scene.vectors,
                strict=True,
            )
        )

    def _see(self, frame: Frame) -> _Scene:
        image = frame.image()
        detections = self._vision.detect(image).largest(MAX_FACES)
        if not len(detections):
            return _Scene(detections, [], np.zeros((0, 0), np.float32))
        descriptions = self._vision.describe(image, detections)
        return _Scene(detections, descriptions, self._vision.embed(image, detections))

    def _who(self, vector: FloatArray) -> tuple[FaceMatch, ...]:
        return tuple(
            self._search.by_vector(
                self._scope,
                self._plan.collection,
                vector,
                space=self._vision.space,
                max_faces=MAX_MATCHES,
                min_percent=self._plan.min_percent,
            )
        )
