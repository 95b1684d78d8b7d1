from __future__ import annotations

import base64
from pathlib import Path

import pytest

from eyebright.errors import KeyDestroyed, StorageError
from eyebright.governance.sealing import Sealer
from eyebright.governance.vault import Vault
from eyebright.ids import AccountId

ACCOUNT = AccountId("000000000001")
OTHER = AccountId("000000000002")
MASTER = bytes(range(32))


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    opened = Vault(tmp_path / "keys", master_key=MASTER)
    opened.new_account_key(ACCOUNT)
    opened.new_account_key(OTHER)
    return opened


def again(tmp_path: Path, *, master: bytes = MASTER) -> Vault:
    return Vault(tmp_path / "keys", master_key=master)


def test_another_process_opens_what_this_one_sealed(vault: Vault, tmp_path: Path) -> None:
    key_id = vault.new_collection_key(ACCOUNT)
    sealed = vault.collection(ACCOUNT, key_id).seal(b"vector", bound_to=b"face")
    opened = again(tmp_path).collection(ACCOUNT, key_id).open(sealed, bound_to=b"face")
    assert opened == b"vector"


def test_every_collection_has_its_own_key(vault: Vault) -> None:
    first, second = vault.new_collection_key(ACCOUNT), vault.new_collection_key(ACCOUNT)
    sealed = vault.collection(ACCOUNT, first).seal(b"vector", bound_to=b"face")
    with pytest.raises(StorageError):
        vault.collection(ACCOUNT, second).open(sealed, bound_to=b"face")


def test_a_destroyed_key_is_gone_for_this_and_every_other_process(
    vault: Vault, tmp_path: Path
) -> None:
    key_id = vault.new_collection_key(ACCOUNT)
    vault.collection(ACCOUNT, key_id)
    assert vault.destroy_collection_key(ACCOUNT, key_id)
    for one in (vault, again(tmp_path)):
        with pytest.raises(KeyDestroyed, match="is gone"):
            one.collection(ACCOUNT, key_id)
    assert not vault.destroy_collection_key(ACCOUNT, key_id)


def test_an_account_goes_with_all_its_keys_and_alone(vault: Vault, tmp_path: Path) -> None:
    mine = [vault.new_collection_key(ACCOUNT) for _ in range(3)]
    theirs = vault.new_collection_key(OTHER)
    (tmp_path / "keys" / ACCOUNT / ".draft-of-a-killed-process").write_bytes(b"wrapped")
    vault.destroy_account_keys(ACCOUNT)
    assert not (tmp_path / "keys" / ACCOUNT).exists()
    for key_id in mine:
        with pytest.raises(KeyDestroyed):
            vault.collection(ACCOUNT, key_id)
    vault.collection(OTHER, theirs)


def test_a_collections_key_is_useless_without_its_accounts_key(
    vault: Vault, tmp_path: Path
) -> None:
    key_id = vault.new_collection_key(ACCOUNT)
    copy = (tmp_path / "keys" / ACCOUNT / f"{key_id}.key").read_bytes()
    vault.destroy_account_keys(ACCOUNT)
    vault.new_account_key(ACCOUNT)
    (tmp_path / "keys" / ACCOUNT / f"{key_id}.key").write_bytes(copy)
    with pytest.raises(StorageError, match="does not open"):
        vault.collection(ACCOUNT, key_id)


def test_key_files_cannot_be_swapped(vault: Vault, tmp_path: Path) -> None:
    first, second = vault.new_collection_key(ACCOUNT), vault.new_collection_key(ACCOUNT)
    directory = tmp_path / "keys" / ACCOUNT
    (directory / f"{first}.key").replace(directory / f"{second}.key")
    with pytest.raises(StorageError, match="does not open"):
        again(tmp_path).collection(ACCOUNT, second)


def test_another_master_key_opens_nothing_and_says_why(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="is the master key the one of this home"):
        again(tmp_path, master=bytes(32)).account(ACCOUNT)


def test_no_key_lies_in_the_open(vault: Vault, tmp_path: Path) -> None:
    key_id = vault.new_collection_key(ACCOUNT)
    wrapped = vault.wrapped_key(ACCOUNT, key_id)
    files = [path for path in (tmp_path / "keys").rglob("*") if path.is_file()]
    assert len(files) == 3
    assert wrapped in [path.read_bytes() for path in files]
    assert all(len(path.read_bytes()) == 60 for path in files)
    assert not any(MASTER in path.read_bytes() for path in files)
    assert not any(base64.b64encode(MASTER) in path.read_bytes() for path in files)


def test_every_folder_of_keys_is_for_the_owner_only(tmp_path: Path) -> None:
    directory = tmp_path / "home" / "keys"
    Vault(directory, master_key=bytes(32)).new_account_key(AccountId("123456789012"))
    for folder in (directory.parent, directory, directory / "123456789012"):
        assert folder.stat().st_mode & 0o077 == 0


def test_two_processes_may_destroy_an_accounts_keys_at_once(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.new_collection_key(ACCOUNT)
    unlink = Path.unlink

    def while_another_destroys_them(path: Path, *, missing_ok: bool) -> None:
        monkeypatch.undo()
        unlink(path, missing_ok=missing_ok)
        again(tmp_path).destroy_account_keys(ACCOUNT)

    monkeypatch.setattr(Path, "unlink", while_another_destroys_them)
    vault.destroy_account_keys(ACCOUNT)
    assert not (tmp_path / "keys" / ACCOUNT).exists()


def test_a_key_that_is_made_while_an_account_goes_goes_too(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = vault.account(ACCOUNT)

    def after_another_key(directory: Path) -> None:
        monkeypatch.undo()
        (directory / "late.key").write_bytes(account.seal(bytes(32), bound_to=b""))
        directory.rmdir()

    monkeypatch.setattr(Path, "rmdir", after_another_key)
    vault.destroy_account_keys(ACCOUNT)
    assert not (tmp_path / "keys" / ACCOUNT).exists()


def test_a_key_that_is_destroyed_while_it_is_opened_is_not_remembered(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_id, unwrapped = vault.new_collection_key(ACCOUNT), vault._unwrapped
    with monkeypatch.context() as patch:

        def while_another_destroys_it(account_id: AccountId, name: str, wrapping: Sealer) -> bytes:
            patch.undo()
            found = unwrapped(account_id, name, wrapping)
            assert vault.destroy_collection_key(account_id, name)
            return found

        vault.account(ACCOUNT)
        patch.setattr(vault, "_unwrapped", while_another_destroys_it)
        vault.collection(ACCOUNT, key_id)
    with pytest.raises(KeyDestroyed):
        vault.collection(ACCOUNT, key_id)
