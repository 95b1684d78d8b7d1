from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from eyebright.analysis.moderation.swimwear import (
    SWIMWEAR,
    SwimwearRule,
    Weights,
    height_of_largest,
)
from eyebright.analysis.moderation.taxonomy import load_taxonomy
from eyebright.errors import PackInvalid
from eyebright.packs.pack import Pack
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.pictures import picture_of

FEMALE, MALE = "Female Swimwear or Underwear", "Male Swimwear or Underwear"
RULE = SwimwearRule(
    garments=("Swimwear", "Underwear"),
    least_agreement=-1.0,
    least_garment=0.3,
    weights=Weights(intercept=5.17, agreement=0.79, garment=1.39, face=-22.9),
    kinds={FEMALE: {"Bikini": 0.5}, MALE: {"Swimming Trunks": 0.5}},
    least=0.5,
)


def scores(agreement: float, labels: Mapping[str, float], face: float) -> dict[str, float]:
    return RULE.scores(agreement, labels, face_share=lambda: face)


def test_without_a_hint_nobody_looks_for_faces() -> None:
    def never() -> float:
        raise AssertionError("looked for faces")

    assert RULE.scores(-1.1, {"Swimwear": 0.29}, face_share=never) == {}


def test_a_whole_body_in_what_is_called_a_garment_is_enough() -> None:
    assert scores(-3.0, {"Swimwear": 0.7}, 0.13)[SWIMWEAR] > 0.6


def test_a_close_portrait_in_the_same_words_is_not() -> None:
    assert scores(-3.0, {"Swimwear": 0.7}, 0.35) == {}
    assert scores(-0.5, {"Underwear": 0.9}, 0.45) == {}


def test_nets_that_agree_need_a_garment_or_a_small_face_too() -> None:
    assert scores(1.5, {}, 0.3) == {}
    assert scores(1.5, {"Underwear": 0.4}, 0.15)[SWIMWEAR] > 0.8


def test_a_garment_says_whose_it_is_no_surer_than_that_there_is_one() -> None:
    labels = {"Swimwear": 0.9, "Bikini": 0.95, "Swimming Trunks": 0.4}
    found = scores(0.5, labels, 0.2)
    assert set(found) == {SWIMWEAR, FEMALE}
    assert found[FEMALE] == pytest.approx(min(found[SWIMWEAR], 0.95))
    assert scores(-3.9, {"Bikini": 0.9}, 0.1) == {}


def test_far_off_hints_weigh_no_more_than_the_farthest_that_were_measured() -> None:
    labels = {"Swimwear": 0.6}
    assert scores(9.0, labels, 0.2) == scores(3.0, labels, 0.2)
    assert scores(0.0, {"Swimwear": 1.0}, 0.2) == scores(0.0, {"Swimwear": 0.99}, 0.2)


def test_a_face_is_measured_against_the_picture() -> None:
    image = picture_of("Ada", "Ben")
    faces = FakeAnalyser().detect(image)
    height = faces.boxes_xyxy[0][3] - faces.boxes_xyxy[0][1]
    assert height_of_largest(faces, image.size_wh) == pytest.approx(height / image.size_wh[1])
    assert height_of_largest(FakeAnalyser().detect(picture_of()), (10, 10)) == 0.0


@pytest.mark.parametrize(
    "table", [{}, {"garments": []}, {"garments": "Bikini"}, {"garments": ["Bikini"]}]
)
def test_a_pack_without_the_rule_is_refused(
    pack_of: Callable[..., Pack], tmp_path: Path, table: dict[str, Any]
) -> None:
    with pytest.raises(PackInvalid, match="swimwear"):
        SwimwearRule.of(pack_of(tmp_path, swimwear=table), load_taxonomy())
