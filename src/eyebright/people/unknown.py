"""Faces of a collection that are nobody's and were not put aside: all of them, or some from all
over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.sql.expression import Select

from eyebright.db.tables import face_groups, face_states, faces, users
from eyebright.people.grouping import OPEN
from eyebright.people.rows import NUMBERS_PER_QUERY, UNCACHED, CollectionRow, in_numbers
from eyebright.people.verdicts import PUT_ASIDE

GOLDEN = 0.6180339887498949
"""Multiples of it, without their whole part, fall as evenly as can be however many there are."""


def count_confirmed(connection: Connection, collection_no: int) -> int:
    """Faces that are somebody's."""
    query = select(func.sum(users.c.face_count)).where(users.c.collection_no == collection_no)
    return int(connection.scalar(query) or 0)


def count_aside(connection: Connection, collection_no: int) -> int:
    """Faces that nobody is asked about."""
    return int(connection.scalar(_aside(collection_no)) or 0)


def count_unknown(connection: Connection, collection: CollectionRow) -> int:
    """Faces that are nobody's and were not put aside."""
    confirmed = count_confirmed(connection, collection.number)
    aside = count_aside(connection, collection.number)
    return max(0, collection.value.face_count - confirmed - aside)


def count_single(connection: Connection, collection: CollectionRow) -> int:
    """The same without faces that are in a group of several."""
    several = and_(face_groups.c.collection_no == collection.number, face_groups.c.face_count >= 2)
    grouped = select(func.sum(face_groups.c.face_count)).where(several)
    aside = _aside(collection.number).join(
        face_groups,  # without the collection, or else SQLite would go through its groups first
        and_(face_groups.c.group_no == face_states.c.group_no, face_groups.c.face_count >= 2),
    )  # undecided faces stay in their groups
    in_groups = int(connection.scalar(grouped) or 0) - int(connection.scalar(aside) or 0)
    return max(0, count_unknown(connection, collection) - in_groups)


def all_unknown(connection: Connection, collection_no: int) -> dict[int, str]:
    """The picture of each, by the face's number."""
    return {row[0]: row[1] for row in connection.execute(_unknown(collection_no))}


def still_unknown(
    connection: Connection, collection_no: int, numbers: Sequence[int]
) -> dict[int, str]:
    """The same of those of these faces that are unknown."""
    found: dict[int, str] = {}
    query = _unknown(collection_no)
    for start in range(0, len(numbers), NUMBERS_PER_QUERY):
        some = numbers[start : start + NUMBERS_PER_QUERY]
        rows = connection.execute(
            query.where(in_numbers(faces.c.face_no, some)), execution_options=UNCACHED
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def ends_of_unknown(connection: Connection, collection_no: int) -> tuple[int, int] | None:
    """The lowest and the highest number; None if there is no face that is nobody's."""
    query = select(faces.c.face_no).where(
        faces.c.collection_no == collection_no, faces.c.user_no.is_(None)
    )
    first = connection.scalar(query.order_by(faces.c.face_no).limit(1))
    last = connection.scalar(query.order_by(faces.c.face_no.desc()).limit(1))
    return None if first is None or last is None else (int(first), int(last))


def run_of_unknown(
    connection: Connection, collection_no: int, *, ends: tuple[int, int], turn: int, length: int
) -> dict[int, str]:
    """Some faces in a row, at another place of the collection in each turn."""
    first, last = ends
    start = first + int((turn * GOLDEN) % 1.0 * (last - first + 1))
    query = _unknown(collection_no).where(faces.c.face_no >= start).order_by(faces.c.face_no)
    return {row[0]: row[1] for row in connection.execute(query.limit(length))}


def _unknown(collection_no: int) -> Select[Any]:
    return (
        select(faces.c.face_no, faces.c.image_id)
        .outerjoin(face_states, face_states.c.face_no == faces.c.face_no)
        .where(
            faces.c.collection_no == collection_no,
            faces.c.user_no.is_(None),
            func.coalesce(face_states.c.verdict, OPEN) == OPEN,
        )
    )


def _aside(collection_no: int) -> Select[Any]:
    return (
        select(func.count())
        .select_from(face_states)
        .where(face_states.c.collection_no == collection_no, face_states.c.verdict.in_(PUT_ASIDE))
    )
