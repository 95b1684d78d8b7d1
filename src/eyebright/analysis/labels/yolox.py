"""YOLOX, one look at one picture: prepare -> run -> decode.

The net (Ge et al. 2021, "YOLOX: Exceeding YOLO Series in 2021") answers, for every cell of three
grids (8, 16 and 32 pixels), where the middle of a thing lies, how large it is, how sure it is that
there is one, and which.
"""

from __future__ import annotations

import math

import numpy as np

from eyebright.geometry.arrays import AnyArray, ByteArray, FloatArray
from eyebright.geometry.fusion import NO_BOXES, ClassedBoxes
from eyebright.imaging.crops import letterbox, mirrored
from eyebright.runtime.session import OnnxModel

SIDE_MULTIPLE_PX = 32
"""Both sides of what the net sees are multiples of this."""
_CELLS_PX = (8, 16, 32)
_FILL = 114
"""Grey of the canvas around the picture, as in training."""
_LARGEST_LOG_CELLS = 8.0
"""3,000 cells; keeps a net that sees noise from overflowing."""


def look_twice(
    model: OnnxModel, pixels: ByteArray, side_px: int, *, threshold: float, most: int
) -> tuple[ClassedBoxes, ClassedBoxes]:
    """What the net sees in the picture at one size, and what it sees mirrored.

    pixels: (H, W, 3) uint8 RGB; side_px: its longest side for the net; most: candidates kept of
    each look, the strongest. Boxes in pixels of `pixels`, may reach outside; not yet suppressed:
    several cells see the same thing.
    """
    canvas, scale = prepare(pixels, side_px)
    cells = model.run(np.stack([canvas, mirrored(canvas)]))["cells"]
    size_hw = (canvas.shape[0], canvas.shape[1])
    straight, turned = (strongest(decode(one, size_hw, threshold=threshold), most) for one in cells)
    back = turned.boxes_xyxy.copy()
    back[:, [0, 2]] = canvas.shape[1] - back[:, [2, 0]]
    return (
        ClassedBoxes(straight.boxes_xyxy / np.float32(scale), straight.scores, straight.classes),
        ClassedBoxes(back / np.float32(scale), turned.scores, turned.classes),
    )


def prepare(pixels: ByteArray, side_px: int) -> tuple[ByteArray, float]:
    """The picture with its longest side at `side_px`, on the smallest canvas that the net takes.

    Returns the canvas and its pixels per picture pixel.
    """
    height, width = pixels.shape[:2]
    scale = side_px / max(height, width)
    size_wh = (_whole(round(width * scale)), _whole(round(height * scale)))
    return letterbox(pixels, size_wh, fill=_FILL)


def decode(cells: FloatArray, size_hw: tuple[int, int], *, threshold: float) -> ClassedBoxes:
    """All cells and classes above the threshold, in pixels of the canvas.

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


def strongest(found: ClassedBoxes, most: int) -> ClassedBoxes:
    """At most so many, best first."""
    return found.take(np.argsort(-found.scores, kind="stable")[:most])


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
