"""The rows of migrations: found, counted, claimed, and what is beside taken away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    exists,
    func,
    not_,
    select,
    update,
)
from sqlalchemy.sql.expression import Select

from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.db.tables import (
    face_gaps,
    face_groups,
    face_states,
    face_vectors,
    faces,
    moment_of,
    users,
    vector_migrations,
)
from eyebright.errors import MigrationRefused
from eyebright.jobs.workers import is_gone
from eyebright.people.migration_values import Counts, Generation, Migration, MigrationState
from eyebright.people.rows import batches, select_faces

LEASE_SECONDS = 60
"""After a batch the next one is due within this time, or else another process may take over."""


def find_migration(connection: Connection, collection_no: int) -> Row[Any] | None:
    query = select(vector_migrations).where(vector_migrations.c.collection_no == collection_no)
    return connection.execute(query).one_or_none()


def migration_value(row: Row[Any]) -> Migration:
    return Migration(
        number=row.migration_no,
        state=MigrationState(row.state),
        old=Generation(
            row.from_generation,
            EmbeddingSpace(row.from_name, row.from_dimension, row.from_digest),
        ),
        new=Generation(
            row.to_generation, EmbeddingSpace(row.to_name, row.to_dimension, row.to_digest)
        ),
        from_proxy=row.from_proxy,
        started_at=moment_of(row.started_at),
        switched_at=None if row.switched_at is None else moment_of(row.switched_at),
        kept_until=None if row.kept_until is None else moment_of(row.kept_until),
    )


def select_pending(collection_no: int, generation: int, *, after: int = 0) -> Select[Any]:
    """Faces that have neither a vector of the generation nor a gap, in order of their numbers."""
    return (
        select_faces(collection_no)
        .where(
            faces.c.face_no > after,
            not_(_has_vector(generation)),
            not_(_has_gap(generation)),
        )
        .order_by(faces.c.face_no)
    )


def count_pending(connection: Connection, collection_no: int, generation: int) -> int:
    """How many faces are still to be looked at."""
    pending = select_pending(collection_no, generation).order_by(None).subquery()
    return int(connection.scalar(select(func.count()).select_from(pending)) or 0)


def count_gaps(connection: Connection, collection_no: int, generation: int) -> int:
    """Faces that were not found again."""
    query = select(func.count()).where(
        face_gaps.c.collection_no == collection_no, face_gaps.c.generation == generation
    )
    return int(connection.scalar(query) or 0)


def counts(connection: Connection, collection_no: int, generation: int, *, total: int) -> Counts:
    """total: faces of the collection."""
    missing = count_gaps(connection, collection_no, generation)
    pending = count_pending(connection, collection_no, generation)
    return Counts(total - missing - pending, missing, pending)


def claim(connection: Connection, row: Row[Any], worker: str, *, now_ms: int) -> None:
    """Have the migration for this worker. Raises MigrationRefused while another has it."""
    held = row.worker is not None and row.worker != worker and row.lease_until > now_ms
    if held and not is_gone(row.worker):
        raise MigrationRefused(
            f"Another process ({row.worker}) is migrating this collection. Wait for it, or stop "
            f"it; if it was killed, it is taken for dead after {LEASE_SECONDS} seconds."
        )
    set_columns(connection, row, worker=worker, lease_until=now_ms + 1000 * LEASE_SECONDS)


def set_columns(connection: Connection, row: Row[Any], **columns: object) -> None:
    connection.execute(
        update(vector_migrations)
        .where(vector_migrations.c.migration_no == row.migration_no)
        .values(**columns)
    )


def tell_of_new(connection: Connection, numbers: Sequence[int], *, revision: int) -> None:
    """Faces that had no vector of the generation in use have one now: have searches, users and
    means learn of it. revision: the collection's, of this change."""
    for some in batches(numbers):
        mine = faces.c.face_no.in_(some)
        connection.execute(update(faces).where(mine).values(revision=revision))
        owners = select(faces.c.user_no).where(mine, faces.c.user_no.is_not(None))
        connection.execute(
            update(users).where(users.c.user_no.in_(owners)).values(revision=revision)
        )
        groups = select(face_states.c.group_no).where(
            face_states.c.face_no.in_(some), face_states.c.group_no.is_not(None)
        )
        connection.execute(
            update(face_groups)
            .where(face_groups.c.group_no.in_(groups))
            .values(sealed_mean=None, revision=revision)
        )


def gaps_among(
    connection: Connection, collection_no: int, generation: int, face_ids: Sequence[str]
) -> dict[str, int]:
    """Those of the faces that have no vector of the generation: id -> number."""
    if not face_ids:
        return {}
    query = (
        select(faces.c.face_id, faces.c.face_no)
        .join(face_gaps, face_gaps.c.face_no == faces.c.face_no)
        .where(
            faces.c.collection_no == collection_no,
            faces.c.face_id.in_(face_ids),
            face_gaps.c.generation == generation,
        )
    )
    return {row.face_id: row.face_no for row in connection.execute(query)}


def close_gap(connection: Connection, face_no: int, generation: int) -> None:
    """The face has a vector now."""
    connection.execute(
        delete(face_gaps).where(
            face_gaps.c.face_no == face_no, face_gaps.c.generation == generation
        )
    )


def remove_vectors(
    connection: Connection, collection_no: int, generation: int, *, limit: int
) -> int:
    """Take some vectors of a generation away; how many."""
    some = (
        select(faces.c.face_no)
        .join(face_vectors, face_vectors.c.face_no == faces.c.face_no)
        .where(faces.c.collection_no == collection_no, face_vectors.c.generation == generation)
        .limit(limit)
    )
    numbers = connection.scalars(some).all()
    _delete_vectors(connection, numbers, generation)
    return len(numbers)


def remove_gaps(connection: Connection, collection_no: int, generation: int) -> int:
    """How many there were."""
    return connection.execute(
        delete(face_gaps).where(
            face_gaps.c.collection_no == collection_no, face_gaps.c.generation == generation
        )
    ).rowcount


def _delete_vectors(connection: Connection, numbers: Sequence[int], generation: int) -> None:
    connection.execute(
        delete(face_vectors).where(
            face_vectors.c.face_no.in_(numbers), face_vectors.c.generation == generation
        )
    )


def _has_vector(generation: int) -> ColumnElement[bool]:
    return exists().where(
        and_(face_vectors.c.face_no == faces.c.face_no, face_vectors.c.generation == generation)
    )


def _has_gap(generation: int) -> ColumnElement[bool]:
    return exists().where(
        and_(face_gaps.c.face_no == faces.c.face_no, face_gaps.c.generation == generation)
    )
