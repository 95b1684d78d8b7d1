"""64 bits that stay when a picture is saved again."""

from __future__ import annotations

import numpy as np
import pytest

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.crops import resize
from eyebright.imaging.decode import decode_image
from eyebright.imaging.encode import encode_jpeg
from eyebright.imaging.fingerprint import fingerprint


def scene(seed: int) -> ByteArray:
    """Smooth, like a photograph: 240 x 320."""
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 12, 3)).astype(np.uint8)
    return resize(coarse, (320, 240))


def distance(one: ByteArray, other: ByteArray) -> int:
    a, b = fingerprint(one), fingerprint(other)
    assert a is not None
    assert b is not None
    return (a ^ b).bit_count()


@pytest.mark.parametrize("seed", range(5))
def test_it_stays_when_a_picture_is_saved_again_resized_or_brightened(seed: int) -> None:
    picture = scene(seed)
    brighter = np.clip(picture.astype(np.int16) + 20, 0, 255).astype(np.uint8)
    assert distance(picture, decode_image(encode_jpeg(picture, quality=40)).pixels) <= 6
    assert distance(picture, resize(picture, (160, 120))) <= 4
    assert distance(picture, brighter) <= 8


def test_other_pictures_have_another() -> None:
    pictures = [scene(seed) for seed in range(20)]
    apart = [distance(a, b) for at, a in enumerate(pictures) for b in pictures[at + 1 :]]
    assert len(apart) == 190
    assert min(apart) > 12


def test_a_blank_picture_has_none() -> None:
    assert fingerprint(np.full((100, 100, 3), 128, np.uint8)) is None
