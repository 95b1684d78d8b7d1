"""The bound on the error of int8 codes holds for every row and query."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from eyebright.geometry.arrays import FloatArray
from eyebright.vectors.index import score_rows
from eyebright.vectors.products import MAX_DIMENSION, CodeArray, code_products
from eyebright.vectors.quantise import quantise, quantise_query

_NUMBERS = (
    st.floats(-1e5, 1e5, width=32)
    | st.floats(-1, 1, width=32)
    | st.sampled_from([0.0, 1e-45, -1e-40, 1e-30, 127.0])
)


def distances_from_bound(rows: FloatArray, query: FloatArray) -> tuple[FloatArray, FloatArray]:
    """How far scores are from their approximations, and how far they may be."""
    coded, asked = quantise(rows), quantise_query(query)
    products = code_products(coded.codes, asked.codes[np.newaxis])[0]
    middle = (products * coded.scales * np.float32(asked.scale)).astype(np.float64)
    error = np.abs(score_rows(rows, query) - middle).astype(np.float32)
    return error, asked.radius(coded.errors, coded.norms)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_score_leaves_its_radius(data: st.DataObject) -> None:
    dimension = data.draw(st.integers(1, 40))
    rows = data.draw(hnp.arrays(np.float32, (3, dimension), elements=_NUMBERS))
    query = data.draw(hnp.arrays(np.float32, dimension, elements=_NUMBERS))
    error, radius = distances_from_bound(rows, query)
    assert (error <= radius).all()


def test_the_radius_is_small_for_embeddings() -> None:
    rows = np.random.default_rng(0).standard_normal((2000, 320)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    error, radius = distances_from_bound(rows, rows[0])
    assert (error <= radius).all()
    assert radius.max() < 0.025
    assert np.median(radius) < 0.018


def test_codes_use_their_whole_range_and_rebuild_the_row() -> None:
    rows = np.random.default_rng(1).standard_normal((5000, 33)).astype(np.float32)
    coded = quantise(rows)
    assert (np.abs(coded.codes.astype(int)).max(axis=1) == 127).all()
    rebuilt = coded.codes * coded.scales[:, np.newaxis]
    assert np.abs(rebuilt - rows).max() <= coded.scales.max() / 2 * 1.001
    assert (np.linalg.norm(rows - rebuilt, axis=1) <= coded.errors * 1.0001).all()


def test_a_row_too_small_for_a_scale_is_all_error() -> None:
    rows = np.full((1, 4), 1e-45, np.float32)
    coded = quantise(rows)
    assert coded.errors[0] + coded.norms[0] >= 2e-45


def test_code_products_are_exact_up_to_the_largest_dimension() -> None:
    for dimension in (1, 7, 64, 320, MAX_DIMENSION):
        rows = np.full((3, dimension), 127, np.int8)
        rows[1] = -127
        for count in (1, 2, 5):
            queries: CodeArray = np.full((count, dimension), 127, np.int8)
            expected = np.array([1, -1, 1]) * 127 * 127 * dimension
            found = code_products(rows, queries)
            assert found.shape == (count, 3)
            assert np.array_equal(found, np.tile(expected, (count, 1)))


@pytest.mark.parametrize("count", [1, 2, 3, 17, 64])
def test_code_products_match_whole_numbers(count: int) -> None:
    random = np.random.default_rng(count)
    rows = random.integers(-127, 128, (301, 320), dtype=np.int8)
    queries = random.integers(-127, 128, (count, 320), dtype=np.int8)
    expected = queries.astype(np.int64) @ rows.T.astype(np.int64)
    assert np.array_equal(code_products(rows, queries), expected)
