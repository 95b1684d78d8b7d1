from __future__ import annotations

import itertools

import numpy as np
import pytest

from eyebright.analysis.faces.views import tiles_of, views_of

SIDES = (256, 640, 1600, 3200)


def views(width: int, height: int) -> list[tuple[int, int]]:
    found = views_of((width, height), longest_sides_px=SIDES, most_enlarged=4.0)
    return [view.size_wh for view in found]


def test_a_phone_photo_gets_every_view() -> None:
    assert views(4000, 3000) == [(256, 192), (640, 480), (1600, 1216), (3200, 2400)]


def test_the_last_view_never_enlarges_and_the_middle_ones_only_so_far() -> None:
    assert views(400, 300) == [(256, 192), (640, 480), (1600, 1216)]
    assert views(250, 250) == [(256, 256), (640, 640), (1024, 1024)]


def test_a_tiny_picture_is_enlarged_for_the_first_view() -> None:
    assert views(80, 80) == [(256, 256), (320, 320)]


def test_a_view_that_shows_little_more_is_left_out() -> None:
    assert views(1700, 1700) == [(256, 256), (640, 640), (1600, 1600)]


def test_a_strip_keeps_a_side_that_the_net_can_take() -> None:
    assert views(10_000, 80)[0] == (256, 32)


def test_only_the_smallest_view_is_first() -> None:
    found = views_of((4000, 3000), longest_sides_px=SIDES, most_enlarged=4.0)
    assert [view.first for view in found] == [True, False, False, False]
    assert found[2].scale == pytest.approx(0.4)


def test_a_small_view_is_one_tile() -> None:
    (tile,) = tiles_of((640, 480), tile_px=1024, overlap_px=192)
    assert tile.box == (0, 0, 640, 480)


@pytest.mark.parametrize("size_wh", [(1600, 1216), (3200, 2400), (3200, 32), (1056, 1056)])
def test_tiles_cover_the_view_and_their_cores_share_it_out(size_wh: tuple[int, int]) -> None:
    tiles = tiles_of(size_wh, tile_px=1024, overlap_px=192)
    assert len(tiles) > 1
    x, y = np.meshgrid(np.arange(0, size_wh[0], 7) + 0.25, np.arange(0, size_wh[1], 7) + 0.25)
    owners = np.zeros(x.shape, int)
    for tile in tiles:
        left, top, right, bottom = tile.box
        assert left >= 0
        assert top >= 0
        assert right <= size_wh[0]
        assert bottom <= size_wh[1]
        assert max(right - left, bottom - top) <= 1024
        assert (right - left) % 32 == (bottom - top) % 32 == 0
        core = (x >= tile.core[0]) & (x < tile.core[2]) & (y >= tile.core[1]) & (y < tile.core[3])
        owners += core
        reach = (x[core] >= left) & (x[core] <= right) & (y[core] >= top) & (y[core] <= bottom)
        assert reach.all()
    assert (owners == 1).all()


def test_neighbours_overlap_at_least_as_asked() -> None:
    tiles = tiles_of((3200, 32), tile_px=1024, overlap_px=192)
    edges = [(tile.box[0], tile.box[2]) for tile in tiles]
    overlaps = [end - start for (_, end), (start, _) in itertools.pairwise(edges)]
    assert min(overlaps) >= 190
