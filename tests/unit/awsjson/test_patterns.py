"""Java's patterns in Python."""

from __future__ import annotations

import sys
import time
import unicodedata

import pytest

from eyebright.awsjson.model import (
    ListShape,
    MapShape,
    ServiceModel,
    Shape,
    StructureShape,
    TextShape,
)
from eyebright.awsjson.patterns import (
    LONGEST_TEXT,
    TextPattern,
    UnsupportedPattern,
    compile_java,
)


def _texts(shape: Shape) -> list[TextShape]:
    match shape:
        case TextShape():
            return [shape]
        case StructureShape():
            return [text for m in shape.members.values() for text in _texts(m.shape)]
        case ListShape():
            return _texts(shape.item)
        case MapShape():
            return [shape.key, *_texts(shape.value)]
        case _:
            return []


@pytest.fixture(scope="module")
def patterned(rekognition: ServiceModel) -> list[TextShape]:
    shapes = [text for op in rekognition.operations.values() for text in _texts(op.input)]
    found = list({shape.name: shape for shape in shapes if shape.pattern}.values())
    assert len(found) > 20
    return found


def test_every_pattern_of_the_installed_model_compiles(patterned: list[TextShape]) -> None:
    for shape in patterned:
        assert shape.pattern is not None
        compile_java(shape.pattern.source)


def test_no_pattern_of_the_model_is_slow_on_hostile_text(patterned: list[TextShape]) -> None:
    for shape in patterned:
        assert shape.pattern is not None
        longest = min(shape.most or LONGEST_TEXT, LONGEST_TEXT)
        for unit in ("a", "-", " ", "a-", ":", "arn:aws:sns:", ":123456789012:", "\u00e0"):
            text = (unit * longest)[: longest - 1] + "\n"
            started = time.thread_time()
            shape.pattern.accepts(text)
            # what is slow takes for ever
            assert time.thread_time() - started < 20, (shape.name, unit)


@pytest.mark.parametrize(
    ("pattern", "text", "accepted"),
    [
        (r"[a-zA-Z0-9_.\-:]+", "train/jisoo/x.PNG", False),
        (r"[a-zA-Z0-9_.\-:]+", "a b", False),
        (r"[a-zA-Z0-9_.\-:]+", "person:1", True),
        (r"[a-z]+", "abc\n", False),
        (r"^[0-9]+$", "1\n", False),
        (r"\d+", "١٢", False),
        (r"\w+", "é", False),
        (r".{1,}", "a\u2028b", False),
        (r".*\S.*", "   ", False),
        (r"[.]+", "a", False),
        (r"\.+", "..", True),
    ],
)
def test_texts_match_from_end_to_end_as_in_java(pattern: str, text: str, accepted: bool) -> None:
    assert TextPattern(pattern).accepts(text) is accepted


@pytest.mark.parametrize(
    ("key", "accepted"),
    [("team", True), ("größe 東京", True), ("aws:made", False), ("a#b", False), ("²½", True)],
)
def test_tag_keys_may_hold_letters_numbers_and_separators(key: str, accepted: bool) -> None:
    assert TextPattern(r"^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$").accepts(key) is accepted


def test_letters_numbers_and_separators_are_exactly_those_of_unicode() -> None:
    pattern = compile_java(r"[\p{L}\p{Z}\p{N}_]")
    wrong = [
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if (unicodedata.category(character)[0] in "LZN" or character == "_")
        is not (pattern.fullmatch(character) is not None)
    ]
    assert not wrong


def test_a_pattern_that_python_cannot_express_accepts_everything() -> None:
    with pytest.raises(UnsupportedPattern):
        compile_java(r"\p{Lu}+")
    with pytest.raises(UnsupportedPattern):
        compile_java(r"\p{L}+")
    with pytest.raises(UnsupportedPattern):
        compile_java(r"(")
    assert TextPattern(r"\p{Lu}+").accepts("anything at all")
