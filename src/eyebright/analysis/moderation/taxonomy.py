"""The words of moderation: three levels, each class with its parent.

The table is `taxonomy.toml`. Everything here is a pure function of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources

from eyebright.analysis.moderation.values import ModerationLabel

TABLE = "taxonomy.toml"
NO_PARENT = ""


@dataclass(frozen=True, slots=True, eq=False)
class Taxonomy:
    """version: what clients are told. parents: class -> its parent, "" at level 1; parents come
    before their children."""

    version: str
    parents: Mapping[str, str]

    def level(self, name: str) -> int:
        """1-3. Raises KeyError for a name that is no class."""
        return 1 + len(self.ancestors(name))

    def ancestors(self, name: str) -> tuple[str, ...]:
        """Nearest first. Raises KeyError for a name that is no class."""
        found = []
        parent = self.parents[name]
        while parent != NO_PARENT:
            found.append(parent)
            parent = self.parents[parent]
        return tuple(found)

    def top(self, name: str) -> str:
        """The class of level 1 that `name` belongs to; itself at level 1."""
        return (name, *self.ancestors(name))[-1]

    def labels(self, scores: Mapping[str, float]) -> tuple[ModerationLabel, ...]:
        """Classes with scores (0-1) as labels with all their ancestors.

        An ancestor is at least as sure as its surest descendant. Groups of one level-1 class come
        surest first; in a group a child comes before its parent, the surer branch first.
        Raises KeyError for a name that is no class.
        """
        lifted = self._lifted(scores)
        return tuple(
            ModerationLabel(name, self.parents[name], self.level(name), lifted[name])
            for name in self._children_first(NO_PARENT, lifted)
        )

    def _children_first(self, parent: str, scores: Mapping[str, float]) -> Iterator[str]:
        """The classes below `parent` that have scores, each behind those below it."""
        below = [name for name in scores if self.parents[name] == parent]
        order = {name: place for place, name in enumerate(self.parents)}
        for name in sorted(below, key=lambda name: (-scores[name], order[name])):
            yield from self._children_first(name, scores)
            yield name

    def _lifted(self, scores: Mapping[str, float]) -> dict[str, float]:
        """With every ancestor, as sure as its surest descendant at least."""
        lifted: dict[str, float] = {}
        for name, score in scores.items():
            for step in (name, *self.ancestors(name)):
                lifted[step] = max(lifted.get(step, 0.0), score)
        return lifted


def load_taxonomy() -> Taxonomy:
    """The taxonomy that comes with Eyebright."""
    text = resources.files(__package__).joinpath(TABLE).read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return Taxonomy(version=table["version"], parents=dict(_pairs(table["classes"])))


def _pairs(classes: Mapping[str, Mapping[str, list[str]]]) -> Iterator[tuple[str, str]]:
    """(class, parent), parents first."""
    for first, seconds in classes.items():
        yield first, NO_PARENT
        for second, thirds in seconds.items():
            yield second, first
            yield from ((third, second) for third in thirds)
