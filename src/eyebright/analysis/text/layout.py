"""Lines of a page: which pieces of one row are read together, and in which order rows are read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.analysis.text.values import Polygon, TextLine, TextWord
from eyebright.analysis.text.words import joined
from eyebright.geometry.arrays import AnyArray
from eyebright.geometry.boxes import boxes_meet
from eyebright.geometry.polygons import enclosing_box, polygon_area, quad_size, shared_area

_SAME_ROW = 0.5
"""Two lines are of one row when they share this much of the lower one's height."""


@dataclass(frozen=True, slots=True)
class JoinRules:
    """When neighbours are one line. gap: at most so far apart, in heights of the lower one.
    height_ratio: at most so unlike in height. lean_degrees: at most so unlike in direction."""

    gap: float
    height_ratio: float
    lean_degrees: float


def lines_of(runs: Sequence[Sequence[TextWord]], *, rules: JoinRules) -> tuple[TextLine, ...]:
    """Lines in reading order: rows from top to bottom, each from its start to its end.

    runs: words that the recogniser read together, in their order, each run with at least one.
    """
    rows = _rows(_chained(runs, rules))
    return tuple(line_of(words) for row in rows for words in row)


def surest(runs: Sequence[Sequence[TextWord]], *, most_overlap: float) -> list[list[TextWord]]:
    """The runs without words that a surer one lies on: text that was seen twice is told once.

    most_overlap: so much of the smaller word's area may two words share. Empty runs are left out.
    """
    kept: list[tuple[TextWord, tuple[float, float, float, float], float]] = []
    words = sorted((word for run in runs for word in run), key=lambda word: -word.score)
    for word in words:
        box, area = enclosing_box(word.polygon_xy), polygon_area(word.polygon_xy)
        if not any(
            boxes_meet(box, other_box)
            and shared_area(word.polygon_xy, other.polygon_xy)
            > most_overlap * min(area, other_area)
            for other, other_box, other_area in kept
        ):
            kept.append((word, box, area))
    told = {id(word) for word, _, _ in kept}
    left = [[word for word in run if id(word) in told] for run in runs]
    return [run for run in left if run]


def _rows(runs: list[list[TextWord]]) -> list[list[list[TextWord]]]:
    """Runs grouped into rows. A run belongs to the last row that it shares height with."""
    rows: list[list[list[TextWord]]] = []
    for run in sorted(runs, key=lambda words: (_middle(words), _extent(words, 0)[0])):
        for row in reversed(rows):
            if _beside(row[-1], run) and all(_apart(other, run) for other in row):
                row.append(run)
                break
        else:
            rows.append([run])
    for row in rows:
        row.sort(key=lambda words: _extent(words, 0)[0])
    return rows


def _chained(runs: Sequence[Sequence[TextWord]], rules: JoinRules) -> list[list[TextWord]]:
    """Runs that go on in one another, put together; each goes on in one other at most, the nearest
    that is not taken."""
    steps = []
    for one, left in enumerate(runs):
        for other, right in enumerate(runs):
            ahead = _step(left[-1], right[0], rules) if one != other else None
            if ahead is not None:
                steps.append((ahead, one, other))
    chains = {place: [place] for place in range(len(runs))}  # by the place of their first run
    ending = {place: place for place in range(len(runs))}  # the last run's place -> the first's
    for _, one, other in sorted(steps):
        if one in ending and other in chains and ending[one] != other:
            first = ending.pop(one)
            chains[first] += chains.pop(other)
            ending[chains[first][-1]] = first
    return [[word for place in chain for word in runs[place]] for chain in chains.values()]


def _step(left: TextWord, right: TextWord, rules: JoinRules) -> float | None:
    """How far ahead of the first word, in its height, the second one stands, when its line goes on
    there; None when it does not."""
    one, other = np.array(left.polygon_xy), np.array(right.polygon_xy)
    heights = quad_size(one)[1], quad_size(other)[1]
    lower = max(min(heights), 1e-6)
    turn = (_direction(one) - _direction(other) + math.pi) % (2 * math.pi) - math.pi
    if abs(math.degrees(turn)) > rules.lean_degrees or max(heights) > rules.height_ratio * lower:
        return None
    along = np.array([math.cos(_direction(one)), math.sin(_direction(one))])
    step = (other[0] + other[3]) / 2 - (one[1] + one[2]) / 2
    ahead, aside = float(step @ along), float(step @ np.array([-along[1], along[0]]))
    near = -lower / 2 <= ahead <= rules.gap * lower and abs(aside) <= lower / 2
    return ahead / lower if near else None


def line_of(words: Sequence[TextWord]) -> TextLine:
    """The line that words make, in their order; at least one."""
    return TextLine(
        text=joined([word.text for word in words]),
        score=sum(word.score for word in words) / len(words),
        polygon_xy=_around(words),
        words=tuple(words),
    )


def _around(words: Sequence[TextWord]) -> Polygon:
    """The rectangle around all words, in the direction in which they run."""
    if len(words) == 1:
        return words[0].polygon_xy
    quads = np.array([word.polygon_xy for word in words])
    run = ((quads[:, 1] + quads[:, 2]) - (quads[:, 0] + quads[:, 3])).sum(axis=0)
    along = run / max(float(np.linalg.norm(run)), 1e-6)
    down = np.array([-along[1], along[0]])
    points = quads.reshape(-1, 2)
    x, y = points @ along, points @ down
    corners = [(x.min(), y.min()), (x.max(), y.min()), (x.max(), y.max()), (x.min(), y.max())]
    a, b, c, d = ((float(p[0]), float(p[1])) for p in (u * along + v * down for u, v in corners))
    return a, b, c, d


def _direction(quad: AnyArray) -> float:
    """Radians from the picture's right to where the text runs."""
    across = (quad[1] + quad[2]) - (quad[0] + quad[3])
    return math.atan2(float(across[1]), float(across[0]))


def _extent(words: Sequence[TextWord], axis: int) -> tuple[float, float]:
    values = [point[axis] for word in words for point in word.polygon_xy]
    return min(values), max(values)


def _middle(words: Sequence[TextWord]) -> float:
    low, high = _extent(words, 1)
    return (low + high) / 2


def _beside(one: Sequence[TextWord], other: Sequence[TextWord]) -> bool:
    (top, bottom), (other_top, other_bottom) = _extent(one, 1), _extent(other, 1)
    shared = min(bottom, other_bottom) - max(top, other_top)
    return shared > _SAME_ROW * min(bottom - top, other_bottom - other_top)


def _apart(one: Sequence[TextWord], other: Sequence[TextWord]) -> bool:
    """Whether two runs lie side by side, give or take a tenth."""
    (left, right), (other_left, other_right) = _extent(one, 0), _extent(other, 0)
    shared = min(right, other_right) - max(left, other_left)
    return shared < 0.1 * min(right - left, other_right - other_left)
