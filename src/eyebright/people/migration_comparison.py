"""What a migration changed, in figures: whose face is nearest before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, and_, select

from eyebright.db.engine import Database
from eyebright.db.tables import face_states, face_vectors, faces
from eyebright.geometry.arrays import AnyArray, FloatArray
from eyebright.governance.accounts import Scope
from eyebright.governance.sealing import Sealer
from eyebright.governance.vault import Vault
from eyebright.ids import CollectionId
from eyebright.people.migration_values import Generation, Migration
from eyebright.people.rows import batches, find_collection
from eyebright.people.vectors import vector_place

MOST_COMPARED = 4_000
"""Every n-th face stands for the others: 16 million products, about a second."""
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Kinship:
    """Faces that belong together with another of those compared, and for how many of them the
    nearest other face belongs to them, too."""

    faces: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """compared: faces that have vectors of both spaces, each with all others. nearest_changed: of
    how many the nearest other face is another one now. people, groups: by name, and by group."""

    compared: int
    nearest_changed: int
    people: Kinship
    groups: Kinship


class MigrationComparison:
    """Safe to share between threads."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def compare(
        self,
        scope: Scope,
        collection_id: CollectionId,
        migration: Migration,
        *,
        most: int = MOST_COMPARED,
    ) -> Comparison:
        """Of some faces that have both vectors, spread over the collection."""
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            sealer = self._vault.collection(scope.account_id, collection.key_id)
            found = _with_both(connection, collection.number, migration)
            some = found[:: max(1, -(-len(found) // most))]
            ids = [(row.face_no, row.face_id) for row in some]
            before = _nearest(_vectors(connection, sealer, ids, migration.old))
            after = _nearest(_vectors(connection, sealer, ids, migration.new))
        return Comparison(
            compared=len(some),
            nearest_changed=int((before != after).sum()),
            people=_kinship([row.user_no for row in some], before, after),
            groups=_kinship([row.group_no for row in some], before, after),
        )


def _with_both(connection: Connection, collection_no: int, migration: Migration) -> list[Row[Any]]:
    old, new = face_vectors.alias("old"), face_vectors.alias("new")
    query = (
        select(faces.c.face_no, faces.c.face_id, faces.c.user_no, face_states.c.group_no)
        .join(
            old,
            and_(old.c.face_no == faces.c.face_no, old.c.generation == migration.old.number),
        )
        .join(
            new,
            and_(new.c.face_no == faces.c.face_no, new.c.generation == migration.new.number),
        )
        .outerjoin(face_states, face_states.c.face_no == faces.c.face_no)
        .where(faces.c.collection_no == collection_no)
        .order_by(faces.c.face_no)
    )
    return list(connection.execute(query))


def _vectors(
    connection: Connection,
    sealer: Sealer,
    ids: Sequence[tuple[int, str]],
    generation: Generation,
) -> FloatArray:
    """(n, dimension) float32, in the order of the ids (number, face id)."""
    sealed: dict[int, bytes] = {}
    for some in batches([number for number, _ in ids]):
        query = select(face_vectors.c.face_no, face_vectors.c.sealed).where(
            face_vectors.c.face_no.in_(some), face_vectors.c.generation == generation.number
        )
        sealed.update((row.face_no, row.sealed) for row in connection.execute(query))
    boxes = [(vector_place(face_id, generation.number), sealed[number]) for number, face_id in ids]
    return sealer.open_vectors(boxes, dimension=generation.space.dimension)


def _nearest(vectors: FloatArray) -> AnyArray:
    """(n,) int64: for each the place of the most similar other one; itself if there is none."""
    nearest = np.arange(len(vectors))
    if len(vectors) < 2:
        return nearest
    for start in range(0, len(vectors), _ROWS_AT_ONCE):
        some = slice(start, min(start + _ROWS_AT_ONCE, len(vectors)))
        scores = vectors[some] @ vectors.T
        scores[np.arange(len(scores)), np.arange(some.start, some.stop)] = -np.inf
        nearest[some] = scores.argmax(axis=1)
    return nearest


def _kinship(owners: Sequence[int | None], before: AnyArray, after: AnyArray) -> Kinship:
    """owners: of each face whom it belongs to, or None."""
    of = np.array([-1 if owner is None else owner for owner in owners], np.int64)
    known, counts = np.unique(of[of >= 0], return_counts=True)
    has_kin = np.isin(of, known[counts > 1])
    return Kinship(
        faces=int(has_kin.sum()),
        before=int((of[before] == of)[has_kin].sum()),
        after=int((of[after] == of)[has_kin].sum()),
    )
