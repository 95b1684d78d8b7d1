"""What every `VectorIndex` promises, run over every implementation."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from eyebright.errors import EmbeddingSpaceMismatch
from eyebright.geometry.arrays import FloatArray
from eyebright.vectors.exact import ExactIndex
from eyebright.vectors.index import Match, VectorIndex
from eyebright.vectors.int8 import Int8Index

MakeIndex = Callable[[int], VectorIndex]
MAKERS: list[MakeIndex] = [ExactIndex, Int8Index]


@pytest.fixture(params=MAKERS, ids=lambda maker: maker.__name__)
def make(request: pytest.FixtureRequest) -> MakeIndex:
    maker: MakeIndex = request.param
    return maker


def brute_force(
    keys: Sequence[str], vectors: FloatArray, query: FloatArray, k: int, min_score: float
) -> list[Match]:
    """The definition, in plain Python: float64 sums as `score_rows` orders them."""
    scored = [
        (key, float(np.multiply(row, query, dtype=np.float64).sum()))
        for key, row in zip(keys, vectors, strict=True)
    ]
    kept = [match for match in scored if match[1] >= min_score]
    return sorted(kept, key=lambda match: (-match[1], match[0]))[:k]


def floats(values: Sequence[object]) -> FloatArray:
    return np.array(values, np.float32)


def unit_rows(count: int, dimension: int, *, seed: int) -> FloatArray:
    rows = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def names(count: int) -> list[str]:
    return [f"face-{at:06d}" for at in range(count)]


def test_the_nearest_come_first_with_their_cosines(make: MakeIndex) -> None:
    index = make(2)
    index.add(["east", "north", "west"], np.array([[1, 0], [0, 1], [-1, 0]], np.float32))
    found = index.search(np.array([1, 0], np.float32), k=3, min_score=-1)
    assert found == [("east", 1.0), ("north", 0.0), ("west", -1.0)]


def test_equal_scores_are_ordered_by_key(make: MakeIndex) -> None:
    index = make(3)
    index.add(["c", "a", "b", "d"], np.tile(floats([0, 1, 0]), (4, 1)))
    query = floats([0, 0.5, 0])
    assert index.search(query, k=3, min_score=0) == [("a", 0.5), ("b", 0.5), ("c", 0.5)]


def test_a_score_exactly_at_the_threshold_counts(make: MakeIndex) -> None:
    index = make(2)
    index.add(["half"], floats([[0.5, 0]]))
    query = floats([1, 0])
    assert index.search(query, k=1, min_score=0.5) == [("half", 0.5)]
    assert index.search(query, k=1, min_score=float(np.nextafter(0.5, 1))) == []


def test_an_empty_index_and_k_zero_find_nothing(make: MakeIndex) -> None:
    index = make(4)
    assert index.search(np.ones(4, np.float32), k=5, min_score=-9) == []
    index.add(["a"], np.ones((1, 4), np.float32))
    assert index.search(np.ones(4, np.float32), k=0, min_score=-9) == []
    assert index.search_many(np.ones((2, 4), np.float32), k=0, min_score=-9) == [[], []]
    assert index.search_many(np.ones((0, 4), np.float32), k=3, min_score=-9) == []


def test_adding_a_key_again_replaces_its_vector(make: MakeIndex) -> None:
    index = make(2)
    index.add(["a", "b"], floats([[1, 0], [0, 1]]))
    index.add(["c", "a"], floats([[-1, 0], [0, -1]]))
    index.add(["d", "d"], floats([[0, 0.25], [0, 0.5]]))
    assert len(index) == 4
    found = index.search(floats([0, 1]), k=9, min_score=-2)
    assert found == [("b", 1.0), ("d", 0.5), ("c", 0.0), ("a", -1.0)]


def test_removed_keys_are_gone_and_unknown_ones_ignored(make: MakeIndex) -> None:
    index = make(8)
    rows = unit_rows(50, 8, seed=1)
    index.add(names(50), rows)
    index.remove([*names(50)[::2], "nobody"])
    index.remove(names(50)[::2])
    assert len(index) == 25
    assert names(50)[0] not in index
    assert names(50)[1] in index
    assert index.get(names(50)[0]) is None
    expected = brute_force(names(50)[1::2], rows[1::2], rows[0], 50, -1)
    assert index.search(rows[0], k=50, min_score=-1) == expected
    index.remove(names(50))
    assert len(index) == 0
    assert index.search(rows[0], k=50, min_score=-1) == []


def test_a_vector_comes_back_as_it_went_in_and_is_a_copy(make: MakeIndex) -> None:
    index = make(6)
    rows = unit_rows(3, 6, seed=2)
    index.add(names(3), rows)
    found = index.get("face-000001")
    assert found is not None
    assert np.array_equal(found, rows[1])
    found[:] = 0
    again = index.get("face-000001")
    assert again is not None
    assert np.array_equal(again, rows[1])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 3e38, 2e6])
def test_numbers_that_are_no_embedding_are_refused_and_nothing_is_added(
    make: MakeIndex, bad: float
) -> None:
    index = make(2)
    with pytest.raises(ValueError, match="not finite or longer"):
        index.add(["good", "bad"], np.array([[1, 0], [bad, 0]], np.float32))
    assert len(index) == 0
    with pytest.raises(ValueError, match="not finite or longer"):
        index.search(np.array([bad, 0], np.float32), k=1, min_score=0)


def test_other_dimensions_and_missing_keys_are_refused(make: MakeIndex) -> None:
    index = make(4)
    with pytest.raises(EmbeddingSpaceMismatch, match="dimension 4"):
        index.add(["a"], np.zeros((1, 5), np.float32))
    with pytest.raises(EmbeddingSpaceMismatch):
        index.search(np.zeros(3, np.float32), k=1, min_score=0)
    with pytest.raises(ValueError, match="1 keys for 2 vectors"):
        index.add(["a"], np.zeros((2, 4), np.float32))
    assert len(index) == 0


def test_many_queries_get_what_each_gets_alone(make: MakeIndex) -> None:
    index = make(40)
    rows = unit_rows(700, 40, seed=3)
    index.add(names(700), rows)
    queries = unit_rows(130, 40, seed=4)
    together = index.search_many(queries, k=7, min_score=0.1)
    assert any(together)
    assert together == [index.search(query, k=7, min_score=0.1) for query in queries]


@pytest.mark.parametrize("min_score", [-np.inf, -1, 0.0, 0.3, 0.9, np.inf, 1e300])
@pytest.mark.parametrize("k", [1, 10, 4096])
def test_random_vectors_match_the_definition(make: MakeIndex, k: int, min_score: float) -> None:
    index = make(32)
    rows = unit_rows(900, 32, seed=5)
    index.add(names(900), rows)
    for query in unit_rows(5, 32, seed=6):
        expected = brute_force(names(900), rows, query, k, min_score)
        assert index.search(query, k=k, min_score=min_score) == expected


def near_ties(seed: int) -> FloatArray:
    """Rows that differ in the last bits only: any approximation would shuffle them."""
    base = unit_rows(1, 64, seed=seed)
    noise = np.random.default_rng(seed).integers(-2, 3, (600, 64)) * np.float32(2**-24)
    return (base + noise).astype(np.float32)


def rare_shapes(seed: int) -> FloatArray:
    """Zeros, duplicates, one-hot rows, outliers, denormals and very different lengths."""
    random = np.random.default_rng(seed)
    rows = unit_rows(400, 64, seed=seed)
    rows[:40] = 0
    rows[40:80] = rows[80]
    rows[100:164] = np.eye(64, dtype=np.float32)
    rows[164:200, 3] = 500.0
    rows[200:240] *= np.float32(1e-39)
    rows[240:280] *= np.float32(1e-22)
    rows[280:320] *= (10.0 ** random.integers(-6, 5, (40, 1))).astype(np.float32)
    rows[320:330] = -rows[80]
    return rows


@pytest.mark.parametrize("rows", [near_ties(7), rare_shapes(8), np.full((300, 64), 0.125)])
@pytest.mark.parametrize("k", [1, 3, 50, 1000])
def test_adversarial_rows_match_the_definition(make: MakeIndex, rows: FloatArray, k: int) -> None:
    rows = rows.astype(np.float32)
    index = make(64)
    keys = names(len(rows))
    index.add(keys, rows)
    queries = [rows[0], rows[-1], rows[81 % len(rows)], unit_rows(1, 64, seed=9)[0]]
    queries += [np.zeros(64, np.float32), rows[0] * np.float32(1e-38)]
    for query in queries:
        for min_score in (-1e9, -0.5, 0.0, 1e-30, 0.999999, 1.0):
            expected = brute_force(keys, rows, query, k, min_score)
            assert index.search(query, k=k, min_score=min_score) == expected
        assert index.search_many(np.stack([query, queries[0]]), k=k, min_score=0.2) == [
            brute_force(keys, rows, query, k, 0.2),
            brute_force(keys, rows, queries[0], k, 0.2),
        ]


_NUMBERS = st.floats(-1e3, 1e3, width=32) | st.sampled_from([0.0, 1.0, -1.0, 1e-40, 0.5])


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_vectors_match_the_definition(data: st.DataObject) -> None:
    dimension = data.draw(st.integers(1, 12))
    count = data.draw(st.integers(1, 30))
    rows = data.draw(hnp.arrays(np.float32, (count, dimension), elements=_NUMBERS))
    query = data.draw(hnp.arrays(np.float32, dimension, elements=_NUMBERS))
    k = data.draw(st.integers(1, 40))
    scores = [float(np.multiply(row, query, dtype=np.float64).sum()) for row in rows]
    min_score = data.draw(st.sampled_from([*scores, -1e9, 0.0]))
    for make_index in MAKERS:
        index = make_index(dimension)
        index.add(names(count), rows)
        expected = brute_force(names(count), rows, query, k, min_score)
        assert index.search(query, k=k, min_score=min_score) == expected


class SameAnswersForAnyHistory(RuleBasedStateMachine):
    """Adds, replacements and removals in any order, against a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.indexes = [make_index(5) for make_index in MAKERS]
        self.truth: dict[str, FloatArray] = {}

    @rule(
        keys=st.lists(st.sampled_from(names(12)), max_size=6),
        vectors=hnp.arrays(np.float32, (6, 5), elements=_NUMBERS),
    )
    def add(self, keys: list[str], vectors: FloatArray) -> None:
        for index in self.indexes:
            index.add(keys, vectors[: len(keys)])
        self.truth.update(zip(keys, vectors, strict=False))

    @rule(keys=st.lists(st.sampled_from(names(12)), max_size=5))
    def remove(self, keys: list[str]) -> None:
        for index in self.indexes:
            index.remove(keys)
        for key in keys:
            self.truth.pop(key, None)

    @rule(query=hnp.arrays(np.float32, 5, elements=_NUMBERS), k=st.integers(1, 14))
    def search(self, query: FloatArray, k: int) -> None:
        expected = brute_force(
            list(self.truth), np.array(list(self.truth.values())).reshape(-1, 5), query, k, -1.0
        )
        for index in self.indexes:
            assert index.search(query, k=k, min_score=-1.0) == expected

    @invariant()
    def all_hold_the_same(self) -> None:
        for index in self.indexes:
            assert len(index) == len(self.truth)
            for key in names(12):
                assert (key in index) == (key in self.truth)


TestSameAnswersForAnyHistory = SameAnswersForAnyHistory.TestCase
TestSameAnswersForAnyHistory.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None
)


def test_readers_never_see_half_a_write(make: MakeIndex) -> None:
    index = make(16)
    steady = unit_rows(200, 16, seed=10)
    index.add(names(200), steady)
    extra = [f"extra-{at}" for at in range(64)]
    probe = unit_rows(1, 16, seed=11)[0]
    done = threading.Event()

    def write() -> None:
        for _ in range(60):
            index.add(extra, np.tile(probe, (64, 1)))
            index.remove(extra)
        done.set()

    def read() -> set[int]:
        seen = set()
        while not done.is_set():
            found = index.search(probe, k=300, min_score=-2)
            seen.add(len(found))
            assert {key for key, _ in found} >= set(names(200))
        return seen

    with ThreadPoolExecutor(3) as threads:
        readers = [threads.submit(read) for _ in range(2)]
        threads.submit(write).result()
        sizes = set().union(*(reader.result() for reader in readers))
    assert 200 in sizes or 264 in sizes
    assert all(200 <= size <= 264 for size in sizes)
