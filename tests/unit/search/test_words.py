from __future__ import annotations

import pytest

from eyebright.search.words import MAX_WORD, exact_key, name_readings, stem_of, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Dog", ("dog",)),
        ("  FOR-SALE, now! ", ("for", "sale", "now")),
        ("Café naïve Ærø Łódź Straße", ("cafe", "naive", "aero", "lodz", "strasse")),
        ("ＤＯＧ ①", ("dog", "1")),
        ("It's O\N{RIGHT SINGLE QUOTATION MARK}Brien", ("its", "obrien")),
        ("東京タワー", ("東", "京", "タ", "ワ", "ー")),
        ("ガ", ("ガ",)),
        ("Привет, Мир", ("привет", "мир")),
        ("हिन्दी में", ("हिन्दी", "में")),
        ("ภาษา", ("ภ", "า", "ษ", "า")),
        ("שָׁלוֹם", ("שלום",)),
        ("IMG_1234.JPG", ("img", "1234", "jpg")),
        ("\N{DOG FACE}!", ("\N{DOG FACE}",)),
        ("\u202eabc\u202c\x00", ("abc",)),
        ("\ud800", ()),
        ("...", ()),
        ("x" * 100, ("x" * MAX_WORD,)),
    ],
)
def test_words_are_folded(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("BeachParty2.jpg", ("beach", "party", "2", "jpg")),
        ("IMG1234.JPG", ("img", "1234", "jpg")),
        ("HTMLPage-final v2", ("html", "page", "final", "v", "2")),
    ],
)
def test_names_are_read_in_two_ways(name: str, split: tuple[str, ...]) -> None:
    plain, parted = name_readings(name)
    assert plain == words_of(name)
    assert parted == split


def test_a_name_of_plain_words_is_read_in_one_way() -> None:
    assert name_readings("holiday/dog.png") == (("holiday", "dog", "png"),)
    assert name_readings("???") == ()


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("dogs", "dog"),
        ("glasses", "glass"),
        ("boxes", "box"),
        ("beaches", "beach"),
        ("houses", "house"),
        ("cities", "city"),
        ("ties", "tie"),
        ("people", "person"),
        ("children", "child"),
        ("bus", "bus"),
        ("class", "class"),
        ("gas", "gas"),
        ("species", "species"),
        ("собаки", "собаки"),
    ],
)
def test_plurals_find_their_singular(plural: str, singular: str) -> None:
    assert stem_of(plural) == singular
    assert stem_of(singular) == singular
    assert stem_of(plural)[0] == plural[0]  # what `matching` counts on


def test_names_are_the_same_but_for_case_width_and_spaces() -> None:
    assert exact_key("Ada  Lovelace") == exact_key("ADA ＬＯＶＥＬＡＣＥ")
    assert exact_key("café") != exact_key("cafe")
    assert not any(char.isspace() or char == "|" for char in exact_key("a|b \n c\x00"))
