"""What films show, say and should not show, over the real works and fake sight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from eyebright.analysis.text.layout import line_of
from eyebright.analysis.text.values import TextLine, TextWord
from eyebright.api.film_sightings import Sighting, SightingOptions
from eyebright.api.local import LocalEyebright, open_local
from eyebright.api.videos import WhoProgress
from eyebright.errors import InvalidVideo
from eyebright.imaging.image import Image
from eyebright.settings import Settings
from eyebright.testing.pictures import draw_people, line_up
from eyebright.testing.sight import fake_sight
from eyebright.testing.videos import number_of, numbered_picture, write_video
from eyebright.video.sampling import Every


@pytest.fixture
def eyebright(tmp_path: Path) -> Iterator[LocalEyebright]:
    with open_local(Settings(home=tmp_path / "home"), sight=fake_sight()) as opened:
        yield opened


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Ten frames a second: a dog for 3 s, nothing for 4 s, a person for 3.5 s."""
    scenes = [(("Ada",), 30), ((), 40), (("Fay",), 35)]
    pictures = [
        np.ascontiguousarray(draw_people(line_up(people), size_wh=(320, 160)))
        for people, count in scenes
        for _ in range(count)
    ]
    return write_video(tmp_path / "film.mp4", pictures, frame_rate=10, keyframe_every=10)


def named(found: tuple[Sighting, ...], name: str) -> list[tuple[int, int]]:
    return [(one.start_ms, one.end_ms) for one in found if one.name == name]


def test_labels_come_and_go_half_way_between_two_looks(
    eyebright: LocalEyebright, film: Path
) -> None:
    seen = eyebright.video_labels(film)
    assert (seen.looks, seen.length_ms, seen.broke_off) == (11, 10_500, "")
    assert named(seen.sightings, "Dog") == [(0, 10_500)], "The classifier says so of everything."
    assert named(seen.sightings, "Person") == [(6500, 10_500)]
    dog = next(one for one in seen.sightings if one.name == "Dog")
    assert "Animal" in dog.parents
    assert named(seen.sightings, "Animal")
    assert dog.start_ms <= dog.best_ms <= dog.end_ms
    assert 0.5 <= dog.score <= 1.0


def test_what_is_less_sure_is_left_out(eyebright: LocalEyebright, film: Path) -> None:
    every = eyebright.video_labels(film, options=SightingOptions(min_score=0.0)).sightings
    sure = eyebright.video_labels(film, options=SightingOptions(min_score=0.85)).sightings
    assert {one.name for one in sure} < {one.name for one in every}
    assert min(one.score for one in sure) >= 0.85


def test_looks_may_be_further_apart(eyebright: LocalEyebright, film: Path) -> None:
    options = SightingOptions(Every(Fraction(4)))
    seen = eyebright.video_labels(str(film), options=options)
    assert seen.looks == 3
    assert named(seen.sightings, "Person") == [(6000, 10_000)]


def test_moderation_tells_labels_with_what_they_are_part_of(
    eyebright: LocalEyebright, film: Path
) -> None:
    seen = eyebright.video_moderation(film)
    parents = {one.name: one.parents for one in seen.sightings}
    assert parents["Weapons"] == ("Violence",)
    assert parents["Violence"] == ()
    assert named(seen.sightings, "Weapons") == [(0, 2500)]


@dataclass(frozen=True, slots=True)
class _Unsteady:
    """Reads every third frame wrongly, and a little less surely."""

    def read(self, image: Image) -> tuple[TextLine, ...]:
        wrong = number_of(image.pixels) // 10 % 3 == 2
        corners = ((0.0, 0.0), (50.0, 0.0), (50.0, 20.0), (0.0, 20.0))
        text, score = ("GO0D NEVS", 0.7) if wrong else ("GOOD NEWS", 0.9)
        text = text.replace("0", "O")
        return (line_of((TextWord(text, score, corners),)),)


def test_a_line_that_is_read_wrongly_now_and_then_is_one(tmp_path: Path) -> None:
    film = write_video(
        tmp_path / "a.mp4", [numbered_picture(number) for number in range(50)], frame_rate=10
    )
    sight = replace(fake_sight(), text=_Unsteady)
    with open_local(Settings(home=tmp_path / "home"), sight=sight) as eyebright:
        [line] = eyebright.video_text(film).sightings
    assert (line.name, line.score, line.start_ms, line.end_ms) == ("GOOD NEWS", 0.9, 0, 4500)


def test_words_are_not_told_beside_their_lines(eyebright: LocalEyebright, film: Path) -> None:
    seen = eyebright.video_text(film, options=SightingOptions(min_score=0.0))
    assert {one.name for one in seen.sightings} == {"EYE bright"}
    sure = eyebright.video_text(film, options=SightingOptions(min_score=0.8))
    assert {one.name for one in sure.sightings} == {"EYE"}


def test_progress_is_told_after_each_look(eyebright: LocalEyebright, film: Path) -> None:
    told: list[WhoProgress] = []
    eyebright.video_labels(film, tell=told.append)
    assert [one.seconds for one in told] == [float(second) for second in range(11)]
    assert {one.total for one in told} == {10.5}


def test_what_is_no_film_says_so(eyebright: LocalEyebright, tmp_path: Path) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_text("Dear Ada, this is no film.")
    with pytest.raises(InvalidVideo):
        eyebright.video_text(letter)
    with pytest.raises(FileNotFoundError):
        eyebright.video_labels(tmp_path / "none.mp4")


def test_nothing_of_a_film_is_stored(eyebright: LocalEyebright, film: Path) -> None:
    home = eyebright.rooms.settings.home
    before = {path for path in home.rglob("*") if path.is_file()}
    eyebright.video_labels(film)
    assert {path for path in home.rglob("*") if path.is_file()} == before
