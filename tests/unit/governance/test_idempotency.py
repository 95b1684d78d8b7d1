from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from eyebright.errors import IdempotencyMismatch, UserExists
from eyebright.governance.accounts import Scope
from eyebright.governance.idempotency import parameters_digest
from eyebright.ids import CollectionId, Region, UserId
from eyebright.testing.clock import FixedClock
from eyebright.testing.rooms import Rooms, open_rooms


class Counter:
    """An act that tells how often it was done."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, Any]:
        self.times += 1
        return {"times": self.times, "nested": {"list": [1, "é", None]}}


def once(
    rooms: Rooms,
    scope: Scope,
    act: Counter,
    *,
    token: str | None = "token",
    operation: str = "CreateUser",
    **parameters: object,
) -> dict[str, Any]:
    return rooms.idempotency.once(scope, operation, token=token, parameters=parameters, act=act)


def test_the_same_request_is_done_once_and_answered_twice(rooms: Rooms, scope: Scope) -> None:
    act = Counter()
    first = once(rooms, scope, act, user="bob", faces=["a", "b"])
    assert once(rooms, scope, act, faces=["a", "b"], user="bob") == first
    assert act.times == 1


def test_without_a_token_everything_is_done(rooms: Rooms, scope: Scope) -> None:
    act = Counter()
    once(rooms, scope, act, token=None)
    once(rooms, scope, act, token=None)
    assert act.times == 2


def test_a_token_with_other_parameters_is_a_mismatch(rooms: Rooms, scope: Scope) -> None:
    act = Counter()
    once(rooms, scope, act, user="bob")
    with pytest.raises(IdempotencyMismatch, match="token"):
        once(rooms, scope, act, user="eve")
    assert act.times == 1


def test_a_token_is_of_one_account_region_and_operation(rooms: Rooms, scope: Scope) -> None:
    act = Counter()
    once(rooms, scope, act)
    once(rooms, rooms.new_scope("another"), act)
    once(rooms, Scope(scope.account_id, Region("eu-west-1")), act)
    once(rooms, scope, act, operation="DeleteUser")
    once(rooms, scope, act, token="another")
    assert act.times == 5


def test_a_token_is_forgotten_after_seven_days(rooms: Rooms, scope: Scope) -> None:
    clock, act = FixedClock(), Counter()
    server = open_rooms(rooms.home, clock=clock)
    once(server, scope, act, user="bob")
    clock.advance(timedelta(days=7) - timedelta(seconds=1))
    once(server, scope, act, user="bob")
    assert act.times == 1
    clock.advance(1)
    once(server, scope, act, user="eve")
    assert act.times == 2
    server.database.close()


def test_what_fails_is_not_remembered_and_leaves_nothing(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    def create_twice() -> dict[str, Any]:
        rooms.users.create(scope, staff, UserId("bob"))
        rooms.users.create(scope, staff, UserId("bob"))
        return {}

    for _ in range(2):
        with pytest.raises(UserExists):
            rooms.idempotency.once(
                scope, "CreateUser", token="token", parameters={}, act=create_twice
            )
    assert not rooms.users.list(scope, staff, limit=10).items


def test_two_at_once_are_done_once(rooms: Rooms, scope: Scope, staff: CollectionId) -> None:
    answers: list[dict[str, Any]] = []

    def request() -> None:
        server = open_rooms(rooms.home)
        answer = server.idempotency.once(
            scope, "CreateUser", token="token", parameters={}, act=lambda: create_in(server)
        )
        answers.append(answer)
        server.database.close()

    def create_in(server: Rooms) -> dict[str, Any]:
        server.users.create(scope, staff, UserId("bob"))
        return {"made": "bob"}

    threads = [threading.Thread(target=request) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [{"made": "bob"}] * 6


def test_what_is_remembered_is_sealed(rooms: Rooms, scope: Scope) -> None:
    rooms.idempotency.once(
        scope, "CreateUser", token="token", parameters={}, act=lambda: {"face": "unforgettable"}
    )
    files = [path for path in rooms.home.rglob("*") if path.is_file()]
    assert files
    assert not any(b"unforgettable" in path.read_bytes() for path in files)


def test_the_digest_does_not_depend_on_order() -> None:
    assert parameters_digest({"a": 1, "b": {"c": 2, "d": 3}}) == parameters_digest(
        {"b": {"d": 3, "c": 2}, "a": 1}
    )
    assert parameters_digest({"a": [1, 2]}) != parameters_digest({"a": [2, 1]})
