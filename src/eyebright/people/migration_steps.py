"""What the steps of a migration read and write, each within the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from eyebright.db.tables import collections, face_gaps, face_groups, face_vectors, faces
from eyebright.errors import MigrationRefused
from eyebright.people import migration_rows as rows
from eyebright.people.migration_values import Gap, GapReason, Generation
from eyebright.people.rows import CollectionRow, batches


def require_complete(
    connection: Connection,
    collection: CollectionRow,
    generation: Generation,
    *,
    allow_missing: bool,
) -> None:
    """Raises MigrationRefused while faces are to be looked at yet, or while some were not found
    again, unless these may be missing."""
    pending = rows.count_pending(connection, collection.number, generation.number)
    if pending:
        raise MigrationRefused(f"{pending} faces are still to be looked at again.")
    missing = rows.count_gaps(connection, collection.number, generation.number)
    if missing and not allow_missing:
        raise MigrationRefused(
            f"{missing} faces were not found again. They would keep their names and decisions, "
            "but no search would find them. Say that they may be missing (--allow-missing), or "
            "abandon the migration."
        )


def leave_gaps(
    connection: Connection,
    collection: CollectionRow,
    generation: Generation,
    *,
    allow_missing: bool,
) -> None:
    """Note the faces that came since and were not looked at with the old model."""
    query = rows.select_pending(collection.number, generation.number)
    numbers = [row.face_no for row in connection.execute(query)]
    if numbers and not allow_missing:
        raise MigrationRefused(
            f"{len(numbers)} faces came since the switch and have no old vector. Have them looked "
            "at with the old pack, or say that they may be missing (--allow-missing)."
        )
    gaps = [Gap(number, GapReason.CAME_LATER) for number in numbers]
    insert_gaps(connection, collection, generation, gaps, dict.fromkeys(numbers, ""))


def use_generation(
    connection: Connection, collection: CollectionRow, generation: Generation
) -> None:
    """Have all vectors of a collection exchanged. Means of groups are made anew when needed."""
    space = generation.space
    connection.execute(
        update(collections)
        .where(collections.c.collection_no == collection.number)
        .values(
            space_name=space.name,
            space_dimension=space.dimension,
            space_digest=space.digest,
            generation=generation.number,
            vectors_at=collection.revision,
        )
    )
    connection.execute(
        update(face_groups)
        .where(face_groups.c.collection_no == collection.number)
        .values(sealed_mean=None, revision=collection.revision)
    )


def lacking_vectors(
    connection: Connection, collection_no: int, numbers: Sequence[int], generation: int
) -> dict[int, str]:
    """Those of the faces that are there and have no vector of the generation: number -> id."""
    found: dict[int, str] = {}
    for some in batches(numbers):
        has = select(face_vectors.c.face_no).where(
            face_vectors.c.face_no.in_(some), face_vectors.c.generation == generation
        )
        query = select(faces.c.face_no, faces.c.face_id).where(
            faces.c.face_no.in_(some),
            faces.c.collection_no == collection_no,
            faces.c.face_no.not_in(has),
        )
        found.update((row.face_no, row.face_id) for row in connection.execute(query))
    return found


def insert_gaps(
    connection: Connection,
    collection: CollectionRow,
    generation: Generation,
    gaps: Sequence[Gap],
    present: dict[int, str],
) -> None:
    """Note why faces have no vector of a generation. present: ids of the faces that are still
    there, by number; others, and those that are noted already, are left out."""
    wanted = {gap.number: gap.reason for gap in gaps if gap.number in present}
    for some in batches(list(wanted)):
        known = select(face_gaps.c.face_no).where(
            face_gaps.c.face_no.in_(some), face_gaps.c.generation == generation.number
        )
        for number in connection.scalars(known).all():
            del wanted[number]
    if wanted:
        connection.execute(
            face_gaps.insert(),
            [
                {
                    "face_no": number,
                    "generation": generation.number,
                    "collection_no": collection.number,
                    "reason": reason.value,
                }
                for number, reason in wanted.items()
            ],
        )
