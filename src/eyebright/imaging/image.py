"""The picture that all analysis works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from eyebright.geometry.arrays import ByteArray

ImageFormat = Literal["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF"]


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A decoded picture, upright.

    pixels: (height, width, 3) uint8 RGB, after its Exif orientation was applied.
    format: what the bytes were.
    content_sha256: 32 bytes, of the encoded bytes; empty for pictures that never were bytes.
    full_size_wh: width and height in pixels of the picture as stored, upright. It differs from
        the pixels' size only when the picture was decoded at a reduced scale.
    """

    pixels: ByteArray
    format: ImageFormat
    content_sha256: bytes
    full_size_wh: tuple[int, int]

    @property
    def size_wh(self) -> tuple[int, int]:
        """Width and height of `pixels`."""
        return self.pixels.shape[1], self.pixels.shape[0]
