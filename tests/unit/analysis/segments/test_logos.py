"""Films as lists of thumbnails; what is read in them is said by the test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from eyebright.analysis.segments.emblems import EmblemRules, emblem_of, is_drawing
from eyebright.analysis.segments.logos import Logo, LogoFinder, Side
from eyebright.analysis.text.layout import line_of
from eyebright.analysis.text.values import TextLine, TextWord
from eyebright.geometry.arrays import ByteArray

RULES = EmblemRules()
WIDTH, HEIGHT = 640, 360


def ground(level: int = 0, frames: int = 1) -> list[ByteArray]:
    return [np.full((54, 96, 3), level, np.uint8)] * frames


def ring(ground_level: int = 0, share: float = 1.0) -> ByteArray:
    """A ring in the middle, as bright as a share of all it can be."""
    rows, columns = np.mgrid[:54, :96]
    away = np.hypot((columns - 48) * WIDTH / 96, (rows - 26) * HEIGHT / 54)
    picture = ground(ground_level)[0].astype(np.float32)
    level = ground_level + share * (220 if ground_level < 128 else -220)
    picture[(away > 30) & (away < 70)] = level
    return np.clip(picture, 0, 255).astype(np.uint8)


def logo(ground_level: int = 0, frames: int = 60) -> list[ByteArray]:
    """Fades in over ten frames, stands, and fades out."""
    rising = [ring(ground_level, step / 10) for step in range(1, 10)]
    return [*rising, *[ring(ground_level)] * frames, *rising[::-1]]


def scenes(frames: int) -> list[ByteArray]:
    draw = np.random.default_rng(3)
    return [draw.integers(0, 255, (54, 96, 3)).astype(np.uint8) for _ in range(frames)]


def below(text: str) -> TextLine:
    corners = ((220.0, 270.0), (420.0, 270.0), (420.0, 300.0), (220.0, 300.0))
    return line_of((TextWord(text, 0.9, corners),))


def over(text: str) -> TextLine:
    """Writing that covers all that is drawn."""
    corners = ((200.0, 60.0), (440.0, 60.0), (440.0, 300.0), (200.0, 300.0))
    return line_of((TextWord(text, 0.9, corners),))


@dataclass
class Reader:
    lines: Sequence[TextLine] = ()
    asked: list[int] = field(default_factory=list)

    def found(self, film: list[ByteArray], *, replaced: bool = False) -> list[Logo]:
        finder = LogoFinder(aspect=16 / 9)
        for number, thumbnail in enumerate(film):
            finder.add(
                thumbnail, 40 * number, lit=bool(thumbnail.mean() > 3), read=lambda: self.read()
            )
            if replaced:
                finder = LogoFinder(aspect=16 / 9, state=finder.state())
        return finder.finish()

    def read(self) -> tuple[Sequence[TextLine], tuple[int, int]]:
        self.asked.append(1)
        return self.lines, (WIDTH, HEIGHT)


def frames_of(logos: Sequence[Logo]) -> list[tuple[int, int]]:
    return [(one.start_frame, one.end_frame) for one in logos]


@pytest.mark.parametrize("level", [0, 40, 240, 255])
def test_an_emblem_that_comes_out_of_its_ground_and_goes_back_may_be_a_logo(level: int) -> None:
    film = ground(level, 12) + logo(level) + ground(level, 12) + scenes(50)
    (told,) = Reader().found(film)
    assert abs(told.start_frame - 12) <= 2
    assert abs(told.end_frame - 89) <= 2
    assert (told.before, told.after) == (Side.BARE, Side.BARE)
    assert told.before_ms == told.start_ms - 40
    assert told.after_ms == told.end_ms + 40
    assert told.cue().score == pytest.approx(0.81)


def test_an_emblem_from_the_first_frame_on_needs_bare_ground_behind_it() -> None:
    still = [ring()] * 50
    assert frames_of(Reader().found(still + ground(0, 10) + scenes(50))) == [(0, 49)]
    assert Reader().found(still + scenes(50)) == []
    assert frames_of(Reader().found(scenes(50) + ground(0, 10) + still)) == [(60, 109)]


def test_what_lies_between_cuts_is_no_logo_whatever_is_written_there() -> None:
    film = scenes(50) + [ring()] * 50 + scenes(50)
    assert Reader().found(film) == []
    assert Reader([below("ACME PICTURES")]).found(film) == []


def test_a_studios_name_makes_up_for_a_cut_on_one_side() -> None:
    film = ground(0, 10) + [ring()] * 50 + scenes(50)
    assert Reader().found(film) == []
    (told,) = Reader([over("ACME PICTURES")]).found(film)
    assert told.named
    assert (told.before, told.after) == (Side.BARE, Side.CUT)


@pytest.mark.parametrize(
    "line",
    [
        over("HOME"),
        below("Directed by Ada Abbott"),
        below("A film by Ada"),
        below("ACME FILMS PRESENTS"),
        below("TITLE ROADS"),
        below("one two three four five six seven"),
    ],
)
def test_titles_credits_slates_and_notes_are_no_logos(line: TextLine) -> None:
    reader = Reader([line])
    assert reader.found(ground(0, 12) + logo() + ground(0, 12)) == []
    assert len(reader.asked) == 1


def test_a_drawing_that_never_stands_still_or_stays_too_long_is_no_logo() -> None:
    pulsing = [ring(0, 0.6 + 0.2 * (number % 2)) for number in range(80)]
    assert Reader().found(ground(0, 12) + pulsing + ground(0, 12)) == []
    assert Reader().found(ground(0, 12) + logo(0, 600) + ground(0, 12)) == []
    assert Reader().found(ground(0, 12) + [ring()] * 15 + ground(0, 12)) == []


def test_scenes_are_not_read() -> None:
    reader = Reader()
    reader.found(scenes(200))
    assert reader.asked == []


def test_marks_in_a_corner_pictures_in_frames_and_lines_are_no_emblems() -> None:
    corner, frame, line = (ground()[0].copy() for _ in range(3))
    corner[44:48, 80:88] = 200
    frame[14:40, 24:72] = 200
    line[26:28, 20:76] = 200
    assert emblem_of(corner, RULES) is None
    for picture in (frame, line):
        seen = emblem_of(picture, RULES)
        assert seen is not None
        assert not is_drawing(seen.ink, RULES, aspect=16 / 9)
    seen = emblem_of(ring(), RULES)
    assert seen is not None
    assert is_drawing(seen.ink, RULES, aspect=16 / 9)


def test_a_finder_that_is_replaced_after_every_frame_finds_the_same() -> None:
    film = ground(0, 12) + logo() + ground(0, 12) + scenes(30) + ground(255, 9) + logo(255)
    told = Reader().found(film)
    assert len(told) == 2
    assert Reader().found(film, replaced=True) == told
