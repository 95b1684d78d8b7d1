"""Frames as small pictures, for those who look at every one of them."""

from __future__ import annotations

import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import Interpolation

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.planes import small_rgb

_PLANAR = frozenset(
    f"yuv{full}{sampling}p" for full in ("", "j") for sampling in ("420", "422", "444")
)
"""Layouts of three planes with a byte for each sample."""
_FULL_RANGE = 2  # AVCOL_RANGE_JPEG


def thumbnail(frame: VideoFrame, size_wh: tuple[int, int]) -> ByteArray:
    """(h, w, 3) RGB, upright, of this size whatever the shape of the frame."""
    turns = turns_of(frame)
    small = _small(frame, size_wh[::-1] if turns % 2 else size_wh)
    return np.ascontiguousarray(np.rot90(small, turns)) if turns else small


def turns_of(frame: VideoFrame) -> int:
    """Quarter turns, counter-clockwise as FFmpeg counts them, until it is upright: 0-3."""
    return round(frame.rotation / 90) % 4


def _small(frame: VideoFrame, size_wh: tuple[int, int]) -> ByteArray:
    name = frame.format.name
    if name not in _PLANAR:
        converted = frame.reformat(*size_wh, "rgb24", interpolation=Interpolation.AREA)
        return np.asarray(converted.to_ndarray(), np.uint8)
    luma, blueness, redness = (_samples(plane) for plane in frame.planes)
    full_range = name.startswith("yuvj") or int(frame.color_range or 0) == _FULL_RANGE
    return small_rgb((luma, blueness, redness), size_wh, full_range=full_range)


def _samples(plane: VideoPlane) -> ByteArray:
    """(h, w), a view of the decoder's memory: lines are padded there."""
    lines = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    samples: ByteArray = lines[:, : plane.width]
    return samples
