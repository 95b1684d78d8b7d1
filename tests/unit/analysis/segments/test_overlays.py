"""Films as lists of pictures with real strokes; what is read in them is said by the test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from eyebright.analysis.segments.cards import role_of
from eyebright.analysis.segments.overlays import Overlay, OverlayFinder
from eyebright.analysis.text.layout import line_of
from eyebright.analysis.text.values import TextLine, TextWord
from eyebright.geometry.arrays import ByteArray

WIDTH, HEIGHT = 480, 270


@dataclass(frozen=True, slots=True)
class Shown:
    """lines: texts and how far down they are, 0-1."""

    lines: Sequence[tuple[str, float]] = ()
    picture: ByteArray = field(default_factory=lambda: np.full((HEIGHT, WIDTH, 3), 60, np.uint8))


def over(*texts: str, top: float = 0.3, frames: int = 75, rise: float = 0.0) -> list[Shown]:
    shown = []
    for number in range(frames):
        lines = [(text, top + 0.1 * at - rise * number) for at, text in enumerate(texts)]
        lines = [one for one in lines if 0.02 < one[1] < 0.98]
        shown.append(Shown(lines, _strokes([down for _, down in lines])))
    return shown


def _strokes(downs: Sequence[float]) -> ByteArray:
    picture = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
    for down in downs:
        row = round(down * HEIGHT)
        picture[max(row - 6, 0) : row + 6, 160:320:6] = 240
        picture[max(row - 6, 0) : row + 6, 161:321:6] = 240
    return picture


def scenes(frames: int) -> list[Shown]:
    return [Shown()] * frames


@dataclass
class Reader:
    asked: list[int] = field(default_factory=list)

    def found(self, film: list[Shown], *, replaced: bool = False) -> list[Overlay]:
        finder = OverlayFinder()
        for number, one in enumerate(film):
            finder.add(
                40 * number,
                lit=True,
                wanted=True,
                larger=lambda _side, one=one: one.picture,  # type: ignore[misc]
                read=lambda number=number, one=one: self.read(number, one),  # type: ignore[misc]
            )
            if replaced:
                finder = OverlayFinder(state=finder.state())
        return finder.finish()

    def read(self, number: int, shown: Shown) -> tuple[list[TextLine], tuple[int, int]]:
        self.asked.append(number)
        return [_line(text, HEIGHT * down) for text, down in shown.lines], (WIDTH, HEIGHT)


def _line(text: str, down: float) -> TextLine:
    corners = ((160.0, down - 6), (320.0, down - 6), (320.0, down + 6), (160.0, down + 6))
    return line_of((TextWord(text, 0.9, corners),))


@pytest.mark.parametrize(
    ("line", "works"),
    [
        ("Directed by", {"DIRECTED"}),
        ("DIRECTOR OF PHOTOGRAPHY", {"DIRECTOR", "PHOTOGRAPHY"}),
        ("Written by Ada Abbott", {"WRITTEN"}),
        ("Key Grip", {"GRIP"}),
        ("Ada, produced it by then", set()),
        ("Music is what he likes", set()),
        ("Ada Abbott", set()),
        ("", set()),
    ],
)
def test_a_line_names_work_or_is_a_sentence(line: str, works: set[str]) -> None:
    assert role_of(line) == works


def test_cards_that_name_different_works_are_one_stretch() -> None:
    film = scenes(50) + over("Directed by", "Ada Abbott") + scenes(10)
    film += over("Music by", "Ben Brandt") + scenes(200)
    (told,) = Reader().found(film)
    assert abs(told.start_frame - 50) <= 25
    assert abs(told.end_frame - 209) <= 30
    assert told.works == 2
    assert (told.before_ms, told.after_ms) == (told.start_ms - 40, told.end_ms + 40)
    assert told.lit == told.end_frame - told.start_frame + 1


def test_one_work_or_a_name_at_the_bottom_is_no_credits() -> None:
    assert Reader().found(scenes(50) + over("Ada Abbott", "Director") + scenes(100)) == []
    low = over("Director", "Producer", top=0.88) + scenes(100)
    assert Reader().found(scenes(50) + low) == []


def test_credits_that_roll_go_on_as_long_as_some_line_rises() -> None:
    texts = ("Directed by", "Ada Abbott", "Music by", "Ben Brandt", "With many thanks to", "All")
    film = scenes(100) + over(*texts, top=1.0, rise=0.005, frames=300) + scenes(150)
    (told,) = Reader().found(film)
    assert abs(told.start_frame - 100) <= 50
    assert abs(told.end_frame - 390) <= 40


def test_strokes_that_were_read_for_nothing_are_not_read_again_for_a_while() -> None:
    reader = Reader()
    assert reader.found(over("A sign", "in a street", frames=250)) == []
    assert len(reader.asked) == 1


def test_scenes_without_strokes_are_not_read() -> None:
    reader = Reader()
    assert reader.found(scenes(300)) == []
    assert reader.asked == []


def test_a_finder_that_is_replaced_after_every_frame_finds_the_same() -> None:
    film = scenes(50) + over("Directed by", "Ada") + over("Music by", "Ben") + scenes(200)
    told = Reader().found(film)
    assert told
    assert Reader().found(film, replaced=True) == told
