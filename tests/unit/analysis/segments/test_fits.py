"""Blends and movements that are made, so that it is known which they are."""

from __future__ import annotations

import numpy as np
import pytest

from eyebright.analysis.segments.blends import BlendRules
from eyebright.analysis.segments.fits import Blend, FitRules, is_movement, sure_blend
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.imaging.crops import resize


def picture(seed: int, width: int = 96) -> ByteArray:
    """(27, width, 3), soft patches."""
    small = np.random.default_rng(seed).integers(20, 235, (7, width // 6, 3)).astype(np.uint8)
    return resize(small, (width, 27))


def mixed(one: ByteArray, other: ByteArray, shares: FloatArray) -> list[ByteArray]:
    return [np.rint((1 - share) * one + share * other).astype(np.uint8) for share in shares]


def sure(frames: list[ByteArray]) -> Blend | None:
    return sure_blend(frames, FitRules(), BlendRules())


def even(length: int) -> FloatArray:
    return np.linspace(0, 1, length + 2).astype(np.float32)


@pytest.mark.parametrize("length", [5, 12, 40])
def test_an_even_blend_is_sure_and_its_first_and_last_mixed_frames_are_known(length: int) -> None:
    one, other = picture(1, 48), picture(2, 48)
    told = sure([one] * 6 + mixed(one, other, even(length)) + [other] * 3)
    assert told is not None
    assert told.score > 0.9
    assert abs(told.first - 7) <= 1
    assert abs(told.end - (7 + length)) <= 1


def test_a_fade_from_black_is_sure() -> None:
    black = np.zeros((27, 48, 3), np.uint8)
    assert sure(mixed(black, picture(1, 48), even(20))) is not None


@pytest.mark.parametrize("bend", [4.0, 0.25])
def test_an_uneven_change_is_not_sure(bend: float) -> None:
    assert sure(mixed(picture(1, 48), picture(2, 48), even(30) ** bend)) is None


def test_a_picture_that_only_gets_darker_is_not_sure() -> None:
    bright = picture(1, 48)
    assert sure(mixed(bright, (bright * 0.3).astype(np.uint8), even(20))) is None


def test_pictures_that_hardly_differ_are_not_sure() -> None:
    one = picture(1, 48)
    assert sure(mixed(one, one + np.uint8(3), even(20))) is None


def test_frames_that_are_all_alike_are_no_blend() -> None:
    assert sure([picture(1, 48)] * 20) is None


def pan(pixels_a_frame: float) -> list[ByteArray]:
    wide = picture(3, 144)
    return [wide[:, round(number * pixels_a_frame) :][:, :48] for number in range(9)]


@pytest.mark.parametrize("pixels_a_frame", [0.5, 1.0])
def test_a_camera_that_moves_is_movement(pixels_a_frame: float) -> None:
    frames = pan(pixels_a_frame)
    assert is_movement(frames[0], frames[4], frames[8], FitRules())


def test_a_blend_is_no_movement() -> None:
    frames = mixed(picture(1, 48), picture(2, 48), even(7))
    assert not is_movement(frames[0], frames[4], frames[8], FitRules())


def test_a_curtain_that_is_drawn_over_the_picture_is_movement() -> None:
    one, other = picture(1, 48), picture(2, 48)
    half = np.concatenate([other[:, :24], one[:, 24:]], axis=1)
    assert is_movement(one, half, other, FitRules())
