"""Reading from pixels to lines, with tiny nets."""

from __future__ import annotations

import dataclasses
import hashlib

import numpy as np
import pytest

from eyebright.analysis.text.reader import PaddleReader
from eyebright.analysis.text.words import ReadWord
from eyebright.geometry.arrays import ByteArray
from eyebright.geometry.polygons import enclosing_box
from eyebright.imaging.image import Image


def page(*bars: tuple[int, int, int, int, int]) -> Image:
    """White with bars: left, top, right, bottom, grey."""
    pixels = np.full((320, 640, 3), 255, np.uint8)
    for left, top, right, bottom, grey in bars:
        pixels[top:bottom, left:right] = grey
    digest = hashlib.sha256(pixels.tobytes()).digest()
    return Image(pixels=pixels, format="PNG", content_sha256=digest, full_size_wh=(640, 320))


WORD = (100, 50, 220, 98, 0), (220, 50, 340, 98, 64)
"""A bar that is black, then dark grey: it reads "AB"."""


def test_a_word_is_told_where_it_is(reader: PaddleReader) -> None:
    (line,) = reader.read(page(*WORD))
    assert line.text == "AB"
    assert line.score > 0.9
    assert enclosing_box(line.polygon_xy) == pytest.approx((100, 50, 340, 98), abs=3)
    assert [word.text for word in line.words] == ["AB"]


def test_a_picture_without_text_has_no_lines(reader: PaddleReader) -> None:
    assert reader.read(page()) == ()


def test_lines_come_from_top_to_bottom(reader: PaddleReader) -> None:
    lines = reader.read(page((300, 200, 500, 248, 64), (20, 20, 212, 68, 0)))
    assert [line.text[0] for line in lines] == ["A", "B"]


def test_text_that_runs_down_or_up_is_read_along_its_length(reader: PaddleReader) -> None:
    (line,) = reader.read(page((100, 20, 148, 140, 0), (100, 140, 148, 260, 64)))
    assert line.text == "AB"
    assert line.polygon_xy[0] == pytest.approx((148, 20), abs=3)


def test_words_that_are_not_sure_enough_are_not_told(reader: PaddleReader) -> None:
    rules = dataclasses.replace(reader.rules, least_score=0.9999)
    assert dataclasses.replace(reader, rules=rules).read(page((100, 50, 220, 98, 40))) == ()


@dataclasses.dataclass
class Foreigner:
    """Reads "да нет" in whatever it is given, and keeps the shapes of it."""

    text: str = "да нет"
    shapes: list[tuple[int, ...]] = dataclasses.field(default_factory=list)

    def read(self, strip: ByteArray) -> tuple[ReadWord, ...]:
        self.shapes.append(strip.shape)
        one, two = self.text.split()
        return ReadWord(one, 0.0, 0.4, 0.95, 0.95), ReadWord(two, 0.5, 1.0, 0.85, 0.85)


STRANGE = (100, 50, 340, 98, 160)
"""A bar of the grey that the net reads as spaces."""


def strange(reader: PaddleReader, other: Foreigner) -> PaddleReader:
    """A reader to whom lighter greys are text too."""
    rules = dataclasses.replace(reader.detector._rules, threshold=0.2, least_score=0.3)
    detector = type(reader.detector)(reader.detector._model, rules)
    return dataclasses.replace(reader, detector=detector, other_scripts=other)


def test_what_the_net_cannot_read_is_read_by_another(reader: PaddleReader) -> None:
    other = Foreigner()
    (line,) = strange(reader, other).read(page(STRANGE))
    assert line.text == "да нет"
    assert line.score == pytest.approx(0.9)
    assert enclosing_box(line.words[0].polygon_xy) == pytest.approx((100, 50, 196, 98), abs=3)
    assert other.shapes == [(64, 320, 3)]


def test_what_the_net_reads_well_is_not_asked_again(reader: PaddleReader) -> None:
    other = Foreigner()
    (line,) = strange(reader, other).read(page(*WORD))
    assert line.text == "AB"
    assert other.shapes == []


def test_letters_that_the_net_knows_are_not_taken_from_another(reader: PaddleReader) -> None:
    other = Foreigner("AA BB")
    assert strange(reader, other).read(page(STRANGE)) == ()
    assert len(other.shapes) == 2, "tried upside down as well"
