"""What a mouth looks like close up: the directions of its edges (a small HOG, Dalal & Triggs 2005).

The mesh draws lips where lips should be; whether there is a gap between them, the pixels tell.
"""

from __future__ import annotations

import numpy as np

from eyebright.analysis.faces.landmarks import middles_of_eyes
from eyebright.geometry.arrays import ByteArray, DoubleArray, FloatArray
from eyebright.geometry.transforms import similarity
from eyebright.imaging.crops import warp
from eyebright.imaging.image import Image

_SIZE_WH = (48, 36)
_WIDTH = 1.3
"""Width of the piece over the larger of: distance of the eyes, distance from eyes to mouth."""
_INNER_LIPS = (13, 14)
_CELL_PX = 6
_DIRECTIONS = 8
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def mouth_edges(image: Image, mesh_points: FloatArray) -> FloatArray:
    """(N, 384): for each of 6 x 8 cells, how strong the edges in each of 8 directions are.

    mesh_points: (N, 468, 3). Rows are square roots of shares, times 10.
    """
    pieces = [
        warp(image.pixels, mouth_square(face), _SIZE_WH, border="replicate") for face in mesh_points
    ]
    rows = [edges_of_piece(piece) for piece in pieces]
    cells = (_SIZE_WH[0] // _CELL_PX) * (_SIZE_WH[1] // _CELL_PX)
    return np.array(rows, np.float32).reshape(-1, cells * _DIRECTIONS)


def mouth_square(face: FloatArray) -> DoubleArray:
    """The similarity (2, 3) that puts the upright mouth of a mesh (468, 3) into the piece."""
    left_eye, right_eye = middles_of_eyes(face)
    mouth = face[list(_INNER_LIPS), :2].mean(axis=0)
    eyes, down = right_eye - left_eye, mouth - (left_eye + right_eye) / 2
    across = eyes + np.array([down[1], -down[0]])
    reach = max(float(np.hypot(*eyes)), float(np.hypot(*down)), 1.0)
    return similarity(
        scale=_SIZE_WH[0] / (_WIDTH * reach),
        degrees=-float(np.degrees(np.arctan2(across[1], across[0]))),
        centre_xy=(float(mouth[0]), float(mouth[1])),
        to_xy=(_SIZE_WH[0] / 2, _SIZE_WH[1] / 2),
    )


def edges_of_piece(piece: ByteArray) -> FloatArray:
    """(384,) from (36, 48, 3) uint8 RGB."""
    luma = piece.astype(np.float32) @ _LUMA
    right, down = np.zeros_like(luma), np.zeros_like(luma)
    right[:, 1:-1] = luma[:, 2:] - luma[:, :-2]
    down[1:-1] = luma[2:] - luma[:-2]
    strength = np.hypot(right, down)
    place = np.arctan2(down, right) % (2 * np.pi) / (2 * np.pi) * _DIRECTIONS
    lower = np.floor(place).astype(int) % _DIRECTIONS
    part = place - np.floor(place)
    rows, columns = luma.shape[0] // _CELL_PX, luma.shape[1] // _CELL_PX
    cells = np.zeros((rows, columns, _DIRECTIONS), np.float32)
    for direction in range(_DIRECTIONS):
        share = (lower == direction) * (1 - part) + ((lower + 1) % _DIRECTIONS == direction) * part
        summed = (strength * share).reshape(rows, _CELL_PX, columns, _CELL_PX).sum(axis=(1, 3))
        cells[..., direction] = summed
    edges: FloatArray = (10 * np.sqrt(cells / (cells.sum() + 1e-6))).ravel().astype(np.float32)
    return edges
