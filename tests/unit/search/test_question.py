from __future__ import annotations

import pytest

from eyebright.search.question import Clause, read_question
from eyebright.search.values import Field, Query


def wanted(text: str, *, typing: bool = False) -> list[tuple[str, bool, bool]]:
    clauses = read_question(Query(text, is_typing=typing)).wanted
    return [(" ".join(one.words), one.is_quoted, one.is_beginning) for one in clauses]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("dog beach", [("dog", False, False), ("beach", False, False)]),
        ('"golden retriever" dog', [("golden retriever", True, False), ("dog", False, False)]),
        ('"not closed', [("not closed", True, False)]),
        (
            "\N{LEFT DOUBLE QUOTATION MARK}for sale\N{RIGHT DOUBLE QUOTATION MARK}",
            [("for sale", True, False)],
        ),
        ("IMG_1234", [("img 1234", False, False)]),
        ("http://dog", [("http dog", False, False)]),
        ("dog dog", [("dog", False, False)]),
        ("...", []),
    ],
)
def test_words_phrases_and_what_is_neither(text: str, clauses: list[object]) -> None:
    assert wanted(text) == clauses


def test_the_last_word_is_open_while_a_person_types() -> None:
    assert wanted("dog be", typing=True) == [("dog", False, False), ("be", False, True)]
    assert wanted("dog be ", typing=True)[-1] == ("be", False, False)
    assert wanted('"for sa', typing=True) == [("for sa", True, True)]
    assert wanted('"for sa"', typing=True) == [("for sa", True, False)]


def test_fields_and_exclusions() -> None:
    said = read_question(Query('label:dog -person:"Ada Lovelace" -cat media:image date:2026-11'))
    assert said.wanted == (Clause(("dog",), frozenset("lL")),)
    assert said.unwanted == (
        Clause(("ada", "lovelace"), frozenset("pP"), is_quoted=True),
        Clause(("cat",)),
    )
    assert said.only == ((Field.MEDIA, "image"), (Field.DATE, "2026-11"))


def test_filters_of_texts_and_names_are_phrases() -> None:
    said = read_question(Query(only={Field.TEXT: ("For Sale",), Field.LABEL: ("Dog",)}))
    assert said.wanted == (Clause(("for", "sale"), frozenset("tT"), is_quoted=True),)
    assert said.only == ((Field.LABEL, "Dog"),)
