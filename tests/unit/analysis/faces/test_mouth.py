import numpy as np
import pytest

from eyebright.analysis.faces.mouth import edges_of_piece, mouth_edges, mouth_square
from eyebright.geometry.arrays import FloatArray
from eyebright.geometry.transforms import transform_points
from eyebright.imaging.image import Image


def mesh() -> FloatArray:
    face = np.zeros((468, 3), np.float32)
    face[[33, 133, 159, 145], :2] = (80, 60)
    face[[362, 263, 386, 374], :2] = (120, 60)
    face[[13, 14], :2] = (100, 100)
    return face


def test_the_mouth_comes_to_the_middle_of_the_piece() -> None:
    [place] = transform_points(mouth_square(mesh()), np.array([[100, 100]], np.float32))
    assert place.tolist() == pytest.approx([24, 18])


def test_a_dark_gap_makes_edges_down_and_up() -> None:
    piece = np.full((36, 48, 3), 180, np.uint8)
    piece[16:20] = 20
    cells = edges_of_piece(piece).reshape(6, 8, 8)
    assert cells[2:4].sum() > 0.9 * cells.sum()
    assert set(np.flatnonzero(cells.sum(axis=(0, 1)) > 1).tolist()) == {2, 6}


def test_flat_skin_has_no_edges() -> None:
    assert not edges_of_piece(np.full((36, 48, 3), 120, np.uint8)).any()


def test_there_is_a_row_for_each_face() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (160, 200, 3)).astype(np.uint8)
    image = Image(pixels, "PNG", b"", (200, 160))
    assert mouth_edges(image, np.stack([mesh(), mesh()])).shape == (2, 384)
    assert mouth_edges(image, np.empty((0, 468, 3), np.float32)).shape == (0, 384)
