from __future__ import annotations

import base64
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from eyebright.errors import ConfigurationError
from eyebright.governance.keys import KEY_DIRECTORY, master_key, replace_file, shred, write_once


def test_the_first_start_makes_a_master_key_that_stays(tmp_path: Path) -> None:
    key = master_key(tmp_path, "")
    assert len(key) == 32
    assert master_key(tmp_path, "") == key
    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["master.key"]


def test_the_setting_wins_and_leaves_no_file(tmp_path: Path) -> None:
    key = bytes(range(32))
    assert master_key(tmp_path, base64.b64encode(key).decode()) == key
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("not base64!", "not base64"),
        (base64.b64encode(bytes(31)).decode(), "holds 31 bytes"),
        ("ключ", "not base64"),
    ],
)
def test_a_setting_that_is_no_key_is_refused(tmp_path: Path, setting: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        master_key(tmp_path, setting)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602])
def test_a_master_key_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    master_key(tmp_path, "")
    (tmp_path / "master.key").chmod(mode)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        master_key(tmp_path, "")


def test_a_lost_master_key_is_not_silently_replaced(tmp_path: Path) -> None:
    master_key(tmp_path, "")
    write_once(tmp_path / KEY_DIRECTORY / "000000000001" / "account.key", b"wrapped")
    (tmp_path / "master.key").unlink()
    with pytest.raises(ConfigurationError, match="put it back"):
        master_key(tmp_path, "")
    assert not (tmp_path / "master.key").exists()


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from eyebright.governance.keys import master_key\n"
        "print(master_key(pathlib.Path(sys.argv[1]), '').hex())"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    keys = {process.communicate(timeout=300)[0] for process in started}
    assert len(keys) == 1
    assert len(keys.pop().strip()) == 64


def test_a_file_is_written_once_only(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down.key"
    assert write_once(path, b"first")
    assert not write_once(path, b"second")
    assert path.read_bytes() == b"first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_replacing_keeps_a_file_private(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("was open to all")
    path.chmod(0o644)
    replace_file(path, b"now private")
    assert path.read_bytes() == b"now private"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_shredding_overwrites_the_bytes_where_they_lie(tmp_path: Path) -> None:
    path, witness = tmp_path / "a.key", tmp_path / "witness"
    path.write_bytes(b"k" * 60)
    witness.hardlink_to(path)  # the same bytes of the disk under another name
    assert shred(path)
    assert not path.exists()
    assert len(witness.read_bytes()) == 60
    assert b"kkkk" not in witness.read_bytes()
    assert not shred(path)


def test_a_key_that_another_process_makes_at_this_moment_is_no_lost_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs: list[bytes] = []

    def while_another_starts(path: Path) -> bool:
        monkeypatch.undo()
        found = path.exists()
        theirs.append(master_key(tmp_path, ""))
        write_once(tmp_path / KEY_DIRECTORY / "000000000001" / "account.key", b"wrapped")
        return found

    monkeypatch.setattr(Path, "exists", while_another_starts)
    assert master_key(tmp_path, "") == theirs[0]
