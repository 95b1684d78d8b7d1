"""Who runs which stream: claims with a lease, as jobs have them, without an end by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, or_, select
from sqlalchemy.sql.expression import Select

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import milliseconds, stream_processors
from eyebright.errors import ClaimLost
from eyebright.governance.vault import Vault
from eyebright.streams.rows import Changes, StreamSeal, processor_value, write_stream
from eyebright.streams.values import Processor, StreamSession, StreamState

_TO_RUN = (StreamState.STARTING.value, StreamState.RUNNING.value, StreamState.STOPPING.value)


@dataclass(frozen=True, slots=True)
class StreamClaim:
    """The right to run a stream, for a while. number: rises with every claim of the processor; what
    is written under an older one is refused."""

    processor: Processor
    session: StreamSession
    worker: str
    number: int

    @property
    def was_running(self) -> bool:
        """Whether an earlier worker had pictures of this run."""
        return self.processor.state is StreamState.RUNNING


class StreamLeases:
    """Claims of all processors of one database. Safe to share between threads and processes.

    Every call but `claim` raises ClaimLost when another worker has the stream or it is gone.
    """

    def __init__(
        self, database: Database, vault: Vault, *, clock: Clock, lease_seconds: float = 30.0
    ) -> None:
        """lease_seconds: how long a silent worker keeps a stream."""
        self._database = database
        self._vault = vault
        self._clock = clock
        self._lease_ms = int(1000 * lease_seconds)

    def claim(self, worker: str) -> StreamClaim | None:
        """A stream that nobody runs; None if there is none. One that was to be stopped when its
        worker died is stopped on the way."""
        while True:
            with self._database.write() as connection:
                row = connection.execute(self._claimable()).first()
                if row is None:
                    return None
                if row.state == StreamState.STOPPING or row.sealed_session is None:
                    write_stream(connection, row.processor_no, self._ended(StreamState.STOPPED, ""))
                    continue
                return self._take(connection, row, worker)

    def is_wanted(self, claim: StreamClaim) -> bool:
        """False when the run is to end. Only a look: the claim is not renewed."""
        with self._database.read() as connection:
            row = connection.execute(_of_claim(claim)).first()
        return bool(_require_held(row, claim).state != StreamState.STOPPING)

    def running(self, claim: StreamClaim, message: str = "") -> bool:
        """The stream is looked at. message: what it waits for just now."""
        return self._as_holder(
            claim,
            lambda _connection: {
                "state": StreamState.RUNNING.value,
                "message": message,
                "updated_at": self._now_ms(),
            },
        )

    def keep(
        self,
        claim: StreamClaim,
        session: StreamSession,
        *,
        together: Callable[[], None] = lambda: None,
    ) -> bool:
        """Say that the worker is alive and how far the run is; False when it is to end.

        together: something to write in the same step.
        """

        def write(_connection: Connection) -> Changes:
            together()
            return {"sealed_session": self._seal(claim).seal(session)}

        return self._as_holder(claim, write)

    def end(
        self,
        claim: StreamClaim,
        session: StreamSession,
        *,
        failed: str = "",
        together: Callable[[], None] = lambda: None,
    ) -> None:
        """The run is over. failed: why, or empty for a good end."""
        state = StreamState.FAILED if failed else StreamState.STOPPED

        def write(_connection: Connection) -> Changes:
            together()
            sealed = {"sealed_session": self._seal(claim).seal(session)}
            return self._ended(state, failed) | sealed

        self._as_holder(claim, write)

    def release(self, claim: StreamClaim) -> None:
        """Give the stream back: the next worker goes on with it at once."""
        self._as_holder(claim, lambda _connection: {"lease_until": 1, "worker": None})

    def _seal(self, claim: StreamClaim) -> StreamSeal:
        return StreamSeal(self._vault, claim.processor.scope, claim.processor.name)

    def _claimable(self) -> Select[Any]:
        now, table = self._now_ms(), stream_processors.c
        furthest = now + 2 * self._lease_ms  # after the clock was put back
        return (
            select(stream_processors)
            .where(
                table.state.in_(_TO_RUN),
                or_(table.lease_until <= now, table.lease_until > furthest),
            )
            .order_by(table.processor_no)
            .limit(1)
            .with_for_update(skip_locked=True)
        )

    def _take(self, connection: Connection, row: Row[Any], worker: str) -> StreamClaim:
        changes: Changes = {
            "worker": worker,
            "claim_no": row.claim_no + 1,
            "lease_until": self._lease_end(),
        }
        write_stream(connection, row.processor_no, changes)
        processor = processor_value(self._vault, row)
        if processor.session is None:
            raise RuntimeError(f"Stream processor {row.name} runs without a session.")
        return StreamClaim(processor, processor.session, worker, row.claim_no + 1)

    def _as_holder(self, claim: StreamClaim, act: Callable[[Connection], Changes]) -> bool:
        """Do something to a stream that is still the claim's, and renew the claim with it; False
        when its owner wants it to stop, which stays so whatever is done."""
        number = claim.processor.number
        with self._database.write() as connection:
            found = connection.execute(_of_claim(claim).with_for_update()).first()
            row = _require_held(found, claim)
            changes: Changes = {"lease_until": self._lease_end()} | act(connection)
            stopping = row.state == StreamState.STOPPING
            if stopping and changes.get("state") == StreamState.RUNNING:
                del changes["state"]
            write_stream(connection, number, changes)
        return not stopping

    def _ended(self, state: StreamState, message: str) -> Changes:
        return {
            "state": state.value,
            "message": message,
            "updated_at": self._now_ms(),
            "worker": None,
            "lease_until": 0,
        }

    def _lease_end(self) -> int:
        return self._now_ms() + self._lease_ms

    def _now_ms(self) -> int:
        return milliseconds(self._clock.now())


def _of_claim(claim: StreamClaim) -> Select[Any]:
    table = stream_processors
    return select(table).where(table.c.processor_no == claim.processor.number)


def _require_held(row: Row[Any] | None, claim: StreamClaim) -> Row[Any]:
    if row is None or row.claim_no != claim.number or row.state not in _TO_RUN:
        raise ClaimLost(f"Stream {claim.processor.name} is no longer {claim.worker}'s.")
    return row
