"""Pictures with people in them, for the fake analyser: a person is a square of one colour."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.image import Image

BACKGROUND = (128, 128, 128)
PEOPLE: Mapping[str, tuple[int, int, int]] = {
    "Ada": (230, 40, 40),
    "Ben": (40, 200, 40),
    "Cleo": (50, 50, 230),
    "Dina": (230, 220, 40),
    "Emil": (40, 215, 215),
    "Fay": (220, 40, 220),
}
"""Names and their colours, far enough apart to survive JPEG."""


@dataclass(frozen=True, slots=True)
class Sitter:
    """One person in a picture: the square's left upper corner and its side, in pixels."""

    name: str
    left: int
    top: int
    side: int = 64


def draw_people(sitters: Sequence[Sitter], *, size_wh: tuple[int, int] = (320, 240)) -> ByteArray:
    """(height, width, 3) uint8 RGB: a grey wall with a coloured square for each sitter."""
    width, height = size_wh
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[:] = BACKGROUND
    for sitter in sitters:
        rows = slice(sitter.top, sitter.top + sitter.side)
        pixels[rows, sitter.left : sitter.left + sitter.side] = PEOPLE[sitter.name]
    return pixels


def picture_of(*names: str) -> Image:
    """A decoded picture of these people side by side, the first the largest."""
    sitters = line_up(names)
    pixels = draw_people(sitters, size_wh=(96 * max(len(names), 1) + 32, 160))
    return Image(
        pixels=pixels,
        format="PNG",
        content_sha256=hashlib.sha256(pixels.tobytes()).digest(),
        full_size_wh=(pixels.shape[1], pixels.shape[0]),
    )


def line_up(names: Sequence[str]) -> list[Sitter]:
    """Sitters in a row, each a little smaller than the one before."""
    return [
        Sitter(name, left=16 + 96 * place, top=32, side=max(80 - 8 * place, 24))
        for place, name in enumerate(names)
    ]
