"""Frames and what is known of a video. Times are exact fractions of a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.image import Image

ColourRange = Literal["LIMITED", "FULL"]


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """One sound track. sample_rate: in hertz; 0 if the container does not say."""

    codec: str
    sample_rate: int
    channels: int
    duration_seconds: Fraction | None


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What the container says.

    format: its long name. codec: such as "h264". size_wh: upright, after rotation.
    frame_rate: the average one. duration_seconds: None for streams and files that do not say.
    """

    format: str
    codec: str
    size_wh: tuple[int, int]
    frame_rate: Fraction
    duration_seconds: Fraction | None
    colour_range: ColourRange
    audio: tuple[AudioInfo, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a video.

    seconds: exact, from the first frame of the video, so never negative.
    pixels: (height, width, 3) uint8 RGB, upright.
    larger: where `pixels` is a thumbnail, makes the picture itself, no longer than a side; None
        where `pixels` is all there is.
    """

    seconds: Fraction
    pixels: ByteArray
    larger: Callable[[int], ByteArray] | None = None

    def image(self) -> Image:
        """As the analysis takes pictures; it never was bytes."""
        height, width = self.pixels.shape[:2]
        return Image(self.pixels, "PNG", b"", (width, height))

    @property
    def milliseconds(self) -> int:
        """Whole milliseconds, rounded down."""
        return int(self.seconds * 1000)
