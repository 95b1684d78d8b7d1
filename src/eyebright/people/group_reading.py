"""Groups of unknown faces as a page shows them: the largest first, how alike their faces are, and
who they may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, and_, func, or_, select

from eyebright.db.tables import face_groups, face_rejections, face_states
from eyebright.errors import InvalidCursor
from eyebright.geometry.arrays import DoubleArray, FloatArray
from eyebright.people.bands import CHANCES, Band, Judge
from eyebright.people.projection import Projection
from eyebright.people.rows import UNCACHED, batches, in_numbers
from eyebright.people.similarity import SimilarityScale
from eyebright.people.values import Page, Position

MOST_GUESSES = 3
LOOKED_INTO = 200
"""Faces of a group that are compared with each other; of fewer, all are."""
LEAST_STACK = 3
"""Faces of a group that says more about each of them than the face alone."""
_REFUSED = 8
"""Guesses more than are shown, of whom some may be refused."""


class Colour(StrEnum):
    """What a group's least fitting face says: how like the others it is on average, and in how many
    of all groups it would find itself by chance. GREEN: at most CHANCES of LIKELY. AMBER: of MAYBE.
    RED: more; look inside before naming."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    """Of a group of several faces. mean: (d,) of their vectors, not of unit length. pair: the mean
    cosine of two faces. worst: of the face that is least like the others, its mean cosine with
    them."""

    mean: FloatArray
    pair: float
    worst: float


def group_page(
    connection: Connection,
    collection_no: int,
    *,
    least_faces: int,
    limit: int,
    after: Position | None,
) -> Page[tuple[int, int]]:
    """(number, faces) of groups, the largest first."""
    group = face_groups.c
    query = (
        select(group.group_no, group.face_count)
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
    items = tuple((row[0], row[1]) for row in rows[:limit])
    more = len(rows) > limit
    return Page(items, (items[-1][1], items[-1][0]) if more else None)


def count_groups(connection: Connection, collection_no: int, *, least_faces: int) -> int:
    query = select(func.count()).where(
        face_groups.c.collection_no == collection_no, face_groups.c.face_count >= least_faces
    )
    return int(connection.scalar(query) or 0)


def best_of_groups(
    connection: Connection, group_numbers: Sequence[int], *, most: int
) -> dict[int, list[int]]:
    """Numbers of the faces of the best quality of each group, best first."""
    rank = func.row_number().over(
        partition_by=face_states.c.group_no,
        order_by=(face_states.c.quality.desc(), face_states.c.face_no),
    )
    found: dict[int, list[int]] = {number: [] for number in group_numbers}
    for some in batches(group_numbers):
        ranked = (
            select(face_states.c.group_no, face_states.c.face_no, rank.label("place"))
            .where(face_states.c.group_no.in_(some))
            .subquery()
        )
        query = select(ranked).where(ranked.c.place <= most).order_by(ranked.c.place)
        for row in connection.execute(query):
            found[row.group_no].append(row.face_no)
    return found


def insides_of(
    connection: Connection, projection: Projection, group_numbers: Sequence[int]
) -> dict[int, Inside]:
    """Of those groups that have a face with a vector."""
    found: dict[int, Inside] = {}
    for number in group_numbers:
        query = (
            select(face_states.c.face_no)
            .where(face_states.c.group_no == number)
            .order_by(face_states.c.face_no)
            .limit(LOOKED_INTO)
        )
        known = (projection.faces.get(str(one)) for one in connection.scalars(query))
        vectors = [vector for vector in known if vector is not None]
        if vectors:
            found[number] = inside_of(np.stack(vectors))
    return found


def likeness_of_stacks(
    connection: Connection,
    projection: Projection,
    face_numbers: NDArray[np.int64],
    user_numbers: NDArray[np.int64],
) -> DoubleArray:
    """How like each user the group is, on average, that the face beside is in: (n,) cosines; 1 for
    a face that is in no group of LEAST_STACK faces."""
    found = np.ones(len(face_numbers), np.float64)
    group_of = _groups_of(connection, face_numbers)
    vectors = _vectors_of(connection, projection, sorted(set(group_of.values())))
    means = {
        number: np.mean(some, axis=0, dtype=np.float64)
        for number, some in vectors.items()
        if len(some) >= LEAST_STACK
    }
    for at, (number, user_no) in enumerate(zip(face_numbers, user_numbers, strict=True)):
        mean = means.get(group_of.get(int(number), 0))
        user = projection.users.get(str(user_no))
        if mean is not None and user is not None:
            found[at] = float(mean @ user)
    return found


def _groups_of(connection: Connection, numbers: NDArray[np.int64]) -> dict[int, int]:
    query = (
        select(face_states.c.face_no, face_states.c.group_no)
        .join(face_groups, face_groups.c.group_no == face_states.c.group_no)
        .where(face_groups.c.face_count >= LEAST_STACK)
    )
    rows = connection.execute(
        query.where(in_numbers(face_states.c.face_no, numbers.tolist())),
        execution_options=UNCACHED,
    )
    return {row[0]: row[1] for row in rows}


def _vectors_of(
    connection: Connection, projection: Projection, group_numbers: Sequence[int]
) -> dict[int, list[FloatArray]]:
    """Of each group LOOKED_INTO vectors at most."""
    found: dict[int, list[FloatArray]] = {number: [] for number in group_numbers}
    query = select(face_states.c.face_no, face_states.c.group_no).where(
        in_numbers(face_states.c.group_no, group_numbers)
    )
    for row in connection.execute(
        query.order_by(face_states.c.face_no), execution_options=UNCACHED
    ):
        mine = found[row[1]]
        vector = projection.faces.get(str(row[0])) if len(mine) < LOOKED_INTO else None
        if vector is not None:
            mine.append(vector)
    return found


def inside_of(vectors: FloatArray) -> Inside:
    """vectors: (n, d) of unit length, n > 0."""
    count = len(vectors)
    total = vectors.sum(axis=0, dtype=np.float64)
    mean: FloatArray = (total / count).astype(np.float32)
    if count == 1:
        return Inside(mean, 1.0, 1.0)
    with_others = (vectors @ total - 1.0) / (count - 1)
    return Inside(mean, float(with_others.mean()), float(with_others.min()))


def colour_of(scale: SimilarityScale, inside: Inside, groups: int) -> Colour:
    """groups: as many as there are, in each of which a face might find itself."""
    percent = float(scale.to_percent(inside.worst))
    chances = float(scale.false_match_rate(percent)) * groups
    if chances <= CHANCES[Band.LIKELY]:
        return Colour.GREEN
    return Colour.AMBER if chances <= CHANCES[Band.MAYBE] else Colour.RED


def guesses_of(
    connection: Connection, projection: Projection, insides: Mapping[int, Inside], judge: Judge
) -> dict[int, list[tuple[int, float]]]:
    """(user's number, cosine) of people whom the faces of each group are like on average, best
    first; without those whom one of its faces was said not to be."""
    if not insides or not len(projection.users):
        return {}
    refused = _refused(connection, list(insides))
    found = projection.users.search_many(
        np.stack([inside.mean for inside in insides.values()]),
        k=MOST_GUESSES + _REFUSED,
        min_score=judge.least,
    )
    return {
        number: [(int(key), cosine) for key, cosine in near if (number, int(key)) not in refused][
            :MOST_GUESSES
        ]
        for number, near in zip(insides, found, strict=True)
    }


def _refused(connection: Connection, group_numbers: Sequence[int]) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for some in batches(group_numbers):
        query = (
            select(face_states.c.group_no, face_rejections.c.user_no)
            .join(face_rejections, face_rejections.c.face_no == face_states.c.face_no)
            .where(face_states.c.group_no.in_(some))
            .distinct()
        )
        found.update((row[0], row[1]) for row in connection.execute(query))
    return found
