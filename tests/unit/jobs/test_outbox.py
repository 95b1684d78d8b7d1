from __future__ import annotations

import pytest

from eyebright.jobs.outbox import Outbox, OutboxRules
from eyebright.testing.jobs import JobBench


@pytest.fixture
def outbox(bench: JobBench) -> Outbox:
    return Outbox(bench.rooms.database, clock=bench.clock, rules=OutboxRules(attempts=3))


def test_a_message_is_taken_once_and_crossed_out(bench: JobBench, outbox: Outbox) -> None:
    outbox.put(bench.scope.account_id, b"done")
    (notice,) = outbox.take()
    assert (notice.sealed, notice.attempts) == (b"done", 1)
    assert outbox.take() == []
    outbox.sent(notice)
    bench.wait(86_400)
    assert outbox.take() == []


def test_a_sender_that_dies_is_followed_by_another(bench: JobBench, outbox: Outbox) -> None:
    outbox.put(bench.scope.account_id, b"done")
    outbox.take()
    bench.wait(61)
    assert [notice.attempts for notice in outbox.take()] == [2]


def test_failures_wait_longer_each_time_and_end(bench: JobBench, outbox: Outbox) -> None:
    outbox.put(bench.scope.account_id, b"done")
    for pause in (1, 2):
        (notice,) = outbox.take()
        assert outbox.failed(notice)
        assert outbox.take() == []
        bench.wait(pause)
    (notice,) = outbox.take()
    assert not outbox.failed(notice)
    bench.wait(86_400)
    assert outbox.take() == []


def test_a_message_of_a_transaction_that_failed_was_never_written(
    bench: JobBench, outbox: Outbox
) -> None:
    def killed_half_way() -> None:
        with bench.rooms.database.write():
            outbox.put(bench.scope.account_id, b"done")
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        killed_half_way()
    assert outbox.take() == []


def test_a_clock_that_was_put_back_does_not_hold_messages_up(
    bench: JobBench, outbox: Outbox
) -> None:
    outbox.put(bench.scope.account_id, b"done")
    bench.wait(-86_400)
    assert [notice.sealed for notice in outbox.take()] == [b"done"]
    assert outbox.take() == []
