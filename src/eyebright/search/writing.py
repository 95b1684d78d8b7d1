"""Writing into one index: one writer, opened for one change and let go of again."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

import tantivy

from eyebright.search.damage import is_damage
from eyebright.search.entries import entry_of
from eyebright.search.values import Document

MANY = 500
"""Documents from which on a writer gets room and threads."""
SMALL_HEAP, LARGE_HEAP = 15_000_000, 256_000_000


class WriteFailed(Exception):
    """tantivy could not write; `cause` says why. Not an error of whoever makes the documents."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.cause = cause


def write_into(
    index: tantivy.Index,
    add: Iterable[Document],
    remove: Iterable[int],
    *,
    tell: Callable[[int], None],
) -> None:
    """All or nothing. tell: called with how many were added, once they can be found; then segments
    are merged. Raises WriteFailed, and what making the documents raises."""
    documents, gone = iter(add), list(remove)
    first = list(itertools.islice(documents, MANY))
    if not first and not gone:
        tell(0)
        return
    is_large = len(first) == MANY
    with _writer(index, large=is_large) as writer:
        added = 0
        for number in gone:
            with _failures():
                writer.delete_documents_by_term("number", number)
        for document in itertools.chain(first, documents):
            with _failures():
                writer.delete_documents_by_term("number", document.number)
                writer.add_document(entry_of(document))
            added += 1
        with _failures():
            writer.commit()
            tell(added)


@contextmanager
def _writer(index: tantivy.Index, *, large: bool) -> Iterator[tantivy.IndexWriter]:
    with _failures():
        writer = index.writer(LARGE_HEAP if large else SMALL_HEAP, 2 if large else 1)
    try:
        yield writer
    except BaseException:
        with suppress(ValueError, OSError):
            writer.rollback()
        with suppress(ValueError, OSError):
            writer.wait_merging_threads()  # which lets go of the writer's lock
        raise
    with _failures():
        writer.wait_merging_threads()


class _failures:  # noqa: N801 - a context manager, written out because it is entered a million times
    """What tantivy raises, as WriteFailed."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None and (isinstance(error, OSError | ValueError) or is_damage(error)):
            raise WriteFailed(error) from error
