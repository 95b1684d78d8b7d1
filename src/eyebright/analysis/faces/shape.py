"""The shape of a face without its pose: what moves in it, as numbers for the heads."""

from __future__ import annotations

import numpy as np

from eyebright.analysis.faces.pose import RIGID_POINTS, face_rotation
from eyebright.geometry.arrays import DoubleArray, FloatArray

_LIPS = (
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409),
    *(78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415),
)
_LIDS = (
    *(33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173),
    *(263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398),
)
_BROWS = (
    *(70, 63, 105, 66, 107, 46, 53, 52, 65, 55),
    *(300, 293, 334, 296, 336, 276, 283, 282, 295, 285),
)
_REST = (1, 4, 2, 98, 327, 152, 148, 377, 50, 280, 205, 425, 10, 168, 6, 197)
MOVING_POINTS: tuple[int, ...] = (*_LIPS, *_LIDS, *_BROWS, *_REST)
"""Lips, lids and brows, and a few points of nose, cheeks and chin to see them against."""


def frontal_shape(mesh_points: FloatArray, frontal_points: FloatArray) -> DoubleArray:
    """A mesh (468, 3) turned to look at the camera, around its rigid points, of unit size."""
    rotation = face_rotation(mesh_points, frontal_points)
    rigid = mesh_points[list(RIGID_POINTS)].astype(float)
    middle = rigid.mean(axis=0)
    size = float(np.sqrt(((rigid - middle) ** 2).sum(axis=1).mean()))
    shape: DoubleArray = (mesh_points.astype(float) - middle) @ rotation / max(size, 1e-6)
    return shape


def shape_numbers(shape: DoubleArray) -> FloatArray:
    """(9,) of a frontal shape: how open each eye, how open and wide the mouth, how high its
    corners against the lips, and the gap of the lips on a scale of proportions."""

    def apart(first: int, second: int) -> float:
        return float(np.linalg.norm(shape[first] - shape[second]))

    def mean_apart(pairs: tuple[tuple[int, int], ...]) -> float:
        return float(np.mean([apart(*pair) for pair in pairs]))

    eyes = max(apart(33, 263), 1e-6)
    gap = mean_apart(((13, 14), (81, 178), (311, 402)))
    corners = float(shape[61, 1] + shape[291, 1]) / 2
    return np.array(
        [
            mean_apart(((159, 145), (158, 153), (160, 144))) / max(apart(33, 133), 1e-6),
            mean_apart(((386, 374), (385, 380), (387, 373))) / max(apart(263, 362), 1e-6),
            gap / max(apart(78, 308), 1e-6),
            gap / eyes,
            apart(61, 291) / eyes,
            corners - float(shape[13, 1] + shape[14, 1]) / 2,
            corners - float(shape[17, 1]),
            corners - float(shape[1, 1]),
            np.log(max(gap / eyes, 0.003)),
        ],
        np.float32,
    )


def eye_numbers(contours: FloatArray, irises: FloatArray) -> FloatArray:
    """(38,): the mean contour of both eyes in units of their width, and how open they are.

    contours: (2, 16, 2), irises: (2, 5, 2), pixels (see `eyes.Eyes`).
    """
    left = _in_own_frame(contours[0], irises[0], mirror=False)
    right = _in_own_frame(contours[1], irises[1], mirror=True)
    openings = np.array([_openings(lids) for lids, _ in (left, right)])
    iris = (left[1] + right[1]) / 2
    numbers = [
        *np.sort(openings[:, 0]),
        *np.sort(openings[:, 1]),
        iris[0, 1],
        float(np.linalg.norm(iris[1] - iris[3])),
    ]
    return np.array([*((left[0] + right[0]) * 2).ravel(), *(3 * np.array(numbers))], np.float32)


def _openings(lids: DoubleArray) -> tuple[float, float]:
    """Mean lower lid below mean upper lid, and the same in the middle."""
    return float(lids[1:8, 1].mean() - lids[9:16, 1].mean()), float(lids[4, 1] - lids[12, 1])


def _in_own_frame(
    contour: FloatArray, iris: FloatArray, *, mirror: bool
) -> tuple[DoubleArray, DoubleArray]:
    """Contour and iris with the corners at -.5 and .5: outer corner left, lower lid down."""
    outer, inner = contour[0].astype(float), contour[8].astype(float)
    across = inner - outer
    width = max(float(np.hypot(*across)), 1e-3)
    along = across / width
    down = np.array([along[1], -along[0]]) if mirror else np.array([-along[1], along[0]])
    axes = np.column_stack([along, down])
    middle = (outer + inner) / 2
    return (contour - middle) @ axes / width, (iris - middle) @ axes / width
