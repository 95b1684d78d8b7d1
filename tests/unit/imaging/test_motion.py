from __future__ import annotations

import numpy as np

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.crops import resize
from eyebright.imaging.motion import inner_change, left_by_motion


def picture(seed: int) -> ByteArray:
    small = np.random.default_rng(seed).integers(20, 235, (7, 12, 3)).astype(np.uint8)
    return resize(small, (72, 42))


def test_of_a_picture_that_was_moved_little_is_left() -> None:
    wide = picture(1)
    one, other = wide[4:31, 6:54], wide[5:32, 9:57]
    assert inner_change(one, other) > 5
    assert left_by_motion(one, other) < 0.35 * inner_change(one, other)


def test_of_a_different_picture_most_is_left() -> None:
    one, other = picture(1)[:27, :48], picture(2)[:27, :48]
    assert left_by_motion(one, other) > 0.75 * inner_change(one, other)


def test_of_the_same_picture_nothing_is_left() -> None:
    assert left_by_motion(picture(1), picture(1)) < 1.0
