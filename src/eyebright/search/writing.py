"""Writing into one index: one writer, opened for one change and let go of again."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import tantivy

from eyebright.errors import StorageError
from eyebright.search.entries import entry_of
from eyebright.search.values import Document

MANY = 500
"""Documents from which on a writer gets room and threads."""
SMALL_HEAP, LARGE_HEAP = 15_000_000, 256_000_000


@contextmanager
def storage_errors() -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError) as error:
        raise StorageError(f"The search index cannot be written: {error}") from error


def write_into(
    index: tantivy.Index,
    add: Iterable[Document],
    remove: Iterable[int],
    *,
    tell: Callable[[int], None],
) -> None:
    """tell: called with how many were added, once they can be found; then segments are merged."""
    documents = iter(add)
    first = list(itertools.islice(documents, MANY))
    is_large = len(first) == MANY
    writer = index.writer(LARGE_HEAP if is_large else SMALL_HEAP, 2 if is_large else 1)
    try:
        added = 0
        for number in remove:
            writer.delete_documents_by_term("number", number)
        for document in itertools.chain(first, documents):
            writer.delete_documents_by_term("number", document.number)
            writer.add_document(entry_of(document))
            added += 1
        writer.commit()
        tell(added)
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()  # and let go of the writer's lock
