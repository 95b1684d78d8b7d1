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
UNREADABLE = (OSError, ValueError, IndexError)
"""What reading a damaged file may raise: numbers in it may lead anywhere."""


class IndexBroken(StorageError):
    """The index on disk cannot be used; it has been replaced by an empty one. Ask again."""


def is_damage(error: BaseException) -> bool:
    """Whether an error of reading means that the files are not what was once written."""
    return isinstance(error, UNREADABLE) and getattr(error, "errno", None) not in _LACKING


def failed(error: BaseException, clear: Callable[[], object]) -> StorageError:
    """What to raise for an error of reading or writing; a damaged index is replaced first."""
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
    except UNREADABLE as error:
        raise failed(error, clear) from error
