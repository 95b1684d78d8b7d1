from __future__ import annotations

from itertools import product

import pytest

from eyebright.analysis.equipment.summary import summarise
from eyebright.analysis.equipment.values import (
    BodyPart,
    Equipment,
    EquipmentType,
    EquippedPerson,
    ObservedBodyPart,
)

FACE, HEAD, HANDS = EquipmentType.FACE_COVER, EquipmentType.HEAD_COVER, EquipmentType.HAND_COVER
BOX = (0.0, 0.0, 9.0, 9.0)


def part(
    name: BodyPart,
    *items: Equipment,
    score: float = 0.9,
    judged: frozenset[EquipmentType] = frozenset(EquipmentType),
) -> ObservedBodyPart:
    return ObservedBodyPart(name, BOX, score, items, judged)


def item(
    kind: EquipmentType, *, score: float = 0.9, covers: bool = True, covers_score: float = 0.9
) -> Equipment:
    return Equipment(kind, BOX, score, covers, covers_score)


def person(*parts: ObservedBodyPart, score: float = 0.9) -> EquippedPerson:
    return EquippedPerson(BOX, score, parts)


def where(one: EquippedPerson, *required: EquipmentType, at: float = 0.8) -> str:
    summary = summarise([one], required, min_score=at)
    lists = {
        "with": summary.with_required,
        "without": summary.without_required,
        "indeterminate": summary.indeterminate,
    }
    (found,) = [name for name, persons in lists.items() if persons == (0,)]
    return found


def test_a_covering_mask_is_what_is_required() -> None:
    assert where(person(part(BodyPart.FACE, item(FACE))), FACE) == "with"


def test_a_bare_face_and_a_mask_that_does_not_cover_are_without() -> None:
    assert where(person(part(BodyPart.FACE)), FACE) == "without"
    assert where(person(part(BodyPart.FACE, item(FACE, covers=False))), FACE) == "without"


@pytest.mark.parametrize(
    "unsure",
    [
        person(),
        person(part(BodyPart.HEAD, item(HEAD))),
        person(part(BodyPart.FACE, judged=frozenset())),
        person(part(BodyPart.FACE, item(FACE, score=0.7))),
        person(part(BodyPart.FACE, item(FACE, covers_score=0.7))),
        person(part(BodyPart.FACE, item(FACE, covers=False, covers_score=0.7))),
        person(part(BodyPart.FACE, item(FACE), score=0.7)),
        person(part(BodyPart.FACE), score=0.7),
        person(part(BodyPart.FACE, item(FACE)), score=0.7),
    ],
)
def test_what_is_unseen_unjudged_or_unsure_is_indeterminate(unsure: EquippedPerson) -> None:
    assert where(unsure, FACE) == "indeterminate"


def test_one_type_surely_missing_outweighs_one_unknown() -> None:
    one = person(part(BodyPart.FACE), part(BodyPart.HEAD, judged=frozenset()))
    assert where(one, FACE, HEAD) == "without"
    assert where(one, HEAD) == "indeterminate"


def test_both_hands_must_be_covered_and_one_bare_hand_decides() -> None:
    covered, bare = (
        part(BodyPart.LEFT_HAND, item(HANDS)),
        part(BodyPart.RIGHT_HAND),
    )
    both = person(covered, part(BodyPart.RIGHT_HAND, item(HANDS)))
    assert where(both, HANDS) == "with"
    assert where(person(covered, bare), HANDS) == "without"
    assert where(person(bare), HANDS) == "without"
    assert where(person(covered), HANDS) == "indeterminate"


def test_a_lower_wish_than_half_means_half() -> None:
    unsure = person(part(BodyPart.FACE, item(FACE, score=0.45)))
    assert where(unsure, FACE, at=0.1) == "indeterminate"
    assert where(person(part(BodyPart.FACE, item(FACE, score=0.5))), FACE, at=0.0) == "with"


def test_nothing_required_is_worn_by_all_who_are_seen() -> None:
    assert where(person()) == "with"
    assert where(person(score=0.3)) == "indeterminate"


def test_the_three_lists_share_out_the_persons() -> None:
    crowd = [
        person(
            part(BodyPart.FACE, *([item(FACE, covers=covers)] if worn else []), score=sure),
            score=score,
        )
        for worn, covers, sure, score in product((True, False), (True, False), (0.6, 0.9), (0.6, 1))
    ]
    summary = summarise(crowd, [FACE], min_score=0.8)
    lists = (summary.with_required, summary.without_required, summary.indeterminate)
    assert all(lists)
    assert sorted(index for own in lists for index in own) == list(range(len(crowd)))
