"""Films as lists of thumbnails and of what could be read in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from eyebright.analysis.segments.logos import Logo, Side
from eyebright.analysis.segments.overlays import Overlay
from eyebright.analysis.segments.titles import TitleFinder
from eyebright.analysis.segments.values import Cue, CueKind
from eyebright.analysis.text.layout import line_of
from eyebright.analysis.text.values import TextLine, TextWord
from eyebright.geometry.arrays import ByteArray

WIDTH, HEIGHT = 640, 360
Lines = Sequence[tuple[str, int]]
"""Texts and how far down they are, in pixels of 360."""
END, OPENING, SLATE = CueKind.END_CREDITS, CueKind.OPENING_CREDITS, CueKind.SLATE
LOGO = CueKind.STUDIO_LOGO


@dataclass(frozen=True, slots=True)
class Shown:
    thumbnail: ByteArray
    lines: Lines = ()
    showing: frozenset[CueKind] = frozenset()


def scenes(frames: int) -> list[Shown]:
    noise = np.random.default_rng(4).integers(0, 255, (54, 96, 3)).astype(np.uint8)
    return [Shown(noise)] * frames


def black(frames: int) -> list[Shown]:
    dark = np.zeros((54, 96, 3), np.uint8)
    return [Shown(dark, (), frozenset({CueKind.BLACK}))] * frames


def card(
    *texts: str, frames: int = 100, ground: int = 0, rise: int = 0, top: int = 160
) -> list[Shown]:
    """Lines below each other. rise: pixels that they go up in each frame."""
    shown = []
    for number in range(frames):
        lines = [(text, top + 30 * at - rise * number) for at, text in enumerate(texts)]
        thumbnail = np.full((54, 96, 3), ground, np.uint8)
        for _, down in lines or [("", 180)]:
            row = round(down * 54 / HEIGHT)
            thumbnail[row - 1 : row + 1, 30:60] = 255 if ground < 128 else 0
        shown.append(Shown(thumbnail, lines))
    return shown


@dataclass
class Reader:
    """asked: at which frames."""

    asked: list[int] = field(default_factory=list)

    def lines(self, number: int, shown: Shown) -> tuple[list[TextLine], tuple[int, int]]:
        self.asked.append(number)
        return [_line(text, float(down)) for text, down in shown.lines], (WIDTH, HEIGHT)


def _line(text: str, down: float) -> TextLine:
    corners = ((200.0, down - 8), (400.0, down - 8), (400.0, down + 8), (200.0, down + 8))
    return line_of((TextWord(text, 0.9, corners),))


def run(film: list[Shown], *, known: bool = True, replaced: bool = False) -> list[Cue]:
    return run_with(Reader(), film, known=known, replaced=replaced)


def run_with(
    reader: Reader, film: list[Shown], *, known: bool = True, replaced: bool = False
) -> list[Cue]:
    length_ms = 40 * len(film) if known else None
    finder = TitleFinder(length_ms=length_ms)
    for number, one in enumerate(film):
        finder.add(
            one.thumbnail,
            40 * number,
            showing=one.showing,
            read=lambda number=number, one=one: reader.lines(number, one),  # type: ignore[misc]
        )
        if replaced:
            finder = TitleFinder(length_ms=length_ms, state=finder.state())
    return finder.finish()


def kinds(cues: Sequence[Cue]) -> list[tuple[CueKind, int, int]]:
    return [(cue.kind, cue.start_frame, cue.end_frame) for cue in cues]


@pytest.mark.parametrize("known", [True, False])
def test_writing_that_rolls_at_the_end_is_end_credits(known: bool) -> None:
    film = scenes(200) + card("Ada Abbott", "Ben Brandt", rise=1) + black(20)
    (told,) = run(film, known=known)
    assert kinds([told]) == [(END, 200, 299)]
    assert (told.start_ms, told.end_ms, told.before_ms, told.after_ms) == (8000, 11960, 7960, 12000)
    assert 0.7 <= told.score < 1


def test_several_cards_at_the_end_are_end_credits_and_one_is_not() -> None:
    cards = card("Ada Abbott", frames=60) + black(10) + card("Ben Brandt", frames=60)
    assert kinds(run(scenes(200) + cards)) == [(END, 200, 329)]
    assert run(scenes(200) + card("Visit our site")) == []


def test_one_card_with_the_words_of_credits_is_end_credits() -> None:
    film = scenes(200) + card("Directed by Ada Abbott")
    assert kinds(run(film)) == [(END, 200, 299)]


def test_writing_on_a_bright_ground_is_no_credits() -> None:
    assert run(scenes(200) + card("Directed by", "Ada Abbott", ground=230, rise=1)) == []


def test_a_caption_below_or_a_mark_is_no_card() -> None:
    assert run(scenes(200) + card("Directed by Ada Abbott", top=330)) == []


def test_a_thing_before_a_dark_wall_with_writing_on_it_is_no_card() -> None:
    thing = card("Directed by Ada Abbott")
    for shown in thing:
        shown.thumbnail[10:30, 5:25] = 200
    assert run(scenes(200) + thing) == []


def test_what_the_programme_follows_is_no_end_credits() -> None:
    film = scenes(600) + card("Ada Abbott", rise=1) + scenes(200)
    assert run(film) == []


def test_a_film_of_nothing_but_cards_has_no_end_credits() -> None:
    assert run(card("One") + card("Two") + card("Three")) == []


def test_cards_with_the_words_of_credits_at_the_beginning_are_opening_credits() -> None:
    cards = card("Starring Ada Abbott", frames=60) + card("Written by Ben Brandt", frames=60)
    assert kinds(run(black(20) + cards + scenes(400))) == [(OPENING, 20, 139)]


def test_a_title_at_the_beginning_is_no_credits() -> None:
    assert run(card("The Long Road") + scenes(400)) == []


@pytest.mark.parametrize("ground", [0, 90, 240])
def test_a_card_with_the_fields_of_a_slate_before_the_programme_is_one(ground: int) -> None:
    fields = ("TITLE: ROADS", "CLIENT: ACME", "DURATION: 00:30", "DATE 12/03")
    film = card(*fields, ground=ground) + black(50) + scenes(300)
    assert kinds(run(film)) == [(SLATE, 0, 99)]
    assert run(card(*fields[:2], ground=ground) + black(50) + scenes(300)) == []
    assert run(scenes(300) + card(*fields, ground=200)) == []


def test_scenes_are_not_read_and_cards_are_seldom() -> None:
    reader = Reader()
    run_with(reader, scenes(200) + card("Ada Abbott", frames=500))
    assert len(reader.asked) == 5
    assert min(reader.asked) >= 200


def test_a_plain_ground_without_writing_is_read_twice_in_twenty_seconds() -> None:
    reader = Reader()
    run_with(reader, scenes(200) + card(frames=500))
    assert len(reader.asked) == 2


def test_credits_that_roll_in_after_some_time_of_nothing_are_found() -> None:
    rolled = [
        replace(one, lines=[(text, down) for text, down in one.lines if 10 < down < 350])
        for one in card("Ada Abbott", "Ben Brandt", frames=200, rise=1, top=370)
    ]
    assert kinds(run(scenes(200) + card(frames=60) + rolled)) == [(END, 200, 459)]


def logo_at(start: int, end: int) -> Logo:
    ms = (40 * start, 40 * end, 40 * (start - 1), 40 * (end + 1))
    return Logo(start, end, *ms, start, end + 1, Side.BARE, Side.BARE)


def overlay_at(start: int, end: int) -> Overlay:
    ms = (40 * start, 40 * end, 40 * (start - 1), 40 * (end + 1))
    roles = (frozenset({"DIRECTED"}), frozenset({"MUSIC"}))
    return Overlay(start, end, *ms, start, end + 1, 40 * end, roles, 2)


def finish_with(film: list[Shown], *overlays: Overlay) -> list[tuple[CueKind, int, int]]:
    finder, reader = TitleFinder(length_ms=40 * len(film)), Reader()
    for number, one in enumerate(film):
        finder.add(
            one.thumbnail,
            40 * number,
            showing=one.showing,
            read=lambda number=number, one=one: reader.lines(number, one),  # type: ignore[misc]
        )
    return kinds(finder.finish((), overlays))


def test_credits_over_pictures_are_told_at_the_ends_of_a_film_only() -> None:
    film = scenes(1500)
    assert finish_with(film, overlay_at(100, 300)) == [(OPENING, 100, 300)]
    assert finish_with(film, overlay_at(1200, 1480)) == [(END, 1200, 1480)]
    assert finish_with(film, overlay_at(700, 900)) == []
    assert finish_with(scenes(300), overlay_at(0, 299)) == []


def test_credits_that_go_on_over_black_are_one_cue() -> None:
    film = scenes(600) + card("Ada Abbott", "Ben Brandt", rise=1)
    assert finish_with(film, overlay_at(400, 590)) == [(END, 400, 699)]
    assert finish_with(film, overlay_at(400, 555)) == [(END, 400, 555), (END, 600, 699)]


def test_a_logo_is_told_at_either_end_of_the_film_and_nowhere_else() -> None:
    film = [*black(1), *card(frames=60), *scenes(400), *card(frames=60)]
    finder = TitleFinder(length_ms=40 * len(film))
    for number, one in enumerate(film):
        finder.add(one.thumbnail, 40 * number, showing=one.showing, read=lambda: ([], (1, 1)))
    logos = [logo_at(1, 60), logo_at(200, 259), logo_at(461, 520)]
    assert kinds(finder.finish(logos)) == [(LOGO, 1, 60), (LOGO, 461, 520)]


def test_credits_after_a_logo_begin_behind_it_and_a_logo_behind_credits_hides_none() -> None:
    first = card(frames=20) + card("Starring Ada Abbott", frames=120)
    film = first + scenes(400) + card("Ada Abbott", "Ben Brandt", rise=1) + card(frames=60)
    finder, reader = TitleFinder(length_ms=40 * len(film)), Reader()
    for number, one in enumerate(film):
        logo = {LOGO} if number >= 640 else set()
        finder.add(
            one.thumbnail,
            40 * number,
            showing=one.showing | logo,
            read=lambda number=number, one=one: reader.lines(number, one),  # type: ignore[misc]
        )
    told = kinds(finder.finish([logo_at(0, 19), logo_at(640, 699)]))
    assert told == [(LOGO, 0, 19), (OPENING, 20, 139), (END, 540, 639), (LOGO, 640, 699)]


def test_the_middle_of_a_long_film_is_not_read() -> None:
    reader = Reader()
    film = [*scenes(1600), *card("Ada Abbott", "Ben Brandt", rise=1), *scenes(1600)]
    finder = TitleFinder(length_ms=4 * 3_600_000)
    for number, one in enumerate(film):
        finder.add(
            one.thumbnail,
            3_600_000 + 40 * number,
            showing=one.showing,
            read=lambda number=number, one=one: reader.lines(number, one),  # type: ignore[misc]
        )
    assert reader.asked == []


def test_a_finder_that_is_replaced_after_every_frame_finds_the_same() -> None:
    slate = card("TITLE ROADS", "CLIENT ACME", "DATE 1/2", frames=60)
    film = slate + black(30) + scenes(200) + card("Ada Abbott", "Ben Brandt", rise=1)
    told = run(film)
    assert [cue.kind for cue in told] == [SLATE, END]
    assert run(film, replaced=True) == told
