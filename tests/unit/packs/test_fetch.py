from __future__ import annotations

from pathlib import Path

import pytest

from eyebright.errors import PackFetchFailed
from eyebright.packs.clients import Arrived
from eyebright.packs.fetch import fetch
from eyebright.packs.hashing import sha256_of_bytes
from eyebright.packs.recipe import Source

DATA = b"archive" * 1000


def source(data: bytes = DATA) -> Source:
    return Source("pip", "some-models", "1.0", "some.whl", len(data), sha256_of_bytes(data))


class Registry:
    """Hands out the same bytes and counts."""

    def __init__(self, data: bytes) -> None:
        self.data, self.calls = data, 0

    def __call__(self, source: Source, folder: Path, arrived: Arrived) -> Path:
        self.calls += 1
        arrived(len(self.data))
        path = folder / "under-another-name.whl"
        path.write_bytes(self.data)
        return path


def test_an_archive_is_fetched_once_and_then_taken_from_the_cache(tmp_path: Path) -> None:
    registry = Registry(DATA)
    steps: list[str] = []
    for _ in range(2):
        archive = fetch(
            source(),
            tmp_path / "cache",
            clients={"pip": registry},
            progress=lambda step, done, total: steps.append(step),
        )
        assert archive.read_bytes() == DATA
    assert registry.calls == 1
    assert steps[0] == "download some-models 1.0"
    assert steps[-1] == "verify some-models 1.0"
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["some.whl"]


def test_an_archive_with_another_hash_is_removed_unopened(tmp_path: Path) -> None:
    registry = Registry(DATA[:-1] + b"X")
    with pytest.raises(PackFetchFailed) as caught:
        fetch(source(), tmp_path, clients={"pip": registry})
    assert sha256_of_bytes(DATA) in caught.value.message
    assert sha256_of_bytes(registry.data) in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_an_archive_in_the_cache_that_is_damaged_is_fetched_anew_next_time(tmp_path: Path) -> None:
    (tmp_path / "some.whl").write_bytes(b"damaged")
    with pytest.raises(PackFetchFailed):
        fetch(source(), tmp_path, clients={})
    assert fetch(source(), tmp_path, clients={"pip": Registry(DATA)}).read_bytes() == DATA


def test_a_client_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def failing(source: Source, folder: Path, arrived: Arrived) -> Path:
        (folder / "half").write_bytes(b"half")
        raise PackFetchFailed("no network")

    with pytest.raises(PackFetchFailed, match="no network"):
        fetch(source(), tmp_path, clients={"pip": failing})
    assert list(tmp_path.iterdir()) == []
