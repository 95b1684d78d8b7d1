"""What speaks for each word about one picture, while it is gathered."""

from __future__ import annotations

from collections.abc import Iterable

from eyebright.analysis.labels.taxonomy import Taxonomy
from eyebright.analysis.labels.values import Box, Instance, Label

LEAST = 0.05
"""What is less likely is not worth saying."""


class Evidence:
    """Words with their scores 0-1 and boxes. Words that the taxonomy lacks are refused."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._scores: dict[str, float] = {}
        self._instances: dict[str, list[Instance]] = {}

    def say(self, name: str, score: float) -> None:
        """The word is as true as the surest who says it, and so are all its ancestors."""
        for word in (name, *self._taxonomy.ancestors(name)):
            self._scores[word] = max(self._scores.get(word, 0.0), float(score))

    def place(self, name: str, box_xyxy: Box, score: float) -> None:
        """One thing of this word is here. Says nothing of the picture: see `say`."""
        self._instances.setdefault(name, []).append(Instance(box_xyxy, float(score)))

    def score(self, name: str) -> float:
        return self._scores.get(name, 0.0)

    def instances(self, name: str) -> tuple[Instance, ...]:
        """Best first."""
        return tuple(sorted(self._instances.get(name, ()), key=lambda one: -one.score))

    def yield_to(self, stronger: str, weaker: str) -> None:
        """When two words exclude each other, the weaker and all below it take what is left."""
        rest = 1.0 - self.score(stronger)
        for name in self._scores:
            if name == weaker or weaker in self._taxonomy.ancestors(name):
                self._scores[name] = min(self._scores[name], rest)

    def labels(self) -> tuple[Label, ...]:
        """Everything that was said: surest first, a child before its parents when as sure."""
        taxonomy = self._taxonomy
        order = sorted(self._scores, key=lambda name: (-self.score(name), -taxonomy.depth(name)))
        return tuple(self._label(name) for name in order if self.score(name) >= LEAST)

    def _label(self, name: str) -> Label:
        entry = self._taxonomy.entry(name)
        return Label(
            name=name,
            score=self.score(name),
            parents=self._taxonomy.ancestors(name),
            aliases=entry.aliases,
            categories=entry.categories,
            instances=self.instances(name),
        )


def noisy_or(scores: Iterable[float]) -> float:
    """The chance that at least one of independent reasons holds."""
    left = 1.0
    for score in scores:
        left *= 1.0 - score
    return 1.0 - left
