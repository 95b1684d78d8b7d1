"""The strip of colours below a picture."""

from __future__ import annotations

import numpy as np

from eyebright.imaging.swatches import with_swatches

RED, BLUE = (255, 0, 0), (0, 0, 255)


def test_colours_stand_below_the_picture_as_wide_as_their_shares() -> None:
    picture = np.full((240, 100, 3), 90, np.uint8)
    drawn = with_swatches(picture, [(RED, 0.6), (BLUE, 0.2)])
    assert drawn.shape == (260, 100, 3)
    assert (drawn[:240] == picture).all()
    assert (drawn[240:, :75] == RED).all()
    assert (drawn[240:, 75:] == BLUE).all()


def test_a_picture_without_colours_stays_as_it_is() -> None:
    picture = np.full((80, 80, 3), 90, np.uint8)
    drawn = with_swatches(picture, [])
    assert (drawn == picture).all()
    assert drawn is not picture
