"""Segments: what is written is what is read, also after merges, and they stay few."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from tests.unit.search.oracle import random_document

from eyebright.search import encoding, writing
from eyebright.search.drafting import Drafting
from eyebright.search.encoding import encode
from eyebright.search.index import MediaIndex
from eyebright.search.kept import as_kept
from eyebright.search.leaf import Leaf
from eyebright.search.merging import merged
from eyebright.search.segment import NAMES, Arrays, Segment, load, save
from eyebright.search.values import Document, Query, Term
from eyebright.search.writing import Shelved, to_merge

BY_VALUE = {
    *("values", "entry_value", "exact_value", "typed_value", "dense_bits", "dense_end"),
    *("post_end", "post_row", "post_percent", "closed_target", "closed_place", "closed_class"),
}
"""Arrays in an order of values that depends on which of equally frequent ones came first."""
NOBODY = np.empty(0, np.uint32)


def arrays_of(documents: list[Document]) -> Arrays:
    drafting = Drafting()
    for document in documents:
        drafting.add(document)
    return encode(drafting.draft())


def some_documents(numbers: range) -> list[Document]:
    rng = random.Random(3)
    return [random_document(rng, number) for number in numbers]


def test_a_segment_gives_back_what_it_was_made_of(tmp_path: Path) -> None:
    documents = [
        *some_documents(range(50)),
        Document(60, "k", "video", (Term("Dog", 0.123456), Term("Dog", 0.2)), added=7, date=-5),
    ]
    save(arrays_of(documents), tmp_path / "a.segment")
    leaf = Leaf(load(tmp_path / "a.segment"), NOBODY)
    assert len(leaf.rows()) == len(documents)
    given = {one.number: one for one in (leaf.document(int(row)) for row in leaf.rows())}
    assert given == {one.number: as_kept(one) for one in documents}


def test_merged_segments_are_as_one_that_was_made_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "DENSE_LEAST", 5)
    leaves = []
    for start, dead in ((0, 3), (40, 0), (80, 17)):
        path = tmp_path / f"{start}.segment"
        save(arrays_of(some_documents(range(start, start + 40))), path)
        leaves.append(Leaf(load(path), np.arange(dead, dtype=np.uint32)))
    left = [leaf.document(int(row)) for leaf in leaves for row in leaf.rows()]
    assert len(left) == 100
    at_once, one = arrays_of(left), encode(merged(leaves))
    for name in set(NAMES) - BY_VALUE:
        assert np.array_equal(getattr(one, name), getattr(at_once, name)), name
    again = Leaf(Segment(one), NOBODY)
    documents = [again.document(int(row)) for row in again.rows()]
    assert sorted(documents, key=lambda document: document.number) == sorted(
        left, key=lambda document: document.number
    )


@pytest.mark.parametrize("together", [1, 3, 5, 7])
def test_segments_stay_few_in_whatever_portions_documents_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(writing, "TIERS", (2, 4))
    monkeypatch.setattr(writing, "MOST_ROWS", 20)
    index, portions = MediaIndex.open(tmp_path), 22
    for start in range(0, portions * together, together):
        index.apply(some_documents(range(start, start + together)))
    full, growing = portions * together // 10, 1 + 2 * (writing.TOGETHER - 1)
    assert 1 <= len(list(tmp_path.rglob("*.segment"))) <= full + growing
    assert index.search(Query()).total == portions * together


def test_a_segment_that_is_mostly_deleted_is_written_anew() -> None:
    drafting = Drafting()
    for document in some_documents(range(10)):
        drafting.add(document)
    segment = Segment(encode(drafting.draft()))
    fresh, old = (
        Shelved(str(dead), "", Leaf(segment, np.arange(dead, dtype=np.uint32))) for dead in (5, 6)
    )
    assert to_merge([fresh]) == []
    assert to_merge([fresh, old]) == [old]


def test_documents_of_one_number_in_one_change_leave_the_last(tmp_path: Path) -> None:
    index = MediaIndex.open(tmp_path)
    documents = [Document(1, key, "image") for key in "abc"]
    index.apply([documents[0], Document(2, "x", "image"), *documents[1:]])
    assert sorted(hit.key for hit in index.search(Query()).hits) == ["c", "x"]


def test_files_that_no_state_names_are_removed(tmp_path: Path) -> None:
    index = MediaIndex.open(tmp_path)
    for number in range(8):
        index.apply([Document(number, "k", "image")])
    (folder,) = tmp_path.glob("g-*")
    (folder / "99999999-1.segment").write_bytes(b"left by a killed process")
    index.apply((), [3])
    assert sorted(path.suffix for path in folder.iterdir()) == [".dead", ".segment"]
