"""What can wait until nobody asks: bytes of removed assets that large search indexes still hold,
and pictures of faces that went through another door."""

from __future__ import annotations

import logging
import threading
from typing import Protocol

from eyebright.errors import EyebrightError
from eyebright.jobs.workers import Background
from eyebright.library.libraries import Libraries
from eyebright.library.values import Library

EVERY_SECONDS = 60.0
_LOG = logging.getLogger(__name__)


class Purging(Protocol):
    """An index per library (`finding.Finding`)."""

    def owed(self, library: Library, /) -> int: ...

    def purge(self, library: Library, /) -> bool: ...


class Tidying(Protocol):
    """What is kept of faces in films (`film_crops.FilmCrops` with its database)."""

    def tidy(self, library: Library, /) -> int: ...


class Upkeep(Background):
    """A thread that pays what is owed. Use as a `with` block, or `start` and `stop`.

    What is removed is never found again from the moment on at which it is removed; the bytes of its
    words leave the files of an index of over a thousand documents only when the index is written
    anew, which takes some seconds for each hundred thousand.
    """

    def __init__(
        self,
        libraries: Libraries,
        index: Purging,
        crops: Tidying,
        *,
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        self._libraries = libraries
        self._index = index
        self._crops = crops
        self._every_seconds = every_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def once(self) -> int:
        """Tidy up, and purge each index that owes something; how many. Raises StorageError."""
        for library in self._libraries.all():
            self._crops.tidy(library)
        owing = [one for one in self._libraries.all() if self._index.owed(one)]
        return sum(self._index.purge(library) for library in owing)

    def _run(self) -> None:
        while not self._stopping.wait(self._every_seconds):
            try:
                self.once()
            except EyebrightError:  # the disk, for the moment, or a library that was deleted
                _LOG.exception("The upkeep of the library is tried again later.")
