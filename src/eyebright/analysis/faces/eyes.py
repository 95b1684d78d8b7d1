"""The two eyes of each face close up: contour and iris (MediaPipe iris net), in picture pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from eyebright.analysis.faces.levelled import run_in_batches
from eyebright.analysis.faces.mesh import Meshes
from eyebright.geometry.arrays import AnyArray, ByteArray, DoubleArray, FloatArray
from eyebright.geometry.transforms import invert, similarity, transform_points
from eyebright.imaging.crops import warp
from eyebright.imaging.image import Image
from eyebright.runtime.session import OnnxModel

SIZE_PX = 64
MARGIN = 2.3
"""Side of the crop over the distance of the eye's corners, as the net was trained."""
CORNERS: tuple[tuple[int, int], ...] = ((33, 133), (362, 263))
"""Mesh points at the corners of the left and right eye, each from left to right."""
CONTOUR = 16
"""The first 16 of the net's 71 points go round the lids: outer corner, lower lid, inner corner
(point 8), upper lid. The rest is brow and surroundings."""


@dataclass(frozen=True, slots=True, eq=False)
class Eyes:
    """Left and right eye (as seen in the picture) of N faces.

    contours: (N, 2, 16, 2) float32 pixels, see CONTOUR; points 0 and 8 are the outer and the
        inner corner.
    irises: (N, 2, 5, 2) float32 pixels: centre, then four points of the rim.
    """

    contours: FloatArray
    irises: FloatArray


class IrisModel:
    """Prepare, run, decode."""

    def __init__(self, model: OnnxModel) -> None:
        self._model = model

    def run(self, image: Image, meshes: Meshes) -> Eyes:
        """The eyes of each meshed face, in their order."""
        matrices = eye_squares(meshes.points)
        crops = np.empty((2 * len(matrices), SIZE_PX, SIZE_PX, 3), np.uint8)
        for index, matrix in enumerate(matrices.reshape(-1, 2, 3)):
            crop = warp(image.pixels, matrix, (SIZE_PX, SIZE_PX), border="replicate")
            crops[index] = mirrored(crop) if index % 2 else crop
        return decode(run_in_batches(self._model, crops), matrices)


def mirrored(crop: ByteArray) -> ByteArray:
    """The net knows left eyes only: right ones are shown to it in the mirror."""
    return crop[:, ::-1]


def eye_squares(mesh_points: FloatArray) -> DoubleArray:
    """Similarities (N, 2, 2, 3) from the picture to upright squares around both eyes."""
    return np.array(
        [[_eye_square(face, pair) for pair in CORNERS] for face in mesh_points]
    ).reshape(-1, 2, 2, 3)


def _eye_square(face: FloatArray, pair: tuple[int, int]) -> DoubleArray:
    left, right = face[pair[0], :2].astype(float), face[pair[1], :2].astype(float)
    across = right - left
    width = max(float(np.hypot(*across)), 1.0)
    centre = (left + right) / 2
    return similarity(
        scale=SIZE_PX / (MARGIN * width),
        degrees=-float(np.degrees(np.arctan2(across[1], across[0]))),
        centre_xy=(float(centre[0]), float(centre[1])),
        to_xy=(SIZE_PX / 2, SIZE_PX / 2),
    )


def decode(outputs: Mapping[str, AnyArray], matrices: DoubleArray) -> Eyes:
    """From pixels of the crops back to those of the picture.

    outputs: eye (2N, 71, 3) and iris (2N, 5, 3), left and right by turns; matrices (N, 2, 2, 3).
    """
    count = len(matrices)
    contours = outputs["eye"][:, :CONTOUR, :2].reshape(count, 2, CONTOUR, 2).astype(np.float32)
    irises = outputs["iris"][:, :, :2].reshape(count, 2, 5, 2).astype(np.float32)
    for in_crop in (contours, irises):
        in_crop[:, 1, :, 0] = SIZE_PX - 1 - in_crop[:, 1, :, 0]
        for face, pair in enumerate(matrices):
            for side in (0, 1):
                in_crop[face, side] = transform_points(invert(pair[side]), in_crop[face, side])
    return Eyes(contours=contours, irises=irises)
