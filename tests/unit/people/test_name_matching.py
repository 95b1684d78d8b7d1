"""What is typed finds names by how words begin, whatever the case and accents."""

from __future__ import annotations

import pytest

from eyebright.people.name_matching import SearchText, folded

ADA = SearchText.of("Ada King-Noël", ["Countess of Lovelace", "A. A. L."], ["Mathematician"])


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Ada  KING-Noël", "ada king noel"),
        ("Ångström, Łukasz Øre", "angstrom lukasz ore"),
        ("Weiß", "weiss"),
        ("  ", ""),
        ("--", ""),
        ("Ａｄａ", "ada"),
        ("愛子 さん", "愛子 さん"),
        ("O'Neil", "o neil"),
    ],
)
def test_names_are_folded_to_plain_words(text: str, plain: str) -> None:
    assert folded(text) == plain


@pytest.mark.parametrize(
    ("typed", "rank"),
    [
        ("ada", 0),
        ("Ada k", 0),
        ("noel", 1),
        ("noël ada", 1),
        ("love", 2),
        ("ada love", 2),
        ("math", 3),
        ("ada math", 3),
        ("atician", 4),
        ("ovel", 4),
        ("zoe", None),
        ("ada zoe", None),
        ("l math", 3),
    ],
)
def test_words_that_begin_so_come_before_what_stands_inside(typed: str, rank: int | None) -> None:
    assert ADA.rank(folded(typed).split()) == rank


def test_no_words_are_found_across_two_aliases() -> None:
    text = SearchText.of("Eve", ["Anna Maria", "Lee Ann"], [])
    assert text.rank(["maria lee"]) is None
