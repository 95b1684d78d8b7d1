"""The 468-point mesh of each face (MediaPipe's face landmark net), in pixels of the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from eyebright.analysis.faces.levelled import levelled_squares, run_in_batches
from eyebright.analysis.faces.observation import Detections
from eyebright.geometry.arrays import AnyArray, DoubleArray, FloatArray
from eyebright.geometry.transforms import invert, scale_of, transform_points
from eyebright.imaging.crops import chips
from eyebright.imaging.image import Image
from eyebright.runtime.session import OnnxModel

MARGIN = 1.5
"""Side of the crop over that of the face's box, as the net was trained."""
SIZE_PX = 192
POINTS = 468


@dataclass(frozen=True, slots=True, eq=False)
class Meshes:
    """The meshes of N faces.

    points: (N, 468, 3) float32: x and y in pixels of the picture, z away from the camera on the
        same scale, zero in the middle of the head.
    presence: (N,) float32 logit: above 0 the net itself holds the crop for a face.
    """

    points: FloatArray
    presence: FloatArray


class MeshModel:
    """Prepare, run, decode."""

    def __init__(self, model: OnnxModel) -> None:
        self._model = model

    def run(self, image: Image, detections: Detections) -> Meshes:
        """One mesh for each detection, in their order."""
        matrices = levelled_squares(detections, margin=MARGIN, size_px=SIZE_PX)
        crops = chips(image.pixels, matrices, (SIZE_PX, SIZE_PX), border="black")
        return decode(run_in_batches(self._model, crops), matrices)


def decode(outputs: Mapping[str, AnyArray], matrices: DoubleArray) -> Meshes:
    """From pixels of the crops back to those of the picture.

    outputs: landmarks (N, 468, 3) and presence (N,); matrices: (N, 2, 3), picture to crop.
    """
    points = np.empty((len(matrices), POINTS, 3), np.float32)
    for target, in_crop, matrix in zip(points, outputs["landmarks"], matrices, strict=True):
        target[:, :2] = transform_points(invert(matrix), in_crop[:, :2])
        target[:, 2] = in_crop[:, 2] / scale_of(matrix)
    presence = np.asarray(outputs["presence"], np.float32).reshape(-1)
    return Meshes(points=points, presence=presence)
