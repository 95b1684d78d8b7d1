"""Who runs a stream, when workers die and clocks jump."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from eyebright.errors import ClaimLost, StreamBusy, StreamExists, TooManyStreams
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, Region
from eyebright.streams.leases import StreamClaim, StreamLeases
from eyebright.streams.processors import StreamProcessors
from eyebright.streams.values import FaceSearchPlan, StartRequest, StreamPlan, StreamState
from eyebright.testing.clock import FixedClock
from eyebright.testing.ids import SequentialIds
from eyebright.testing.rooms import Rooms, open_rooms


@dataclass(frozen=True)
class Bench:
    rooms: Rooms
    clock: FixedClock
    streams: StreamProcessors
    leases: StreamLeases
    scope: Scope

    def plan(self) -> StreamPlan:
        account = self.scope.account_id
        return StreamPlan(
            f"arn:aws:kinesisvideo:us-east-1:{account}:stream/door/1",
            "role",
            face_search=FaceSearchPlan(CollectionId("staff")),
            records_arn=f"arn:aws:kinesis:us-east-1:{account}:stream/faces",
        )

    def started(self, name: str = "p") -> None:
        self.streams.create(self.scope, name, plan=self.plan())
        self.streams.start(self.scope, name, StartRequest())

    def claim(self, worker: str = "w1") -> StreamClaim:
        claim = self.leases.claim(worker)
        assert claim is not None, "There is nothing to claim."
        return claim

    def state(self, name: str = "p") -> StreamState:
        return self.streams.get(self.scope, name).state


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    clock = FixedClock()
    rooms = open_rooms(tmp_path, clock=clock)
    streams = StreamProcessors(rooms.database, rooms.vault, clock=clock, ids=SequentialIds())
    leases = StreamLeases(rooms.database, rooms.vault, clock=clock)
    yield Bench(rooms, clock, streams, leases, rooms.new_scope("first"))
    rooms.database.close()


def test_a_stream_is_claimed_once(bench: Bench) -> None:
    bench.started()
    bench.claim()
    assert bench.leases.claim("w2") is None


def test_what_nobody_started_is_not_claimed(bench: Bench) -> None:
    bench.streams.create(bench.scope, "p", plan=bench.plan())
    assert bench.leases.claim("w1") is None


def test_a_killed_workers_stream_is_another_ones_after_the_lease(bench: Bench) -> None:
    bench.started()
    first = bench.claim()
    session = replace(first.session, processed_ms=5000, told=("PERSON",))
    assert bench.leases.keep(first, session)
    assert bench.leases.running(first)
    bench.clock.advance(31)
    second = bench.claim("w2")
    assert second.session == session
    assert second.was_running
    for late in (
        lambda: bench.leases.keep(first, session),
        lambda: bench.leases.running(first),
        lambda: bench.leases.is_wanted(first),
        lambda: bench.leases.end(first, session),
    ):
        with pytest.raises(ClaimLost):
            late()
    assert bench.state() is StreamState.RUNNING


def test_a_sign_of_life_keeps_the_stream(bench: Bench) -> None:
    bench.started()
    claim = bench.claim()
    for _ in range(3):
        bench.clock.advance(20)
        assert bench.leases.keep(claim, claim.session)
    assert bench.leases.claim("w2") is None


def test_a_clock_that_was_put_back_does_not_hold_a_stream_for_ever(bench: Bench) -> None:
    bench.started()
    first = bench.claim()
    bench.clock.advance(-3600)
    assert bench.claim("w2").session == first.session


def test_what_is_given_back_is_claimed_at_once(bench: Bench) -> None:
    bench.started()
    first = bench.claim()
    bench.leases.release(first)
    assert bench.claim("w2").session == first.session


def test_a_worker_hears_that_its_stream_is_to_stop(bench: Bench) -> None:
    bench.started()
    claim = bench.claim()
    assert bench.leases.is_wanted(claim)
    bench.streams.stop(bench.scope, "p")
    assert bench.state() is StreamState.STOPPING
    assert not bench.leases.is_wanted(claim)
    assert not bench.leases.running(claim)
    assert bench.state() is StreamState.STOPPING
    bench.leases.end(claim, claim.session)
    assert bench.state() is StreamState.STOPPED


def test_what_nobody_runs_yet_stops_at_once(bench: Bench) -> None:
    bench.started()
    bench.streams.stop(bench.scope, "p")
    assert bench.state() is StreamState.STOPPED
    assert bench.leases.claim("w1") is None


def test_what_was_to_stop_when_its_worker_died_stops(bench: Bench) -> None:
    bench.started()
    old = bench.claim()
    bench.streams.stop(bench.scope, "p")
    bench.clock.advance(31)
    assert bench.leases.claim("w2") is None
    assert bench.state() is StreamState.STOPPED
    bench.streams.start(bench.scope, "p", StartRequest())
    with pytest.raises(ClaimLost):
        bench.leases.running(old)


def test_what_runs_is_not_started_changed_or_deleted(bench: Bench) -> None:
    bench.started()
    with pytest.raises(StreamBusy, match="already running"):
        bench.streams.start(bench.scope, "p", StartRequest())
    with pytest.raises(StreamBusy, match="Cannot update"):
        bench.streams.update(bench.scope, "p", lambda plan: plan)
    with pytest.raises(StreamBusy, match="Cannot delete stream processor"):
        bench.streams.delete(bench.scope, "p")
    with pytest.raises(StreamExists):
        bench.streams.create(bench.scope, "p", plan=bench.plan())


def test_plans_are_not_to_be_read_in_the_database(bench: Bench) -> None:
    bench.started()
    bench.rooms.database.scrub()
    path = bench.rooms.database.path
    assert path is not None
    assert b"kinesisvideo" not in path.read_bytes()


def test_an_account_has_so_many_processors_in_a_region_and_no_more(bench: Bench) -> None:
    streams = StreamProcessors(
        bench.rooms.database, bench.rooms.vault, clock=bench.clock, ids=SequentialIds(), limit=2
    )
    for name in ("a", "b"):
        streams.create(bench.scope, name, plan=bench.plan())
    with pytest.raises(TooManyStreams, match="the limit is 2"):
        streams.create(bench.scope, "c", plan=bench.plan())
    with pytest.raises(StreamExists):
        streams.create(bench.scope, "a", plan=bench.plan())
    elsewhere = Scope(bench.scope.account_id, Region("eu-west-1"))
    streams.create(elsewhere, "c", plan=bench.plan())
    streams.delete(bench.scope, "a")
    streams.create(bench.scope, "c", plan=bench.plan())


def test_a_clock_that_jumps_ahead_leaves_one_worker_to_a_stream(bench: Bench) -> None:
    """Both are alive; only the newer may write, and the older hears of it."""
    bench.started()
    old = bench.claim("w1")
    bench.clock.advance(86_400)
    new = bench.claim("w2")
    assert bench.leases.claim("w3") is None
    assert bench.leases.keep(new, new.session)
    with pytest.raises(ClaimLost):
        bench.leases.keep(old, old.session)


def test_a_worker_keeps_its_stream_through_a_jump_that_nobody_used(bench: Bench) -> None:
    bench.started()
    claim = bench.claim("w1")
    for jump in (86_400, -86_400):
        bench.clock.advance(jump)
        assert bench.leases.keep(claim, claim.session)
        assert bench.leases.claim("w2") is None
