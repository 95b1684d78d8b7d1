"""Whom unknown faces may be, once what people said and what photos say is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from eyebright.db.tables import drawn_tags, face_rejections, faces
from eyebright.people.face_records import FaceRecord
from eyebright.people.grouping import OPEN
from eyebright.people.rows import batches

Near = Sequence[tuple[int, float]]
"""(user's number, cosine), best first."""


def is_unknown(record: FaceRecord) -> bool:
    """Nobody's, and not put aside."""
    return record.face.user_id is None and record.verdict == OPEN


def possible(
    connection: Connection,
    collection_no: int,
    records: Mapping[int, FaceRecord],
    near: Mapping[int, Near],
) -> dict[int, list[tuple[int, float]]]:
    """Of each unknown face the people near it, without those it was said not to be and those who
    are in its photo already; other faces are left out. records, near: by the face's number."""
    unknown = {number: one for number, one in records.items() if is_unknown(one)}
    excluded: dict[int, set[int]] = defaultdict(set)
    for face_no, user_no in _rejected(connection, list(unknown)):
        excluded[face_no].add(user_no)
    shown: dict[str, set[int]] = defaultdict(set)
    for image_id, user_no in _shown(
        connection, collection_no, sorted({one.face.image_id for one in unknown.values()})
    ):
        shown[image_id].add(user_no)
    return {
        number: [
            (user_no, cosine)
            for user_no, cosine in near.get(number, ())
            if user_no not in excluded[number] and user_no not in shown[one.face.image_id]
        ]
        for number, one in unknown.items()
    }


def excluded_people(connection: Connection, collection_no: int, record: FaceRecord) -> set[int]:
    """Numbers of those whom a face cannot be: somebody said so, or they are in its photo already by
    another face."""
    excluded = {user_no for _, user_no in _rejected(connection, [record.number])}
    shown = {user_no for _, user_no in _shown(connection, collection_no, [record.face.image_id])}
    return excluded | shown


def _rejected(connection: Connection, numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    query = select(face_rejections.c.face_no, face_rejections.c.user_no)
    for some in batches(numbers):
        for row in connection.execute(query.where(face_rejections.c.face_no.in_(some))):
            yield row[0], row[1]


def _shown(
    connection: Connection, collection_no: int, image_ids: Sequence[str]
) -> Iterator[tuple[str, int]]:
    """Who is in pictures: by a face that was named, or by one that somebody drew."""
    for some in batches(image_ids):
        for table in (faces, drawn_tags):
            rows = connection.execute(
                select(table.c.image_id, table.c.user_no).where(
                    table.c.collection_no == collection_no, table.c.image_id.in_(some)
                )
            )
            for image_id, user_no in rows:
                if user_no is not None:
                    yield image_id, user_no
