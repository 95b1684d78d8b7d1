from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from eyebright.analysis.moderation.swimwear import SWIMWEAR, SwimwearRule
from eyebright.analysis.moderation.taxonomy import load_taxonomy
from eyebright.errors import PackInvalid
from eyebright.packs.pack import Pack

FEMALE, MALE = "Female Swimwear or Underwear", "Male Swimwear or Underwear"
RULE = SwimwearRule(
    intercept=3.55,
    agreement=0.96,
    garments={"Swimwear": 1.16, "Underwear": 0.62},
    kinds={FEMALE: {"Bikini": 0.5}, MALE: {"Swimming Trunks": 0.5}},
    least=0.5,
)


def test_neither_a_little_agreement_nor_an_unsure_garment_is_enough() -> None:
    assert RULE.scores(-1.0, {}) == {}
    assert RULE.scores(-3.5, {"Swimwear": 0.3, "Underwear": 0.1}) == {}


def test_both_together_are() -> None:
    assert 0.5 < RULE.scores(-1.0, {"Swimwear": 0.3, "Underwear": 0.1})[SWIMWEAR] < 0.99


def test_either_is_enough_when_it_is_strong() -> None:
    assert RULE.scores(2.9, {"Underwear": 0.1})[SWIMWEAR] > 0.5
    assert RULE.scores(-2.5, {"Swimwear": 0.9, "Underwear": 0.1})[SWIMWEAR] > 0.5


def test_a_garment_says_whose_it_is_no_surer_than_that_there_is_one() -> None:
    labels = {"Swimwear": 0.9, "Bikini": 0.95, "Swimming Trunks": 0.4}
    found = RULE.scores(0.5, labels)
    assert set(found) == {SWIMWEAR, FEMALE}
    assert found[FEMALE] == pytest.approx(min(found[SWIMWEAR], 0.95))
    assert FEMALE not in RULE.scores(-3.9, {"Bikini": 0.9})


def test_far_off_hints_weigh_no_more_than_the_farthest_that_were_measured() -> None:
    assert RULE.scores(9.0, {}) == RULE.scores(3.0, {})
    sure = {"Swimwear": 1.0}
    assert RULE.scores(-9.0, sure) == RULE.scores(-4.0, sure)


def test_a_pack_without_the_rule_is_refused(pack_of: Callable[..., Pack], tmp_path: Path) -> None:
    with pytest.raises(PackInvalid, match="swimwear"):
        SwimwearRule.of(pack_of(tmp_path, swimwear={}), load_taxonomy())


def test_a_weight_that_is_no_number_is_refused(
    pack_of: Callable[..., Pack], tmp_path: Path
) -> None:
    table = {"garments": {"Bikini": "much"}, "kinds": {}}
    with pytest.raises(PackInvalid, match="weights"):
        SwimwearRule.of(pack_of(tmp_path, swimwear=table), load_taxonomy())
