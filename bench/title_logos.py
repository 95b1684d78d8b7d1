"""Logos as studios show them, drawn from a seed, and pictures that only look alike."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from eyebright.geometry.arrays import ByteArray

_GROUNDS = ((0, 0, 0), (0, 0, 0), (255, 255, 255), (12, 20, 60), (235, 232, 220), (40, 0, 0))
_COLOURS = ((250, 250, 250), (220, 170, 60), (200, 30, 40), (40, 120, 220), (30, 30, 30))
_ENDINGS = ("PICTURES", "Studios", "Films", "ENTERTAINMENT", "Productions", "MEDIA")
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def logo(
    rng: np.random.Generator, size_wh: tuple[int, int], font: Font, name: str
) -> list[ByteArray]:
    """Frames: it fades in or cuts in, stands, and fades out. Half have a studio's name below."""
    picture, ground = _drawn(rng, size_wh, font, name)
    still = int(rng.integers(40, 100))
    steps = int(rng.choice([3, 12, 25]))
    zoom = float(rng.choice([0.0, 0.0, 0.0004]))
    shown = [_closer(picture, 1 + zoom * number) for number in range(still)]
    rising = [_mixed(ground, shown[0], number / steps) for number in range(1, steps)]
    falling = [_mixed(ground, shown[-1], 1 - number / steps) for number in range(1, steps)]
    return [*rising, *shown, *falling]


def bare(pictures: list[ByteArray], count: int) -> list[ByteArray]:
    """Frames of the ground of these."""
    return [np.full_like(pictures[0], pictures[0][0, 0])] * count


def framed(picture: ByteArray, count: int) -> list[ByteArray]:
    """A photograph in the middle of black, which fades in and out: no logo."""
    height, width = picture.shape[:2]
    small = Image.fromarray(picture).resize((width // 2, height // 2))
    page = Image.new("RGB", (width, height))
    page.paste(small, (width // 4, height // 4))
    still = np.asarray(page)
    faded = [_mixed(np.zeros_like(still), still, number / 12) for number in range(1, 12)]
    return [*faded, *[still] * count, *faded[::-1]]


def _drawn(
    rng: np.random.Generator, size_wh: tuple[int, int], font: Font, name: str
) -> tuple[ByteArray, ByteArray]:
    ground = _GROUNDS[int(rng.integers(len(_GROUNDS)))]
    far = [
        one for one in _COLOURS if sum(abs(a - b) for a, b in zip(one, ground, strict=True)) > 200
    ]
    colour = far[int(rng.integers(len(far)))]
    image = Image.new("RGB", size_wh, ground)
    draw = ImageDraw.Draw(image)
    width, height = size_wh
    middle = (width // 2, int(height * rng.uniform(0.4, 0.5)))
    radius = int(height * rng.uniform(0.12, 0.22))
    shapes = (_ring, _star, _shield, _stripes, _letter)
    shapes[int(rng.integers(len(shapes)))](draw, middle, radius, colour, ground)
    if rng.random() < 0.5:
        line = f"{name} {_ENDINGS[int(rng.integers(len(_ENDINGS)))]}"
        draw.text((middle[0], middle[1] + radius + 14), line, fill=colour, font=font, anchor="ma")
    return np.asarray(image), np.full((height, width, 3), ground, np.uint8)


Colour = tuple[int, int, int]
Place = tuple[int, int]


def _ring(
    draw: ImageDraw.ImageDraw, at: Place, radius: int, colour: Colour, ground: Colour
) -> None:
    for share, fill in ((1.0, colour), (0.7, ground), (0.4, colour)):
        draw.circle(at, radius * share, fill=fill)


def _star(draw: ImageDraw.ImageDraw, at: Place, radius: int, colour: Colour, _: Colour) -> None:
    turns = np.arange(10) * np.pi / 5 - np.pi / 2
    long = np.where(np.arange(10) % 2, 0.45, 1.0) * radius
    corners = zip(at[0] + long * np.cos(turns), at[1] + long * np.sin(turns), strict=True)
    draw.polygon([(float(x), float(y)) for x, y in corners], fill=colour)


def _shield(
    draw: ImageDraw.ImageDraw, at: Place, radius: int, colour: Colour, ground: Colour
) -> None:
    x, y, half = at[0], at[1], int(radius * 0.8)
    outline = [
        (x - half, y - radius),
        (x + half, y - radius),
        (x + half, y),
        (x, y + radius),
        (x - half, y),
    ]
    draw.polygon(outline, fill=colour)
    draw.line([(x - half, y - radius), (x + half, y)], fill=ground, width=max(3, radius // 5))


def _stripes(draw: ImageDraw.ImageDraw, at: Place, radius: int, colour: Colour, _: Colour) -> None:
    edges = np.linspace(-radius, radius, 8).round().astype(int)
    for number, (left, right) in enumerate(pairwise(edges)):
        if number % 2 == 0:
            high = radius - 8 * number
            draw.rectangle((at[0] + left, at[1] - high, at[0] + right, at[1] + radius), fill=colour)


def _letter(
    draw: ImageDraw.ImageDraw, at: Place, radius: int, colour: Colour, ground: Colour
) -> None:
    draw.rounded_rectangle(
        (at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius), radius // 3, fill=colour
    )
    half, wide = radius // 2, max(4, radius // 5)
    roof = [(at[0] - half, at[1] + half), (at[0], at[1] - half), (at[0] + half, at[1] + half)]
    draw.line(roof, fill=ground, width=wide)


def _mixed(one: ByteArray, other: ByteArray, share: float) -> ByteArray:
    return (one * (1 - share) + other * share).round().astype(np.uint8)


def _closer(picture: ByteArray, scale: float) -> ByteArray:
    if scale == 1:
        return picture
    height, width = picture.shape[:2]
    away_xy = (width * (1 - 1 / scale) / 2, height * (1 - 1 / scale) / 2)
    box = (away_xy[0], away_xy[1], width - away_xy[0], height - away_xy[1])
    return np.asarray(
        Image.fromarray(picture).resize((width, height), Image.Resampling.BICUBIC, box)
    )
