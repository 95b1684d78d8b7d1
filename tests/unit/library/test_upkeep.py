"""Bytes of removed assets leave large indexes, too, soon after."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from eyebright.errors import StorageError
from eyebright.library.upkeep import Upkeep
from eyebright.library.values import Library
from eyebright.testing.library import open_shelf


class Index:
    """Owes something until it is purged, and fails as often as it is told to."""

    def __init__(self, owed: int, *, failures: int = 0) -> None:
        self._owed = owed
        self._failures = failures
        self.paid = threading.Event()

    def owed(self, _library: Library, /) -> int:
        return self._owed

    def purge(self, _library: Library, /) -> bool:
        if self._failures:
            self._failures -= 1
            raise StorageError("The disk is full.")
        self._owed = 0
        self.paid.set()
        return True


def test_what_is_owed_is_paid_once(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path)
    index = Index(2000)
    upkeep = Upkeep(shelf.media.libraries, index, shelf.media.frames)
    assert [upkeep.once(), upkeep.once()] == [1, 0]
    shelf.close()


def test_a_full_disk_does_not_end_the_upkeep(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = open_shelf(tmp_path)
    index = Index(2000, failures=2)
    with Upkeep(shelf.media.libraries, index, shelf.media.frames, every_seconds=0.01):
        assert index.paid.wait(120)
    assert "tried again later" in caplog.text
    shelf.close()
