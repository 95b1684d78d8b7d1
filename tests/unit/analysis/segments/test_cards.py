from __future__ import annotations

import numpy as np
import pytest

from eyebright.analysis.segments.cards import CardRules, CardText, different, ground_of, rises
from eyebright.geometry.arrays import ByteArray

RULES = CardRules()


def plain(level: int) -> ByteArray:
    return np.full((54, 96, 3), level, np.uint8)


def written(level: int, ink: int) -> ByteArray:
    drawn = plain(level)
    drawn[20:24, 30:60] = ink
    return drawn


@pytest.mark.parametrize(("level", "ink"), [(0, 200), (40, 255), (250, 10), (128, 20)])
def test_writing_on_one_colour_may_be_a_card_and_its_ground_is_known(level: int, ink: int) -> None:
    noise = np.random.default_rng(1).integers(-2, 3, (54, 96, 3))
    shown = np.clip(written(level, ink) + noise, 0, 255).astype(np.uint8)
    ground = ground_of(shown, RULES)
    assert ground is not None
    assert abs(ground - level) <= 4


@pytest.mark.parametrize(
    "shown",
    [
        plain(0),
        plain(200),
        np.random.default_rng(2).integers(0, 255, (54, 96, 3)).astype(np.uint8),
        np.linspace(0, 60, 96).astype(np.uint8)[None, :, None].repeat(54, 0).repeat(3, 2),
    ],
    ids=["black", "grey", "noise", "a dark wall with light from one side"],
)
def test_other_pictures_are_no_cards(shown: ByteArray) -> None:
    assert ground_of(shown, RULES) is None


def text(*lines: tuple[str, float]) -> CardText:
    return CardText(0, lines)


def test_lines_that_stand_higher_later_rise() -> None:
    first = text(("Ada Abbott", 0.5), ("Ben Brandt", 0.6), ("Eva", 0.7))
    assert rises(first, text(("Ada Abbott", 0.4), ("Ben Brandt", 0.5)))
    assert not rises(first, first)
    assert not rises(first, text(("Somebody else", 0.1)))
    assert not rises(first, text(("Ada Abbott", 0.6), ("Ben Brandt", 0.7)))


def test_texts_that_share_most_words_are_one() -> None:
    one, other = text(("Directed by Ada", 0.5)), text(("Written by Ben", 0.5))
    assert different([one, one, other]) == 2
    assert different([text(("1 2 3", 0.5))]) == 0
