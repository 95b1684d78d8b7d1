from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import pytest

from eyebright.app.door import build_door
from eyebright.app.rooms import Eyebright, open_eyebright
from eyebright.app.sight import LazyVision
from eyebright.errors import ConfigurationError, PackNotInstalled, StorageError
from eyebright.settings import Settings
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.clock import FixedClock
from eyebright.testing.ids import SequentialIds


def test_a_vision_is_loaded_once_however_many_ask_at_the_same_time() -> None:
    loads: list[int] = []
    gate = threading.Barrier(4)

    def load() -> FakeAnalyser:
        loads.append(1)
        return FakeAnalyser()

    vision = LazyVision(load)

    def ask() -> None:
        gate.wait()
        assert vision.space.dimension == 320

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loads == [1]


def test_a_load_that_failed_is_tried_again(tmp_path: Path) -> None:
    answers: Iterator[PackNotInstalled | FakeAnalyser] = iter(
        [PackNotInstalled("no pack"), FakeAnalyser()]
    )

    def load() -> FakeAnalyser:
        answer = next(answers)
        if isinstance(answer, PackNotInstalled):
            raise answer
        return answer

    vision = LazyVision(load)
    with pytest.raises(PackNotInstalled):
        vision.preload()
    assert vision.preload().space.name == "fake/1"


def test_every_room_is_what_it_is_said_to_be(tmp_path: Path) -> None:
    declared = get_type_hints(Eyebright)
    del declared["clock"], declared["ids"]  # Protocols
    assert declared
    with open_eyebright(Settings(home=tmp_path)) as rooms:
        for name, kind in declared.items():
            assert isinstance(getattr(rooms, name), kind), name


def test_opening_makes_a_private_home_and_needs_no_pack(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    with open_eyebright(Settings(home=home)) as rooms:
        assert rooms.accounts.list() == ()
        with pytest.raises(PackNotInstalled, match="eyebright packs install faces"):
            rooms.vision.preload()
    assert home.stat().st_mode & 0o077 == 0
    assert (home / "master.key").stat().st_mode & 0o777 == 0o600


def test_clock_ids_and_vision_are_those_that_were_handed_in(tmp_path: Path) -> None:
    clock, ids = FixedClock(), SequentialIds()
    with open_eyebright(
        Settings(home=tmp_path), clock=clock, ids=ids, vision=FakeAnalyser()
    ) as rooms:
        door = build_door(rooms, buckets={"photos": tmp_path})
        assert (door.clock, door.ids) == (clock, ids)
        assert door.vision.space == FakeAnalyser().space
        assert door.collections is rooms.collections


def test_paging_tokens_survive_a_restart_and_differ_between_homes(tmp_path: Path) -> None:
    secrets = []
    for home in (tmp_path / "one", tmp_path / "one", tmp_path / "two"):
        with open_eyebright(Settings(home=home), vision=FakeAnalyser()) as rooms:
            secrets.append(rooms.cursor_secret)
            assert rooms.cursor_secret.hex() not in repr(rooms)
    assert secrets[0] == secrets[1] != secrets[2]


def test_a_home_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        open_eyebright(Settings(home=tmp_path, master_key="short"))
    (tmp_path / "eyebright.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(StorageError):
        open_eyebright(Settings(home=tmp_path))
