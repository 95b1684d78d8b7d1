"""Near-duplicates, bursts, and the best of several photos."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.analysis.properties.values import PictureQuality
from eyebright.library.choice import (
    Shot,
    burst_pairs,
    differing_bits,
    from_column,
    grouped,
    near_pairs,
    to_column,
)
from eyebright.library.merit import NO_FLAWS, Flaws, Merit, exposure, merit_of
from eyebright.library.values import AssetFace, AssetId


def shot(number: int, fingerprint: int, *, taken_ms: int | None = None, merit: float = 0.5) -> Shot:
    return Shot(number, AssetId(str(number)), fingerprint, taken_ms, merit, 1000)


def flipped(fingerprint: int, bits: int, *, seed: int) -> int:
    for bit in random.Random(seed).sample(range(64), bits):
        fingerprint ^= 1 << bit
    return fingerprint


@given(st.lists(st.integers(0, 2**64 - 1), max_size=12), st.integers(0, 16), st.integers(0, 99))
def test_every_near_pair_is_found_and_no_other(prints: list[int], bits: int, seed: int) -> None:
    prints += [flipped(one, bits, seed=seed + at) for at, one in enumerate(prints[:5])]
    shots = [shot(number, one) for number, one in enumerate(prints)]
    expected = {
        (one.number, other.number)
        for at, one in enumerate(shots)
        for other in shots[at + 1 :]
        if differing_bits(one, other) <= 8
    }
    found = [(one.number, other.number) for one, other in near_pairs(shots)]
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_a_chain_of_pairs_is_one_group() -> None:
    one, two, three, four, five = (shot(number, 0) for number in range(5))
    groups = grouped([(two, three), (one, two), (four, five)])
    assert [[each.number for each in group] for group in groups] == [[0, 1, 2], [3, 4]]


def test_a_burst_is_soon_after_and_alike() -> None:
    scene = 0x0123456789ABCDEF
    shots = [
        shot(1, scene, taken_ms=10_000),
        shot(2, flipped(scene, 12, seed=1), taken_ms=11_500),
        shot(3, flipped(scene, 40, seed=2), taken_ms=12_000),  # the camera turned elsewhere
        shot(4, scene, taken_ms=60_000),  # the same scene, but later
        shot(5, scene),
    ]
    assert [(a.number, b.number) for a, b in burst_pairs(shots)] == [(1, 2)]


@given(st.integers(0, 2**64 - 1))
def test_fingerprints_fit_into_a_signed_column(fingerprint: int) -> None:
    column = to_column(fingerprint)
    assert -(2**63) <= column < 2**63
    assert from_column(column) == fingerprint


def face(**changes: object) -> AssetFace:
    fields: dict[str, object] = {
        "face_id": None,
        "box_xyxy": (0.0, 0.0, 100.0, 100.0),
        "score": 1.0,
        "yaw": 0.0,
        "pitch": 0.0,
        "roll": 0.0,
        "brightness": 0.5,
        "sharpness": 0.9,
        "answers": {"EYES_OPEN": (True, 0.99), "SMILE": (True, 0.9)},
    }
    return AssetFace(**(fields | changes))  # type: ignore[arg-type]


GOOD = PictureQuality(brightness=0.5, sharpness=0.9)


def judged(quality: PictureQuality, faces: Sequence[AssetFace], flaws: Flaws = NO_FLAWS) -> Merit:
    return merit_of(quality, faces, size_wh=(400, 300), flaws=flaws)


@pytest.mark.parametrize(
    "worse",
    [
        face(sharpness=0.3),
        face(brightness=0.05),
        face(brightness=0.95),
        face(yaw=45.0),
        face(pitch=-40.0),
        face(answers={"EYES_OPEN": (False, 0.95), "SMILE": (True, 0.9)}),
        face(answers={"EYES_OPEN": (True, 0.99), "SMILE": (False, 0.9)}),
    ],
)
def test_everything_a_person_minds_makes_a_photo_worse(worse: AssetFace) -> None:
    assert judged(GOOD, [worse]).whole < judged(GOOD, [face()]).whole


def test_closed_eyes_are_worse_than_an_earnest_face() -> None:
    blink = face(answers={"EYES_OPEN": (False, 0.9), "SMILE": (True, 0.99)})
    earnest = face(answers={"EYES_OPEN": (True, 0.9), "SMILE": (False, 0.99)})
    assert judged(GOOD, [blink]).whole < 0.5 * judged(GOOD, [earnest]).whole


def test_the_larger_face_counts_more() -> None:
    small = face(box_xyxy=(0.0, 0.0, 20.0, 20.0), sharpness=0.1)
    large = face(sharpness=0.9)
    assert judged(GOOD, [small, large]).sharpness > 0.7


def test_a_picture_without_faces_is_judged_as_a_whole() -> None:
    merit = judged(PictureQuality(brightness=0.5, sharpness=0.8), [])
    assert merit.whole == pytest.approx(0.8)


def test_a_face_in_the_background_counts_the_less_the_smaller_it_is() -> None:
    """Or else a photo would gain by being so blurred that nobody sees the face."""
    plain = judged(GOOD, []).whole
    merits = []
    for side in (1.0, 4.0, 12.0, 35.0, 100.0):
        poor = face(box_xyxy=(0.0, 0.0, side, side), sharpness=0.2, yaw=50.0)
        merits.append(judged(GOOD, [poor]).whole)
    assert merits == sorted(merits, reverse=True)
    assert 0.95 * plain < merits[0] < plain
    assert merits[-1] < 0.3 * plain


def test_noise_and_light_that_was_too_much_make_a_photo_worse() -> None:
    best = judged(GOOD, [face()]).whole
    for flaws in (Flaws(overexposed=0.2), Flaws(noise=20.0)):
        assert judged(GOOD, [face()], flaws).whole < 0.9 * best
    assert judged(GOOD, [face()], Flaws(overexposed=0.01, noise=3.0)).whole == best


@given(st.floats(0, 1))
def test_exposure_is_best_in_the_middle_and_nothing_at_the_ends(brightness: float) -> None:
    assert 0.0 <= exposure(brightness) <= exposure(0.5) == 1.0
    assert exposure(0.0) == exposure(1.0) == 0.0
