from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from eyebright.governance import usage as governance_usage
from eyebright.governance.accounts import Scope
from eyebright.governance.usage import Count, OperationCount, Usage, priced
from eyebright.ids import Region
from eyebright.testing.clock import FixedClock
from eyebright.testing.rooms import Rooms, open_rooms


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def open_home(tmp_path_factory: pytest.TempPathFactory, clock: FixedClock) -> Rooms:
    return open_rooms(tmp_path_factory.mktemp("home"), clock=clock)


@pytest.fixture
def usage(open_home: Rooms, clock: FixedClock) -> Iterator[Usage]:
    usage = Usage(open_home.database, clock=clock, flush_seconds=3600)
    yield usage
    usage.close()


def test_calls_add_up_by_day_and_operation(
    usage: Usage, open_home: Rooms, clock: FixedClock
) -> None:
    scope = open_home.new_scope("one")
    usage.count(scope, "DetectFaces", units=1)
    usage.count(scope, "DetectFaces", failures=1)
    clock.advance(timedelta(days=1))
    usage.count(scope, "DetectFaces", units=1)
    usage.count(Scope(scope.account_id, Region("eu-west-1")), "DetectFaces", units=1)
    assert usage.of(scope.account_id, days=30) == (
        OperationCount("2026-01-03", "DetectFaces", Count(2, 0, 2)),
        OperationCount("2026-01-02", "DetectFaces", Count(2, 1, 1)),
    )
    assert [one.day for one in usage.of(scope.account_id, days=1)] == ["2026-01-03"]


def test_accounts_see_their_own_only(usage: Usage, open_home: Rooms) -> None:
    one, other = open_home.new_scope("one"), open_home.new_scope("other")
    usage.count(one, "DetectText")
    assert usage.of(other.account_id, days=1) == ()


def test_two_processes_add_to_the_same_numbers(
    usage: Usage, open_home: Rooms, clock: FixedClock
) -> None:
    scope = open_home.new_scope("one")
    second = Usage(open_rooms(open_home.home, clock=clock).database, clock=clock)
    for one in (usage, second):
        one.count(scope, "DetectText")
        one.flush()
        one.count(scope, "DetectText")
    second.close()
    assert usage.of(scope.account_id, days=1)[0].count.calls == 4


def test_nothing_is_lost_between_threads(usage: Usage, open_home: Rooms) -> None:
    scope = open_home.new_scope("one")

    def work() -> None:
        for number in range(200):
            usage.count(scope, "DetectText", units=2)
            if number % 50 == 0:
                usage.flush()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert usage.of(scope.account_id, days=1)[0].count == Count(800, 0, 1600)


def test_counts_reach_the_database_by_themselves(open_home: Rooms, clock: FixedClock) -> None:
    scope = open_home.new_scope("one")
    usage = Usage(open_home.database, clock=clock, flush_seconds=0.02)
    usage.count(scope, "DetectText")
    other = Usage(open_home.database, clock=clock)
    deadline = time.monotonic() + 120
    while not other.of(scope.account_id, days=1):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    usage.close()


def test_who_asks_while_numbers_are_written_gets_them_too(
    usage: Usage, open_home: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope, add = open_home.new_scope("one"), governance_usage._add
    writing, go_on = threading.Event(), threading.Event()
    found: list[tuple[OperationCount, ...]] = []

    def slowly(*given: Any) -> None:
        writing.set()
        assert go_on.wait(120)
        add(*given)

    monkeypatch.setattr(governance_usage, "_add", slowly)
    usage.count(scope, "DetectText")
    writer = threading.Thread(target=usage.flush)
    reader = threading.Thread(target=lambda: found.append(usage.of(scope.account_id, days=1)))
    writer.start()
    assert writing.wait(120)
    reader.start()
    reader.join(0.1)
    go_on.set()
    for thread in (writer, reader):
        thread.join()
    assert [one.count.calls for counts in found for one in counts] == [1]


def test_a_deleted_account_leaves_no_numbers(usage: Usage, open_home: Rooms) -> None:
    scope = open_home.new_scope("one")
    usage.count(scope, "DetectText")
    usage.flush()
    usage.count(scope, "DetectText")
    open_home.accounts.delete(scope.account_id)
    usage.flush()
    assert usage.of(scope.account_id, days=1) == ()


def test_prices_fill_the_tiers_of_a_month_together() -> None:
    counts = (
        OperationCount("2026-02-01", "DetectLabels", Count(1, 0, 1_000_000)),
        OperationCount("2026-01-31", "DetectFaces", Count(1, 0, 500_000)),
        OperationCount("2026-01-30", "DetectLabels", Count(1, 0, 1_000_000)),
        OperationCount("2026-01-30", "ListFaces", Count(5, 0, 0)),
        OperationCount("2026-01-29", "StartLabelDetection", Count(0, 0, 90)),
    )
    found = {(one.day, one.operation): (one.units, one.usd) for one in priced(counts)}
    assert found["2026-02-01", "DetectLabels"][1] == Decimal(1000)
    assert found["2026-01-30", "DetectLabels"][1] == Decimal(1000)
    assert found["2026-01-31", "DetectFaces"][1] == Decimal(400)
    assert found["2026-01-30", "ListFaces"][1] == 0
    assert found["2026-01-29", "StartLabelDetection"] == (1.5, Decimal("0.15"))
