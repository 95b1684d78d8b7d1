"""Groups of unknown faces as a page shows them: the largest first, how alike their faces are, and
who they may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from sqlalchemy import Connection, and_, func, or_, select

from eyebright.db.tables import face_groups, face_rejections, face_states, faces
from eyebright.errors import InvalidCursor
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.sealing import Sealer
from eyebright.people.bands import CHANCES, Band, Judge
from eyebright.people.face_records import FaceRecord, face_record, select_records
from eyebright.people.group_means import open_mean
from eyebright.people.projection import Projection
from eyebright.people.rows import CollectionRow
from eyebright.people.similarity import SimilarityScale
from eyebright.people.values import Page, Position

MOST_GUESSES = 3


class Colour(StrEnum):
    """What the likeness of two faces of a group, on average, says among so many groups. GREEN: at
    most CHANCES of LIKELY other groups would be so much alike by chance. AMBER: of MAYBE. RED:
    more; look inside before naming."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class GroupShown:
    """cohesion: percent 0-100, of the mean cosine of its faces with their mean; None for a group of
    one. shown: faces of the best quality. guesses: (user's number, cosine) of people whom the group
    is like, best first."""

    number: int
    faces: int
    cohesion: float | None
    colour: Colour
    shown: tuple[FaceRecord, ...]
    guesses: tuple[tuple[int, float], ...]


def group_page(
    connection: Connection,
    collection_no: int,
    *,
    least_faces: int,
    limit: int,
    after: Position | None,
) -> Page[tuple[int, int, bytes | None]]:
    """(number, faces, sealed mean) of groups, the largest first."""
    group = face_groups.c
    query = (
        select(group.group_no, group.face_count, group.sealed_mean)
        .where(group.collection_no == collection_no, group.face_count >= least_faces)
        .order_by(group.face_count.desc(), group.group_no)
        .limit(limit + 1)
    )
    if after is not None:
        if len(after) != 2 or not all(isinstance(one, int) for one in after):
            raise InvalidCursor("The paging position is not one of this list.")
        count, number = after
        behind = and_(group.face_count == count, group.group_no > number)
        query = query.where(group.face_count <= count, or_(group.face_count < count, behind))
    rows = connection.execute(query).all()
    items = tuple((row[0], row[1], row[2]) for row in rows[:limit])
    more = len(rows) > limit
    return Page(items, (items[-1][1], items[-1][0]) if more else None)


def count_groups(connection: Connection, collection_no: int, *, least_faces: int) -> int:
    query = select(func.count()).where(
        face_groups.c.collection_no == collection_no, face_groups.c.face_count >= least_faces
    )
    return int(connection.scalar(query) or 0)


def best_of_groups(
    connection: Connection, collection_no: int, group_numbers: Sequence[int], *, most: int
) -> dict[int, list[FaceRecord]]:
    """Faces of the best quality of each group."""
    found: dict[int, list[FaceRecord]] = {}
    for number in group_numbers:
        query = (
            select_records(collection_no)
            .where(face_states.c.group_no == number)
            .order_by(face_states.c.quality.desc(), faces.c.face_no)
            .limit(most)
        )
        found[number] = [face_record(row) for row in connection.execute(query)]
    return found


def means_of(
    connection: Connection,
    collection: CollectionRow,
    sealer: Sealer,
    projection: Projection,
    groups: Sequence[tuple[int, int, bytes | None]],
) -> dict[int, FloatArray]:
    """The mean of the vectors of each group, not of unit length; none of a group without any."""
    found: dict[int, FloatArray] = {}
    for number, _, sealed in groups:
        if sealed is not None:
            dimension = collection.space.dimension
            found[number] = open_mean(sealer, number, sealed, dimension=dimension)
            continue
        query = select(face_states.c.face_no).where(face_states.c.group_no == number)
        known = (projection.faces.get(str(one)) for one in connection.scalars(query))
        vectors = [vector for vector in known if vector is not None]
        if vectors:
            mean: FloatArray = np.stack(vectors).mean(axis=0, dtype=np.float64).astype(np.float32)
            found[number] = mean
    return found


def cohesion_of(mean: FloatArray) -> float:
    """The mean cosine of unit vectors with the direction of their mean, which is its length."""
    return float(np.linalg.norm(mean))


def pair_likeness(mean: FloatArray, count: int) -> float:
    """The mean cosine of two of the `count` unit vectors that have this mean; count > 1."""
    return (count * float(mean @ mean) - 1.0) / (count - 1)


def colour_of(scale: SimilarityScale, mean: FloatArray, count: int, groups: int) -> Colour:
    """groups: as many as there are, with each of which a face might have been put together."""
    if count < 2:
        return Colour.GREEN
    percent = float(scale.to_percent(pair_likeness(mean, count)))
    chances = float(scale.false_match_rate(percent)) * groups
    if chances <= CHANCES[Band.LIKELY]:
        return Colour.GREEN
    return Colour.AMBER if chances <= CHANCES[Band.MAYBE] else Colour.RED


def guesses_of(
    connection: Connection, projection: Projection, group_no: int, mean: FloatArray, judge: Judge
) -> tuple[tuple[int, float], ...]:
    """People whom the faces of a group are like on average, best first; without those whom one of
    its faces was said not to be."""
    if not len(projection.users):
        return ()
    refused = set(
        connection.scalars(
            select(face_rejections.c.user_no)
            .join(face_states, face_states.c.face_no == face_rejections.c.face_no)
            .where(face_states.c.group_no == group_no)
            .distinct()
        )
    )
    near = projection.users.search(mean, k=MOST_GUESSES + len(refused), min_score=judge.least)
    wanted = [(int(key), cosine) for key, cosine in near if int(key) not in refused]
    return tuple(wanted[:MOST_GUESSES])
