from __future__ import annotations

import configparser
import stat
from contextlib import closing
from pathlib import Path

import pytest

from eyebright.errors import ConfigurationError, NotAuthenticated
from eyebright.governance.accounts import Account, Accounts
from eyebright.governance.credentials import first_start, rotate, saved_access_key_id
from eyebright.ids import AccessKeyId
from eyebright.testing.clock import FixedClock
from eyebright.testing.rooms import REGION, Rooms, open_rooms


def profile(path: Path) -> configparser.SectionProxy:
    file = configparser.ConfigParser(interpolation=None)
    file.read(path)
    return file["eyebright"]


def test_the_first_start_writes_keys_that_work(rooms: Rooms) -> None:
    path = first_start(rooms.accounts, rooms.home, region=REGION)
    assert path == rooms.home / "credentials"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    written = profile(path)
    known = rooms.accounts.secret_for(AccessKeyId(written["aws_access_key_id"]), session_token=None)
    assert known.secret == written["aws_secret_access_key"]
    assert written["region"] == REGION


def test_later_starts_change_nothing(rooms: Rooms) -> None:
    path = first_start(rooms.accounts, rooms.home, region=REGION)
    before = path.read_bytes()
    first_start(rooms.accounts, rooms.home, region=REGION)
    assert path.read_bytes() == before
    assert len(rooms.accounts.list()) == 1


def test_a_lost_file_comes_back_with_a_key_of_the_same_account(rooms: Rooms) -> None:
    path = first_start(rooms.accounts, rooms.home, region=REGION)
    path.unlink()
    first_start(rooms.accounts, rooms.home, region=REGION)
    (account,) = rooms.accounts.list()
    assert profile(path)["aws_access_key_id"] == account.access_key_ids[-1]


def test_rotating_the_first_account_writes_the_new_key(rooms: Rooms) -> None:
    path = first_start(rooms.accounts, rooms.home, region=REGION)
    old = saved_access_key_id(rooms.home)
    assert old is not None
    (account,) = rooms.accounts.list()
    new = rotate(rooms.accounts, account.account_id, home=rooms.home, region=REGION)
    assert saved_access_key_id(rooms.home) == new.access_key_id
    assert profile(path)["aws_secret_access_key"] == new.secret
    with pytest.raises(NotAuthenticated):
        rooms.accounts.secret_for(old, session_token=None)


def test_rotating_another_account_leaves_the_file_alone(rooms: Rooms) -> None:
    path = first_start(rooms.accounts, rooms.home, region=REGION)
    before = path.read_bytes()
    other = rooms.accounts.create("other").account_id
    rotate(rooms.accounts, other, home=rooms.home, region=REGION)
    assert path.read_bytes() == before


def test_other_profiles_of_the_file_are_kept(rooms: Rooms) -> None:
    path = first_start(rooms.accounts, rooms.home, region=REGION)
    path.write_text("[mine]\naws_access_key_id = 50%\n" + path.read_text())
    (account,) = rooms.accounts.list()
    rotate(rooms.accounts, account.account_id, home=rooms.home, region=REGION)
    file = configparser.ConfigParser(interpolation=None)
    file.read(path)
    assert file["mine"]["aws_access_key_id"] == "50%"


def test_a_file_that_is_no_credentials_file_is_named(rooms: Rooms) -> None:
    (rooms.home / "credentials").write_text("hello")
    with pytest.raises(ConfigurationError, match="credentials"):
        saved_access_key_id(rooms.home)


def test_nobody_sees_the_first_account_before_its_keys_are_kept(rooms: Rooms) -> None:
    with closing(open_rooms(rooms.home).database) as elsewhere:
        other = Accounts(elsewhere, rooms.vault, clock=FixedClock())
        seen: list[tuple[Account, ...]] = []
        made = rooms.accounts.create_first("default", keep=lambda _: seen.append(other.list()))
        assert made is not None
        assert seen == [()]
        assert [one.name for one in other.list()] == ["default"]
