"""Who wears what is required, who does not, and of whom that cannot be said. Pure.

The three lists share out the persons:

    with            every required type is there, worn as it should be, and all of it is sure enough
    without         at least one required type is surely missing, or surely does not cover its part
    indeterminate   everyone else: a part not seen, a type that is not judged, or too little
                    confidence to say

Hand covers are asked of both hands: one bare hand says "without", one covered hand alone says
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType

from eyebright.analysis.equipment.values import (
    BodyPart,
    EquipmentType,
    EquippedPerson,
    ObservedBodyPart,
)

LEAST_SCORE = 0.5
"""Predictions are only made from here on; a lower wish means the same as this."""
WORN_ON: Mapping[EquipmentType, tuple[BodyPart, ...]] = MappingProxyType(
    {
        EquipmentType.FACE_COVER: (BodyPart.FACE,),
        EquipmentType.HEAD_COVER: (BodyPart.HEAD,),
        EquipmentType.HAND_COVER: (BodyPart.LEFT_HAND, BodyPart.RIGHT_HAND),
    }
)


@dataclass(frozen=True, slots=True)
class EquipmentSummary:
    """Positions of the persons, each in exactly one of the three."""

    with_required: tuple[int, ...]
    without_required: tuple[int, ...]
    indeterminate: tuple[int, ...]


class Verdict(Enum):
    WORN = auto()
    MISSING = auto()
    UNKNOWN = auto()


def summarise(
    persons: Sequence[EquippedPerson], required: Iterable[EquipmentType], *, min_score: float
) -> EquipmentSummary:
    """min_score: 0-1, of persons, parts, equipment and covering alike.

    Nothing required is worn by everyone who is seen surely enough.
    """
    least = max(min_score, LEAST_SCORE)
    wanted = frozenset(required)
    verdicts = [verdict_on(person, wanted, least=least) for person in persons]

    def those(verdict: Verdict) -> tuple[int, ...]:
        return tuple(index for index, own in enumerate(verdicts) if own is verdict)

    return EquipmentSummary(
        with_required=those(Verdict.WORN),
        without_required=those(Verdict.MISSING),
        indeterminate=those(Verdict.UNKNOWN),
    )


def verdict_on(
    person: EquippedPerson, required: frozenset[EquipmentType], *, least: float
) -> Verdict:
    """On everything that is required together."""
    if person.score < least:
        return Verdict.UNKNOWN
    parts = {part.part: part for part in person.parts}
    return _together(
        [
            _on_part(parts.get(name), kind, least=least)
            for kind in sorted(required)
            for name in WORN_ON[kind]
        ]
    )


def _on_part(part: ObservedBodyPart | None, kind: EquipmentType, *, least: float) -> Verdict:
    if part is None or part.score < least or kind not in part.judged:
        return Verdict.UNKNOWN
    items = [item for item in part.equipment if item.type is kind]
    if not items:
        return Verdict.MISSING
    sure = [item for item in items if min(item.score, item.covers_score) >= least]
    if not sure:
        return Verdict.UNKNOWN
    return Verdict.WORN if any(item.covers for item in sure) else Verdict.MISSING


def _together(verdicts: Sequence[Verdict]) -> Verdict:
    """One thing missing decides; otherwise one thing unknown does."""
    for decisive in (Verdict.MISSING, Verdict.UNKNOWN):
        if decisive in verdicts:
            return decisive
    return Verdict.WORN
