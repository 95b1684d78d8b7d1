"""The pose of one person: seventeen points of the body (MoveNet Lightning).

The net looks at a square around one person and finds the points of whoever is nearest to its
middle. What its publishers do after the last convolution is done here, in numpy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from eyebright.analysis.faces.levelled import run_in_batches
from eyebright.geometry.arrays import AnyArray, FloatArray
from eyebright.geometry.boxes import box_centres, box_sizes_wh
from eyebright.geometry.transforms import similarity
from eyebright.imaging.crops import chips
from eyebright.imaging.image import Image
from eyebright.runtime.session import OnnxModel

POINTS = 17
NOSE, LEFT_EYE, RIGHT_EYE, LEFT_EAR, RIGHT_EAR = range(5)
LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_ELBOW, RIGHT_ELBOW, LEFT_WRIST, RIGHT_WRIST = range(5, 11)
"""Left and right are the person's own, as in COCO, on which the net was trained."""

SIZE_PX = 192
CELLS = 48
_CELL_PX = SIZE_PX / CELLS
_MARGIN = 1.25
"""Side of the square over the longer side of the person's box, as the publishers track people."""
_NEARNESS = 1.8
"""Added to distances in cells, so that the nearest cell does not count for ever; the net's own."""


@dataclass(frozen=True, slots=True, eq=False)
class Poses:
    """N persons. points: (N, 17, 2) float32 pixels of the picture; scores: (N, 17), 0-1."""

    points: FloatArray
    scores: FloatArray


class PoseModel:
    """Prepare, run, decode."""

    def __init__(self, model: OnnxModel) -> None:
        self._model = model

    def run(self, image: Image, boxes_xyxy: FloatArray) -> Poses:
        """One pose for each person's box (N, 4), in their order."""
        sides = _MARGIN * np.maximum(box_sizes_wh(boxes_xyxy).max(axis=1, initial=1.0), 1.0)
        middle = (SIZE_PX / 2, SIZE_PX / 2)
        matrices = np.array(
            [
                similarity(
                    scale=SIZE_PX / float(side),
                    degrees=0.0,
                    centre_xy=(float(x), float(y)),
                    to_xy=middle,
                )
                for side, (x, y) in zip(sides, box_centres(boxes_xyxy), strict=True)
            ]
        ).reshape(-1, 2, 3)
        crops = chips(image.pixels, matrices, (SIZE_PX, SIZE_PX))
        found = decode(run_in_batches(self._model, crops))
        scales = (sides / SIZE_PX).astype(np.float32)[:, None, None]
        moved = (found.points - SIZE_PX / 2) * scales + box_centres(boxes_xyxy)[:, None]
        return Poses(moved.astype(np.float32), found.scores)


def decode(outputs: Mapping[str, AnyArray]) -> Poses:
    """Points in pixels of the crops.

    outputs: heatmaps (N, 17, 48, 48) and centre (N, 1, 48, 48), 0-1; regression and offsets
        (N, 34, 48, 48) in cells, y before x for each point.
    """
    heat = np.asarray(outputs["heatmaps"], np.float32)
    count, at = len(heat), np.arange(len(heat))
    rows, columns = np.indices((CELLS, CELLS), dtype=np.float32)
    from_middle = np.hypot(rows - CELLS / 2, columns - CELLS / 2) + _NEARNESS
    centre = (outputs["centre"][:, 0] / from_middle).reshape(count, CELLS**2).argmax(axis=1)
    row, column = centre // CELLS, centre % CELLS
    guess = outputs["regression"][at, :, row, column].reshape(count, POINTS, 2)
    guess = guess + np.stack([row, column], axis=1)[:, None]
    away = np.hypot(
        rows - guess[..., :1, None].reshape(count, POINTS, 1, 1),
        columns - guess[..., 1:, None].reshape(count, POINTS, 1, 1),
    )
    best = (heat / (away + _NEARNESS)).reshape(count, POINTS, CELLS**2).argmax(axis=2)
    row, column = best // CELLS, best % CELLS
    offsets = outputs["offsets"].reshape(count, POINTS, 2, CELLS, CELLS)
    who, which = at[:, None], np.arange(POINTS)[None]
    fine = offsets[who, which, :, row, column]
    points = np.stack([column + fine[..., 1], row + fine[..., 0]], axis=2) * _CELL_PX
    return Poses(points.astype(np.float32), heat[who, which, row, column])
