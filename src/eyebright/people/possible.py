"""Whom unknown faces cannot be: somebody said so, or the photo shows the person already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from eyebright.db.tables import drawn_tags, face_rejections, faces
from eyebright.people.face_records import FaceRecord
from eyebright.people.rows import NUMBERS_PER_QUERY, UNCACHED, in_numbers


@dataclass(frozen=True, slots=True, eq=False)
class Excluded:
    """Parallel arrays (n,) int64: this face is not this person. A pair may be in here twice."""

    faces: NDArray[np.int64]
    people: NDArray[np.int64]


def excluded_pairs(
    connection: Connection, collection_no: int, numbers: NDArray[np.int64]
) -> Excluded:
    """Of these faces all people whom they cannot be. Who is in a photo is there by a face that was
    named or by one that somebody drew."""
    pairs = list(_pairs(connection, collection_no, numbers.tolist()))
    table = np.array(pairs, np.int64).reshape(len(pairs), 2)
    return Excluded(table[:, 0], table[:, 1])


def excluded_people(connection: Connection, collection_no: int, record: FaceRecord) -> set[int]:
    """Whom one face cannot be."""
    number = np.array([record.number], np.int64)
    return set(excluded_pairs(connection, collection_no, number).people.tolist())


def _pairs(
    connection: Connection, collection_no: int, numbers: list[int]
) -> Iterator[tuple[int, int]]:
    own, other = faces.alias("own"), faces.alias("other")
    rejected = select(face_rejections.c.face_no, face_rejections.c.user_no)
    beside = (
        select(own.c.face_no, other.c.user_no)
        .join(other, other.c.image_id == own.c.image_id)
        .where(
            other.c.collection_no == collection_no,
            other.c.user_no.is_not(None),
            other.c.face_no != own.c.face_no,
        )
    )
    drawn = (
        select(own.c.face_no, drawn_tags.c.user_no)
        .join(drawn_tags, drawn_tags.c.image_id == own.c.image_id)
        .where(drawn_tags.c.collection_no == collection_no, drawn_tags.c.user_no.is_not(None))
    )
    for start in range(0, len(numbers), NUMBERS_PER_QUERY):
        some = numbers[start : start + NUMBERS_PER_QUERY]
        for query in (
            rejected.where(in_numbers(face_rejections.c.face_no, some)),
            beside.where(in_numbers(own.c.face_no, some)),
            drawn.where(in_numbers(own.c.face_no, some)),
        ):
            for row in connection.execute(query, execution_options=UNCACHED):
                yield row[0], row[1]
