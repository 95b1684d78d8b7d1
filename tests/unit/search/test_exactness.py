"""Random questions to random documents: the index answers what looking at each of them does."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from pathlib import Path

import pytest
from tests.unit.search.oracle import (
    Case,
    facets,
    matches,
    random_case,
    random_document,
    reasons,
)

from eyebright.search import encoding, index, writing
from eyebright.search import facets as facets_of_index
from eyebright.search.index import MediaIndex
from eyebright.search.values import Document

DOCUMENTS = 220
CASES = 160
SETTINGS: dict[str, dict[tuple[object, str], object]] = {
    "as it comes": {},
    "counting by bits": {
        (encoding, "DENSE_LEAST"): 2,
        (encoding, "DENSE_SHARE"): 0.0,
        (facets_of_index, "FEW"): 0.0,
    },
    "counting rows of values": {(facets_of_index, "FEW"): 0.0},
    "many segments in two threads": {
        (writing, "to_merge"): lambda _: [],
        (writing, "DRAFTED"): 40,
        (index, "SHARED"): 0,
    },
}


def assert_exact(found_by: MediaIndex, documents: Sequence[Document], case: Case) -> int:
    """Totals, hits in their order, facets and reasons; gives how many were on the page."""
    query = case.query
    expected = matches(documents, case)
    found = found_by.search(query)
    page = expected[query.offset : query.offset + query.limit]
    assert found.total == len(expected), query
    assert [hit.number for hit in found.hits] == [one.number for one in page], query
    counted = {field: dict(values) for field, values in found.facets.items()}
    assert counted == facets(expected, case), query
    assert [hit.reasons for hit in found.hits] == [reasons(one, case) for one in page], query
    return len(page)


def filled(folder: Path, rng: random.Random) -> tuple[MediaIndex, list[Document]]:
    """An index after several commits, replacements and removals, and what is left in it."""
    media = MediaIndex.open(folder)
    kept: dict[int, Document] = {}
    for start in range(0, DOCUMENTS, 55):
        batch = [random_document(rng, number) for number in range(start, start + 55)]
        media.apply(batch)
        kept |= {one.number: one for one in batch}
    replaced = [random_document(rng, number) for number in range(0, DOCUMENTS, 9)]
    removed = set(range(4, DOCUMENTS, 11))
    media.apply(replaced, [])
    media.apply((), removed)
    kept |= {one.number: one for one in replaced}
    return media, _without(kept, removed)


def _without(kept: dict[int, Document], removed: Collection[int]) -> list[Document]:
    return [one for number, one in kept.items() if number not in removed]


@pytest.fixture(params=SETTINGS)
def setting(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    for (module, name), value in SETTINGS[request.param].items():
        monkeypatch.setattr(module, name, value)
    return str(request.param)


def test_answers_are_those_of_a_search_without_an_index(setting: str, tmp_path: Path) -> None:
    media, documents = filled(tmp_path, random.Random(1))
    rng = random.Random(setting)
    found_some = sum(
        assert_exact(media, documents, random_case(rng)) > 0 for _ in range(CASES // len(SETTINGS))
    )
    assert found_some > 5


def test_answers_are_exact_after_every_change(setting: str, tmp_path: Path) -> None:
    media, rng = MediaIndex.open(tmp_path), random.Random(f"changes {setting}")
    kept: dict[int, Document] = {}
    for _ in range(15):
        some = rng.sample(range(60), rng.randint(0, 12))
        gone = set(rng.sample(range(60), rng.randint(0, 6)))
        added = [random_document(rng, number) for number in some]
        media.apply(added, gone)
        kept = {number: one for number, one in kept.items() if number not in gone}
        kept |= {one.number: one for one in added}
        if rng.random() < 0.2:
            assert media.purge()
        assert media.numbers() == sorted(kept, reverse=True)
        for _ in range(2):
            assert_exact(media, list(kept.values()), random_case(rng))
