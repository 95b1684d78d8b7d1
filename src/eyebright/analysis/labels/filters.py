"""Which of a picture's labels are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from eyebright.analysis.labels.values import NO_FILTERS, Label, LabelFilters


def select(
    labels: Sequence[Label],
    *,
    min_score: float = 0.0,
    filters: LabelFilters = NO_FILTERS,
    limit: int | None = None,
) -> tuple[Label, ...]:
    """The first `limit` labels that are wanted and sure enough, in their order.

    min_score: 0-1, of labels and of their boxes.
    """
    wanted = [one for one in labels if one.score >= min_score and is_wanted(one, filters)]
    return tuple(_sure(label, min_score) for label in wanted[:limit])


def is_wanted(label: Label, filters: LabelFilters) -> bool:
    """What is excluded is never wanted; what is included, by name or category, is; without
    inclusions everything else is."""
    categories = frozenset(label.categories)
    if label.name in filters.without_names or categories & filters.without_categories:
        return False
    if not filters.names and not filters.categories:
        return True
    return label.name in filters.names or bool(categories & filters.categories)


def _sure(label: Label, min_score: float) -> Label:
    kept = tuple(one for one in label.instances if one.score >= min_score)
    return replace(label, instances=kept)
