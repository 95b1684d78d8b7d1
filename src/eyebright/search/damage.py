"""Telling a damaged index, which is thrown away, from a machine that lacks something."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from eyebright.errors import StorageError

_LACKING = (
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
    errno.EACCES,
    errno.EROFS,
)
"""Errors of the system that say nothing about the files."""


class IndexBroken(StorageError):
    """The index on disk cannot be used; it has been replaced by an empty one. Ask again."""


def is_damage(error: BaseException) -> bool:
    """Whether an error of tantivy's means that its files are not what it once wrote."""
    if isinstance(error, OSError | ValueError):
        said = str(error)
        return getattr(error, "errno", None) not in _LACKING and not any(
            f"os error {code})" in said or f"code: {code}," in said for code in _LACKING
        )
    # what it meets in a damaged file it may report as a panic, which is no Exception
    return type(error).__name__ == "PanicException"


def failed(error: BaseException, clear: Callable[[], object]) -> StorageError:
    """What to raise for an error of tantivy's; a damaged index is replaced first."""
    if is_damage(error):
        clear()
        return IndexBroken("The search index was damaged; it is being made anew.")
    return StorageError(f"The search index cannot be used: {error}")


@contextmanager
def reading(clear: Callable[[], object]) -> Iterator[None]:
    """The index is read inside. Raises IndexBroken after `clear` if it turns out to be damaged,
    StorageError if it cannot be read for another reason."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, OSError | ValueError) or is_damage(error):
            raise failed(error, clear) from error
        raise
