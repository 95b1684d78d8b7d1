from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.analysis.labels.calibration import (
    box_chances,
    box_evidence,
    calibrated,
    doubted,
    log_odds,
    logistic,
    picture_score,
)

chances = st.floats(0, 1)


def test_chances_and_log_odds_turn_into_each_other() -> None:
    values = np.array([0.01, 0.3, 0.5, 0.99])
    np.testing.assert_allclose(logistic(log_odds(values)), values)
    assert np.isfinite(log_odds(np.array([0.0, 1.0]))).all()


def test_a_curve_is_a_line_in_log_odds() -> None:
    found = calibrated(np.array([0.5, 0.9]), (2.0, 1.0))
    np.testing.assert_allclose(log_odds(found), [1.0, 2 * np.log(9) + 1])


def test_a_box_knows_what_it_repeats_and_who_contests_it() -> None:
    boxes = np.array([[0, 0, 10, 10], [0, 0, 10, 8], [0, 0, 10, 10], [50, 50, 60, 60]], np.float32)
    scores, classes = np.array([0.9, 0.6, 0.4, 0.3], np.float32), np.array([1, 1, 2, 1])
    evidence = box_evidence(boxes, scores, classes)
    np.testing.assert_allclose(evidence[:, 1], [0, 0.8, 0, 0], rtol=1e-6)
    np.testing.assert_allclose(evidence[:, 2], [0, 0, 0.9, 0], rtol=1e-6)
    found = box_chances(evidence, (1.0, -2.0, -2.0, 0.0))
    np.testing.assert_allclose(found[[0, 3]], [0.9, 0.3], rtol=1e-5)
    assert found[1] < 0.6
    assert found[2] < 0.4


def test_no_boxes_have_no_chances() -> None:
    none = np.zeros((0, 4), np.float32)
    evidence = box_evidence(none, np.zeros(0, np.float32), np.zeros(0, np.intp))
    assert evidence.shape == (0, 3)
    assert box_chances(evidence, (1.0, 1.0, 1.0, 0.0)).shape == (0,)


@given(st.lists(chances, max_size=6), chances, chances)
def test_more_evidence_never_makes_a_word_less_sure(
    boxes: list[float], more: float, of_class: float
) -> None:
    score = picture_score(boxes, of_class)
    assert 0.0 <= score <= 1.0
    assert picture_score([*boxes, more], of_class) >= score - 1e-12
    assert picture_score(boxes, max(of_class, more)) >= score - 1e-12


def test_the_order_of_boxes_does_not_matter() -> None:
    assert picture_score([0.2, 0.7, 0.4]) == pytest.approx(picture_score([0.7, 0.4, 0.2]))


def test_words_are_more_careful_than_their_boxes() -> None:
    steps = [picture_score([share]) for share in (0.1, 0.3, 0.5, 0.7, 0.9, 0.99)]
    assert all(low < high for low, high in pairwise(steps))
    assert steps[2] < 0.5
    assert steps[-1] > 0.8
    assert picture_score([]) < 0.01


def test_doubt_lowers_what_is_about_even_and_keeps_the_order() -> None:
    odds = np.linspace(-8, 8, 200)
    for doubt in (0.0, 0.5, 0.94, 2.0):
        found = doubted(odds, doubt)
        assert (np.diff(found) > 0).all()
        assert (found <= odds).all()
        assert float(doubted(np.array(doubt), doubt)) == pytest.approx(0.0)
    assert abs(doubted(np.array([-8.0, 8.0]), 0.94) - [-8, 8]).max() < 0.01
