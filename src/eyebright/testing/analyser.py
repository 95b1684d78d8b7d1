"""An analyser without models: coloured squares are faces, and their colour says who it is."""

from __future__ import annotations

import hashlib
from collections import deque
from itertools import product
from typing import overload

import numpy as np

from eyebright.analysis.faces.landmarks import five_landmarks
from eyebright.analysis.faces.observation import (
    YES_NO_ATTRIBUTES,
    AgeRange,
    Detections,
    Emotion,
    EyeDirection,
    FaceAttribute,
    FaceDescription,
    GenderGuess,
    Pose,
    Quality,
    YesNo,
)
from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.geometry.arrays import ByteArray, DoubleArray, FloatArray
from eyebright.imaging.image import Image
from eyebright.testing.pictures import PEOPLE

DIMENSION = 320
_CELL_PX = 4
_COLOURFUL = 60.0
"""Least difference between the strongest and the weakest channel of a face, 0-255."""
_SMALLEST_CELLS = 9
_EMOTIONS: tuple[tuple[Emotion, float], ...] = (
    ("CALM", 0.9),
    ("HAPPY", 0.04),
    ("SAD", 0.02),
    ("SURPRISED", 0.01),
    ("ANGRY", 0.01),
    ("DISGUSTED", 0.01),
    ("FEAR", 0.01),
    ("CONFUSED", 0.0),
)
_FIVE_POINTS = ((0.3, 0.35), (0.7, 0.35), (0.5, 0.55), (0.35, 0.75), (0.65, 0.75))


class FakeSimilarity:
    """A straight line: cosine 0 and below is 0 percent, cosine 1 is 100. Strangers reach 10 percent
    once in ten comparisons, 20 once in a hundred, and so on."""

    @overload
    def to_percent(self, cosine: float) -> float: ...
    @overload
    def to_percent(self, cosine: DoubleArray | FloatArray) -> DoubleArray: ...
    def to_percent(self, cosine: float | DoubleArray | FloatArray) -> float | DoubleArray:
        if isinstance(cosine, np.ndarray):
            return np.clip(cosine.astype(np.float64) * 100.0, 0.0, 100.0)
        return min(max(float(cosine) * 100.0, 0.0), 100.0)

    def to_cosine(self, percent: float) -> float:
        return percent / 100.0

    def false_match_rate(self, percent: float) -> float:
        return float(10.0 ** (-percent / 10.0))


class FakeAnalyser:
    """Stands in for `analysis.faces.analyser.FaceAnalyser`; see `pictures.py` for its pictures.

    The same person in two pictures is about 99 % similar, two people about 0.
    """

    def __init__(self) -> None:
        digest = hashlib.sha256(b"eyebright fake analyser 1").hexdigest()
        self.space = EmbeddingSpace(name="fake/1", dimension=DIMENSION, digest=digest)
        self.similarity = FakeSimilarity()

    def detect(self, image: Image) -> Detections:
        """Every coloured patch, largest box first."""
        boxes = np.array(_patches(image.pixels), np.float32).reshape(-1, 4)
        sides = boxes[:, 2:] - boxes[:, :2]
        order = np.argsort(-sides[:, 0] * sides[:, 1], kind="stable")
        boxes, sides = boxes[order], sides[order]
        points = boxes[:, None, :2] + sides[:, None, :] * np.array(_FIVE_POINTS, np.float32)
        return Detections(boxes, np.full(len(boxes), 0.99, np.float32), points.astype(np.float32))

    def describe(
        self,
        image: Image,
        detections: Detections,
        *,
        wanted: frozenset[FaceAttribute] = frozenset(),
    ) -> list[FaceDescription]:
        """The same calm, frontal answer for every face, with what was asked for."""
        brightness = float(image.pixels.mean()) / 255.0
        return [_description(points, wanted, brightness) for points in detections.points]

    def embed(self, image: Image, detections: Detections) -> FloatArray:
        """(N, 320) float32, unit length: the nearest person's vector and a little of the colour."""
        vectors = [_vector(_colour(image.pixels, box)) for box in detections.boxes_xyxy]
        return np.array(vectors, np.float32).reshape(-1, DIMENSION)


def _patches(pixels: ByteArray) -> list[tuple[float, float, float, float]]:
    height, width = (side // _CELL_PX for side in pixels.shape[:2])
    cells = pixels[: height * _CELL_PX, : width * _CELL_PX].reshape(
        height, _CELL_PX, width, _CELL_PX, 3
    )
    means = cells.mean(axis=(1, 3))
    waiting = (means.max(axis=2) - means.min(axis=2)) > _COLOURFUL
    patches = []
    for row, column in product(range(height), range(width)):
        if waiting[row, column]:
            patch = _flood(waiting, row, column)
            if len(patch) >= _SMALLEST_CELLS:
                patches.append(_box(patch))
    return patches


def _flood(
    waiting: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], row: int, column: int
) -> list[tuple[int, int]]:
    waiting[row, column] = False
    queue, patch = deque([(row, column)]), []
    while queue:
        here = queue.popleft()
        patch.append(here)
        for down, right in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            y, x = here[0] + down, here[1] + right
            if 0 <= y < waiting.shape[0] and 0 <= x < waiting.shape[1] and waiting[y, x]:
                waiting[y, x] = False
                queue.append((y, x))
    return patch


def _box(patch: list[tuple[int, int]]) -> tuple[float, float, float, float]:
    rows, columns = [y for y, _ in patch], [x for _, x in patch]
    left, top = min(columns) * _CELL_PX, min(rows) * _CELL_PX
    return left, top, (max(columns) + 1) * _CELL_PX, (max(rows) + 1) * _CELL_PX


def _colour(pixels: ByteArray, box: FloatArray) -> DoubleArray:
    left, top, right, bottom = (int(edge) for edge in box)
    inset_x, inset_y = (right - left) // 4, (bottom - top) // 4
    middle = pixels[top + inset_y : bottom - inset_y, left + inset_x : right - inset_x]
    return np.asarray(middle.reshape(-1, 3).mean(axis=0), np.float64)


def _vector(colour: DoubleArray) -> FloatArray:
    palette = np.array(list(PEOPLE.values()), np.float64)
    person = int(np.argmin(((palette - colour) ** 2).sum(axis=1)))
    vector = _direction(person) + 0.08 * _direction(1000 + int(colour.sum()))
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def _direction(seed: int) -> DoubleArray:
    direction = np.random.default_rng(seed).standard_normal(DIMENSION)
    return np.asarray(direction / np.linalg.norm(direction), np.float64)


def _description(
    points: FloatArray, wanted: frozenset[FaceAttribute], brightness: float
) -> FaceDescription:
    asked = [attribute for attribute in YES_NO_ATTRIBUTES if attribute in wanted]
    eyes_open = FaceAttribute.EYES_OPEN
    gaze = EyeDirection(yaw=0.0, pitch=0.0, confidence=0.9)
    return FaceDescription(
        pose=Pose(roll=0.0, yaw=0.0, pitch=0.0),
        quality=Quality(brightness=brightness, sharpness=0.9),
        landmarks=five_landmarks(points),
        age=AgeRange(25, 35) if FaceAttribute.AGE_RANGE in wanted else None,
        gender=GenderGuess("Female", 0.9) if FaceAttribute.GENDER in wanted else None,
        answers={attribute: YesNo(attribute is eyes_open, 0.95) for attribute in asked},
        emotions=_EMOTIONS if FaceAttribute.EMOTIONS in wanted else (),
        eye_direction=gaze if FaceAttribute.EYE_DIRECTION in wanted else None,
    )
