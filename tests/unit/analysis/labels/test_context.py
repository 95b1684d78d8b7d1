from __future__ import annotations

import pytest

from eyebright.analysis.labels.context import Rule, Things, load_rules, say_context
from eyebright.analysis.labels.evidence import Evidence, noisy_or
from eyebright.analysis.labels.taxonomy import load_taxonomy


@pytest.fixture
def evidence() -> Evidence:
    return Evidence(load_taxonomy())


def rule(name: str, *needs: Things, chance: float = 0.5, **more: tuple[str, ...]) -> Rule:
    return Rule(name, needs, chance, "because", **more)


def test_every_rule_says_why_with_words_of_the_taxonomy() -> None:
    rules, names = load_rules(), load_taxonomy().names
    assert len(rules) > 40
    for one in rules:
        used = {one.name, *one.unless, *one.touching}
        used |= {name for things in one.needs for name in things.names}
        assert used <= names, one
        assert one.needs or len(one.touching) == 2, one
        assert 0.0 < one.chance < 1.0
        assert one.reason.endswith(".")
        assert one.name not in one.unless


def test_rules_of_one_word_stand_together() -> None:
    order = [one.name for one in load_rules()]
    groups = [name for place, name in enumerate(order) if place == 0 or order[place - 1] != name]
    assert len(groups) == len(set(groups))


def test_a_rule_is_as_sure_as_the_least_sure_thing(evidence: Evidence) -> None:
    evidence.say("Oven", 0.9)
    evidence.say("Sink", 0.6)
    say_context(evidence, [rule("Kitchen", Things(("Oven",)), Things(("Sink", "Bed")))])
    assert evidence.score("Kitchen") == pytest.approx(0.3)
    assert evidence.score("Indoors") == pytest.approx(0.3)


def test_a_missing_thing_and_a_word_against_it_silence_a_rule(evidence: Evidence) -> None:
    evidence.say("Bed", 0.8)
    evidence.say("Outdoors", 0.75)
    say_context(
        evidence,
        [
            rule("Bedroom", Things(("Bed",)), unless=("Outdoors",)),
            rule("Kitchen", Things(("Oven",))),
        ],
    )
    assert evidence.score("Bedroom") == pytest.approx(0.5 * 0.8 * 0.25)
    assert evidence.score("Kitchen") == 0.0


def test_several_things_of_one_word_are_as_sure_as_the_last_of_them(evidence: Evidence) -> None:
    for place, score in enumerate((0.9, 0.8, 0.7)):
        evidence.place("Cow", (10.0 * place, 0.0, 10.0 * place + 5.0, 5.0), score)
    say_context(evidence, [rule("Herd", Things(("Cow", "Sheep"), count=3))])
    assert evidence.score("Herd") == pytest.approx(0.35)
    say_context(evidence, [rule("Flock", Things(("Cow",), count=4))])
    assert evidence.score("Flock") == 0.0


@pytest.mark.parametrize(("left", "said"), [(50.0, 0.35), (200.0, 0.0)])
def test_things_may_have_to_touch(evidence: Evidence, left: float, said: float) -> None:
    evidence.place("Person", (0.0, 0.0, 60.0, 100.0), 0.9)
    evidence.place("Horse", (left, 20.0, left + 100.0, 100.0), 0.7)
    say_context(evidence, [rule("Horseback Riding", touching=("Person", "Horse"))])
    assert evidence.score("Horseback Riding") == pytest.approx(said)


def test_independent_reasons_add_up() -> None:
    assert noisy_or([0.5, 0.5]) == pytest.approx(0.75)
    assert noisy_or([]) == 0.0


def test_a_kitchen_is_indoors_and_a_street_outdoors(evidence: Evidence) -> None:
    for name in ("Oven", "Refrigerator", "Sink"):
        evidence.say(name, 0.9)
    say_context(evidence, load_rules())
    assert evidence.score("Kitchen") > 0.8
    assert evidence.score("Indoors") > 0.9
    assert evidence.score("Outdoors") == 0.0


def test_cars_at_a_light_are_a_street_outdoors() -> None:
    evidence = Evidence(load_taxonomy())
    for place in range(3):
        evidence.place("Car", (50.0 * place, 0.0, 50.0 * place + 40.0, 30.0), 0.9)
    evidence.say("Car", 0.9)
    evidence.say("Traffic Light", 0.8)
    say_context(evidence, load_rules())
    for name in ("Road", "Street", "City", "Outdoors", "Wheel"):
        assert evidence.score(name) > 0.5, name
    assert evidence.score("Indoors") == 0.0
