from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eyebright.geometry.arrays import FloatArray
from eyebright.tracking.tracker import Tracker, TrackingRules


def boxes(*lefts_tops: tuple[float, float], side: float = 50.0) -> FloatArray:
    return np.array([(x, y, x + side, y + side) for x, y in lefts_tops], np.float32).reshape(-1, 4)


def scores(*values: float) -> FloatArray:
    return np.array(values, np.float32)


def looks(*people: int) -> FloatArray:
    """A direction for each person, nearly orthogonal to the others'."""
    rows = [np.random.default_rng(person).normal(size=512) for person in people]
    array = np.array(rows, np.float32).reshape(-1, 512)
    unit: FloatArray = array / np.linalg.norm(array, axis=1, keepdims=True)
    return unit


def test_things_that_move_keep_their_indexes() -> None:
    tracker = Tracker()
    for step in range(20):
        seen = tracker.update(
            step / 25,
            boxes((10 + 4 * step, 20), (400 - 3 * step, 25), (200, 200)),
            scores=scores(0.9, 0.9, 0.9),
        )
        assert seen == [0, 1, 2]


def test_two_that_cross_are_told_apart_by_where_they_were_going() -> None:
    tracker = Tracker()
    for step in range(31):
        left, right = 100 + 10 * step, 400 - 10 * step
        seen = tracker.update(step / 25, boxes((left, 100), (right, 130)), scores=scores(0.9, 0.9))
        assert seen == [0, 1]


def test_a_dip_in_the_score_does_not_end_a_track_and_begins_none() -> None:
    tracker = Tracker()
    assert tracker.update(0.0, boxes((10, 10)), scores=scores(0.9)) == [0]
    seen = tracker.update(0.04, boxes((12, 10), (300, 300)), scores=scores(0.2, 0.2))
    assert seen == [0, None]
    assert tracker.update(0.08, boxes((14, 10)), scores=scores(0.9)) == [0]
    assert tracker.begun == 1


def test_who_was_hidden_for_a_moment_is_the_same_and_who_comes_later_is_not() -> None:
    tracker = Tracker()
    tracker.update(0.0, boxes((10, 10)), scores=scores(0.9))
    tracker.update(0.5, boxes(), scores=scores())
    assert tracker.update(0.9, boxes((11, 10)), scores=scores(0.9)) == [0]
    assert tracker.update(4.0, boxes((11, 10)), scores=scores(0.9)) == [1]


def test_looks_carry_over_cuts_and_sparse_samples() -> None:
    tracker = Tracker()
    first = tracker.update(
        0.0, boxes((10, 10), (200, 10)), scores=scores(0.9, 0.9), vectors=looks(1, 2)
    )
    later = tracker.update(
        60.0, boxes((210, 12), (20, 12)), scores=scores(0.9, 0.9), vectors=looks(1, 2)
    )
    assert first == later == [0, 1]
    assert tracker.update(66.0, boxes((20, 12)), scores=scores(0.9), vectors=looks(3)) == [2]


def test_overlap_is_no_proof_when_the_looks_are_another_persons() -> None:
    tracker = Tracker()
    tracker.update(0.0, boxes((10, 10)), scores=scores(0.9), vectors=looks(1))
    assert tracker.update(0.04, boxes((10, 10)), scores=scores(0.9), vectors=looks(2)) == [1]


def test_after_a_cut_place_says_nothing() -> None:
    tracker = Tracker()
    tracker.update(0.0, boxes((10, 10)), scores=scores(0.9))
    assert tracker.update(0.04, boxes((10, 10)), scores=scores(0.9), cut=True) == [1]


def test_a_tracker_goes_on_from_its_state() -> None:
    whole, first = Tracker(), Tracker()
    rng = np.random.default_rng(0)
    steps = [
        (n / 5, boxes(*rng.uniform(0, 600, (4, 2)).tolist()), looks(*rng.permutation(5)[:4]))
        for n in range(20)
    ]
    expected = [whole.update(t, b, scores=scores(*[0.9] * 4), vectors=v) for t, b, v in steps]
    begun = [first.update(t, b, scores=scores(*[0.9] * 4), vectors=v) for t, b, v in steps[:10]]
    second = Tracker(tracks=[replace(track) for track in first.tracks], begun=first.begun)
    ended = [second.update(t, b, scores=scores(*[0.9] * 4), vectors=v) for t, b, v in steps[10:]]
    assert begun + ended == expected


@pytest.mark.parametrize("count", [0, 1])
def test_empty_frames_are_fine(count: int) -> None:
    tracker = Tracker()
    assert tracker.update(0.0, boxes(), scores=scores(), vectors=looks()) == []
    for _ in range(count):
        tracker.update(0.1, boxes((1, 1)), scores=scores(0.9))
    assert tracker.update(0.2, boxes(), scores=scores()) == []


def test_tracks_without_looks_are_forgotten_and_memory_stays_flat() -> None:
    tracker = Tracker(rules=TrackingRules(forget_vectors_after=60.0))
    for second in range(600):
        tracker.update(
            float(second), boxes((70 * second, 10)), scores=scores(0.9), vectors=looks(second)
        )
    assert tracker.begun == 600
    assert len(tracker.tracks) <= 62
