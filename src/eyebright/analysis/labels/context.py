"""Words that follow from other words: a sink, an oven and a refrigerator are a kitchen.

The rules are `context.toml`; each says why it holds and how often. Scenes of the default pack come
from here and from classes of the classifier that are scenes themselves.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from eyebright.analysis.labels.evidence import Evidence, noisy_or
from eyebright.analysis.labels.values import Box, Instance

TABLE = "context.toml"


@dataclass(frozen=True, slots=True)
class Things:
    """At least `count` things of a word; any word of `names` will do, counted apart."""

    names: tuple[str, ...]
    count: int = 1

    def score(self, evidence: Evidence) -> float:
        """0-1: of the word itself, or of its `count`th box."""
        if self.count == 1:
            return max(evidence.score(name) for name in self.names)
        ranked = (evidence.instances(name) for name in self.names)
        return max(
            (boxes[self.count - 1].score for boxes in ranked if len(boxes) >= self.count),
            default=0.0,
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """If all of `needs` are seen and none of `unless`, the word holds with this chance.

    touching: two words whose boxes must touch; () for none. reason: why, for the reader.
    """

    name: str
    needs: tuple[Things, ...]
    chance: float
    reason: str
    unless: tuple[str, ...] = ()
    touching: tuple[str, ...] = ()

    def score(self, evidence: Evidence) -> float:
        """0-1."""
        against = max((evidence.score(name) for name in self.unless), default=0.0)
        found = [things.score(evidence) for things in self.needs]
        if self.touching:
            found.append(_touching(*(evidence.instances(name) for name in self.touching)))
        return self.chance * min(found) * (1.0 - against)


def say_context(evidence: Evidence, rules: Iterable[Rule]) -> None:
    """Apply the rules in their order, so that a word said by one may serve the next ones.

    Neighbouring rules of one word are reasons of their own: together they are surer than each.
    """
    for name, group in _neighbours(rules):
        score = noisy_or(rule.score(evidence) for rule in group)
        if score > 0.0:
            evidence.say(name, score)


def load_rules() -> tuple[Rule, ...]:
    """The rules that come with Eyebright."""
    text = files(__package__).joinpath(TABLE).read_text(encoding="utf-8")
    return tuple(_rule(table) for table in tomllib.loads(text)["rules"])


def _rule(table: dict[str, Any]) -> Rule:
    return Rule(
        name=table["name"],
        needs=tuple(_things(text) for text in table.get("needs", ())),
        chance=float(table["chance"]),
        reason=table["reason"],
        unless=tuple(table.get("unless", ())),
        touching=tuple(table.get("touching", ())),
    )


def _things(text: str) -> Things:
    """ "Sink", "Oven|Microwave" or "4 Cow|Sheep"."""
    count, _, names = text.partition(" ")
    if count.isdigit():
        return Things(tuple(names.split("|")), int(count))
    return Things(tuple(text.split("|")))


def _neighbours(rules: Iterable[Rule]) -> list[tuple[str, list[Rule]]]:
    groups: list[tuple[str, list[Rule]]] = []
    for rule in rules:
        if not groups or groups[-1][0] != rule.name:
            groups.append((rule.name, []))
        groups[-1][1].append(rule)
    return groups


def _touching(first: Sequence[Instance], second: Sequence[Instance]) -> float:
    """The best pair whose boxes touch: as sure as the less sure of the two."""
    pairs = (
        min(one.score, other.score)
        for one in first
        for other in second
        if _touch(one.box_xyxy, other.box_xyxy)
    )
    return max(pairs, default=0.0)


def _touch(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
