"""YOLOX, one look at one picture: prepare -> run -> decode.

The net (Ge et al. 2021, "YOLOX: Exceeding YOLO Series in 2021") answers, for every cell of three
grids (8, 16 and 32 pixels), where the middle of a thing lies, how large it is, how sure it is that
there is one, and which.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from eyebright.geometry.arrays import AnyArray, ByteArray, FloatArray
from eyebright.geometry.fusion import NO_BOXES, ClassedBoxes
from eyebright.geometry.suppression import non_maximum_suppression
from eyebright.imaging.crops import letterbox
from eyebright.runtime.session import OnnxModel

SIDE_MULTIPLE_PX = 32
"""Both sides of what the net sees are multiples of this."""
_CELLS_PX = (8, 16, 32)
_FILL = 114
"""Grey of the canvas around the picture, as in training."""
_MOST_CANDIDATES = 800
"""Strongest cells that suppression sorts out."""
_LARGEST_LOG_CELLS = 8.0
"""3,000 cells; keeps a net that sees noise from overflowing."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the net sees the picture once: fitted into a square of `side_px`, mirrored or not."""

    side_px: int
    mirrored: bool = False


def look(
    model: OnnxModel, pixels: ByteArray, how: Look, *, threshold: float, suppression_iou: float
) -> ClassedBoxes:
    """What one look finds, best first, in pixels of `pixels`; boxes may reach outside."""
    canvas, scale = prepare(pixels, how.side_px)
    if how.mirrored:
        used = min(canvas.shape[1], max(1, round(pixels.shape[1] * scale)))
        canvas[:, :used] = canvas[:, :used][:, ::-1].copy()
    found = decode(model.run(canvas[None])["cells"][0], canvas.shape[:2], threshold=threshold)
    found = suppress(found, max_iou=suppression_iou)
    boxes = found.boxes_xyxy / np.float32(scale)
    if how.mirrored:
        boxes[:, [0, 2]] = pixels.shape[1] - boxes[:, [2, 0]]
    return ClassedBoxes(boxes, found.scores, found.classes)


def prepare(pixels: ByteArray, side_px: int) -> tuple[ByteArray, float]:
    """The picture with its longest side at `side_px`, on the smallest canvas that the net takes.

    Returns the canvas and its pixels per picture pixel.
    """
    height, width = pixels.shape[:2]
    scale = side_px / max(height, width)
    size_wh = (_whole(round(width * scale)), _whole(round(height * scale)))
    return letterbox(pixels, size_wh, fill=_FILL)


def decode(cells: FloatArray, size_hw: tuple[int, int], *, threshold: float) -> ClassedBoxes:
    """All cells and classes above the threshold, in pixels of the canvas; not yet suppressed.

    cells: (A, 5 + classes) float32: middle x, y in cells from the cell's corner, logarithms of
    width and height in cells, objectness, classes (0-1); A: the cells of the three grids by row.
    """
    likely = np.flatnonzero(cells[:, 4] > threshold)
    if not len(likely):
        return NO_BOXES
    scores = cells[likely, 5:] * cells[likely, 4:5]
    row, classes = np.nonzero(scores > threshold)
    corners, steps = _grid(size_hw)
    found = cells[likely[row]]
    step = steps[likely[row], None]
    middles = (found[:, :2] + corners[likely[row]]) * step
    half = np.exp(np.minimum(found[:, 2:4], _LARGEST_LOG_CELLS)) * step * np.float32(0.5)
    boxes: FloatArray = np.concatenate([middles - half, middles + half], axis=1)
    return ClassedBoxes(boxes, scores[row, classes], classes)


def suppress(found: ClassedBoxes, *, max_iou: float) -> ClassedBoxes:
    """One box for each thing, best first; things of different classes may share a place."""
    if not len(found):
        return found
    strongest = found.take(np.argsort(-found.scores, kind="stable")[:_MOST_CANDIDATES])
    # classes laid out side by side never overlap
    width = np.float32(strongest.boxes_xyxy.max() - strongest.boxes_xyxy.min() + 1)
    apart = strongest.boxes_xyxy + (strongest.classes * width)[:, None].astype(np.float32)
    return strongest.take(non_maximum_suppression(apart, strongest.scores, max_iou=max_iou))


def _grid(size_hw: tuple[int, int]) -> tuple[FloatArray, FloatArray]:
    """Corner of each cell in cells, (A, 2) x, y, and its side in pixels, (A,)."""
    corners: list[AnyArray] = []
    steps: list[AnyArray] = []
    for step in _CELLS_PX:
        rows, columns = size_hw[0] // step, size_hw[1] // step
        y, x = np.divmod(np.arange(rows * columns), columns)
        corners.append(np.stack([x, y], axis=1))
        steps.append(np.full(rows * columns, step))
    return np.concatenate(corners).astype(np.float32), np.concatenate(steps).astype(np.float32)


def _whole(side_px: int) -> int:
    return max(1, math.ceil(side_px / SIDE_MULTIPLE_PX)) * SIDE_MULTIPLE_PX
