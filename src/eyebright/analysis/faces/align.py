"""Chips: faces turned, scaled and moved so that their five points lie where a net expects them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eyebright.geometry.arrays import ByteArray, DoubleArray, FloatArray
from eyebright.geometry.transforms import fit_similarity
from eyebright.imaging.crops import Border, chips


@dataclass(frozen=True, slots=True)
class Template:
    """Where the five points lie in a square chip.

    points: five (x, y) in pixels of the chip, in the order of `Detections.points`.
    """

    size_px: int
    points: tuple[tuple[float, float], ...]

    def cut(self, margin_px: float) -> Template:
        """The chip after cutting a margin on each side and enlarging the rest to the same size."""
        scale = self.size_px / (self.size_px - 2 * margin_px)
        points = tuple(((x - margin_px) * scale, (y - margin_px) * scale) for x, y in self.points)
        return Template(self.size_px, points)


ARCFACE = Template(
    112,
    ((38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655),
     (70.7299, 92.2041)),
)  # fmt: skip
"""Deng et al. 2019, "ArcFace"; MobileFaceNet was trained on such chips."""

DLIB = Template(
    150,
    ((47.789, 47.686), (102.221, 46.477), (74.515, 79.194), (51.242, 104.428), (97.380, 103.459)),
)
"""dlib's chip of 150 pixels with a padding of 0.25, for CenterFace's points: the median place of
each over 260 development photos that dlib's own five-point predictor had aligned."""

DLIB_TIGHT = DLIB.cut(6.0)
"""The same with 6 pixels less on each side: a second view that errs differently."""


def alignment(points: FloatArray, template: Template) -> DoubleArray:
    """Similarities (N, 2, 3) from the picture to the chip, from points (N, 5, 2) in the picture."""
    target = np.asarray(template.points, np.float32)
    matrices = [fit_similarity(face, target) for face in points]
    return np.asarray(matrices, np.float64).reshape(-1, 2, 3)


def aligned_chips(
    pixels: ByteArray, points: FloatArray, template: Template, *, border: Border = "black"
) -> ByteArray:
    """(N, size, size, 3) uint8 RGB chips of a picture (H, W, 3); N may be 0."""
    size_wh = (template.size_px, template.size_px)
    return chips(pixels, alignment(points, template), size_wh, border=border)
