"""Square pieces of a picture around each face, turned so that the face stands upright."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from eyebright.analysis.faces.observation import Detections
from eyebright.geometry.arrays import AnyArray, ByteArray, DoubleArray, FloatArray
from eyebright.geometry.boxes import box_centres, box_sizes_wh
from eyebright.geometry.transforms import similarity
from eyebright.imaging.crops import Border, chips
from eyebright.runtime.session import OnnxModel

_BATCH = 8
"""Faces per run: enough to use a core well, few enough to keep working memory small."""


def upright_degrees(points: FloatArray) -> FloatArray:
    """How far each face leans, (N,) degrees, clockwise positive, from its five points (N, 5, 2).

    The line of the eyes and the line from eyes to mouth say it together: in profile the eyes fall
    on one point and their line alone would say anything.
    """
    eyes = points[:, 1] - points[:, 0]
    down = (points[:, 3] + points[:, 4] - points[:, 0] - points[:, 1]) / 2
    across = eyes + np.stack([down[:, 1], -down[:, 0]], axis=1)
    degrees: FloatArray = np.degrees(np.arctan2(across[:, 1], across[:, 0])).astype(np.float32)
    return degrees


def levelled_squares(detections: Detections, *, margin: float, size_px: int) -> DoubleArray:
    """Similarities (N, 2, 3) from the picture to upright squares of `size_px`.

    margin: side of the square over the longer side of the box.
    """
    sides = box_sizes_wh(detections.boxes_xyxy).max(axis=1, initial=1.0)
    centres = box_centres(detections.boxes_xyxy)
    leans = upright_degrees(detections.points)
    matrices = [
        similarity(
            scale=size_px / (margin * max(float(side), 1.0)),
            degrees=-float(lean),
            centre_xy=(float(centre[0]), float(centre[1])),
            to_xy=(size_px / 2, size_px / 2),
        )
        for side, centre, lean in zip(sides, centres, leans, strict=True)
    ]
    return np.array(matrices, np.float64).reshape(-1, 2, 3)


def levelled_chips(
    pixels: ByteArray,
    detections: Detections,
    *,
    margin: float,
    size_px: int,
    border: Border = "replicate",
) -> ByteArray:
    """The pixels of those squares, (N, size_px, size_px, 3) uint8."""
    matrices = levelled_squares(detections, margin=margin, size_px=size_px)
    return chips(pixels, matrices, (size_px, size_px), border=border)


def run_in_batches(model: OnnxModel, images: ByteArray) -> Mapping[str, AnyArray]:
    """All outputs for any number of chips, also none, a few chips at a time."""
    count = len(images)
    # A run over one blank chip tells the shapes of outputs when there is no face at all.
    starts = range(0, max(count, 1), _BATCH)
    padded = images if count else np.zeros((1, *images.shape[1:]), np.uint8)
    runs = [model.run(padded[start : start + _BATCH]) for start in starts]
    return {
        name: np.concatenate([np.asarray(run[name]) for run in runs])[:count] for name in runs[0]
    }


def unit_interval(logit: float) -> float:
    """The logistic function, safe for any finite number."""
    return 1.0 / (1.0 + math.exp(-max(min(logit, 60.0), -60.0)))
