"""Protective equipment without models: the real inspector over nets that know `pictures.py`.

Whether a coloured square wears a mask is told by its colour. Poses have both arms hanging down, so
that every person who is large enough shows two hands.
"""

from __future__ import annotations

import numpy as np

from eyebright.analysis.equipment.covers import CoverScores
from eyebright.analysis.equipment.inspector import InspectionRules, PackInspector
from eyebright.analysis.equipment.pose import (
    LEFT_ELBOW,
    LEFT_SHOULDER,
    LEFT_WRIST,
    POINTS,
    RIGHT_ELBOW,
    RIGHT_SHOULDER,
    RIGHT_WRIST,
    Poses,
)
from eyebright.analysis.faces.observation import Detections
from eyebright.geometry.arrays import FloatArray
from eyebright.geometry.boxes import box_centres, box_sizes_wh
from eyebright.imaging.image import Image
from eyebright.runtime.session import Runtime
from eyebright.testing.pictures import PEOPLE

WORN = {"Ada": 0.95, "Ben": 0.9, "Cleo": 0.02, "Dina": 0.42}
"""Ada and Ben wear masks, of Dina that cannot be said, nobody else wears one."""
COVERS = {"Ada": 0.97, "Ben": 0.08}
"""Ben wears his below the nose."""
HATS = {"Cleo": 0.01, "Emil": 0.9}
"""Cleo's head is bare for certain, Emil wears a hat."""
RULES = InspectionRules(
    worn_found=0.5,
    worn_absent=0.35,
    hat_absent=0.03,
    least_face_px=8,
    least_score=0.5,
    least_pose_px=48,
    least_joint_score=0.3,
)
_ARMS = {
    LEFT_SHOULDER: (0.7, 0.2),
    LEFT_ELBOW: (0.75, 0.4),
    LEFT_WRIST: (0.75, 0.55),
    RIGHT_SHOULDER: (0.3, 0.2),
    RIGHT_ELBOW: (0.25, 0.4),
    RIGHT_WRIST: (0.25, 0.55),
}
"""Shares of the person's box: x, y. People face us, so their left is at the right."""


class FakeJudge:
    """Knows people by their colours."""

    def judge(self, image: Image, detections: Detections) -> CoverScores:
        names = [_name_at(image, middle) for middle in box_centres(detections.boxes_xyxy)]

        def scores(known: dict[str, float], otherwise: float) -> FloatArray:
            return np.array([known.get(name, otherwise) for name in names], np.float32)

        return CoverScores(scores(WORN, 0.1), scores(COVERS, 0.5), scores(HATS, 0.3))


class FakePoses:
    """Everyone stands upright with arms hanging."""

    def run(self, image: Image, boxes_xyxy: FloatArray) -> Poses:  # noqa: ARG002
        points = np.zeros((len(boxes_xyxy), POINTS, 2), np.float32)
        scores = np.zeros((len(boxes_xyxy), POINTS), np.float32)
        for point, share in _ARMS.items():
            points[:, point] = boxes_xyxy[:, :2] + np.array(share, np.float32) * box_sizes_wh(
                boxes_xyxy
            )
            scores[:, point] = 0.8
        return Poses(points, scores)


def fake_inspector() -> PackInspector:
    return PackInspector(FakeJudge(), FakePoses(), RULES, Runtime(slots=2))


def _name_at(image: Image, middle: FloatArray) -> str:
    x, y = (int(value) for value in middle)
    colour = image.pixels[y, x].astype(int)
    return min(PEOPLE, key=lambda name: int(np.abs(colour - np.array(PEOPLE[name])).sum()))
