"""What a searcher finds, with types: how many entries match, and the documents they keep."""

from __future__ import annotations

from collections.abc import Iterator

import tantivy

from eyebright.search.kept import unpack
from eyebright.search.values import Document


def count_of(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """How many entries match."""
    found = searcher.search(query, 1, order_by_field="newest")
    return int(found.count)  # type: ignore[attr-defined]  # missing in the stubs only


def fetch(
    searcher: tantivy.Searcher,
    query: tantivy.Query,
    *,
    limit: int,
    offset: int = 0,
    order: str = "newest",
) -> tuple[int, list[Document]]:
    """How many match, and some of them in an order of time."""
    if limit <= 0:
        return count_of(searcher, query), []
    found = searcher.search(query, limit, order_by_field=order, offset=offset)
    documents = [kept_at(searcher, address) for _, address in found.hits]
    return int(found.count), documents  # type: ignore[attr-defined]


def all_numbers(searcher: tantivy.Searcher) -> list[int]:
    """Of all documents, highest first."""
    return [int(number) for number, _ in _all(searcher)]


def all_documents(searcher: tantivy.Searcher) -> Iterator[Document]:
    return (kept_at(searcher, address) for _, address in _all(searcher))


def kept_at(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> Document:
    packed = searcher.doc(address).get_first("kept")
    if packed is None:
        raise OSError("An entry of the search index has no document.")
    return unpack(bytes(packed))


def _all(searcher: tantivy.Searcher) -> list[tuple[int, tantivy.DocAddress]]:
    wanted = max(1, searcher.num_docs)
    return searcher.search(tantivy.Query.all_query(), wanted, order_by_field="number").hits
