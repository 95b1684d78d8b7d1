"""Rows of stream processors as values, their plans and sessions opened."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, select, update

from eyebright.db.tables import moment_of, stream_processors
from eyebright.errors import StreamNotFound
from eyebright.governance.accounts import Scope
from eyebright.governance.vault import Vault
from eyebright.ids import AccountId, Region
from eyebright.streams.values import Processor, StreamPlan, StreamSession, StreamState

Changes: TypeAlias = dict[str, Any]
"""Columns of `stream_processors` and their new values."""


class StreamSeal:
    """Seals what a processor keeps under its account's key, bound to its name and place."""

    def __init__(self, vault: Vault, scope: Scope, name: str) -> None:
        self._sealer = vault.account(scope.account_id)
        self._name = f"stream\n{scope.region}\n{name}"

    def seal(self, value: StreamPlan | StreamSession) -> bytes:
        return self._sealer.seal(msgspec.json.encode(value), bound_to=self._place(type(value)))

    def plan(self, sealed: bytes) -> StreamPlan:
        opened = self._sealer.open(sealed, bound_to=self._place(StreamPlan))
        return msgspec.json.decode(opened, type=StreamPlan)

    def session(self, sealed: bytes) -> StreamSession:
        opened = self._sealer.open(sealed, bound_to=self._place(StreamSession))
        return msgspec.json.decode(opened, type=StreamSession)

    def _place(self, kind: type[StreamPlan | StreamSession]) -> bytes:
        return f"{self._name}\n{kind.__name__}".encode()


def of_scope(scope: Scope) -> ColumnElement[bool]:
    table = stream_processors.c
    return and_(table.account_id == scope.account_id, table.region == scope.region)


def find_stream(connection: Connection, scope: Scope, name: str) -> Row[Any]:
    """The processor's row, locked against other writers. Raises StreamNotFound."""
    row = connection.execute(
        select(stream_processors)
        .where(of_scope(scope), stream_processors.c.name == name)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise StreamNotFound(f"The stream processor {name} does not exist.")
    return row


def write_stream(connection: Connection, processor_no: int, changes: Changes) -> None:
    connection.execute(
        update(stream_processors)
        .where(stream_processors.c.processor_no == processor_no)
        .values(**changes)
    )


def processor_value(vault: Vault, row: Row[Any]) -> Processor:
    scope = Scope(AccountId(row.account_id), Region(row.region))
    seal = StreamSeal(vault, scope, row.name)
    return Processor(
        number=row.processor_no,
        scope=scope,
        name=row.name,
        state=StreamState(row.state),
        message=row.message,
        created_at=moment_of(row.created_at),
        updated_at=moment_of(row.updated_at),
        plan=seal.plan(row.sealed_plan),
        session=None if row.sealed_session is None else seal.session(row.sealed_session),
    )
