"""Similarity transforms (rotate, scale, move; no shear, no mirror) as 2x3 matrices.

A matrix M maps a point p to M[:, :2] @ p + M[:, 2]. Matrices are float64: they are few, and
they are inverted before they meet pixels.
"""

from __future__ import annotations

import math

import numpy as np

from eyebright.geometry.arrays import DoubleArray, FloatArray


def fit_similarity(source: FloatArray, target: FloatArray) -> DoubleArray:
    """The similarity that maps `source` onto `target` with the least sum of squared distances.

    source, target: (K, 2), K >= 2, in the same order. Returns (2, 3) float64.
    In the plane the optimum of Umeyama (1991, "Least-squares estimation of transformation
    parameters between two point patterns") without reflection has a closed form: with points as
    complex numbers around their means, rotation times scale is <source, target> / <source, source>.
    Points that all coincide, or that have no turn in common, give a pure translation.
    """
    a = [complex(x, y) for x, y in source.tolist()]  # few points: faster than arrays
    b = [complex(x, y) for x, y in target.tolist()]
    from_mean, to_mean = sum(a) / len(a), sum(b) / len(b)
    spread = sum(abs(p - from_mean) ** 2 for p in a)
    aligned = sum((p - from_mean).conjugate() * (q - to_mean) for p, q in zip(a, b, strict=True))
    turn = aligned / spread if aligned else complex(1.0)
    move = to_mean - turn * from_mean
    return np.array([[turn.real, -turn.imag, move.real], [turn.imag, turn.real, move.imag]])


def similarity(
    *, scale: float, degrees: float, centre_xy: tuple[float, float], to_xy: tuple[float, float]
) -> DoubleArray:
    """Scale and turn (clockwise on screen, y down) around `centre_xy`, which lands on `to_xy`."""
    angle = math.radians(degrees)
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    linear = np.array([[cosine, -sine], [sine, cosine]])
    return np.column_stack([linear, np.asarray(to_xy) - linear @ np.asarray(centre_xy)])


def scale_of(matrix: DoubleArray) -> float:
    """How many target pixels one source pixel becomes."""
    return math.hypot(matrix[0, 0], matrix[1, 0])


def invert(matrix: DoubleArray) -> DoubleArray:
    """The transform back."""
    inverse = np.linalg.inv(matrix[:, :2])
    return np.column_stack([inverse, -inverse @ matrix[:, 2]])


def transform_points(matrix: DoubleArray, points: FloatArray) -> FloatArray:
    """Points (..., 2) mapped; float32."""
    mapped: FloatArray = (points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    return mapped
