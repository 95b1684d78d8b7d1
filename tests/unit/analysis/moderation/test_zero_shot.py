from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eyebright.analysis.labels.likeness import Likeness, sigmoid
from eyebright.analysis.labels.name_vectors import NameEmbedder, VectorFile
from eyebright.analysis.moderation.taxonomy import load_taxonomy
from eyebright.analysis.moderation.zero_shot import (
    Concept,
    ZeroShotModeration,
    concept_sentences,
    read_concepts,
)
from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import FloatArray
from eyebright.packs.recipe import bundled_recipe

LIKENESS = Likeness(scale=40.0, bias=-20.0)
WEAPONS = Concept("Weapons", ("a gun", "a rifle"), ("a drill",))
ALCOHOL = Concept("Alcohol", ("a beer",), ("a juice", "a drill"))
DIRECTIONS = {"a gun": 0, "a rifle": 1, "a drill": 2, "a beer": 3, "a juice": 4}


def tower(sentences: Sequence[str]) -> Iterable[FloatArray]:
    for sentence in sentences:
        yield np.eye(5, dtype=np.float32)[DIRECTIONS[sentence]]


@pytest.fixture
def moderation(tmp_path: Path) -> ZeroShotModeration:
    embedder = NameEmbedder(VectorFile(tmp_path, "a" * 64, "moderation"), lambda: tower)
    return ZeroShotModeration.of([WEAPONS, ALCOHOL], embedder, LIKENESS)


def features(**shares: float) -> FloatArray:
    vector = np.zeros(5, np.float32)
    for name, share in shares.items():
        vector[DIRECTIONS[f"a {name}"]] = share
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def test_a_class_is_as_likely_as_the_likest_of_its_sentences(
    moderation: ZeroShotModeration,
) -> None:
    for thing in ("gun", "rifle"):
        scores = moderation.scores(features(**{thing: 1.0}))
        assert scores["Weapons"] > 0.99
        assert scores["Alcohol"] < 0.01


def test_what_is_as_like_a_contrast_is_half_as_likely(moderation: ZeroShotModeration) -> None:
    scores = moderation.scores(features(gun=1.0, drill=1.0))
    said = float(LIKENESS.scores(np.array(0.5**0.5)))
    assert scores["Weapons"] == pytest.approx(said / 2, rel=1e-3)


def test_a_contrast_alone_says_nothing(moderation: ZeroShotModeration) -> None:
    assert max(moderation.scores(features(drill=1.0)).values()) < 1e-6


def test_features_of_another_model_are_refused(moderation: ZeroShotModeration) -> None:
    with pytest.raises(PackInvalid, match="EYEBRIGHT_LABEL_PACK"):
        moderation.scores(np.ones(7, np.float32))


class OnePack:
    """A pack as far as its concepts go."""

    id = "tiny"

    def __init__(self, concepts: dict[str, Any]) -> None:
        self._concepts = concepts

    def table(self, key: str) -> dict[str, Any]:
        assert key == "moderation.concepts"
        return self._concepts


@pytest.mark.parametrize(
    "fields",
    [{}, "a", {"prompts": ["a"]}, {"prompts": [], "contrasts": ["b"]},
     {"prompts": "a", "contrasts": "b"}, {"prompts": [1], "contrasts": ["b"]}],
)  # fmt: skip
def test_a_class_without_both_sides_is_refused(fields: object) -> None:
    with pytest.raises(PackInvalid, match="'Weapons' of pack tiny needs"):
        read_concepts(OnePack({"Weapons": fields}))  # type: ignore[arg-type]


def test_the_bundled_pack_has_sentences_for_every_class_of_the_taxonomy() -> None:
    table = bundled_recipe("labels-extended").parameters["moderation"]
    concepts = read_concepts(OnePack(table["concepts"]))  # type: ignore[arg-type]
    assert {concept.name for concept in concepts} == set(load_taxonomy().parents)
    assert len(concepts) == 52
    for concept in concepts:
        assert not set(concept.prompts) & set(concept.contrasts)
        assert len(set(concept.prompts)) >= 2
        assert len(set(concept.contrasts)) >= 2
    assert len(concept_sentences(concepts)) > 200


def test_no_logit_overflows() -> None:
    logits = np.array([-1e30, -1000, 0, 1000, 1e30, np.nan])
    np.testing.assert_allclose(sigmoid(logits), [0, 0, 0.5, 1, 1, 0], atol=1e-30)
