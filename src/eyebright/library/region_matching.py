"""Which region that somebody drew is which face that was seen: one to one, by overlap.

Programs draw faces differently: tight around eyes and chin, or wide around the whole head. So a
region is a face's when they overlap well, or when the middle of each lies in the other and neither
is many times larger. A region that holds the middles of several faces and overlaps none well is
nobody's: better no name than a wrong one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eyebright.library.xmp import Box

SURE_IOU = 0.4
"""Overlap (intersection over union) at which nothing else is asked."""
MOST_TIMES_LARGER = 8.0
"""In area, of a region or a face whose middles lie in each other. A head with hair and shoulders is
about six times its face."""


@dataclass(frozen=True, slots=True)
class Match:
    """region, face: places in what was given. iou: 0-1."""

    region: int
    face: int
    iou: float


@dataclass(frozen=True, slots=True)
class Unmatched:
    """why: for people. is_free: nobody was seen there, by their faces."""

    region: int
    why: str
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class Matching:
    matches: tuple[Match, ...]
    unmatched: tuple[Unmatched, ...]


def match_regions(regions: Sequence[Box], faces: Sequence[Box]) -> Matching:
    """Boxes are left, top, right, bottom, in one unit. The best pairs first; no face has two
    regions, no region two faces."""
    candidates: list[tuple[float, float, int, int]] = []
    reasons: dict[int, str] = {}
    for number, region in enumerate(regions):
        fitting = [place for place, face in enumerate(faces) if is_same_place(region, face)]
        unsure = [place for place in fitting if iou(region, faces[place]) < SURE_IOU]
        if len(fitting) > 1 and len(unsure) == len(fitting):
            reasons[number] = f"it holds {len(fitting)} faces"
            continue
        for place in fitting:
            far = _distance(region, faces[place])
            candidates.append((-iou(region, faces[place]), far, number, place))
    matches: dict[int, Match] = {}
    taken: set[int] = set()
    free = {number for number, region in enumerate(regions) if _is_free(region, faces)}
    for overlap, _far, number, place in sorted(candidates):
        if number in matches:
            continue
        if place in taken:
            reasons[number] = "its face has another region already"
            continue
        matches[number] = Match(number, place, -overlap)
        taken.add(place)
    unmatched = [
        Unmatched(number, reasons.get(number) or _reason(number in free), is_free=number in free)
        for number in range(len(regions))
        if number not in matches
    ]
    return Matching(tuple(matches[number] for number in sorted(matches)), tuple(unmatched))


def iou(one: Box, other: Box) -> float:
    """Intersection over union, 0-1."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (_area(one) + _area(other) - shared)


def is_same_place(region: Box, face: Box) -> bool:
    """Whether a region may be this face's."""
    if iou(region, face) >= SURE_IOU:
        return True
    small, large = sorted((_area(region), _area(face)))
    return (
        _holds(region, _middle(face))
        and _holds(face, _middle(region))
        and large <= MOST_TIMES_LARGER * small
    )


def _is_free(region: Box, faces: Sequence[Box]) -> bool:
    """Whether no face lies in the region, and the region in none, by their middles."""
    return not any(
        iou(region, face) >= SURE_IOU
        or _holds(region, _middle(face))
        or _holds(face, _middle(region))
        for face in faces
    )


def _reason(is_free: bool) -> str:
    return "no face was seen there" if is_free else "the face there has quite another size"


def _area(box: Box) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _distance(one: Box, other: Box) -> float:
    (x1, y1), (x2, y2) = _middle(one), _middle(other)
    return abs(x1 - x2) + abs(y1 - y2)
