"""Moving a collection to another embedding space, and back, without losing anything.

The new vectors are written beside the old ones, under another generation number and the same key.
Which generation is in use is one column of the collection, so a switch is one small transaction:
every face, user, group, name and decision stays the row that it is, and no search ever sees
vectors of two spaces. As long as the old vectors are there a switch can be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from eyebright.analysis.faces.space import UNSETTLED, EmbeddingSpace
from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import (
    face_gaps,
    face_vectors,
    faces,
    milliseconds,
    users,
    vector_migrations,
)
from eyebright.errors import MigrationRefused
from eyebright.governance.accounts import Scope
from eyebright.governance.erasure import erase_after_commit
from eyebright.governance.vault import Vault
from eyebright.ids import CollectionId
from eyebright.people import migration_rows as rows
from eyebright.people.enrolment import require_unit_vector
from eyebright.people.migration_steps import (
    insert_gaps,
    lacking_vectors,
    leave_gaps,
    require_complete,
    use_generation,
)
from eyebright.people.migration_values import (
    Counts,
    Gap,
    GapReason,
    Generation,
    MadeVector,
    Migration,
    MigrationState,
    MissingFace,
    PendingFace,
)
from eyebright.people.rows import CollectionRow, batches, begin_change, face_value, find_collection
from eyebright.people.vectors import vector_place

ERASED_AT_ONCE = 5_000


class Migrations:
    """The migrations of all collections, one at a time in each. Safe to share between threads and
    processes."""

    def __init__(self, database: Database, vault: Vault, *, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def begin(self, scope: Scope, collection_id: CollectionId, space: EmbeddingSpace) -> Migration:
        """Have the collection move to this space; the migration that is under way to it already,
        if there is one.

        Raises CollectionNotFound, and MigrationRefused if the collection is in this space, or
        moves to another one, or keeps vectors of another one to go back to.
        """
        self._end_ending(scope, collection_id)
        with self._database.write() as connection:
            collection = begin_change(connection, scope, collection_id)
            row = rows.find_migration(connection, collection.number)
            if row is not None:
                return _same(rows.migration_value(row), space)
            if collection.space == UNSETTLED:
                raise MigrationRefused(
                    f"{collection_id} has no face yet; the first that is seen says its space."
                )
            if collection.space == space:
                raise MigrationRefused(f"{collection_id} is of the space {space.name} already.")
            connection.execute(vector_migrations.insert(), self._columns(collection, space))
            return self._value(connection, collection)

    def current(self, scope: Scope, collection_id: CollectionId) -> Migration | None:
        """The migration that is under way or can be undone. Raises CollectionNotFound."""
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            row = rows.find_migration(connection, collection.number)
            return None if row is None else rows.migration_value(row)

    def counts(self, scope: Scope, collection_id: CollectionId, generation: Generation) -> Counts:
        """How far a generation is."""
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            total = collection.value.face_count
            return rows.counts(connection, collection.number, generation.number, total=total)

    def pending(
        self,
        scope: Scope,
        collection_id: CollectionId,
        generation: Generation,
        *,
        limit: int,
        after: int = 0,
    ) -> list[PendingFace]:
        """Faces to be looked at again, behind the one of the number `after`."""
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            query = rows.select_pending(collection.number, generation.number, after=after)
            found = connection.execute(query.limit(limit)).all()
        return [PendingFace(row.face_no, face_value(row)) for row in found]

    def missing(
        self,
        scope: Scope,
        collection_id: CollectionId,
        generation: Generation,
        *,
        limit: int,
        after: int = 0,
    ) -> list[tuple[int, MissingFace]]:
        """Faces that have no vector of the generation, by number, and why."""
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            query = (
                select(faces, users.c.user_id, face_gaps.c.reason)
                .join(face_gaps, face_gaps.c.face_no == faces.c.face_no)
                .outerjoin(users, users.c.user_no == faces.c.user_no)
                .where(
                    face_gaps.c.collection_no == collection.number,
                    face_gaps.c.generation == generation.number,
                    face_gaps.c.face_no > after,
                )
                .order_by(face_gaps.c.face_no)
                .limit(limit)
            )
            found = connection.execute(query).all()
        return [(row.face_no, MissingFace(face_value(row), GapReason(row.reason))) for row in found]

    def claim(self, scope: Scope, collection_id: CollectionId, *, worker: str) -> None:
        """Say that this worker (HOST:PID:...) makes the vectors, so that no other does. A worker
        that is silent for a minute or dead loses the claim. Raises MigrationRefused."""
        with self._database.write() as connection:
            collection = find_collection(connection, scope, collection_id)
            row = _require_open(rows.find_migration(connection, collection.number))
            rows.claim(connection, row, worker, now_ms=milliseconds(self._clock.now()))

    def release(self, scope: Scope, collection_id: CollectionId, *, worker: str) -> None:
        """Give the claim back."""
        with self._database.write() as connection:
            collection = find_collection(connection, scope, collection_id)
            row = rows.find_migration(connection, collection.number)
            if row is not None and row.worker == worker:
                rows.set_columns(connection, row, worker=None, lease_until=0)

    def keep(
        self,
        scope: Scope,
        collection_id: CollectionId,
        generation: Generation,
        made: Sequence[MadeVector],
        *,
        gaps: Sequence[Gap] = (),
        worker: str,
    ) -> None:
        """Write one batch: vectors, and faces that cannot have one. Faces that went meanwhile are
        left out, and so are those that have a vector of the generation.

        Raises MigrationRefused when the migration is over or another worker's,
        EmbeddingSpaceMismatch, InvalidInput for vectors that are not of unit length.
        """
        for one in made:
            require_unit_vector(one.vector, generation.space)
        with self._database.write() as connection:
            collection = find_collection(connection, scope, collection_id)
            row = _require_open(rows.find_migration(connection, collection.number))
            if generation not in (rows.migration_value(row).old, rows.migration_value(row).new):
                raise MigrationRefused("This migration is over; another one has begun.")
            rows.claim(connection, row, worker, now_ms=milliseconds(self._clock.now()))
            numbers = [*(one.number for one in made), *(gap.number for gap in gaps)]
            ids = lacking_vectors(connection, collection.number, numbers, generation.number)
            new = [one for one in made if one.number in ids]
            self._insert(connection, scope, collection, generation, new, ids)
            insert_gaps(connection, collection, generation, gaps, ids)
            by_proxy = sum(one.from_proxy for one in new)
            rows.set_columns(connection, row, from_proxy=row.from_proxy + by_proxy)
            if new and generation.number == collection.generation:
                revision = begin_change(connection, scope, collection_id).revision
                rows.tell_of_new(connection, [one.number for one in new], revision=revision)

    def retry(self, scope: Scope, collection_id: CollectionId, generation: Generation) -> int:
        """Have faces that were not found looked for again; how many."""
        with self._database.write() as connection:
            collection = find_collection(connection, scope, collection_id)
            _require(rows.find_migration(connection, collection.number))
            return rows.remove_gaps(connection, collection.number, generation.number)

    def switch(
        self,
        scope: Scope,
        collection_id: CollectionId,
        *,
        allow_missing: bool = False,
        kept_until: datetime | None = None,
    ) -> Migration:
        """Have the new vectors used from now on, all at once. kept_until: when the old ones may be
        erased; None: when somebody says so.

        Raises MigrationRefused while faces are still to be looked at, and for faces that were not
        found again, unless they are allowed to be missing: those keep all that is said of them,
        but no search finds them.
        """
        with self._database.write() as connection:
            collection = begin_change(connection, scope, collection_id)
            row = _require(rows.find_migration(connection, collection.number))
            migration = rows.migration_value(row)
            if migration.state is not MigrationState.RUNNING:
                raise MigrationRefused(f"The migration is {migration.state}; nothing to switch.")
            require_complete(connection, collection, migration.new, allow_missing=allow_missing)
            use_generation(connection, collection, migration.new)
            rows.set_columns(
                connection,
                row,
                state=MigrationState.SWITCHED.value,
                switched_at=milliseconds(self._clock.now()),
                kept_until=None if kept_until is None else milliseconds(kept_until),
            )
            return self._value(connection, collection)

    def undo(
        self, scope: Scope, collection_id: CollectionId, *, allow_missing: bool = False
    ) -> Migration:
        """Have the old vectors used again, bit for bit; the new ones stay beside them.

        Raises MigrationRefused if nothing was switched, or if faces came since that have no old
        vector, unless they are allowed to be missing.
        """
        with self._database.write() as connection:
            collection = begin_change(connection, scope, collection_id)
            row = _require(rows.find_migration(connection, collection.number))
            migration = rows.migration_value(row)
            if migration.state is not MigrationState.SWITCHED:
                raise MigrationRefused(f"The migration is {migration.state}; nothing to undo.")
            leave_gaps(connection, collection, migration.old, allow_missing=allow_missing)
            use_generation(connection, collection, migration.old)
            rows.set_columns(
                connection,
                row,
                state=MigrationState.RUNNING.value,
                switched_at=None,
                kept_until=None,
            )
            return self._value(connection, collection)

    def finish(self, scope: Scope, collection_id: CollectionId) -> int:
        """Erase the old vectors for good; how many. Raises MigrationRefused before the switch."""
        return self._end(scope, collection_id, MigrationState.SWITCHED, "finish")

    def abandon(self, scope: Scope, collection_id: CollectionId) -> int:
        """Erase the new vectors, and stay with the old ones; how many. Raises MigrationRefused
        after the switch: undo it first."""
        return self._end(scope, collection_id, MigrationState.RUNNING, "abandon")

    def is_overdue(self, migration: Migration) -> bool:
        """Whether the time for which the old vectors are kept is over."""
        return migration.kept_until is not None and migration.kept_until <= self._clock.now()

    def _end(
        self, scope: Scope, collection_id: CollectionId, state: MigrationState, verb: str
    ) -> int:
        with self._database.write() as connection:
            collection = begin_change(connection, scope, collection_id)
            row = _require(rows.find_migration(connection, collection.number))
            if row.state not in (state.value, MigrationState.ENDING.value):
                raise MigrationRefused(f"The migration is {row.state}; it cannot {verb}.")
            rows.set_columns(connection, row, state=MigrationState.ENDING.value)
        return self._end_ending(scope, collection_id)

    def _end_ending(self, scope: Scope, collection_id: CollectionId) -> int:
        """Erase what is not in use, in batches so that other writers never wait long; a process
        that is killed on the way leaves the rest to the next."""
        erased = 0
        while True:
            with self._database.write() as connection:
                collection = find_collection(connection, scope, collection_id)
                row = rows.find_migration(connection, collection.number)
                if row is None or row.state != MigrationState.ENDING.value:
                    return erased
                beside = rows.migration_value(row).beside.number
                count = rows.remove_vectors(
                    connection, collection.number, beside, limit=ERASED_AT_ONCE
                )
                erased += count
                if count < ERASED_AT_ONCE:
                    rows.remove_gaps(connection, collection.number, beside)
                    connection.execute(
                        delete(vector_migrations).where(
                            vector_migrations.c.migration_no == row.migration_no
                        )
                    )
                    erase_after_commit(self._database, connection)

    def _columns(self, collection: CollectionRow, space: EmbeddingSpace) -> dict[str, Any]:
        old = collection.space
        return {
            "collection_no": collection.number,
            "state": MigrationState.RUNNING.value,
            "from_name": old.name,
            "from_dimension": old.dimension,
            "from_digest": old.digest,
            "from_generation": collection.generation,
            "to_name": space.name,
            "to_dimension": space.dimension,
            "to_digest": space.digest,
            # the revision was never anything's before, so no box of a dead generation opens again
            "to_generation": collection.revision,
            "from_proxy": 0,
            "started_at": milliseconds(self._clock.now()),
            "lease_until": 0,
        }

    def _value(self, connection: Connection, collection: CollectionRow) -> Migration:
        return rows.migration_value(_require(rows.find_migration(connection, collection.number)))

    def _insert(
        self,
        connection: Connection,
        scope: Scope,
        collection: CollectionRow,
        generation: Generation,
        new: Sequence[MadeVector],
        ids: dict[int, str],
    ) -> None:
        if not new:
            return
        sealer = self._vault.collection(scope.account_id, collection.key_id)
        places = [vector_place(ids[one.number], generation.number) for one in new]
        connection.execute(
            face_vectors.insert(),
            [
                {
                    "face_no": one.number,
                    "generation": generation.number,
                    "sealed": sealer.seal_vector(one.vector, bound_to=place),
                }
                for one, place in zip(new, places, strict=True)
            ],
        )
        for some in batches([one.number for one in new]):
            connection.execute(
                delete(face_gaps).where(
                    face_gaps.c.face_no.in_(some), face_gaps.c.generation == generation.number
                )
            )


def _same(migration: Migration, space: EmbeddingSpace) -> Migration:
    if migration.new.space != space:
        raise MigrationRefused(
            f"This collection is moving from {migration.old.space.name} to "
            f"{migration.new.space.name} ({migration.state}). Finish, undo or abandon that first."
        )
    return migration


def _require(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise MigrationRefused("This collection is not moving to another embedding space.")
    return row


def _require_open(row: Row[Any] | None) -> Row[Any]:
    """One that vectors may be added to."""
    if row is None or row.state == MigrationState.ENDING.value:
        raise MigrationRefused("The migration of this collection is over.")
    return row
