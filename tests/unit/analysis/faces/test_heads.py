import numpy as np
import pytest

from eyebright.analysis.faces.heads import read_head
from eyebright.errors import PackInvalid

ARRAYS = {
    "smile.blocks": np.array(["a", "b"]),
    "smile.weights": np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], np.float32),
    "smile.bias": np.array([0.5, -0.5], np.float32),
}
FEATURES = {"b": np.array([[3.0]], np.float32), "a": np.array([[1.0, 2.0]], np.float32)}


def test_blocks_are_stacked_in_the_order_of_the_head() -> None:
    logits = read_head(ARRAYS, "smile").logits(FEATURES)
    assert logits.tolist() == [[4.5, 6.5]]


def test_probabilities_stand_alone_and_shares_sum_to_one() -> None:
    head = read_head(ARRAYS, "smile")
    assert head.probabilities(FEATURES)[0, 0] == pytest.approx(1 / (1 + np.exp(-4.5)))
    assert head.shares(FEATURES).sum() == pytest.approx(1.0)
    assert head.shares({name: block[:0] for name, block in FEATURES.items()}).shape == (0, 2)


def test_a_missing_part_is_named() -> None:
    with pytest.raises(PackInvalid, match=r"smile\.bias"):
        read_head({name: ARRAYS[name] for name in ("smile.blocks", "smile.weights")}, "smile")


def test_parts_that_do_not_fit_are_refused() -> None:
    with pytest.raises(PackInvalid, match="bias"):
        read_head({**ARRAYS, "smile.bias": np.zeros(3, np.float32)}, "smile")
