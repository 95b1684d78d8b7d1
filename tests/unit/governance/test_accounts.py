from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from eyebright.db.tables import accounts, collections, request_tokens, tags
from eyebright.errors import (
    AccountNotFound,
    AlreadyExists,
    InvalidInput,
    NotAuthenticated,
    SessionExpired,
)
from eyebright.governance.accounts import Credentials, Principal, Scope
from eyebright.ids import AccessKeyId, AccountId, CollectionId, ImageId, UserId
from eyebright.testing.clock import FixedClock
from eyebright.testing.rooms import REGION, SPACE, Rooms, new_face, open_rooms, unit_vector


def secret(rooms: Rooms, credentials: Credentials) -> str:
    known = rooms.accounts.secret_for(
        credentials.access_key_id, session_token=credentials.session_token
    )
    assert known.account_id == credentials.account_id
    return known.secret


def test_an_account_has_the_forms_of_awss(rooms: Rooms) -> None:
    credentials = rooms.accounts.create("press office")
    assert re.fullmatch(r"\d{12}", credentials.account_id)
    assert re.fullmatch(r"AKIA[A-Z2-7]{16}", credentials.access_key_id)
    assert re.fullmatch(r"[A-Za-z0-9+/]{40}", credentials.secret)
    assert secret(rooms, credentials) == credentials.secret


def test_secrets_do_not_show_in_logs(rooms: Rooms) -> None:
    credentials = rooms.accounts.create("press office")
    assert credentials.secret not in repr(credentials)


def test_accounts_are_listed_and_found_by_name_and_id(rooms: Rooms) -> None:
    first, second = rooms.accounts.create("first"), rooms.accounts.create("second")
    assert {account.name for account in rooms.accounts.list()} == {"first", "second"}
    assert rooms.accounts.find("second").account_id == second.account_id
    found = rooms.accounts.find(first.account_id)
    assert (found.name, found.access_key_ids) == ("first", (first.access_key_id,))
    with pytest.raises(AccountNotFound, match="nobody"):
        rooms.accounts.find("nobody")


def test_a_name_is_given_once(rooms: Rooms) -> None:
    rooms.accounts.create("press office")
    with pytest.raises(AlreadyExists, match="press office"):
        rooms.accounts.create("press office")
    assert len(list((rooms.home / "keys").iterdir())) == 1  # no key without an account


@pytest.mark.parametrize("name", ["", "  ", "123456789012", "!x", "x" * 129])
def test_a_name_that_could_mislead_is_refused(rooms: Rooms, name: str) -> None:
    with pytest.raises(InvalidInput, match="cannot name an account"):
        rooms.accounts.create(name)


def test_only_one_account_is_the_first(rooms: Rooms) -> None:
    assert rooms.accounts.create_first("default") is not None
    assert rooms.accounts.create_first("default") is None
    assert [account.name for account in rooms.accounts.list()] == ["default"]


def test_a_second_key_works_beside_the_first(rooms: Rooms) -> None:
    first = rooms.accounts.create("press office")
    second = rooms.accounts.add_key(first.account_id)
    assert secret(rooms, first) == first.secret
    assert secret(rooms, second) == second.secret
    (account,) = rooms.accounts.list()
    assert account.access_key_ids == (first.access_key_id, second.access_key_id)


def test_rotating_ends_all_older_keys_and_sessions(rooms: Rooms) -> None:
    old = rooms.accounts.create("press office")
    session = rooms.accounts.issue(old.account_id, seconds=60)
    assert secret(rooms, session) == session.secret
    new = rooms.accounts.rotate(old.account_id)
    assert secret(rooms, new) == new.secret
    with pytest.raises(NotAuthenticated, match="unknown"):
        secret(rooms, old)
    with pytest.raises(NotAuthenticated, match="rotated"):
        secret(rooms, session)


def test_another_process_sees_a_rotation_at_once(rooms: Rooms) -> None:
    old = rooms.accounts.create("press office")
    server = open_rooms(rooms.home)
    assert secret(server, old) == old.secret
    new = rooms.accounts.rotate(old.account_id)
    with pytest.raises(NotAuthenticated):
        secret(server, old)
    assert secret(server, new) == new.secret
    rooms.accounts.delete(old.account_id)
    with pytest.raises(NotAuthenticated):
        secret(server, new)
    server.database.close()


def test_a_key_that_is_looked_up_again_costs_no_query(rooms: Rooms) -> None:
    credentials = rooms.accounts.create("press office")
    first = rooms.accounts.secret_for(credentials.access_key_id, session_token=None)
    assert rooms.accounts.secret_for(credentials.access_key_id, session_token=None) is first


def test_an_unknown_key_is_not_authenticated(rooms: Rooms) -> None:
    with pytest.raises(NotAuthenticated):
        rooms.accounts.secret_for(AccessKeyId("AKIAIOSFODNN7EXAMPLE"), session_token=None)


def test_a_session_works_until_its_time_is_over(rooms: Rooms) -> None:
    clock = FixedClock()
    server = open_rooms(rooms.home, clock=clock)
    account_id = server.accounts.create("press office").account_id
    session = server.accounts.issue(account_id, seconds=900)
    assert session.access_key_id.startswith("ASIA")
    assert session.expires_at == clock.now() + timedelta(seconds=900)
    clock.advance(899)
    assert secret(server, session) == session.secret
    clock.advance(1)
    with pytest.raises(SessionExpired):
        secret(server, session)
    server.database.close()


def test_a_session_survives_a_restart(rooms: Rooms) -> None:
    session = rooms.accounts.issue(rooms.accounts.create("press office").account_id, seconds=900)
    again = open_rooms(rooms.home)
    assert secret(again, session) == session.secret
    again.database.close()


@pytest.mark.parametrize("token", [None, "", "nonsense", "RUIxMDAwMDAwMDAwMDAx", "é", "A" * 5000])
def test_a_token_that_is_none_is_not_authenticated(rooms: Rooms, token: str | None) -> None:
    session = rooms.accounts.issue(rooms.accounts.create("press office").account_id, seconds=900)
    with pytest.raises(NotAuthenticated):
        rooms.accounts.secret_for(session.access_key_id, session_token=token)


def test_a_token_goes_with_its_own_key_only(rooms: Rooms) -> None:
    account_id = rooms.accounts.create("press office").account_id
    first = rooms.accounts.issue(account_id, seconds=900)
    second = rooms.accounts.issue(account_id, seconds=900)
    with pytest.raises(NotAuthenticated):
        rooms.accounts.secret_for(first.access_key_id, session_token=second.session_token)


@pytest.mark.parametrize("seconds", [0, -1, 36 * 3600 + 1])
def test_a_session_has_a_sensible_length(rooms: Rooms, seconds: int) -> None:
    account_id = rooms.accounts.create("press office").account_id
    with pytest.raises(InvalidInput, match="36 hours"):
        rooms.accounts.issue(account_id, seconds=seconds)


def test_deleting_an_account_takes_everything_it_has_and_nothing_else(rooms: Rooms) -> None:
    mine, theirs = rooms.accounts.create("mine"), rooms.accounts.create("theirs")
    for credentials in (mine, theirs):
        scope = Scope(credentials.account_id, REGION)
        for name in ("a", "b"):
            rooms.collections.create(scope, CollectionId(name), space=SPACE, tags={"t": "v"})
            rooms.faces.enrol(
                scope,
                CollectionId(name),
                image_id=ImageId("image"),
                external_image_id=None,
                new_faces=[new_face(unit_vector(1)), new_face(unit_vector(2), left=100)],
            )
        rooms.users.create(scope, CollectionId("a"), UserId("bob"))
    deletion = rooms.accounts.delete(mine.account_id)
    assert (deletion.collections, deletion.faces, deletion.users) == (2, 4, 1)
    assert deletion.access_keys == 1
    assert [account.name for account in rooms.accounts.list()] == ["theirs"]
    kept = rooms.collections.get(Scope(theirs.account_id, REGION), CollectionId("a"))
    assert kept.face_count == 2
    assert not rooms.collections.list(Scope(mine.account_id, REGION), limit=10).items
    assert rooms.accounts.create("mine").account_id != mine.account_id


@pytest.mark.parametrize("method", ["rotate", "delete", "add_key"])
def test_an_unknown_account_is_named(rooms: Rooms, method: str) -> None:
    with pytest.raises(AccountNotFound, match="000000000009"):
        getattr(rooms.accounts, method)(AccountId("000000000009"))


def test_a_principal_knows_its_scope() -> None:
    principal = Principal(AccountId("000000000001"), AccessKeyId("AKIA"), REGION)
    assert principal.scope == Scope(AccountId("000000000001"), REGION)


def test_what_is_made_while_an_account_is_deleted_goes_with_it(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = rooms.accounts.create("mine"), rooms.accounts.create("theirs")
    scope, destroy = Scope(mine.account_id, REGION), rooms.vault.destroy_account_keys
    with monkeypatch.context() as patch:

        def while_a_request_is_under_way(account_id: AccountId) -> int:
            patch.undo()
            rooms.collections.create(scope, CollectionId("late"), space=SPACE, tags={"t": "v"})
            rooms.idempotency.once(scope, "Op", token="t", parameters={}, act=dict)
            return destroy(account_id)

        patch.setattr(rooms.vault, "destroy_account_keys", while_a_request_is_under_way)
        rooms.accounts.delete(mine.account_id)
    assert [account.name for account in rooms.accounts.list()] == ["theirs"]
    with rooms.database.read() as connection:
        for table in (accounts, collections, request_tokens, tags):
            rows = connection.execute(select(table.c.account_id)).scalars().all()
            assert set(rows) <= {theirs.account_id}


def test_a_key_that_is_revoked_while_it_is_looked_up_is_not_remembered(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, load = rooms.accounts.create("press office"), rooms.accounts._load

    def while_another_rotates(access_key_id: AccessKeyId) -> Credentials:
        monkeypatch.undo()
        found = load(access_key_id)
        assert secret(rooms, rooms.accounts.rotate(old.account_id))
        return found

    monkeypatch.setattr(rooms.accounts, "_load", while_another_rotates)
    assert secret(rooms, old) == old.secret  # it was good when the request came
    with pytest.raises(NotAuthenticated, match="unknown"):
        secret(rooms, old)
