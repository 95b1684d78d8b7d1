"""Random questions to random documents: the index answers what looking at each of them does."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.unit.search.oracle import facets, matches, random_case, random_document, reasons

from eyebright.search import facets as facets_of_index
from eyebright.search import ladder
from eyebright.search.index import MediaIndex
from eyebright.search.values import Document

DOCUMENTS = 220
CASES = 240


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[MediaIndex, list[Document]]:
    """An index after several commits, replacements and removals, and what is left in it."""
    folder: Path = tmp_path_factory.mktemp("index")
    rng = random.Random(1)
    index = MediaIndex.open(folder)
    kept: dict[int, Document] = {}
    for start in range(0, DOCUMENTS, 55):
        batch = [random_document(rng, number) for number in range(start, start + 55)]
        index.apply(batch)
        kept |= {one.number: one for one in batch}
    replaced = [random_document(rng, number) for number in range(0, DOCUMENTS, 9)]
    removed = list(range(4, DOCUMENTS, 11))
    index.apply(replaced, [])
    index.apply((), removed)
    kept |= {one.number: one for one in replaced}
    return index, [one for number, one in kept.items() if number not in removed]


@pytest.mark.parametrize("seed", range(6))
def test_answers_are_those_of_a_search_without_an_index(
    filled: tuple[MediaIndex, list[Document]], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, documents = filled
    if seed % 2:  # as for answers of many thousands
        monkeypatch.setattr(ladder, "SORTED_HERE", 3)
        monkeypatch.setattr(facets_of_index, "FEW", 2)
    rng = random.Random(seed)
    found_some = 0
    for _ in range(CASES // 6):
        case = random_case(rng)
        expected = matches(documents, case)
        found = index.search(case.query)
        query = case.query
        page = expected[query.offset : query.offset + query.limit]
        assert found.total == len(expected), query
        assert [hit.number for hit in found.hits] == [one.number for one in page], query
        assert {field: dict(values) for field, values in found.facets.items()} == facets(
            expected, case
        ), query
        assert [hit.reasons for hit in found.hits] == [reasons(one, case) for one in page], query
        found_some += bool(page)
    assert found_some > 10
