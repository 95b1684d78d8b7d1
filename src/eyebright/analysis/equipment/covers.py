"""What covers a face: linear heads on its texture, as a classifier's middle layers see it.

A face is turned upright and cut out; the net's map of it (channels, rows, columns) keeps where
things are, which the last layers of a classifier forget. Two linear heads read the lower rows:
whether anything is worn over the face, and whether that covers nose and mouth. A third reads the
upper rows: whether the head is bare.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from eyebright.analysis.equipment.values import Box
from eyebright.analysis.faces.align import DLIB, Template, aligned_chips
from eyebright.analysis.faces.heads import LinearHead, read_head
from eyebright.analysis.faces.levelled import run_in_batches, upright_degrees
from eyebright.analysis.faces.observation import Detections
from eyebright.geometry.arrays import FloatArray
from eyebright.geometry.boxes import box_sizes_wh
from eyebright.imaging.image import Image
from eyebright.packs.pack import Pack
from eyebright.runtime.session import OnnxModel, Runtime

TEXTURE_FILE = "face_texture.onnx"
HEADS_FILE = "covers.npz"
SIZE_PX = 160
_SCALE = SIZE_PX / DLIB.size_px
CHIP = Template(SIZE_PX, tuple((x * _SCALE, y * _SCALE) for x, y in DLIB.points))
"""dlib's chip, larger: the face with a quarter of its side around it."""
LOWER_FACE, UPPER_FACE = "lower_face", "upper_face"
_FIRST_LOWER_ROW, _LAST_UPPER_ROW, _SIDE_COLUMNS = 3, 5, 1
"""Of the map's ten rows and columns: eyes and below without the outermost columns, and the eyes
and above with them."""


@dataclass(frozen=True, slots=True, eq=False)
class CoverScores:
    """Of N faces, each (N,) float32, 0-1.

    worn: that something is worn over mouth, nose or chin.
    covers: if so, that it covers nose and mouth. hat: that something is worn on the head.
    """

    worn: FloatArray
    covers: FloatArray
    hat: FloatArray


class TextureModel:
    """Prepare, run, decode."""

    def __init__(self, model: OnnxModel) -> None:
        self._model = model

    def run(self, image: Image, detections: Detections) -> dict[str, FloatArray]:
        """Blocks for the heads: LOWER_FACE and UPPER_FACE, (N, length) each."""
        crops = aligned_chips(image.pixels, detections.points, CHIP)
        maps = np.asarray(run_in_batches(self._model, crops)["texture"], np.float32)
        return blocks_of(maps)


@dataclass(frozen=True, slots=True, eq=False)
class CoverJudge:
    """Immutable after `load`."""

    texture: TextureModel
    worn: LinearHead
    covers: LinearHead
    hat: LinearHead

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime) -> Self:
        """Raises PackInvalid when the model or a head is missing."""
        arrays = pack.arrays(HEADS_FILE)
        return cls(
            texture=TextureModel(runtime.load(pack.model_path(TEXTURE_FILE))),
            worn=read_head(arrays, "WORN"),
            covers=read_head(arrays, "COVERS"),
            hat=read_head(arrays, "HAT"),
        )

    def judge(self, image: Image, detections: Detections) -> CoverScores:
        """One answer for each face, in their order."""
        blocks = self.texture.run(image, detections)
        heads = (self.worn, self.covers, self.hat)
        worn, covers, hat = (head.probabilities(blocks)[:, 0] for head in heads)
        return CoverScores(worn, covers, hat)


def blocks_of(maps: FloatArray) -> dict[str, FloatArray]:
    """Maps (N, channels, rows, columns) as rows of numbers."""
    inner = slice(_SIDE_COLUMNS, maps.shape[3] - _SIDE_COLUMNS)
    parts = {
        LOWER_FACE: maps[:, :, _FIRST_LOWER_ROW:, inner],
        UPPER_FACE: maps[:, :, :_LAST_UPPER_ROW],
    }
    return {
        name: part.reshape(len(part), int(np.prod(part.shape[1:]))) for name, part in parts.items()
    }


def cover_box(detections: Detections, index: int, *, covers: bool) -> Box:
    """Where a cover of this face is: the face below the middle between eyes and nose, or below the
    nose when it does not cover that. On a face that leans, the box around that part."""
    points = detections.points[index].astype(float)
    width, height = (
        float(side) for side in box_sizes_wh(detections.boxes_xyxy[index : index + 1])[0]
    )
    lean = np.radians(float(upright_degrees(detections.points[index : index + 1])[0]))
    across, down = np.array([np.cos(lean), np.sin(lean)]), np.array([-np.sin(lean), np.cos(lean)])
    left, top, right, bottom = (float(edge) for edge in detections.boxes_xyxy[index])
    middle = np.array([(left + right) / 2, (top + bottom) / 2])
    eyes, nose = points[:2].mean(axis=0), points[2]
    upper = (eyes + nose) / 2 if covers else nose
    start = float(np.clip((upper - middle) @ down, -height / 2, height / 4))
    corners = np.array(
        [
            middle + side * width / 2 * across + depth * down
            for side in (-1, 1)
            for depth in (start, height / 2)
        ]
    )
    (low_x, low_y), (high_x, high_y) = corners.min(axis=0), corners.max(axis=0)
    return float(low_x), float(low_y), float(high_x), float(high_y)
