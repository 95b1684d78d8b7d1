from __future__ import annotations

import re
from pathlib import Path

import pytest

import eyebright.packs
from eyebright.analysis.labels.context import load_rules
from eyebright.analysis.labels.people import ANSWERS, EMOTIONS, GENDERED
from eyebright.analysis.labels.pixels import colour_shares
from eyebright.analysis.labels.taxonomy import Entry, Taxonomy, load_taxonomy
from eyebright.packs.recipe import read_recipe
from eyebright.testing.pictures import picture_of

LABELS = Path(eyebright.packs.__file__).parent / "recipes" / "labels"
PRODUCED = 1100
"""Fewer words than this would be a loss; the card gives the exact count."""
PEOPLE = {
    *ANSWERS.values(), *EMOTIONS.values(), *GENDERED.values(), "Adult", "Baby", "Child", "Crowd",
    "Face", "Female", "Groupshot", "Head", "Male", "People", "Person", "Portrait",
    "Senior Citizen", "Teen",
}  # fmt: skip
CATEGORIES = {
    "Actions", "Animals and Pets", "Apparel and Accessories", "Beauty and Personal Care",
    "Buildings and Architecture", "Colors and Visual Composition", "Education",
    "Events and Attractions", "Everyday Objects", "Expressions and Emotions", "Food and Beverage",
    "Furniture and Furnishings", "Hobbies and Interests", "Home and Indoors", "Home Appliances",
    "Kitchen and Dining", "Materials", "Medical", "Nature and Outdoors", "Performing Arts",
    "Person Description", "Plants and Flowers", "Public Safety", "Sports",
    "Technology and Computing", "Text and Documents", "Tools and Machinery", "Toys and Gaming",
    "Transport and Logistics", "Vehicles and Automotive", "Weapons and Military",
}  # fmt: skip


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy()


def entry(name: str, *parents: str) -> Entry:
    return Entry(name, parents, (), ("Things",))


def produced_words(taxonomy: Taxonomy) -> frozenset[str]:
    """Everything that the default packs can make somebody say."""
    parameters = read_recipe(LABELS).parameters
    direct = {name for names in parameters["classes"]["names"] for name in names}
    direct |= {*parameters["objects"]["names"], *PEOPLE, *(rule.name for rule in load_rules())}
    direct |= set(colour_shares(picture_of("Ada").pixels))
    return taxonomy.with_ancestors(direct)


def test_ancestors_come_nearest_first_and_once() -> None:
    animals = Taxonomy(
        [
            entry("Dog", "Canine", "Pet"),
            entry("Canine", "Animal"),
            entry("Pet", "Animal"),
            entry("Animal"),
        ]
    )
    assert animals.ancestors("Dog") == ("Canine", "Pet", "Animal")
    assert animals.ancestors("Animal") == ()
    assert animals.depth("Dog") > animals.depth("Pet") > animals.depth("Animal") == 0
    assert animals.with_ancestors(["Pet", "Canine"]) == {"Pet", "Canine", "Animal"}


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        ([entry("A", "B"), entry("B", "C"), entry("C", "A")], "cycle: A < B < C < A"),
        ([entry("A", "A")], "cycle"),
        ([entry("A", "B")], "lacks B, parent of A"),
        ([entry("A"), entry("A")], "twice"),
    ],
)
def test_a_table_that_cannot_be_is_refused(entries: list[Entry], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Taxonomy(entries)


def test_every_word_has_a_known_category_and_no_alias_is_a_word(taxonomy: Taxonomy) -> None:
    assert len(taxonomy.names) > PRODUCED
    assert taxonomy.categories <= CATEGORIES
    for name in taxonomy.names:
        known = taxonomy.entry(name)
        assert known.categories
        assert not set(known.aliases) & taxonomy.names
        assert re.fullmatch(r"\S(.{0,48}\S)?", name), name


def test_no_word_names_a_parent_that_another_parent_implies(taxonomy: Taxonomy) -> None:
    for name in taxonomy.names:
        parents = taxonomy.entry(name).parents
        implied = {above for parent in parents for above in taxonomy.ancestors(parent)}
        assert not implied & set(parents), name


@pytest.mark.parametrize(
    ("name", "some_ancestors"),
    [
        ("Car", {"Vehicle", "Transportation"}),
        ("Golden Retriever", {"Dog", "Canine", "Pet", "Mammal", "Animal"}),
        ("Man", {"Adult", "Male", "Person"}),
        ("Girl", {"Child", "Female", "Person"}),
        ("Laptop", {"Computer", "Electronics"}),
        ("Orange", {"Citrus Fruit", "Fruit", "Food", "Produce"}),
        ("Kitchen", {"Indoors", "Room"}),
        ("Castle", {"Architecture", "Building"}),
        ("Wine Bottle", {"Bottle", "Wine", "Alcohol", "Beverage"}),
    ],
)
def test_well_known_words_have_their_ancestors(
    taxonomy: Taxonomy, name: str, some_ancestors: set[str]
) -> None:
    assert some_ancestors <= set(taxonomy.ancestors(name))


def test_nothing_is_both_inside_and_outside(taxonomy: Taxonomy) -> None:
    both = [n for n in taxonomy.names if {"Indoors", "Outdoors"} <= set(taxonomy.ancestors(n))]
    assert both == []


def test_every_class_of_the_nets_has_a_true_word_or_more(taxonomy: Taxonomy) -> None:
    parameters = read_recipe(LABELS).parameters
    objects, classes = parameters["objects"]["names"], parameters["classes"]["names"]
    assert (len(objects), len(set(objects)), len(classes)) == (80, 80, 1000)
    assert set(objects) <= taxonomy.names
    for number, names in enumerate(classes):
        assert names, number
        assert set(names) <= taxonomy.names, number
        above = [a for name in names for a in taxonomy.ancestors(name)]
        assert not set(above) & set(names), f"class {number} repeats an ancestor"
        assert not {"Indoors", "Outdoors"} <= taxonomy.with_ancestors(names), number


def test_the_default_packs_can_say_so_many_words(taxonomy: Taxonomy) -> None:
    produced = produced_words(taxonomy)
    assert len(produced) >= PRODUCED
    card = (LABELS / "CARD.md").read_text(encoding="utf-8")
    assert f"{len(produced):,} words" in card
    assert f"{len(taxonomy.names):,}" in card
