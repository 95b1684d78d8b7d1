"""Where text is: a net marks the cores of lines, each core becomes a rectangle around its line.

Differentiable binarisation (Liao and others 2020): the net is taught the line shrunk by a distance
of area x ratio / circumference, so that neighbouring lines do not touch; the way back grows the
rectangle around a core by the like distance. The caller chooses the ratio: what is read needs room
around the letters, what is reported should be tight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.geometry.boxes import merged_boxes
from eyebright.geometry.polygons import (
    enclosing_box,
    from_top_left,
    grown_quad,
    quad_size,
    turned_quad,
)
from eyebright.imaging.contours import mean_inside, outlines, smallest_rectangle
from eyebright.imaging.crops import resize
from eyebright.packs.pack import Pack
from eyebright.runtime.session import OnnxModel

STRIDE_PX = 32
"""The net halves five times: sides are multiples of this."""
TALL = 1.5
"""Rectangles this much higher than wide hold text that runs up or down."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a picture is shown to the net.

    shortest_px: the shorter side is brought to this, if it is shorter; longest_px: no side is
    longer, whatever that means for the shorter.
    """

    shortest_px: float
    longest_px: float


@dataclass(frozen=True, slots=True)
class CloserLook:
    """When parts of a picture are looked at again, larger. Sizes are pixels of the first view.

    enlarged: times as large as in the first view. small_px: text lower than this asks for it.
    around_px: how far around such text. most_share: when that is more than this share of the
    picture, as on a printed page, the first look has to do.
    """

    enlarged: float
    small_px: float
    around_px: float
    most_share: float


@dataclass(frozen=True, slots=True)
class DetectionRules:
    """When a mark is a core, and a core a line. Chances are the net's, 0-1.

    threshold: least chance of a pixel of a core. least_score: least mean chance inside a core's
    rectangle. least_core_px: thinner cores, in pixels of the view, are specks. most: cores beyond
    so many are left out, those with the simplest outlines first.
    """

    threshold: float
    least_score: float
    least_core_px: float
    most: int
    scale: Scale
    closer: CloserLook

    @classmethod
    def of(cls, pack: Pack) -> DetectionRules:
        """The rules that a pack states. Raises PackInvalid when one is missing."""

        def number(name: str) -> float:
            return pack.number(f"detection.{name}")

        return cls(
            threshold=number("threshold"),
            least_score=number("least_score"),
            least_core_px=number("least_core_px"),
            most=int(number("most")),
            scale=Scale(number("shortest_px"), number("longest_px")),
            closer=CloserLook(
                enlarged=number("enlarged"),
                small_px=number("small_px"),
                around_px=number("around_px"),
                most_share=number("most_share"),
            ),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A rectangle that may hold a line.

    core: (4, 2) pixels of the picture, from the corner where the text's top left may be; which way
    the text runs is not known yet. score: 0-1, that it is text.
    """

    core: FloatArray
    score: float

    @property
    def is_tall(self) -> bool:
        """Whether text in it is likely to run up or down."""
        width, height = quad_size(self.grown(1.0))
        return height > TALL * width

    def grown(self, ratio: float) -> FloatArray:
        """The core's sides moved outwards by area x ratio / circumference."""
        width, height = quad_size(self.core)
        by = ratio * width * height / (2 * (width + height)) if width + height else 0.0
        return grown_quad(self.core, by_wh=(by, by))

    def turned(self, quarters: int) -> Place:
        """The same rectangle, read with its right side up after one quarter."""
        return Place(turned_quad(self.core, quarters), self.score)


class TextDetector:
    """The net under `DetectionRules`. Immutable; safe to use from any thread."""

    def __init__(self, model: OnnxModel, rules: DetectionRules) -> None:
        self._model = model
        self._rules = rules

    def detect(self, pixels: ByteArray) -> list[Place]:
        """Rectangles in a picture (H, W, 3) uint8 RGB, in no order. Small text may be in several
        that overlap, from looks at two sizes: which one reads better shows when they are read."""
        size_wh = (pixels.shape[1], pixels.shape[0])
        width, height = view_size(size_wh, self._rules.scale)
        scale_xy = (width / size_wh[0], height / size_wh[1])
        found = self._look(pixels, (0, 0, *size_wh), scale_xy=scale_xy)
        again = boxes_to_look_into(found, size_wh, scale_xy=scale_xy, rules=self._rules.closer)
        times = self._rules.closer.enlarged
        for box in again:
            closer = (times * scale_xy[0], times * scale_xy[1])
            found = found + self._look(pixels, box, scale_xy=closer)
        return found

    def _look(
        self, pixels: ByteArray, box: tuple[int, int, int, int], *, scale_xy: tuple[float, float]
    ) -> list[Place]:
        """Rectangles inside a part of the picture, shown so many times as large as it is."""
        left, top, right, bottom = box
        piece = np.ascontiguousarray(pixels[top:bottom, left:right])
        view = resize(piece, _on_stride(piece.shape[1] * scale_xy[0], piece.shape[0] * scale_xy[1]))
        back = (piece.shape[1] / view.shape[1], piece.shape[0] / view.shape[0])
        chances: FloatArray = self._model.run(view[None])["probability"][0, 0]
        offset = np.array([left, top], np.float32)
        return [
            Place(place.core + offset, place.score)
            for place in places_in(chances, self._rules, back_xy=back)
        ]


def view_size(size_wh: tuple[int, int], scale: Scale) -> tuple[int, int]:
    """The width and height that the net is shown, multiples of STRIDE_PX."""
    factor = max(1.0, scale.shortest_px / min(size_wh))
    factor = min(factor, scale.longest_px / max(size_wh))
    return _on_stride(size_wh[0] * factor, size_wh[1] * factor)


def _on_stride(width: float, height: float) -> tuple[int, int]:
    """The next sizes that the net takes."""
    across, down = (max(1, round(side / STRIDE_PX)) * STRIDE_PX for side in (width, height))
    return across, down


def boxes_to_look_into(
    found: Sequence[Place],
    size_wh: tuple[int, int],
    *,
    scale_xy: tuple[float, float],
    rules: CloserLook,
) -> list[tuple[int, int, int, int]]:
    """Parts of the picture, in its pixels, that show small text; none when they are most of it."""
    width, height = size_wh
    boxes = []
    for place in found:
        quad = place.grown(1.0)
        if min(quad_size(quad * np.array(scale_xy, np.float32))) < rules.small_px:
            left, top, right, bottom = enclosing_box(quad)
            across, down = rules.around_px / scale_xy[0], rules.around_px / scale_xy[1]
            boxes.append((left - across, top - down, right + across, bottom + down))
    parts = [
        (max(0, int(left)), max(0, int(top)), min(width, int(right)), min(height, int(bottom)))
        for left, top, right, bottom in merged_boxes(boxes)
    ]
    area = sum((right - left) * (bottom - top) for left, top, right, bottom in parts)
    return parts if area <= rules.most_share * width * height else []


def places_in(
    probability: FloatArray, rules: DetectionRules, *, back_xy: tuple[float, float]
) -> list[Place]:
    """Rectangles of a map of chances (H, W), scaled by `back_xy` to pixels of the picture."""
    found = outlines(probability > rules.threshold)
    if len(found) > rules.most:
        found = sorted(found, key=len, reverse=True)[: rules.most]
    places = []
    for outline in found:
        rectangle = smallest_rectangle(outline)
        if min(quad_size(rectangle)) + 1.0 < rules.least_core_px:  # + 1: from middles to edges
            continue
        core = from_top_left(rectangle)
        score = mean_inside(probability, core)
        if score < rules.least_score:
            continue
        edges = (grown_quad(core, by_wh=(0.5, 0.5)) + 0.5) * np.array(back_xy, np.float32)
        places.append(Place(edges.astype(np.float32), score))
    return places
