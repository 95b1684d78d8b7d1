from __future__ import annotations

import pytest

from eyebright.analysis.moderation.taxonomy import Taxonomy, load_taxonomy


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy()


def names(taxonomy: Taxonomy, **scores: float) -> list[str]:
    said = {name.replace("_", " "): score for name, score in scores.items()}
    return [label.name for label in taxonomy.labels(said)]


def test_it_is_version_seven_with_ten_classes_at_the_top(taxonomy: Taxonomy) -> None:
    assert taxonomy.version == "7.0"
    levels = [taxonomy.level(name) for name in taxonomy.parents]
    assert [levels.count(level) for level in (1, 2, 3)] == [10, 20, 22]


def test_names_are_written_as_clients_compare_them(taxonomy: Taxonomy) -> None:
    for name in (
        "Non-Explicit Nudity of Intimate parts and Kissing",
        "Obstructed Intimate Parts",
        "Drugs & Tobacco Paraphernalia & Use",
        "Blood & Gore",
        "Self-Harm",
    ):
        assert name in taxonomy.parents


def test_every_parent_is_a_class_and_comes_before_its_children(taxonomy: Taxonomy) -> None:
    seen = {""}
    for name, parent in taxonomy.parents.items():
        assert parent in seen
        seen.add(name)
    assert len(seen) == 53


def test_ancestors_come_nearest_first(taxonomy: Taxonomy) -> None:
    assert taxonomy.ancestors("Smoking") == (
        "Drugs & Tobacco Paraphernalia & Use",
        "Drugs & Tobacco",
    )
    assert taxonomy.ancestors("Gambling") == ()
    assert taxonomy.top("Smoking") == "Drugs & Tobacco"
    assert taxonomy.top("Gambling") == "Gambling"


def test_a_name_of_another_version_is_no_class(taxonomy: Taxonomy) -> None:
    with pytest.raises(KeyError):
        taxonomy.ancestors("Suggestive")
    with pytest.raises(KeyError):
        taxonomy.labels({"weapons": 0.9})


def test_a_class_brings_its_ancestors_child_first_equally_sure(taxonomy: Taxonomy) -> None:
    labels = taxonomy.labels({"Smoking": 0.99})
    assert [(label.name, label.level, label.parent) for label in labels] == [
        ("Smoking", 3, "Drugs & Tobacco Paraphernalia & Use"),
        ("Drugs & Tobacco Paraphernalia & Use", 2, "Drugs & Tobacco"),
        ("Drugs & Tobacco", 1, ""),
    ]
    assert {label.score for label in labels} == {0.99}


def test_an_ancestor_is_as_sure_as_its_surest_descendant(taxonomy: Taxonomy) -> None:
    labels = taxonomy.labels({"Corpses": 0.6, "Air Crash": 0.9, "Visually Disturbing": 0.2})
    scores = {label.name: label.score for label in labels}
    assert scores == {
        "Air Crash": 0.9,
        "Crashes": 0.9,
        "Corpses": 0.6,
        "Death and Emaciation": 0.6,
        "Visually Disturbing": 0.9,
    }


def test_groups_come_surest_first_and_branches_within_them_too(taxonomy: Taxonomy) -> None:
    assert names(taxonomy, Gambling=0.7, Weapons=0.8, Corpses=0.6, Air_Crash=0.75) == [
        "Weapons",
        "Violence",
        "Air Crash",
        "Crashes",
        "Corpses",
        "Death and Emaciation",
        "Visually Disturbing",
        "Gambling",
    ]


def test_groups_that_are_equally_sure_do_not_mix(taxonomy: Taxonomy) -> None:
    assert names(taxonomy, Drinking=0.5, Gambling=0.5, Smoking=0.5) == [
        "Smoking",
        "Drugs & Tobacco Paraphernalia & Use",
        "Drugs & Tobacco",
        "Drinking",
        "Alcohol Use",
        "Alcohol",
        "Gambling",
    ]


def test_nothing_is_said_of_nothing(taxonomy: Taxonomy) -> None:
    assert taxonomy.labels({}) == ()
