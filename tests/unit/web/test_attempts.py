from __future__ import annotations

import pytest

from eyebright.testing.clock import FixedClock
from eyebright.web.attempts import FREE_FAILURES, Attempts, pause_seconds
from eyebright.web.errors import Refused

KEY, HERE, THERE = "AKIA1", "198.51.100.1", "198.51.100.2"


def failed(attempts: Attempts, times: int, *, key: str = KEY, address: str = HERE) -> None:
    for _ in range(times):
        attempts.failed(key, address)


def test_pauses_double_up_to_five_minutes() -> None:
    pauses = [pause_seconds(count) for count in range(1, 16)]
    assert pauses[:FREE_FAILURES] == [0, 0, 0]
    assert pauses[FREE_FAILURES : FREE_FAILURES + 5] == [1, 2, 4, 8, 16]
    assert max(pauses) == pauses[-1] == 300


def test_typing_errors_cost_nothing() -> None:
    attempts = Attempts(FixedClock())
    failed(attempts, FREE_FAILURES)
    attempts.require_calm(KEY, HERE)


def test_who_goes_on_waits_and_then_may_try_once() -> None:
    clock = FixedClock()
    attempts = Attempts(clock)
    failed(attempts, FREE_FAILURES + 3)
    with pytest.raises(Refused) as refused:
        attempts.require_calm(KEY, HERE)
    assert (refused.value.status, refused.value.headers) == (429, [("Retry-After", "4")])
    clock.advance(4)
    attempts.require_calm(KEY, HERE)
    failed(attempts, 1)
    with pytest.raises(Refused):
        attempts.require_calm(KEY, HERE)


def test_an_address_that_tries_many_keys_waits() -> None:
    attempts = Attempts(FixedClock())
    for number in range(FREE_FAILURES + 1):
        attempts.failed(f"AKIA{number}", HERE)
    with pytest.raises(Refused):
        attempts.require_calm("AKIA9", HERE)


def test_nobody_can_keep_an_owner_out_from_elsewhere() -> None:
    attempts = Attempts(FixedClock())
    failed(attempts, 50, address=THERE)
    attempts.require_calm(KEY, HERE)


def test_the_addresses_of_one_network_count_as_one() -> None:
    attempts = Attempts(FixedClock())
    for number in range(FREE_FAILURES + 1):
        attempts.failed(KEY, f"2001:db8::{number}")
    with pytest.raises(Refused):
        attempts.require_calm(KEY, "2001:db8::ffff")
    attempts.require_calm(KEY, "2001:db8:0:1::1")


def test_failures_are_forgotten() -> None:
    clock = FixedClock()
    attempts = Attempts(clock)
    failed(attempts, FREE_FAILURES)
    clock.advance(3601)
    failed(attempts, 1)
    attempts.require_calm(KEY, HERE)
