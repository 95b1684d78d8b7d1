"""Marks are drawn where they belong, at any size of picture and box."""

from __future__ import annotations

import numpy as np
import pytest

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.draw import COLOURS, Mark, draw_marks


def grey(width: int, height: int) -> ByteArray:
    return np.full((height, width, 3), 128, np.uint8)


def of_colour(pixels: ByteArray, colour: int) -> ByteArray:
    same: ByteArray = (pixels == np.array(COLOURS[colour], np.uint8)).all(axis=2).astype(np.uint8)
    return same


def test_the_picture_given_is_not_changed() -> None:
    picture = grey(640, 480)
    drawn = draw_marks(picture, [Mark((100, 100, 200, 200), "Ada")])
    assert (picture == 128).all()
    assert drawn.shape == picture.shape
    assert (drawn != 128).any()


def test_without_marks_nothing_is_drawn() -> None:
    assert np.array_equal(draw_marks(grey(640, 480), []), grey(640, 480))


@pytest.mark.parametrize("size", [(640, 480), (100, 80), (3000, 4000), (5, 2000)])
def test_the_line_runs_along_the_box(size: tuple[int, int]) -> None:
    box = (size[0] * 0.25, size[1] * 0.4, size[0] * 0.75, size[1] * 0.8)
    drawn = draw_marks(grey(*size), [Mark(box, colour=1)])
    factor = drawn.shape[1] // size[0]
    rows, columns = np.nonzero(of_colour(drawn, 1))
    edges = [columns.min(), rows.min(), columns.max(), rows.max()]
    assert np.allclose(np.array(edges) / factor, box, atol=2 + max(size) / 200)


def test_small_pictures_are_enlarged_so_that_labels_can_be_read() -> None:
    assert draw_marks(grey(100, 80), []).shape == (560, 700, 3)
    assert draw_marks(grey(640, 80), []).shape == (80, 640, 3)


def test_points_are_drawn_in_the_colour_of_the_mark() -> None:
    points = np.array([[150, 150], [170, 155]], np.float32)
    drawn = draw_marks(grey(640, 480), [Mark((100, 100, 200, 200), points=points, colour=2)])
    assert of_colour(drawn, 2)[150, 150]
    assert of_colour(drawn, 2)[155, 170]


def test_labels_stay_in_the_picture() -> None:
    for box in ((0, 0, 640, 480), (600, 440, 660, 500), (-50, -50, 20, 20), (0, 470, 30, 480)):
        bare = draw_marks(grey(640, 480), [Mark(box)])
        named = draw_marks(grey(640, 480), [Mark(box, "somebody")])
        added = (bare != named).any(axis=2)
        assert added.sum() > 500
        rows, columns = np.nonzero(added)
        assert rows.min() >= 0
        assert np.ptp(rows) > 10
        assert np.ptp(columns) > 50


def test_labels_do_not_hide_each_other() -> None:
    marks = [Mark((300, 200, 340, 250), "one and the same", colour=n) for n in range(6)]
    drawn = draw_marks(grey(640, 480), marks)
    grounds = [of_colour(drawn, n).sum() for n in range(3)]  # above, below, inside
    assert min(grounds) > 500


@pytest.mark.parametrize(
    "label", ["", " ", "x" * 5000, "two\nlines\t\0", "山田 ☺", "\ud800", "\u202eevil", "é" * 40]
)
def test_any_text_can_be_a_label(label: str) -> None:
    drawn = draw_marks(grey(640, 480), [Mark((100, 100, 200, 200), label)])
    assert drawn.shape == (480, 640, 3)


@pytest.mark.parametrize(
    "box", [(10, 10, 10, 10), (50, 50, 20, 20), (-1e6, -1e6, 1e6, 1e6), (9000, 9000, 9001, 9001)]
)
def test_any_box_can_be_drawn(box: tuple[float, float, float, float]) -> None:
    points = np.array([[1e6, -1e6]], np.float32)
    drawn = draw_marks(grey(300, 200), [Mark(box, "odd", points=points)])
    assert drawn.shape == (600, 900, 3)


def test_a_polygon_is_drawn_instead_of_its_box() -> None:
    corners = ((320, 60), (520, 240), (320, 420), (120, 240))
    drawn = draw_marks(grey(640, 480), [Mark((120, 60, 520, 420), colour=1, polygon=corners)])
    marked = of_colour(drawn, 1)
    assert all(marked[y - 4 : y + 5, x - 4 : x + 5].any() for x, y in corners)
    assert marked[146:155, 416:425].any(), "along the side between two corners"
    assert not marked[60:90, 120:150].any(), "nothing where only the box has a corner"


def test_polygons_far_outside_are_drawn_without_trouble() -> None:
    corners = ((-1e9, -1e9), (1e9, -1e9), (1e9, 1e9), (-1e9, 1e9))
    assert draw_marks(grey(64, 48), [Mark((0, 0, 10, 10), polygon=corners)]).shape[2] == 3
