"""CenterFace, one look at one picture: prepare -> run -> decode.

The net (Xu et al. 2019, "CenterFace: Joint Face Detection and Alignment Using Face as Point")
answers, for every cell of 4x4 pixels, whether the middle of a face lies there, how large it is and
where its five points are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.geometry.arrays import AnyArray, ByteArray, FloatArray, IndexArray
from eyebright.geometry.boxes import box_sizes_wh
from eyebright.geometry.suppression import non_maximum_suppression
from eyebright.runtime.session import OnnxModel

SIDE_MULTIPLE_PX = 32
"""Both sides of what the net sees are multiples of this."""
_CELL_PX = 4
_LARGEST_LOG_CELLS = 8.0
"""12,000 pixels; keeps a net that sees noise from overflowing."""
_MOST_CANDIDATES = 3000
"""Strongest cells that suppression sorts out; a crowd of 500 has about 2,000."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """N places that could be faces.

    boxes_xyxy: (N, 4) float32 pixels, may reach outside the picture.
    scores: (N,) float32, 0-1, the net's heatmap as it is: no probability.
    points: (N, 5, 2) float32 pixels, in the order of `Detections.points`.
    """

    boxes_xyxy: FloatArray
    scores: FloatArray
    points: FloatArray

    def __len__(self) -> int:
        return len(self.scores)

    @property
    def sides_px(self) -> FloatArray:
        """(N,): side of the square with the same area."""
        sides: FloatArray = np.sqrt(box_sizes_wh(self.boxes_xyxy).prod(axis=1))
        return sides

    @property
    def best_score(self) -> float:
        """The strongest score; 0 when there is nothing."""
        return float(self.scores.max(initial=0.0))

    def take(self, which: IndexArray | AnyArray) -> Candidates:
        """Those at the indices, or where a mask is true."""
        return Candidates(self.boxes_xyxy[which], self.scores[which], self.points[which])

    def moved(self, *, scale_xy: tuple[float, float], offset_xy: tuple[float, float]) -> Candidates:
        """The same places after scaling, then shifting the picture."""
        scale, offset = np.asarray(scale_xy, np.float32), np.asarray(offset_xy, np.float32)
        boxes = self.boxes_xyxy.reshape(-1, 2, 2) * scale + offset
        return Candidates(boxes.reshape(-1, 4), self.scores, self.points * scale + offset)


NOTHING = Candidates(
    np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros((0, 5, 2), np.float32)
)


def look(model: OnnxModel, pixels: ByteArray, *, threshold: float) -> Candidates:
    """Every cell above the threshold, in pixels of `pixels`: (H, W, 3) uint8 RGB, both sides
    multiples of SIDE_MULTIPLE_PX. Not yet suppressed: several cells see the same face."""
    return decode(model.run(pixels[None]), threshold=threshold)


def decode(outputs: Mapping[str, AnyArray], *, threshold: float) -> Candidates:
    """Boxes and points from the outputs for one picture, strongest first.

    heatmap (1, 1, h, w) 0-1; scale (1, 2, h, w) log of height and width in cells; offset
    (1, 2, h, w) y and x of the middle within its cell; landmarks (1, 10, h, w) y and x of the five
    points from the box's top left corner, in units of the box.
    """
    heatmap = outputs["heatmap"][0, 0]
    rows, columns = np.nonzero(heatmap > threshold)
    scores = heatmap[rows, columns]
    strongest = np.argsort(-scores, kind="stable")[:_MOST_CANDIDATES]
    rows, columns, scores = rows[strongest], columns[strongest], scores[strongest]

    logs_hw = outputs["scale"][0][:, rows, columns].T
    sizes_hw = np.exp(np.minimum(logs_hw, _LARGEST_LOG_CELLS)) * _CELL_PX
    within_yx = outputs["offset"][0][:, rows, columns].T + 0.5
    centres_yx = (np.stack([rows, columns], axis=1) + within_yx) * _CELL_PX
    corners_yx = centres_yx - sizes_hw / 2
    boxes = np.concatenate([corners_yx[:, ::-1], (corners_yx + sizes_hw)[:, ::-1]], axis=1)
    points_yx = outputs["landmarks"][0][:, rows, columns].T.reshape(-1, 5, 2)
    points = (points_yx * sizes_hw[:, None] + corners_yx[:, None])[:, :, ::-1]
    return Candidates(
        boxes.astype(np.float32), scores.astype(np.float32), points.astype(np.float32)
    )


def join(parts: Sequence[Candidates], *, max_iou: float) -> Candidates:
    """One candidate for each place, strongest first, from all cells of all looks."""
    boxes = np.concatenate([part.boxes_xyxy for part in parts])
    scores = np.concatenate([part.scores for part in parts])
    points = np.concatenate([part.points for part in parts])
    kept = non_maximum_suppression(boxes, scores, max_iou=max_iou)
    return Candidates(boxes[kept], scores[kept], points[kept])
