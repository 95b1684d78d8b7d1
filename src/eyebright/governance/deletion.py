"""How a collection, a library or an account goes: condemned at once, then its key, then its rows.

Condemning is one small transaction: from then on nobody finds it and its name is free. Its key is
destroyed next, which makes all its vectors unreadable everywhere. The rows follow in batches, so
that other writers never wait long. A process that is killed on the way leaves condemned rows, and
`finish_deletions` at the next start takes them away. Callers of a delete return only after it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    String,
    Table,
    cast,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.sql.expression import Select

from eyebright.db.engine import Database
from eyebright.db.tables import (
    access_keys,
    accounts,
    asset_departures,
    assets,
    collections,
    drawn_tags,
    face_groups,
    faces,
    jobs,
    libraries,
    library_sources,
    notices,
    people_events,
    places,
    request_tokens,
    stream_processors,
    tags,
    usage,
    users,
)
from eyebright.governance.erasure import bump, erase_after_commit
from eyebright.governance.vault import Vault
from eyebright.ids import AccountId

BATCH_ROWS = 5_000
"""Rows removed in one transaction: some 30 ms of writing."""


def condemn_collections(connection: Connection, where: ColumnElement[bool], *, now_ms: int) -> int:
    """Hide the matching collections and free their ids; how many there were."""
    condemned = connection.execute(
        update(collections)
        .where(where, collections.c.condemned_at.is_(None))
        .values(
            condemned_at=now_ms,
            # "!" can be in no collection's id
            collection_id="!" + cast(collections.c.collection_no, String),
        )
    ).rowcount
    bump(connection, "departures")
    return condemned


def condemn_libraries(connection: Connection, where: ColumnElement[bool], *, now_ms: int) -> int:
    """Hide the matching libraries and free their names; how many there were."""
    return connection.execute(
        update(libraries)
        .where(where, libraries.c.condemned_at.is_(None))
        .values(condemned_at=now_ms, name="!" + cast(libraries.c.library_no, String))
    ).rowcount


def finish_deletions(database: Database, vault: Vault) -> None:
    """Destroy the keys and remove the rows of everything condemned. Safe to run twice at once."""
    with database.read() as connection:
        gone_accounts = [AccountId(row) for row in connection.scalars(_condemned_accounts())]
        gone = connection.execute(
            select(
                collections.c.collection_no, collections.c.account_id, collections.c.key_id
            ).where(collections.c.condemned_at.is_not(None))
        ).all()
        gone_libraries = connection.execute(
            select(libraries.c.library_no, libraries.c.account_id, libraries.c.key_id).where(
                libraries.c.condemned_at.is_not(None)
            )
        ).all()
    if not gone and not gone_accounts and not gone_libraries:
        return
    for account_id in gone_accounts:
        vault.destroy_account_keys(account_id)
    for collection_no, account_id, key_id in gone:
        vault.destroy_collection_key(AccountId(account_id), key_id)
        _remove_collection(database, collection_no)
    for library_no, account_id, key_id in gone_libraries:
        vault.destroy_collection_key(AccountId(account_id), key_id)
        _remove_library(database, library_no)
    with database.write() as connection:
        are_empty = not _condemn_late(connection, gone_accounts)
        if are_empty:
            remove_rows_of_accounts(connection, gone_accounts)
            connection.execute(delete(accounts).where(accounts.c.account_id.in_(gone_accounts)))
        erase_after_commit(database, connection)
    if not are_empty:
        finish_deletions(database, vault)


def remove_rows_of_accounts(connection: Connection, account_ids: Sequence[AccountId]) -> None:
    """All of these accounts but what is removed in batches, and the accounts themselves."""
    for table in (access_keys, request_tokens, tags, jobs, stream_processors, notices, usage):
        connection.execute(delete(table).where(table.c.account_id.in_(account_ids)))


def _condemn_late(connection: Connection, account_ids: Sequence[AccountId]) -> bool:
    """Whether the accounts have collections or libraries after all: requests that were under way
    made them. They are condemned too."""
    late = False
    for table, condemn in ((collections, condemn_collections), (libraries, condemn_libraries)):
        mine = table.c.account_id.in_(account_ids)
        newest = connection.scalar(select(func.max(table.c.created_at)).where(mine))
        if newest is not None:
            condemn(connection, mine, now_ms=newest)
            late = True
    return late


def _condemned_accounts() -> Select[str]:
    return select(accounts.c.account_id).where(accounts.c.condemned_at.is_not(None))


def _remove_collection(database: Database, collection_no: int) -> None:
    """The faces take their vectors with them, the events whom they tell of."""
    _remove_rows(database, people_events.c.event_no, people_events.c.collection_no == collection_no)
    _remove_rows(database, drawn_tags.c.tag_no, drawn_tags.c.collection_no == collection_no)
    _remove_rows(database, faces.c.face_no, faces.c.collection_no == collection_no)
    _remove_rows(database, users.c.user_no, users.c.collection_no == collection_no)
    _remove_rows(database, face_groups.c.group_no, face_groups.c.collection_no == collection_no)
    with database.write() as connection:
        connection.execute(delete(collections).where(collections.c.collection_no == collection_no))


def _remove_library(database: Database, library_no: int) -> None:
    """The assets take their vectors and what was found in them along."""
    _remove_rows(database, places.c.place_no, places.c.library_no == library_no)
    _remove_rows(database, assets.c.asset_no, assets.c.library_no == library_no)
    _remove_rows(database, asset_departures.c.asset_no, asset_departures.c.library_no == library_no)
    with database.write() as connection:
        for table in (library_sources, libraries):
            connection.execute(delete(table).where(table.c.library_no == library_no))


def _remove_rows(database: Database, number: Column[int], where: ColumnElement[bool]) -> None:
    """In batches. number: the primary key of the table."""
    table = number.table
    assert isinstance(table, Table)
    some = select(number).where(where).order_by(number).limit(BATCH_ROWS)
    removed = BATCH_ROWS
    while removed == BATCH_ROWS:
        with database.write() as connection:
            removed = connection.execute(delete(table).where(number.in_(some))).rowcount
