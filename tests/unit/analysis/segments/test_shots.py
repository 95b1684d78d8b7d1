"""Films that are drawn frame by frame, so that every boundary is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from eyebright.analysis.segments.shots import ShotFinder
from eyebright.analysis.segments.values import Boundary, BoundaryKind
from eyebright.geometry.arrays import ByteArray
from eyebright.testing.transitions import FakeTransitions

Film = list[ByteArray]


def scene(seed: int, frames: int, *, drift: float = 0.0) -> Film:
    """A picture of soft patches that slides sideways, `drift` pixels a frame."""
    rng = np.random.default_rng(seed)
    patches = rng.integers(20, 235, (6, 24, 3)).astype(np.uint8)
    wide = patches.repeat(18, axis=0).repeat(18, axis=1)
    return [wide[:, int(drift * number) : int(drift * number) + 192] for number in range(frames)]


def dissolve(before: Film, after: Film) -> Film:
    """The frames of both, mixed more and more."""
    count = len(before)
    shares = [(number + 1) / (count + 1) for number in range(count)]
    return [
        np.clip((1 - share) * one + share * other, 0, 255).astype(np.uint8)
        for share, one, other in zip(shares, before, after, strict=True)
    ]


def black(frames: int) -> Film:
    return [np.zeros((108, 192, 3), np.uint8)] * frames


def found(film: Film, finder: ShotFinder | None = None) -> list[Boundary]:
    finder = finder or ShotFinder(FakeTransitions())
    told: list[Boundary] = []
    for number, frame in enumerate(film):
        told += finder.add(frame, 40 * number)
    return [*told, *finder.finish()]


def frames(boundaries: Sequence[Boundary]) -> list[tuple[int, BoundaryKind]]:
    return [(one.frame, one.kind) for one in boundaries]


def test_hard_cuts_are_found_at_the_frame_with_its_times_and_surely() -> None:
    film = scene(1, 30, drift=1) + scene(2, 41, drift=1) + scene(3, 64, drift=1)
    told = found(film, ShotFinder(None))
    assert frames(told) == [(30, BoundaryKind.CUT), (71, BoundaryKind.CUT)]
    assert [(one.before_ms, one.at_ms) for one in told] == [(1160, 1200), (2800, 2840)]
    assert all(one.score > 0.85 for one in told)


def test_what_moves_is_no_cut() -> None:
    assert found(scene(1, 40, drift=5.0)) == []


def test_a_dissolve_begins_with_its_first_mixed_frame() -> None:
    first, second = scene(1, 70), scene(2, 90)
    film = first[:55] + dissolve(first[55:], second[:15]) + second[15:]
    (told,) = found(film)
    assert told.kind is BoundaryKind.BLEND
    assert abs(told.frame - 55) <= 1


def test_without_the_net_dissolves_are_not_found_and_cuts_are() -> None:
    first, second = scene(1, 70), scene(2, 90)
    film = first[:55] + dissolve(first[55:], second[:15]) + second[15:] + scene(3, 20)
    assert frames(found(film, ShotFinder(None))) == [(145, BoundaryKind.CUT)]


def test_a_fade_out_and_in_is_one_boundary_where_something_can_be_seen_again() -> None:
    first, second = scene(1, 80), scene(2, 80)
    film = first[:60] + dissolve(first[60:], black(20)) + black(20)
    film += dissolve(black(20), second[:20]) + second[20:]
    (told,) = found(film)
    assert abs(told.frame - 100) <= 1


def test_after_a_cut_to_black_the_fade_in_is_no_second_boundary() -> None:
    second = scene(2, 80)
    film = scene(1, 60) + black(30) + dissolve(black(20), second[:20]) + second[20:]
    assert frames(found(film)) == [(60, BoundaryKind.CUT)]


def test_a_fade_out_at_the_end_is_no_boundary() -> None:
    first = scene(1, 90)
    assert found(first[:70] + dissolve(first[70:], black(20)) + black(15)) == []


def test_a_flash_light_interrupts_no_shot() -> None:
    film = scene(1, 60, drift=0.2)
    for number in (30, 31):
        film[number] = np.full((108, 192, 3), 250, np.uint8)
    assert found(film) == []


def test_of_two_cuts_that_are_too_close_one_counts() -> None:
    assert len(found(scene(1, 40) + scene(2, 3) + scene(3, 40))) == 1


@pytest.mark.parametrize("length", [0, 1, 2, 5, 24, 25, 26, 74, 75, 76])
def test_films_of_any_length_end_without_boundaries_when_nothing_happens(length: int) -> None:
    assert found(scene(1, length, drift=0.5)) == []


@pytest.mark.parametrize("every", [1, 7, 50])
def test_a_finder_that_is_replaced_finds_the_same(every: int) -> None:
    first, second = scene(1, 70), scene(2, 160)
    film = first[:55] + dissolve(first[55:], second[:15]) + second[15:] + scene(3, 90)
    undisturbed = found(film)
    finder = ShotFinder(FakeTransitions())
    told: list[Boundary] = []
    for number, frame in enumerate(film):
        told += finder.add(frame, 40 * number)
        if number % every == 0:
            finder = ShotFinder(FakeTransitions(), state=finder.state())
    assert len(undisturbed) == 2
    assert told + list(finder.finish()) == undisturbed


def test_the_net_is_not_asked_about_an_even_blend_of_pictures_that_stand_still() -> None:
    first, second = scene(1, 100), scene(2, 100)
    film = first[:60] + dissolve(first[60:80], second[:20]) + second[20:]
    finder = ShotFinder(FakeTransitions())
    assert len(found(film, finder)) == 1
    assert finder.asked == 0


def test_the_net_is_asked_about_an_uneven_blend_and_about_little_else() -> None:
    first, second = scene(1, 1)[0], scene(2, 1)[0]
    shares = [(number / 23) ** 4 for number in range(24)]
    mixed = [((1 - share) * first + share * second).astype(np.uint8) for share in shares]
    finder = ShotFinder(FakeTransitions())
    assert len(found([first] * 60 + mixed + [second] * 80, finder)) == 1
    assert 20 <= finder.asked <= 80


def test_the_net_is_not_asked_about_a_camera_that_moves() -> None:
    finder = ShotFinder(FakeTransitions())
    assert found(scene(1, 150, drift=1.5), finder) == []
    assert finder.asked == 0


def test_a_dissolve_that_takes_longer_than_is_judged_at_once_is_one_boundary() -> None:
    first, second = scene(1, 195), scene(2, 225)
    film = first[:30] + dissolve(first[30:195], second[:165]) + second[165:]
    (told,) = found(film)
    assert abs(told.frame - 30) <= 3


def test_light_that_is_dimmed_is_left_to_the_net() -> None:
    picture = scene(1, 1)[0]
    lights = [1.0] * 40 + [1.0 - 0.03 * step for step in range(20)] + [0.4] * 40
    finder = ShotFinder(FakeTransitions())
    found([(picture * light).astype(np.uint8) for light in lights], finder)
    assert finder.asked > 0


def test_what_is_remembered_does_not_grow_with_the_film() -> None:
    finder = ShotFinder(FakeTransitions())
    for number, frame in enumerate(scene(1, 100, drift=0.5) * 4):
        finder.add(frame, 40 * number)
    assert len(finder.state().times_ms) < 150
