"""Which part of a picture to show: around faces, or clear of them. Boxes are xyxy pixels."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TypeAlias

Box: TypeAlias = tuple[float, float, float, float]

HEADROOM = 0.6
"""Of a face's height, shown above it; a face's box ends at the forehead, hair and hat do not."""
MARGIN = 0.35
"""Of a face's size, shown at its other sides, and kept clear around it."""
_STEPS = 24
"""Halvings of the scale: finer than a pixel for pictures of 16 million pixels a side."""


def frame_faces(
    size_wh: tuple[int, int], faces: Sequence[Box], *, aspect: float, focus: Box | None = None
) -> Box:
    """The largest part of a picture of this aspect (width / height) that shows its faces best.

    All faces with room around them, if they fit; else as many of the largest as fit together, and
    of the largest alone its middle. The faces stand in the middle across and at two fifths of the
    height, as portraits have them, as far as the picture goes. focus: what to show when there are
    no faces; the middle without it. Raises ValueError for an aspect or size that is not positive.
    """
    width, height = _largest(size_wh, aspect)
    wanted = _together(size_wh, faces, width, height) if faces else focus
    if wanted is None:
        wanted = (0.0, 0.0, float(size_wh[0]), float(size_wh[1]))
    down = 0.4 if faces else 0.5
    centre_x = (wanted[0] + wanted[2]) / 2
    centre_y = (wanted[1] + wanted[3]) / 2
    left = _inside(centre_x - width / 2, width, size_wh[0])
    top = _inside(centre_y - height * down, height, size_wh[1])
    # never so high or low that what fits is cut
    if wanted[3] - wanted[1] <= height:
        top = min(max(top, wanted[3] - height), wanted[1])
        top = _inside(top, height, size_wh[1])
    return (left, top, left + width, top + height)


def clear_of_faces(size_wh: tuple[int, int], faces: Sequence[Box], *, aspect: float) -> Box | None:
    """The largest part of this aspect (width / height) that touches no face: room for a title.

    Of several that are as large the lowest, then the leftmost. None when every such part, however
    small, touches one. Raises ValueError for an aspect or size that is not positive.
    """
    most_w, most_h = _largest(size_wh, aspect)
    kept_clear = [_grown(face, MARGIN, MARGIN) for face in faces]
    best: Box | None = None
    low, high = 0.0, 1.0
    if (whole := _free_spot(size_wh, kept_clear, most_w, most_h)) is not None:
        return whole
    for _ in range(_STEPS):
        middle = (low + high) / 2
        spot = _free_spot(size_wh, kept_clear, most_w * middle, most_h * middle)
        if spot is None:
            high = middle
        else:
            best, low = spot, middle
    return best if best is not None and best[2] - best[0] >= 1.0 <= best[3] - best[1] else None


def face_crop(size_wh: tuple[int, int], face: Box, *, margin: float = MARGIN) -> Box:
    """A square around one face, as large as its longer side and the margin, inside the picture."""
    side = min((1 + 2 * margin) * max(face[2] - face[0], face[3] - face[1]), *map(float, size_wh))
    left = _inside((face[0] + face[2] - side) / 2, side, size_wh[0])
    top = _inside((face[1] + face[3] - side) / 2, side, size_wh[1])
    return (left, top, left + side, top + side)


def _largest(size_wh: tuple[int, int], aspect: float) -> tuple[float, float]:
    """Width and height of the largest part of this aspect."""
    width, height = size_wh
    if not (aspect > 0 and width > 0 and height > 0):
        raise ValueError(f"No part of aspect {aspect} of a picture of {width}x{height}.")
    return min(width, height * aspect), min(height, width / aspect)


def _together(size_wh: tuple[int, int], faces: Sequence[Box], width: float, height: float) -> Box:
    """What has to be seen: the largest faces, as many as fit."""
    ordered = sorted(faces, key=_area, reverse=True)
    seen = _portrait(size_wh, ordered[0])
    for face in ordered[1:]:
        more = _around(seen, _portrait(size_wh, face))
        if more[2] - more[0] <= width and more[3] - more[1] <= height:
            seen = more
    return seen


def _portrait(size_wh: tuple[int, int], face: Box) -> Box:
    """A face with the room that it should have, inside the picture."""
    tall = face[3] - face[1]
    wide = _grown(face, MARGIN, MARGIN)
    return (
        max(0.0, wide[0]),
        max(0.0, face[1] - HEADROOM * tall),
        min(float(size_wh[0]), wide[2]),
        min(float(size_wh[1]), wide[3]),
    )


def _free_spot(
    size_wh: tuple[int, int], kept_clear: Sequence[Box], width: float, height: float
) -> Box | None:
    """Where a part of this size touches nothing. It can always be pushed down and to the left until
    it meets an edge, so only edges need to be tried."""
    right, bottom = size_wh[0] - width, size_wh[1] - height
    lefts = [0.0, right, *(box[2] for box in kept_clear), *(box[0] - width for box in kept_clear)]
    tops = [bottom, 0.0, *(box[1] - height for box in kept_clear), *(box[3] for box in kept_clear)]
    spots = itertools.product(
        sorted({top for top in tops if 0 <= top <= bottom}, reverse=True),
        sorted({left for left in lefts if 0 <= left <= right}),
    )
    for top, left in spots:
        spot = (left, top, left + width, top + height)
        if not any(_touch(spot, box) for box in kept_clear):
            return spot
    return None


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _grown(box: Box, across: float, down: float) -> Box:
    dx, dy = across * (box[2] - box[0]), down * (box[3] - box[1])
    return (box[0] - dx, box[1] - dy, box[2] + dx, box[3] + dy)


def _around(a: Box, b: Box) -> Box:
    return (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _inside(start: float, length: float, limit: float) -> float:
    """The start moved so that the length lies within 0..limit."""
    return min(max(start, 0.0), limit - length)
