"""Pictures with what was found drawn on them, for people to look at.

Sizes follow the picture and the faces in it, so that a thumbnail and a 50-megapixel photo read
alike. A line has a dark rim and a label its own ground: both stand out from any picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image as PillowImages
from PIL import ImageDraw, ImageFont

from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.imaging.crops import resize

Rgb = tuple[int, int, int]

COLOURS: tuple[Rgb, ...] = (
    (255, 214, 10),
    (64, 200, 255),
    (255, 105, 180),
    (120, 230, 110),
    (255, 149, 60),
    (190, 150, 255),
)
"""Bright enough for dark text on each, and apart for the colour-blind in the first two."""
_DARK: Rgb = (20, 20, 24)
_SMALLEST_LONGEST_SIDE = 640
_LINES_ACROSS = 320  # a line is this part of the longest side, at least 2 pixels
_SMALL_TEXTS_ACROSS, _LARGE_TEXTS_ACROSS = 64, 36  # likewise the heights of the letters
_TEXTS_ACROSS_BOX = 5
_SMALLEST_TEXT_PX = 12.0
_LONGEST_LABEL = 120  # letters; more would not fit any picture

_Rectangle = tuple[float, float, float, float]
_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One thing found.

    box_xyxy: pixels; may reach outside the picture.
    label: one line of text, or nothing.
    points: (n, 2) pixels, or None.
    colour: position in COLOURS, counted round.
    polygon: its corners in pixels, drawn instead of the box; the box is still where the label goes.
    """

    box_xyxy: Sequence[float]
    label: str = ""
    points: FloatArray | None = None
    colour: int = 0
    polygon: Sequence[tuple[float, float]] = ()


def draw_marks(pixels: ByteArray, marks: Iterable[Mark]) -> ByteArray:
    """A copy of (h, w, 3) RGB with all marks on it; small pictures come back enlarged.

    Earlier marks get the better places; in a crowd a label that would hide another is left out.
    The font knows Latin letters only: others show as boxes.
    """
    factor = max(1, -(-_SMALLEST_LONGEST_SIDE // max(pixels.shape[:2])))
    enlarged = resize(pixels, (pixels.shape[1] * factor, pixels.shape[0] * factor))
    canvas = PillowImages.fromarray(enlarged)
    page = _Page(canvas)
    scaled = [_scaled(mark, factor, limit=4.0 * max(canvas.size)) for mark in marks]
    for mark in scaled:
        page.draw_box(mark)
        page.draw_points(mark)
    for mark in scaled:  # last, so that no line crosses a text
        page.draw_label(mark)
    return np.array(canvas, dtype=np.uint8)


def _scaled(mark: Mark, factor: int, *, limit: float) -> Mark:
    """In the canvas's pixels, and not so far outside that drawing takes long."""
    return Mark(
        box_xyxy=[_near(edge * factor, limit) for edge in mark.box_xyxy],
        label=mark.label,
        points=None if mark.points is None else np.asarray(mark.points) * np.float32(factor),
        colour=mark.colour,
        polygon=[(_near(x * factor, limit), _near(y * factor, limit)) for x, y in mark.polygon],
    )


def _near(value: float, limit: float) -> float:
    return max(-limit, min(limit, float(value)))


class _Page:
    """A picture being drawn on, and where its labels are so far."""

    def __init__(self, canvas: PillowImages.Image) -> None:
        self._draw = ImageDraw.Draw(canvas)
        self._width, self._height = canvas.size
        self._longest = max(canvas.size)
        self._line = max(2, round(self._longest / _LINES_ACROSS))
        self._boxes: list[_Rectangle] = []
        self._labels: list[_Rectangle] = []
        self._fonts: dict[int, _Font] = {}

    def draw_box(self, mark: Mark) -> None:
        left, top, right, bottom = _ordered(mark.box_xyxy)
        self._boxes.append((left, top, right, bottom))
        if mark.polygon:
            self._draw_polygon(mark)
            return
        rim = max(1, self._line // 2)
        line = max(2, min(self._line, round((right - left) / 12)))
        radius = min(right - left, bottom - top) / 12
        for colour, grown, width in ((_DARK, rim, line + 2 * rim), (_colour(mark), 0, line)):
            corners = (left - grown, top - grown, right + grown, bottom + grown)
            self._draw.rounded_rectangle(corners, radius + grown, outline=colour, width=width)

    def _draw_polygon(self, mark: Mark) -> None:
        """Thin lines, so that small text between them stays legible."""
        corners = [*mark.polygon, mark.polygon[0]]
        line = max(1, self._line // 2)
        for colour, width in ((_DARK, line + 2), (_colour(mark), line)):
            self._draw.line(corners, fill=colour, width=width, joint="curve")

    def draw_points(self, mark: Mark) -> None:
        if mark.points is None:
            return
        left, _, right, _ = _ordered(mark.box_xyxy)
        # many points on a small face are dots, five on a large one are easily seen
        radius = max(1.0, min(1.2 * self._line, (right - left) / (20 + len(mark.points))))
        rim = max(1.0, radius / 3)
        for x, y in mark.points.tolist():
            outer, inner = _around(x, y, radius + rim), _around(x, y, radius)
            self._draw.ellipse(outer, fill=_DARK)
            self._draw.ellipse(inner, fill=_colour(mark))

    def draw_label(self, mark: Mark) -> None:
        if not mark.label:
            return
        font = self._font(_ordered(mark.box_xyxy))
        text = _fitted(mark.label, font, self._width)
        ascent_to_descent = font.getbbox("Ágp|")
        pad = max(2, round((ascent_to_descent[3] - ascent_to_descent[1]) / 5))
        size_wh = (
            font.getlength(text) + 2 * pad,
            ascent_to_descent[3] - ascent_to_descent[1] + 2 * pad,
        )
        place = self._free_place(_ordered(mark.box_xyxy), size_wh)
        if place is None:
            return
        self._labels.append(place)
        self._draw.rounded_rectangle(place, pad, fill=_colour(mark), outline=_DARK)
        self._draw.text(
            (place[0] + pad, place[1] + pad - ascent_to_descent[1]), text, fill=_DARK, font=font
        )

    def _font(self, box: _Rectangle) -> _Font:
        small, large = self._longest / _SMALL_TEXTS_ACROSS, self._longest / _LARGE_TEXTS_ACROSS
        size = round(
            max(_SMALLEST_TEXT_PX, min(max(small, (box[2] - box[0]) / _TEXTS_ACROSS_BOX), large))
        )
        if size not in self._fonts:
            self._fonts[size] = ImageFont.load_default(size)
        return self._fonts[size]

    def _free_place(self, box: _Rectangle, size_wh: tuple[float, float]) -> _Rectangle | None:
        """Above the box, else below, else inside; off other boxes if possible.

        None when every place would hide another label.
        """
        width, height = size_wh
        left = min(max(0.0, box[0] - self._line), max(0.0, self._width - width - 1))
        lowest = max(0.0, self._height - height - 1)
        above, below = box[1] - height - self._line, box[3] + self._line
        tops = [top for top in (above, below) if 0 <= top <= lowest]
        tops.append(min(max(0.0, box[1] + 2 * self._line), lowest))
        places = [(left, top, left + width, top + height) for top in tops]
        clear = [at for at in places if not _hits(at, self._labels)]
        others = [other for other in self._boxes if other != box]
        off_boxes = [at for at in clear if not _hits(at, others)]
        return next(iter(off_boxes or clear), None)


def _colour(mark: Mark) -> Rgb:
    return COLOURS[mark.colour % len(COLOURS)]


def _ordered(box_xyxy: Sequence[float]) -> _Rectangle:
    """A box whose right is at least a pixel from its left, as drawing needs it."""
    left, top, right, bottom = (float(edge) for edge in box_xyxy)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _around(x: float, y: float, radius: float) -> _Rectangle:
    return x - radius, y - radius, x + radius, y + radius


def _hits(one: _Rectangle, others: Iterable[_Rectangle]) -> bool:
    return any(
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
        for other in others
    )


def _fitted(label: str, font: _Font, width: float) -> str:
    """One printable line, shortened until it fits the picture."""
    text = "".join(letter if letter.isprintable() else " " for letter in label[:_LONGEST_LABEL])
    if font.getlength(text) <= 0.9 * width:
        return text
    while text and font.getlength(text + "…") > 0.9 * width:
        text = text[:-1]
    return text + "…"
