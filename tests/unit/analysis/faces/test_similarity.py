"""The scale from cosine to 0-100."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.analysis.faces.similarity import Knot, SimilarityScale
from eyebright.errors import PackInvalid

KNOTS = (
    Knot(-1.0, 0.0, 1.0),
    Knot(0.0, 5.0, 0.5),
    Knot(0.4, 80.0, 1e-3),
    Knot(0.5, 99.0, 1e-5),
    Knot(1.0, 100.0, 1e-12),
)
SCALE = SimilarityScale(KNOTS)


@pytest.mark.parametrize("knot", KNOTS)
def test_the_scale_goes_through_its_knots(knot: Knot) -> None:
    assert SCALE.to_percent(knot.cosine) == pytest.approx(knot.percent)
    assert SCALE.to_cosine(knot.percent) == pytest.approx(knot.cosine)
    assert SCALE.false_match_rate(knot.percent) == pytest.approx(knot.false_match_rate)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_higher_cosine_is_never_less_similar(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert SCALE.to_percent(low) <= SCALE.to_percent(high)


@given(st.floats(0, 100))
def test_a_threshold_in_percent_and_its_cosine_are_the_same_threshold(percent: float) -> None:
    assert SCALE.to_percent(SCALE.to_cosine(percent)) == pytest.approx(percent, abs=1e-9)


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_stricter_threshold_never_lets_more_strangers_pass(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert SCALE.false_match_rate(low) >= SCALE.false_match_rate(high)


def test_rounding_beyond_one_is_still_a_hundred() -> None:
    assert SCALE.to_percent(1.0000001) == 100.0
    assert SCALE.to_percent(-1.0000001) == 0.0


def test_arrays_are_mapped_element_by_element() -> None:
    cosines = np.array([[-1.0, 0.4], [0.5, 1.0]], np.float32)
    np.testing.assert_allclose(SCALE.to_percent(cosines), [[0, 80], [99, 100]], atol=1e-4)


def test_between_two_knots_the_rate_falls_by_equal_factors() -> None:
    middle = SCALE.false_match_rate((80.0 + 99.0) / 2)
    assert middle == pytest.approx((1e-3 * 1e-5) ** 0.5)


@pytest.mark.parametrize(
    "knots",
    [
        (),
        KNOTS[1:],
        KNOTS[:-1],
        (KNOTS[0], KNOTS[2], KNOTS[1], KNOTS[4]),
        (KNOTS[0], Knot(0.1, 50.0, 0.1), Knot(0.2, 50.0, 0.05), KNOTS[4]),
        (KNOTS[0], Knot(0.1, 50.0, 0.1), Knot(0.2, 60.0, 0.2), KNOTS[4]),
        (KNOTS[0], Knot(1.0, 100.0, 0.0)),
        (KNOTS[0], Knot(float("nan"), 50.0, 0.1), KNOTS[4]),
    ],
)
def test_knots_that_make_no_scale_are_refused(knots: tuple[Knot, ...]) -> None:
    with pytest.raises(PackInvalid):
        SimilarityScale(knots)
