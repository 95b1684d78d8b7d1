"""What a killed indexer leaves, another finishes, as if nothing had happened."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eyebright.clock import SystemClock
from eyebright.library.blobs import BlobKind, Blobs
from eyebright.library.finding import Finding
from eyebright.library.indexer import Indexed
from eyebright.library.passes import Pass
from eyebright.library.recording import Recorder
from eyebright.library.values import AssetState, FacesFound
from eyebright.people.faces import Faces
from eyebright.search.values import Query
from eyebright.testing.library import Shelf, open_shelf

STEPS = (
    (Pass, "_run"),
    (Recorder, "record"),
    (Blobs, "put"),
    (Faces, "enrol"),
    (Finding, "publish"),
)
"""After each of these the process may be killed."""


class Killed(BaseException):
    """As good as a signal: nothing that the program catches."""


class Killer:
    """Kills at the n-th moment."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moments = 0
        self.fatal = -1
        for owner, name in STEPS:
            monkeypatch.setattr(owner, name, self._around(getattr(owner, name)))

    def _around(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def killable(*args: Any, **named: Any) -> Any:
            done = step(*args, **named)
            self._moment()
            return done

        return killable

    def _moment(self) -> None:
        self.moments += 1
        if self.moments == self.fatal:
            raise Killed


def _told(shelf: Shelf) -> dict[str, object]:
    """Everything that is known of the one asset, but for ids and times."""
    (asset,) = shelf.media.assets.list(shelf.mine, limit=5).items
    detail = shelf.detail(asset)
    found = dict(detail.found)
    faces = found.pop("faces")
    assert isinstance(faces, FacesFound)
    blobs = shelf.media.blobs
    return {
        "state": asset.state,
        "size": asset.size_wh,
        "found": found,
        "faces": [(face.box_xyxy, face.face_id is not None) for face in faces.faces],
        "runs": {(run.stage, run.version, run.state, run.message) for run in detail.runs},
        "enrolled": shelf.media.libraries.progress(shelf.mine).faces,
        "proxy": blobs.get(shelf.mine, asset.asset_id, BlobKind.PROXY),
        "hits": shelf.media.finding.search(shelf.mine, Query(text="dog")).total,
        "similar": len(shelf.media.finding.similar(shelf.mine, asset.asset_id, limit=5)),
    }


def test_killed_at_any_moment_and_taken_over_it_ends_as_an_undisturbed_run(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.photo("a.jpg", "Ada", "Ben")
    killer = Killer(monkeypatch)
    shelf.arrive("a.jpg")
    before = killer.moments
    shelf.media.indexer.run_once()
    moments = killer.moments - before
    undisturbed = _told(shelf)
    assert undisturbed["state"] is AssetState.READY
    assert undisturbed["enrolled"] == 2
    assert moments > 10
    for fatal in range(1, moments + 1):
        shelf.media.inbox.depart(shelf.mine, shelf.source, b"a.jpg")
        shelf.arrive("a.jpg")
        killer.fatal = killer.moments + fatal
        with pytest.raises(Killed):
            shelf.media.indexer.run_once()
        shelf.clock.advance(61)  # type: ignore[attr-defined]
        shelf.media.indexer.run_once()
        assert _told(shelf) == undisturbed, f"killed at moment {fatal} of {moments}"


def test_two_indexers_at_once_do_everything_once(tmp_path: Path) -> None:
    shelves = [open_shelf(tmp_path, clock=SystemClock(), threads=2) for _ in range(2)]
    done, told, lock = threading.Event(), list[str](), threading.Lock()

    def tell(indexed: Indexed) -> None:
        with lock:
            told.append(indexed.asset_id)
            if len(told) >= 10:
                done.set()

    first, second = shelves
    for number in range(10):
        first.photo(f"{number}.jpg", "Ada", "Ben")
    for shelf in shelves:
        shelf.media.indexer.listen(tell)
    with first.media.indexer, second.media.indexer:
        arrived = {first.arrive(f"{number}.jpg").asset_id for number in range(10)}
        assert done.wait(300)
    assert sorted(told) == sorted(str(one) for one in arrived)
    progress = first.media.libraries.progress(first.mine)
    assert (progress.ready, progress.waiting, progress.faces) == (10, 0, 20)
    assert second.media.finding.search(second.mine, Query(text="dog")).total == 10
    for shelf in shelves:
        shelf.close()
