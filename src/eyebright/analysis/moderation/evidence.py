"""Moderation classes that labels are evidence of, by a table of the pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from eyebright.analysis.labels.values import ClassScores, ObjectDetections
from eyebright.analysis.moderation.taxonomy import Taxonomy
from eyebright.errors import PackInvalid
from eyebright.packs.pack import Pack

Table = Mapping[str, Mapping[str, float]]
"""Class of the taxonomy -> label that shows it -> least score (0-1) at which the label counts."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The pack's table `evidence`: of things with boxes, and of the picture as a whole."""

    objects: Table
    classes: Table

    @classmethod
    def of(cls, pack: Pack, taxonomy: Taxonomy) -> Self:
        """Raises PackInvalid for a class that the taxonomy lacks, or a score that is none."""
        table = pack.table("evidence")
        return cls(
            objects=checked_table(table.get("objects", {}), taxonomy, pack.id),
            classes=checked_table(table.get("classes", {}), taxonomy, pack.id),
        )

    def scores(self, objects: ObjectDetections, classes: ClassScores) -> dict[str, float]:
        """Class -> score of its surest evidence; classes without evidence are left out."""
        boxes: dict[str, float] = {}
        for name, score in zip(objects.names, objects.scores, strict=True):
            boxes[name] = max(boxes.get(name, 0.0), float(score))
        return surest(found_in(self.objects, boxes), found_in(self.classes, classes.scores))


def surest(*tables: Mapping[str, float]) -> dict[str, float]:
    """Each name with its highest score."""
    best: dict[str, float] = {}
    for table in tables:
        for name, score in table.items():
            best[name] = max(best.get(name, 0.0), score)
    return best


def found_in(table: Table, seen: Mapping[str, float]) -> dict[str, float]:
    """Classes that something seen (label -> score) is evidence of, each as sure as the surest."""
    found: dict[str, float] = {}
    for says, labels in table.items():
        scores = [seen[label] for label, least in labels.items() if seen.get(label, 0.0) >= least]
        if scores:
            found[says] = max(scores)
    return found


def checked_table(table: Any, taxonomy: Taxonomy, pack: str) -> dict[str, dict[str, float]]:
    """A table of a pack's parameters. Raises PackInvalid for a class that the taxonomy lacks, or a
    score that is none."""
    checked: dict[str, dict[str, float]] = {}
    for says, label, least in _entries(table, pack):
        if says not in taxonomy.parents:
            raise PackInvalid(f"Pack {pack}: {says!r} is no class of moderation taxonomy 7.")
        if not isinstance(least, int | float) or not 0.0 < least <= 1.0:
            raise PackInvalid(f"Pack {pack}: the least score of {label!r} is above 0, at most 1.")
        checked.setdefault(says, {})[label] = float(least)
    return checked


def _entries(table: Any, pack: str) -> Iterator[tuple[str, str, Any]]:
    if not isinstance(table, dict) or not all(isinstance(item, dict) for item in table.values()):
        raise PackInvalid(f"Pack {pack}: evidence is a table of labels for each class.")
    for says, labels in table.items():
        for label, least in labels.items():
            yield says, label, least
