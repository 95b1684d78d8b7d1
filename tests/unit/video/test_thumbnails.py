"""Small pictures of frames against FFmpeg's own conversion of the whole frame, then made small."""

from __future__ import annotations

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.crops import resize
from eyebright.video.thumbnails import thumbnail


def picture(size_wh: tuple[int, int] = (320, 180)) -> ByteArray:
    """Soft patches of strong colours."""
    patches = np.random.default_rng(5).integers(0, 256, (9, 16, 3)).astype(np.uint8)
    return resize(patches, size_wh)


def worst(one: ByteArray, other: ByteArray) -> float:
    return float(np.abs(one.astype(float) - other).mean())


@pytest.mark.parametrize(
    "layout", ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "nv12", "yuv420p10le", "rgb24"]
)
@pytest.mark.parametrize("size_wh", [(320, 180), (322, 182), (180, 320), (98, 56), (40, 30)])
def test_every_layout_of_samples_becomes_the_same_picture(
    layout: str, size_wh: tuple[int, int]
) -> None:
    frame = VideoFrame.from_ndarray(picture(size_wh), format="rgb24").reformat(format=layout)
    expected = resize(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8), (96, 54))
    small = thumbnail(frame, (96, 54))
    assert small.shape == (54, 96, 3)
    assert worst(small, expected) < 9.0


def test_televisions_black_and_white_are_black_and_white() -> None:
    for level, expected in ((16, 0), (235, 255)):
        grey = np.full((270, 320), 128, np.uint8)
        grey[:180] = level
        frame = VideoFrame.from_ndarray(grey, format="yuv420p")
        assert thumbnail(frame, (16, 9)).mean() == pytest.approx(expected, abs=1)


def test_a_turned_frame_is_upright(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = av.VideoFrame.from_ndarray(picture((180, 320)), format="rgb24")
    flat = thumbnail(frame, (54, 96))
    monkeypatch.setattr("eyebright.video.thumbnails.turns_of", lambda _frame: 1)
    assert worst(thumbnail(frame, (96, 54)), np.rot90(flat)) == 0.0
