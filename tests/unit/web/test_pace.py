from __future__ import annotations

from eyebright.governance.accounts import Scope
from eyebright.ids import AccountId, CollectionId, Region
from eyebright.library.values import Library, Progress
from eyebright.testing.clock import FixedClock
from eyebright.web.pace import Pace, Paces

LIBRARY = Library(
    1,
    Scope(AccountId("111111111111"), Region("eu-west-1")),
    "library",
    CollectionId("library"),
    "key",
    FixedClock().now(),
    1,
)


def progress(done: int, *, waiting: int) -> Progress:
    return Progress(
        total=done + waiting, ready=done, waiting=waiting, failed=0, faces=0, unreadable=0
    )


def test_the_pace_is_what_was_done_in_the_last_half_minute() -> None:
    clock = FixedClock()
    paces = Paces(clock)
    assert paces.of(LIBRARY, progress(0, waiting=100)) == Pace(True, None, None)
    clock.advance(10)
    assert paces.of(LIBRARY, progress(20, waiting=80)) == Pace(True, 2.0, 40)
    clock.advance(25)
    assert paces.of(LIBRARY, progress(70, waiting=30)) == Pace(True, 2.0, 15)


def test_nothing_waits_when_all_is_done() -> None:
    assert Paces(FixedClock()).of(LIBRARY, progress(5, waiting=0)) == Pace(False, None, None)


def test_a_library_that_stands_still_is_not_active() -> None:
    clock = FixedClock()
    paces = Paces(clock)
    paces.of(LIBRARY, progress(5, waiting=5))
    clock.advance(20)
    assert paces.of(LIBRARY, progress(5, waiting=5)) == Pace(False, None, None)
