from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from eyebright.errors import SourceUnavailable
from eyebright.library.scan_report import Watchers
from eyebright.library.scans_aside import MOST_AT_ONCE, ScansAside
from eyebright.library.values import Library, LibrarySource, SourceKind
from eyebright.testing.library import Shelf


class SlowScan:
    """A scan that lasts until it is let go, or told to stop."""

    def __init__(self) -> None:
        self.scanned: list[str] = []
        self.go = threading.Event()

    def __call__(
        self, _library: Library, source: LibrarySource, /, *, watchers: Watchers
    ) -> object:
        while not self.go.wait(0.01) and not watchers.stop():
            pass
        self.scanned.append(source.location)
        raise SourceUnavailable("It is away.")


def wait_for(look: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not look():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.01)


def source(shelf: Shelf, name: str) -> LibrarySource:
    libraries = shelf.media.libraries
    return libraries.add_source(shelf.mine, SourceKind.BUCKET, name, watched=False)


def test_a_source_is_looked_through_once_at_a_time_and_again_later(shelf: Shelf) -> None:
    scan = SlowScan()
    aside = ScansAside(scan)
    one = source(shelf, "one/")
    assert aside.start(shelf.mine, one)
    assert not aside.start(shelf.mine, one)
    scan.go.set()
    wait_for(lambda: not aside.is_on(one))
    assert aside.start(shelf.mine, one)
    aside.stop()
    assert len(scan.scanned) == 2


def test_only_so_many_are_on_at_once_and_all_break_off(shelf: Shelf) -> None:
    aside = ScansAside(SlowScan())
    sources = [source(shelf, f"bucket-{number}/") for number in range(MOST_AT_ONCE + 1)]
    begun = [aside.start(shelf.mine, one) for one in sources]
    assert begun == [True] * MOST_AT_ONCE + [False]
    aside.stop()
    assert not any(aside.is_on(one) for one in sources)
    assert not aside.start(shelf.mine, sources[0])


def test_who_stops_while_a_scan_begins_waits_for_it(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = ScansAside(SlowScan())
    one, start = source(shelf, "one/"), threading.Thread.start
    stopping = threading.Thread(target=aside.stop)

    def while_another_stops(thread: threading.Thread) -> None:
        monkeypatch.undo()
        stopping.start()
        stopping.join(0.1)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", while_another_stops)
    assert aside.start(shelf.mine, one)
    stopping.join()
    wait_for(lambda: not aside.is_on(one))
