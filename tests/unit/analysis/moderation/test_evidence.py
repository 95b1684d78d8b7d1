from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eyebright.analysis.labels.taxonomy import load_taxonomy as load_label_taxonomy
from eyebright.analysis.labels.values import ClassScores, ObjectDetections
from eyebright.analysis.moderation.evidence import Evidence, surest
from eyebright.analysis.moderation.taxonomy import load_taxonomy
from eyebright.errors import PackInvalid
from eyebright.packs.pack import Pack
from eyebright.packs.recipe import bundled_recipe

NO_CLASSES = ClassScores({}, np.zeros(1, np.float32))


def boxes(*found: tuple[str, float]) -> ObjectDetections:
    return ObjectDetections(
        np.zeros((len(found), 4), np.float32),
        np.array([score for _, score in found], np.float32),
        tuple(name for name, _ in found),
    )


def shows(**scores: float) -> ClassScores:
    return ClassScores(scores, np.zeros(1, np.float32))


EVIDENCE = Evidence(
    objects={"Alcoholic Beverages": {"Beer": 0.6}},
    classes={"Weapons": {"Gun": 0.5, "Sword": 0.7}, "Alcoholic Beverages": {"Wine": 0.4}},
)


def test_a_class_is_as_sure_as_its_surest_evidence() -> None:
    found = EVIDENCE.scores(boxes(("Beer", 0.65), ("Beer", 0.75)), shows(Wine=0.5, Gun=0.8))
    assert found == {"Alcoholic Beverages": pytest.approx(0.75), "Weapons": 0.8}


def test_what_is_too_unsure_counts_for_nothing() -> None:
    assert EVIDENCE.scores(boxes(("Beer", 0.59)), shows(Sword=0.69, Gun=0.49)) == {}


def test_a_thing_is_no_evidence_where_only_the_whole_picture_is() -> None:
    assert EVIDENCE.scores(boxes(("Gun", 0.99)), NO_CLASSES) == {}


def test_of_several_tables_the_highest_score_of_a_name_is_kept() -> None:
    assert surest({"a": 0.2, "b": 0.5}, {}, {"a": 0.3}) == {"a": 0.3, "b": 0.5}


@pytest.mark.parametrize(
    "table",
    [
        {"classes": {"Weaponry": {"Gun": 0.5}}},
        {"classes": {"Weapons": {"Gun": 0}}},
        {"classes": {"Weapons": {"Gun": 1.5}}},
        {"objects": {"Weapons": {"Gun": "often"}}},
        {"objects": {"Weapons": ["Gun"]}},
        {"objects": ["Weapons"]},
    ],
)
def test_a_table_that_makes_no_sense_is_refused(
    pack_of: Callable[..., Pack], tmp_path: Path, table: Any
) -> None:
    with pytest.raises(PackInvalid):
        Evidence.of(pack_of(tmp_path, evidence=table), load_taxonomy())


def test_the_pack_that_ships_speaks_of_labels_that_exist() -> None:
    parameters = bundled_recipe("moderation").parameters
    swimwear = parameters["swimwear"]
    tables = {**parameters["evidence"], "kinds": swimwear["kinds"]}
    words = load_label_taxonomy()
    labels = [label for table in tables.values() for found in table.values() for label in found]
    assert labels
    labels += swimwear["garments"]
    assert [label for label in labels if label not in words] == []
    classes = {name for table in tables.values() for name in table}
    assert classes <= set(load_taxonomy().parents)
