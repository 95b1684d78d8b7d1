"""Label detection in a live stream: persons, pets and packages, each told the first time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from eyebright.analysis.labels.values import Box, Label
from eyebright.analysis.sight import Sight
from eyebright.geometry.polygons import polygon_area, shared_area
from eyebright.streams.values import Area, HomeLabel, HomePlan
from eyebright.video.values import Frame

DEFAULT_PERCENT = 50.0
INSIDE_SHARE = 0.5
"""More than this share of a thing lies in an area, or the thing is not in it."""

NAMES: Mapping[HomeLabel, frozenset[str]] = {
    HomeLabel.PERSON: frozenset({"Person"}),
    HomeLabel.PET: frozenset({"Pet", "Dog", "Cat", "Hamster"}),
    HomeLabel.PACKAGE: frozenset({"Package", "Carton"}),
}
"""Names of the taxonomy. No detector boxes packages, so what is said of them is said of the whole
frame, and never of an area of it."""


@dataclass(frozen=True, slots=True)
class SeenLabel:
    """The surest of a kind in one frame. score: 0-1. box_xyxy: pixels of the frame; all of it for
    what is only known to be somewhere in it."""

    label: HomeLabel
    score: float
    box_xyxy: Box


class HomeWatcher:
    """Looks at the frames of one stream."""

    def __init__(self, plan: HomePlan, areas: tuple[Area, ...], *, sight: Sight) -> None:
        percent = DEFAULT_PERCENT if plan.min_percent is None else plan.min_percent
        self._least = percent / 100.0
        self._wanted = plan.wanted
        self._areas = areas
        self._sight = sight

    def look(self, frame: Frame) -> tuple[SeenLabel, ...]:
        """The wanted labels of a frame, one of each kind at most."""
        labels = self._sight.labels().label(self._sight.observe(frame.image()))
        height, width = frame.pixels.shape[:2]
        found = []
        for kind in HomeLabel:
            if kind in self._wanted:
                seen = list(self._of_kind(kind, labels, (width, height)))
                if seen:
                    found.append(max(seen, key=lambda one: one.score))
        return tuple(found)

    def _of_kind(
        self, kind: HomeLabel, labels: tuple[Label, ...], size_wh: tuple[int, int]
    ) -> Iterator[SeenLabel]:
        for label in labels:
            if label.name not in NAMES[kind]:
                continue
            for instance in label.instances:
                if instance.score >= self._least and self._lies_inside(instance.box_xyxy, size_wh):
                    yield SeenLabel(kind, instance.score, instance.box_xyxy)
            if not label.instances and not self._areas and label.score >= self._least:
                yield SeenLabel(kind, label.score, (0.0, 0.0, float(size_wh[0]), float(size_wh[1])))

    def _lies_inside(self, box_xyxy: Box, size_wh: tuple[int, int]) -> bool:
        """Whether more than half of the box is in one of the areas; without any, it is."""
        left, top, right, bottom = box_xyxy
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        area = polygon_area(corners)
        width, height = size_wh
        outlines = ([(x * width, y * height) for x, y in one.outline] for one in self._areas)
        return not self._areas or any(
            shared_area(outline, corners) > INSIDE_SHARE * area for outline in outlines
        )
