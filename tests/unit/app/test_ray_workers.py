"""The part of Ray that is ours, with a stand-in for the cluster: what an actor does, when rounds
end. Ray itself is tried by hand, see the module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from eyebright.api.local import open_local
from eyebright.app import ray_workers, rooms
from eyebright.app.ray_workers import RayWorkers
from eyebright.settings import Settings
from eyebright.testing.library import picture_bytes
from eyebright.testing.scans import make_older
from eyebright.testing.sight import fake_sight


class InlineData:
    """A data set whose actors live in this thread."""

    def __init__(self, rows: list[dict[str, int]]) -> None:
        self.rows = rows
        self.make: Callable[[], Any] | None = None

    def map_batches(
        self, actor: Callable[..., Any], *, fn_constructor_args: tuple[Any, ...], **_how: object
    ) -> InlineData:
        self.make = lambda: actor(*fn_constructor_args)
        return self

    def iter_batches(self, *, batch_size: int) -> Iterator[Any]:
        assert self.make is not None
        actor = self.make()
        for row in self.rows[:: batch_size or 1]:
            yield actor({"id": [row["id"]]})


def inline_ray() -> Any:
    context = SimpleNamespace(enable_progress_bars=True)
    return SimpleNamespace(
        is_initialized=lambda: False,
        init=lambda **_how: None,
        shutdown=lambda: None,
        cluster_resources=lambda: {"CPU": 1.0},
        data=SimpleNamespace(
            from_items=lambda rows, **_how: InlineData(rows),
            DataContext=SimpleNamespace(get_current=lambda: context),
        ),
    )


def test_actors_claim_what_waits_and_the_database_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = rooms.open_eyebright
    monkeypatch.setattr(rooms, "open_eyebright", lambda one: real(one, sight=fake_sight()))
    monkeypatch.setattr(ray_workers, "imported_ray", inline_ray)
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in range(5):
        path = photos / f"{number}.jpg"
        path.write_bytes(picture_bytes(path.name, "Ada"))
        make_older(path, 60)
    settings = Settings(home=tmp_path / "home")
    with open_local(settings, sight=fake_sight()) as eyebright:
        library = eyebright.library(buckets={"photos": photos})
        workers = RayWorkers(settings, library.library, address="local", buckets=library.buckets)
        report = library.index("s3://photos", workers=workers)
        assert (report.progress.done, report.progress.faces) == (5, 5)
        assert library.search("beagle").total == 5
