from __future__ import annotations

import threading
import time
from contextlib import ExitStack

import pytest

from eyebright.runtime.slots import FairSlots

PATIENCE_SECONDS = 120


def until(condition: object, slots: FairSlots) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while slots.waiting != condition:
        assert time.monotonic() < deadline, f"{slots.waiting} wait, not {condition}"
        time.sleep(0.001)


def test_no_more_than_the_count_are_inside_at_once() -> None:
    slots, inside, most = FairSlots(3), 0, 0
    guard, full = threading.Lock(), threading.Event()

    def work() -> None:
        nonlocal inside, most
        with slots.hold():
            with guard:
                inside += 1
                most = max(most, inside)
                if inside == 3:
                    full.set()
            full.wait(PATIENCE_SECONDS)
            with guard:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert most == 3


def test_waiters_are_served_in_the_order_they_came() -> None:
    slots, served = FairSlots(1), []

    def work(number: int) -> None:
        with slots.hold():
            served.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    with slots.hold():
        for number, thread in enumerate(threads):
            thread.start()
            until(number + 1, slots)
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert served == list(range(6))


def test_a_slot_is_given_back_when_the_work_fails() -> None:
    slots = FairSlots(1)
    with pytest.raises(KeyError), slots.hold():
        raise KeyError("broken work")
    with slots.hold():
        assert slots.waiting == 0


def test_all_slots_can_be_held_together() -> None:
    slots = FairSlots(4)
    with ExitStack() as held:
        for _ in range(4):
            held.enter_context(slots.hold())
        assert slots.waiting == 0


@pytest.mark.parametrize("count", [0, -1])
def test_slots_without_room_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        FairSlots(count)
