"""What the contract suite cannot see: several segments, threads, growth, and bytes left behind."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from eyebright.geometry.arrays import FloatArray
from eyebright.vectors import int8, segment
from eyebright.vectors.exact import ExactIndex
from eyebright.vectors.int8 import Int8Index


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> int:
    """Segments of 64 rows, so that a few hundred rows fill several."""
    for module in (int8, segment):
        monkeypatch.setattr(module, "SEGMENT_ROWS", 64)
    monkeypatch.setattr(segment, "_ROWS_PER_STEP", 48)
    monkeypatch.setattr(segment, "_ROWS_PER_BATCH_STEP", 20)
    return 64


def unit_rows(count: int, dimension: int, seed: int) -> FloatArray:
    rows = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def names(count: int) -> list[str]:
    return [f"{at:05d}" for at in range(count)]


@pytest.mark.parametrize("threads", [0, 3])
def test_several_segments_answer_like_the_oracle(small_segments: int, threads: int) -> None:
    rows = unit_rows(5 * small_segments + 7, 24, seed=1)
    rows[100:200] = rows[0]  # ties across segments
    random = np.random.default_rng(2)
    with ThreadPoolExecutor(threads or 1) as workers:
        index = Int8Index(24, workers=workers if threads else None)
        oracle = ExactIndex(24)
        for start in range(0, len(rows), 50):
            for each in (index, oracle):
                each.add(names(len(rows))[start : start + 50], rows[start : start + 50])
        for _ in range(12):
            gone = [f"{at:05d}" for at in random.integers(0, len(rows), 15)]
            index.remove(gone)
            oracle.remove(gone)
            queries = np.concatenate([rows[:1], unit_rows(4, 24, seed=int(random.integers(99)))])
            for k, min_score in ((1, -1.0), (10, 0.2), (60, -1.0), (9999, -1.0), (5, 0.9)):
                expected = [oracle.search(query, k=k, min_score=min_score) for query in queries]
                assert index.search_many(queries, k=k, min_score=min_score) == expected
                assert [
                    index.search(query, k=k, min_score=min_score) for query in queries
                ] == expected
        index.remove(names(len(rows)))
        assert len(index) == 0
        assert index.search(rows[0], k=1, min_score=-1) == []


def buffers(index: Int8Index) -> list[bytes]:
    """The bytes of all memory that the index holds, behind its last row too."""
    return [
        array.tobytes()
        for each in index._segments
        for array in (each._rows, *segment._arrays(each._quantised))
    ]


def test_removed_vectors_are_overwritten() -> None:
    index = Int8Index(16)
    rows = unit_rows(40, 16, seed=3)
    index.add(names(40), rows)
    segments = list(index._segments)
    codes = segments[0]._quantised.codes.copy()
    index.remove(names(40)[:39])
    held = b"".join(buffers(index))
    assert rows[39].tobytes() in held
    for row, code in zip(rows[:39], codes[:39], strict=True):
        assert row.tobytes() not in held
        assert code.tobytes() not in held
    index.remove(names(40))
    assert not segments[0]._rows.any()
    assert not segments[0]._quantised.codes.any()


def test_clearing_overwrites_everything() -> None:
    index = Int8Index(16)
    index.add(names(40), unit_rows(40, 16, seed=4))
    (only,) = index._segments
    rows = only._rows
    index.clear()
    assert len(index) == 0
    assert not rows.any()
    assert index.search(unit_rows(1, 16, seed=5)[0], k=1, min_score=-1) == []


def test_outgrown_memory_is_overwritten() -> None:
    index = Int8Index(16)
    index.add(names(4), unit_rows(4, 16, seed=6))
    outgrown = index._segments[0]._rows
    assert outgrown.any()
    index.add(["another"], unit_rows(1, 16, seed=7))
    assert index._segments[0]._rows is not outgrown
    assert not outgrown.any()


def test_a_full_segment_never_moves(small_segments: int) -> None:
    index = Int8Index(8)
    index.add(names(small_segments), unit_rows(small_segments, 8, seed=8))
    full = index._segments[0]._rows
    for at in range(3 * small_segments):
        index.add([f"more-{at}"], unit_rows(1, 8, seed=at))
    assert index._segments[0]._rows is full
    assert [each.count for each in index._segments] == [small_segments] * 4


def test_a_small_index_takes_little_memory() -> None:
    gc.collect()
    index = Int8Index(320)
    assert sum(map(len, buffers(index))) == 0
    index.add(["one"], unit_rows(1, 320, seed=9))
    assert sum(map(len, buffers(index))) < 4 * 320 * 5 + 100


@pytest.mark.parametrize("dimension", [0, -1, 1041])
def test_dimensions_beyond_the_exact_range_are_refused(dimension: int) -> None:
    with pytest.raises(ValueError, match="use 1 to 1040"):
        Int8Index(dimension)
