"""What is encoded can be decoded."""

from __future__ import annotations

import numpy as np
import pytest

from eyebright.imaging.decode import decode_image
from eyebright.imaging.encode import encode_jpeg, encode_png


def test_pictures_survive_encoding() -> None:
    pixels = np.zeros((90, 120, 3), np.uint8)
    pixels[:, 60:] = (250, 120, 10)
    assert np.array_equal(decode_image(encode_png(pixels)).pixels, pixels)
    again = decode_image(encode_jpeg(pixels, quality=95))
    assert again.format == "JPEG"
    assert np.abs(again.pixels[:, ::20].astype(int) - pixels[:, ::20]).max() < 9


@pytest.mark.parametrize("quality", [50, 80, 90])
def test_a_part_of_a_larger_array_can_be_encoded(quality: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (300, 300, 3), dtype=np.uint8)
    part = pixels[10:110, 20:220]
    assert decode_image(encode_jpeg(part, quality=quality)).size_wh == (200, 100)
