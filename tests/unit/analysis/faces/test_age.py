import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.analysis.faces.age import AgeSpread
from eyebright.errors import PackInvalid

SPREAD = AgeSpread(below=(2.0, 0.2), above=(3.0, 0.1))


@given(st.floats(-50, 200))
def test_a_range_is_whole_ordered_and_possible(years: float) -> None:
    found = SPREAD.range_around(years)
    assert 0 <= found.low <= found.high <= 100


def test_the_range_widens_with_age() -> None:
    young, old = SPREAD.range_around(10), SPREAD.range_around(60)
    assert (young.low, young.high) == (6, 14)
    assert (old.low, old.high) == (46, 69)


def test_the_spread_comes_from_the_pack() -> None:
    arrays = {"age_spread": np.array([[1.0, 0.1], [2.0, 0.2]], np.float32)}
    assert AgeSpread.of(arrays).above == pytest.approx((2.0, 0.2))
    with pytest.raises(PackInvalid, match="age_spread"):
        AgeSpread.of({})
