"""Rows of the library's tables as values, and the queries that every part of this room shares."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select, update

from eyebright.db.tables import assets, libraries, library_sources, moment_of
from eyebright.errors import LibraryNotFound, SourceNotFound
from eyebright.governance.accounts import Scope
from eyebright.ids import AccountId, CollectionId, Region
from eyebright.library.values import (
    Asset,
    AssetId,
    AssetState,
    FaceLooks,
    Library,
    LibrarySource,
    Media,
    SourceId,
    SourceKind,
    StageRun,
    StageState,
)


def library_value(row: Row[Any]) -> Library:
    return Library(
        number=row.library_no,
        scope=Scope(AccountId(row.account_id), Region(row.region)),
        name=row.name,
        collection_id=CollectionId(row.collection_id),
        key_id=row.key_id,
        created_at=moment_of(row.created_at),
        revision=row.revision,
        faces=FaceLooks(row.faces),
    )


def source_value(row: Row[Any]) -> LibrarySource:
    return LibrarySource(
        number=row.source_no,
        source_id=SourceId(row.source_id),
        kind=SourceKind(row.kind),
        location=row.location,
        is_watched=row.is_watched,
        created_at=moment_of(row.created_at),
        scanned_at=None if row.scanned_at is None else moment_of(row.scanned_at),
        message=row.message,
        queue=row.queue or "",
    )


def asset_value(row: Row[Any]) -> Asset:
    return Asset(
        number=row.asset_no,
        asset_id=AssetId(row.asset_id),
        content_sha256=row.content_sha256,
        media=Media(row.media),
        byte_count=row.byte_count,
        size_wh=(row.width, row.height),
        duration_ms=row.duration_ms,
        taken_at=None if row.taken_at is None else moment_of(row.taken_at),
        created_at=moment_of(row.created_at),
        state=AssetState(row.state),
        revision=row.revision,
        faces_asked=row.faces_asked_at is not None,
    )


def run_value(row: Row[Any]) -> StageRun:
    return StageRun(
        stage=row.stage,
        version=row.version,
        state=StageState(row.state),
        attempts=row.attempts,
        message=row.message,
        ended_at=moment_of(row.ended_at),
        took_ms=row.took_ms,
    )


def find_library(connection: Connection, library_no: int) -> Library:
    """Raises LibraryNotFound for one that is gone."""
    row = connection.execute(
        select(libraries).where(
            libraries.c.library_no == library_no, libraries.c.condemned_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        raise LibraryNotFound("The library is gone.")
    return library_value(row)


def begin_change(connection: Connection, library: Library) -> int:
    """The library's next revision; the library is locked against other writers until the commit,
    so that revisions are in order. Raises LibraryNotFound for one that is gone."""
    revision = connection.scalar(
        update(libraries)
        .where(libraries.c.library_no == library.number, libraries.c.condemned_at.is_(None))
        .values(revision=libraries.c.revision + 1)
        .returning(libraries.c.revision)
    )
    if revision is None:
        raise LibraryNotFound(f"The library {library.name!r} is gone.")
    return int(revision)


def find_source(connection: Connection, library: Library, source_id: SourceId) -> LibrarySource:
    """Raises SourceNotFound."""
    row = connection.execute(
        select(library_sources).where(
            library_sources.c.library_no == library.number,
            library_sources.c.source_id == source_id,
        )
    ).one_or_none()
    if row is None:
        raise SourceNotFound(f"The library {library.name!r} has no source {source_id!r}.")
    return source_value(row)


def asset_row(connection: Connection, library: Library, asset_id: AssetId) -> Row[Any] | None:
    """The asset's row; None if the library has no such asset."""
    return connection.execute(
        select(assets).where(assets.c.asset_id == asset_id, assets.c.library_no == library.number)
    ).one_or_none()
