"""Sorted strings that are looked up where they lie."""

from __future__ import annotations

import random

import pytest

from eyebright.search.strings import Strings, in_order

TEXTS = ("", "a", "ab", "aba", "b", "bé", "bż", "犬", "犬小屋", "\U0001f436", "a\udcff")


@pytest.mark.parametrize("asked", [*TEXTS, "c", "a\0", "犬小", "z"])
def test_strings_are_found_as_by_looking_at_each(asked: str) -> None:
    texts = sorted(random.Random(1).choices(TEXTS, k=40), key=in_order)
    strings = Strings.of(texts)
    assert [strings.text(at) for at in range(len(strings))] == texts
    equal, beginning = strings.equal(asked), strings.beginning(asked)
    assert list(equal) == [at for at, text in enumerate(texts) if text == asked]
    assert list(beginning) == [at for at, text in enumerate(texts) if text.startswith(asked)]


def test_no_strings_have_nothing_to_find() -> None:
    strings = Strings.of([])
    assert not strings.equal("a")
    assert not strings.beginning("")
