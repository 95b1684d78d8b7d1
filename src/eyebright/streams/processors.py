"""Stream processors as their owners handle them: made, changed, started, stopped, deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import milliseconds, stream_processors
from eyebright.errors import InvalidInput, StreamBusy, StreamExists, TooManyStreams
from eyebright.governance.accounts import Scope
from eyebright.governance.vault import Vault
from eyebright.ids import Ids
from eyebright.people.rows import number_after, page_of, require_limit
from eyebright.people.tags import STREAM_PROCESSOR, drop_tags, put_tags, tags_of
from eyebright.people.values import NO_TAGS, Page, Position, Resource
from eyebright.streams.rows import (
    StreamSeal,
    find_stream,
    of_scope,
    processor_value,
    write_stream,
)
from eyebright.streams.values import (
    Processor,
    StartRequest,
    StreamPlan,
    StreamSession,
    StreamState,
)

MOST_PROCESSORS = 100
_NOT_RUNNING = "Processor not available for stopping stream."
_ARN_ACCOUNT = 4


class StreamProcessors:
    """The stream processors of all scopes. Safe to share between threads and processes."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        clock: Clock,
        ids: Ids,
        limit: int = MOST_PROCESSORS,
    ) -> None:
        """limit: processors of one account in one region."""
        self._limit = limit
        self._database = database
        self._vault = vault
        self._clock = clock
        self._ids = ids

    def create(
        self, scope: Scope, name: str, *, plan: StreamPlan, tags: Mapping[str, str] = NO_TAGS
    ) -> Processor:
        """A new processor, stopped.

        Raises StreamExists, TooManyStreams, InvalidInput for streams of another account, and what
        tagging raises.
        """
        _require_own_streams(scope, plan)
        now_ms = milliseconds(self._clock.now())
        with self._database.write() as connection:
            taken = select(stream_processors.c.processor_no).where(
                of_scope(scope), stream_processors.c.name == name
            )
            if connection.scalar(taken) is not None:
                raise StreamExists(f"There is a stream processor {name!r}.")
            self._require_room(connection, scope)
            connection.execute(
                stream_processors.insert().values(
                    account_id=scope.account_id,
                    region=scope.region,
                    name=name,
                    state=StreamState.STOPPED.value,
                    message="",
                    created_at=now_ms,
                    updated_at=now_ms,
                    claim_no=0,
                    lease_until=0,
                    sealed_plan=StreamSeal(self._vault, scope, name).seal(plan),
                )
            )
            put_tags(connection, scope, Resource(STREAM_PROCESSOR, name), tags)
            return processor_value(self._vault, find_stream(connection, scope, name))

    def get(self, scope: Scope, name: str) -> Processor:
        """Raises StreamNotFound, for another account's too."""
        with self._database.read() as connection:
            return processor_value(self._vault, find_stream(connection, scope, name))

    def tags(self, scope: Scope, name: str) -> dict[str, str]:
        with self._database.read() as connection:
            return tags_of(connection, scope, Resource(STREAM_PROCESSOR, name))

    def list(self, scope: Scope, *, limit: int, after: Position | None = None) -> Page[Processor]:
        """The scope's processors in the order in which they were made."""
        require_limit(limit)
        query = (
            select(stream_processors)
            .where(of_scope(scope), stream_processors.c.processor_no > number_after(after))
            .order_by(stream_processors.c.processor_no)
            .limit(limit + 1)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return page_of(
            rows,
            limit=limit,
            column="processor_no",
            value=lambda row: processor_value(self._vault, row),
        )

    def update(
        self, scope: Scope, name: str, change: Callable[[StreamPlan], StreamPlan]
    ) -> Processor:
        """Another plan for a processor at rest. Raises StreamNotFound, StreamBusy."""
        with self._database.write() as connection:
            row = find_stream(connection, scope, name)
            if not StreamState(row.state).is_at_rest:
                raise StreamBusy("Cannot update a stream processor that is not stopped.")
            seal = StreamSeal(self._vault, scope, name)
            plan = change(seal.plan(row.sealed_plan))
            changes = {"sealed_plan": seal.seal(plan), "updated_at": self._now_ms()}
            write_stream(connection, row.processor_no, changes)
            return processor_value(self._vault, find_stream(connection, scope, name))

    def start(self, scope: Scope, name: str, request: StartRequest) -> str:
        """Ask for a run; returns its session's id. Raises StreamNotFound, StreamBusy."""
        with self._database.write() as connection:
            row = find_stream(connection, scope, name)
            if not StreamState(row.state).is_at_rest:
                raise StreamBusy("Stream processor is already running.")
            now_ms = self._now_ms()
            session = StreamSession(self._ids.request(), request, now_ms)
            changes = {
                "state": StreamState.STARTING.value,
                "message": "",
                "updated_at": now_ms,
                "worker": None,
                "claim_no": row.claim_no + 1,  # whoever had the last run has not this one
                "lease_until": 0,
                "sealed_session": StreamSeal(self._vault, scope, name).seal(session),
            }
            write_stream(connection, row.processor_no, changes)
            return session.session_id

    def stop(self, scope: Scope, name: str) -> None:
        """Ask the run to end; nobody having it yet, it ends at once.

        Raises StreamNotFound, StreamBusy for one that does not run.
        """
        with self._database.write() as connection:
            row = find_stream(connection, scope, name)
            if row.state not in (StreamState.STARTING, StreamState.RUNNING):
                raise StreamBusy(_NOT_RUNNING)
            state = StreamState.STOPPING if _is_claimed(row) else StreamState.STOPPED
            changes = {"state": state.value, "message": "", "updated_at": self._now_ms()}
            write_stream(connection, row.processor_no, changes)

    def delete(self, scope: Scope, name: str) -> None:
        """Raises StreamNotFound, StreamBusy for one that runs."""
        with self._database.write() as connection:
            row = find_stream(connection, scope, name)
            if not StreamState(row.state).is_at_rest:
                raise StreamBusy("Cannot delete stream processor.")
            connection.execute(
                delete(stream_processors).where(
                    stream_processors.c.processor_no == row.processor_no
                )
            )
            drop_tags(connection, scope, Resource(STREAM_PROCESSOR, name))

    def _require_room(self, connection: Connection, scope: Scope) -> None:
        counted = select(func.count()).select_from(stream_processors).where(of_scope(scope))
        present = connection.scalar(counted) or 0
        if present >= self._limit:
            raise TooManyStreams(
                f"Account {scope.account_id} has {present} stream processors in {scope.region}; "
                f"the limit is {self._limit}. Delete one, or raise EYEBRIGHT_STREAM_PROCESSORS.",
                limit=self._limit,
            )

    def _now_ms(self) -> int:
        return milliseconds(self._clock.now())


def _is_claimed(row: Row[Any]) -> bool:
    """A claim that ran out counts too: whoever takes it over ends the run."""
    return int(row.lease_until) > 0


def _require_own_streams(scope: Scope, plan: StreamPlan) -> None:
    """What an ARN stands for is set for the whole server; its account says whose it is."""
    for arn in (plan.video_arn, plan.records_arn):
        if arn is not None and arn.split(":")[_ARN_ACCOUNT] != scope.account_id:
            raise InvalidInput(
                f"Request has invalid parameters: the stream {arn} is not of the account "
                f"{scope.account_id}."
            )
