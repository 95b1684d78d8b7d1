"""Unknown faces, put together: each new face joins a group, founds one, or waits.

Nothing is ever grouped anew. A face is compared with the means of the groups, which is one search;
then the group it went to is compared with the other groups once, because a face may be the link
between two. How alike is alike enough follows from the pack's calibration and from how many groups
there are: whoever is compared with many meets more chance likenesses.

The score of a face and a group is the mean of its cosines with the group's faces (average linkage:
Sokal and Michener, 1958), which is its product with the mean of their vectors.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, exists, or_, select, update

from eyebright.analysis.faces.selection import BARS, QualityFilter
from eyebright.db.engine import Database
from eyebright.db.tables import face_groups, face_states, faces, group_refusals
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.governance.sealing import Sealer
from eyebright.governance.vault import Vault
from eyebright.ids import CollectionId, FaceId
from eyebright.people.group_means import GroupMeans, MeansOfCollections
from eyebright.people.projection import NewIndex
from eyebright.people.rows import (
    CollectionRow,
    batches,
    begin_change,
    faces_by_id,
    find_collection,
)
from eyebright.people.similarity import SimilarityScale, percent_at
from eyebright.people.vectors import stored_vectors

STRANGERS_JOINED = 0.05
"""0-1: of faces that belong to no group, the share that may join one by chance."""
GROUPS_MERGED = 0.10
"""The same for two groups: each has several faces, so that chance likenesses average out."""
FOUNDING_QUALITY = BARS[QualityFilter.HIGH].overall
"""A face under it may join a group, but founds none: blurred and tiny faces are like everybody."""
_CANDIDATES = 8
"""Groups looked at for a face, best first: the best may hold another face of the same photo."""

OPEN = "open"
"""The verdict of a face of which nobody said anything."""
UNMEASURED = -1.0
"""The quality of a face of which somebody decided before it came to be placed."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A face of the collection that was not grouped yet. quality: 0-1, `overall_quality`."""

    face_id: FaceId
    quality: float


@dataclass(frozen=True, slots=True)
class FaceGroup:
    """Faces taken for one person. number: never used twice. faces: as many as there are."""

    number: int
    faces: int


class Grouping:
    """The groups of all collections. Safe to share between threads and processes.

    The cost of one new face is three searches at most, whatever the size of the library.
    """

    def __init__(
        self, database: Database, vault: Vault, *, scale: SimilarityScale, new_index: NewIndex
    ) -> None:
        self._database = database
        self._vault = vault
        self._scale = scale
        self._means = MeansOfCollections(new_index)
        self._lock = threading.Lock()

    def place(
        self, scope: Scope, collection_id: CollectionId, unplaced: Sequence[Unplaced]
    ) -> list[int | None]:
        """Find each face its group, one after the other; the group's number, or None for a face
        that waits, has a user, or is not there. A face that was placed before stays where it is.

        Raises CollectionNotFound.
        """
        with self._placing(scope, collection_id) as (work, sealer):
            return work.place(unplaced, sealer)

    def regroup(
        self, scope: Scope, collection_id: CollectionId, face_numbers: Sequence[int]
    ) -> None:
        """Find faces a group that are looked at again: who is in none or alone in one joins the
        likest, and groups that were apart merge, as if the faces were new. Nobody joins a group
        that somebody split the face off. Faces that were named or put aside since stay so.

        face_numbers: the database's own. Raises CollectionNotFound.
        """
        with self._placing(scope, collection_id) as (work, sealer):
            work.regroup(face_numbers, sealer)

    def groups(
        self, scope: Scope, collection_id: CollectionId, *, limit: int, least_faces: int = 2
    ) -> list[FaceGroup]:
        """The largest groups that nobody has named, largest first."""
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            query = (
                select(face_groups.c.group_no, face_groups.c.face_count)
                .where(
                    face_groups.c.collection_no == collection.number,
                    face_groups.c.face_count >= least_faces,
                )
                .order_by(face_groups.c.face_count.desc(), face_groups.c.group_no)
                .limit(limit)
            )
            return [FaceGroup(row.group_no, row.face_count) for row in connection.execute(query)]

    def faces_of(
        self, scope: Scope, collection_id: CollectionId, group_no: int, *, limit: int = 1_000_000
    ) -> list[FaceId]:
        """The faces of a group, best quality first; none for a group that is gone."""
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            query = (
                select(faces.c.face_id)
                .join(face_states, face_states.c.face_no == faces.c.face_no)
                .where(
                    face_states.c.group_no == group_no,
                    face_states.c.collection_no == collection.number,
                )
                .order_by(face_states.c.quality.desc(), faces.c.face_no)
                .limit(limit)
            )
            return [FaceId(face_id) for face_id in connection.scalars(query)]

    @contextmanager
    def _placing(
        self, scope: Scope, collection_id: CollectionId
    ) -> Iterator[tuple[_Placing, Sealer]]:
        with self._lock, self._database.write() as connection:
            collection = begin_change(connection, scope, collection_id)
            sealer = self._vault.collection(scope.account_id, collection.key_id)
            means = self._means.of(connection, collection, sealer)
            yield _Placing(connection, collection, means, self._threshold), sealer
            means.write(connection, sealer, collection.revision)
            self._database.after_commit(lambda: self._means.keep(collection.number, means))

    def _threshold(self, groups: int, allowed: float) -> float:
        """The least score that is no chance among so many groups."""
        return self._scale.to_cosine(percent_at(self._scale, allowed / max(groups, 1)))


class _Placing:
    """The faces of one call, within its transaction."""

    def __init__(
        self,
        connection: Connection,
        collection: CollectionRow,
        means: GroupMeans,
        threshold: Callable[[int, float], float],
    ) -> None:
        self._connection = connection
        self._collection = collection
        self._means = means
        self._threshold = threshold

    def place(self, unplaced: Sequence[Unplaced], sealer: Sealer) -> list[int | None]:
        rows = faces_by_id(self._connection, self._collection.number, [f.face_id for f in unplaced])
        known = self._known([int(row.face_no) for row in rows.values()])
        new = [int(row.face_no) for row in rows.values() if row.face_no not in known]
        vectors = self._vectors(new, sealer)
        placed: list[int | None] = []
        for face in unplaced:
            row = rows.get(face.face_id)
            if row is None:
                placed.append(None)
            elif row.face_no in known:
                self._measured(row.face_no, face.quality)
                placed.append(known[row.face_no])
            else:
                vector = vectors.get(row.face_no)  # none, if a new model did not find it again
                group_no = None if vector is None else self._place(row, face.quality, vector)
                known[row.face_no] = group_no
                placed.append(group_no)
        return [None if number is None else self._means.now(number) for number in placed]

    def regroup(self, face_numbers: Sequence[int], sealer: Sealer) -> None:
        for some in batches(face_numbers):
            query = (
                select(faces.c.face_no, faces.c.user_no, faces.c.image_id)
                .add_columns(face_states.c.quality, face_states.c.group_no)
                .join(face_states, face_states.c.face_no == faces.c.face_no)
                .where(
                    faces.c.collection_no == self._collection.number,
                    faces.c.face_no.in_(some),
                    faces.c.user_no.is_(None),
                    face_states.c.verdict == OPEN,
                )
                .order_by(face_states.c.quality.desc(), faces.c.face_no)
            )
            rows = self._connection.execute(query).all()
            single = [row for row in rows if row.group_no is None]
            for group_no in sorted({row.group_no for row in rows} - {None}):
                self._rejoin(group_no)
            vectors = self._vectors([int(row.face_no) for row in single], sealer)
            for row in single:
                if row.face_no in vectors:
                    self._place_again(row, vectors[row.face_no])

    def _rejoin(self, group_no: int) -> None:
        """A group came back; a face that is alone in it is taken for one in none."""
        group_no = self._means.now(group_no)
        if group_no not in self._means:
            return  # no vector is known of it
        if self._means.count(group_no) == 1:
            least = self._threshold(len(self._means), STRANGERS_JOINED)
            other = self._one_with(group_no, least, also_pairs=True)
            group_no = group_no if other is None else self._merge(group_no, other)
        self._merged(group_no)

    def _place_again(self, row: Row[Any], vector: FloatArray) -> None:
        query = select(group_refusals.c.group_no).where(group_refusals.c.face_no == row.face_no)
        refused = set(self._connection.scalars(query))
        group_no = self._group_for(row, row.quality, vector, refused)
        if group_no is not None:
            self._connection.execute(
                update(face_states)
                .where(face_states.c.face_no == row.face_no)
                .values(group_no=group_no)
            )
            self._merged(group_no)

    def _known(self, face_numbers: Sequence[int]) -> dict[int, int | None]:
        """Faces that have a place, or of which somebody decided before they got one."""
        query = select(face_states.c.face_no, face_states.c.group_no).where(
            face_states.c.face_no.in_(face_numbers),
            or_(
                face_states.c.quality >= 0,
                face_states.c.verdict != OPEN,
                face_states.c.group_no.is_not(None),
            ),
        )
        return {row.face_no: row.group_no for row in self._connection.execute(query)}

    def _measured(self, face_no: int, quality: float) -> None:
        self._connection.execute(
            update(face_states)
            .where(face_states.c.face_no == face_no, face_states.c.quality < 0)
            .values(quality=quality)
        )

    def _vectors(self, wanted: Sequence[int], sealer: Sealer) -> dict[int, FloatArray]:
        found = stored_vectors(
            self._connection,
            sealer,
            faces.c.face_no.in_(wanted),
            dimension=self._collection.space.dimension,
        )
        return dict(zip(found.numbers, found.vectors, strict=True))

    def _place(self, row: Row[Any], quality: float, vector: FloatArray) -> int | None:
        group_no = None if row.user_id is not None else self._group_for(row, quality, vector)
        values = {"group_no": group_no, "quality": quality, "verdict": OPEN}
        reopened = self._connection.execute(
            update(face_states).where(face_states.c.face_no == row.face_no).values(**values)
        ).rowcount
        if not reopened:
            number = self._collection.number
            self._connection.execute(
                face_states.insert().values(face_no=row.face_no, collection_no=number, **values)
            )
        return None if group_no is None else self._merged(group_no)

    def _group_for(
        self,
        row: Row[Any],
        quality: float,
        vector: FloatArray,
        refused: Set[int] = frozenset(),
    ) -> int | None:
        """refused: groups that somebody split the face off."""
        least = self._threshold(len(self._means), STRANGERS_JOINED)
        for group_no in self._means.near(vector, k=_CANDIDATES, least=least):
            if group_no not in refused and not self._in_same_photo(group_no, row.image_id):
                self._means.join(group_no, vector)
                return group_no
        if quality < FOUNDING_QUALITY:
            return None
        group_no = int(
            self._connection.scalar(
                face_groups.insert().returning(face_groups.c.group_no),
                {
                    "collection_no": self._collection.number,
                    "face_count": 1,
                    "revision": self._collection.revision,
                },
            )
            or 0
        )
        self._means.found(group_no, vector)
        return group_no

    def _merged(self, group_no: int) -> int:
        """The group, after it swallowed what it is one with; the larger keeps its number."""
        while True:
            least = self._threshold(len(self._means), GROUPS_MERGED)
            other = self._one_with(group_no, least)
            if other is None:
                return group_no
            group_no = self._merge(group_no, other)

    def _merge(self, one: int, other: int) -> int:
        larger, smaller = self._means.by_size(one, other)
        self._connection.execute(
            update(face_states).where(face_states.c.group_no == smaller).values(group_no=larger)
        )
        self._connection.execute(
            update(face_groups)
            .where(face_groups.c.group_no == smaller)
            .values(
                face_count=0,
                sealed_mean=None,
                merged_into=larger,
                revision=self._collection.revision,
            )
        )
        self._carry_refusals(smaller, larger)
        self._means.merge(larger, smaller)
        return larger

    def _one_with(self, group_no: int, least: float, *, also_pairs: bool = False) -> int | None:
        """also_pairs: two groups of one face each may be one, too."""
        if len(self._means) < 2:
            return None
        near = self._means.near(self._means.mean(group_no), k=_CANDIDATES, least=least)
        for other in near:
            pair_of_faces = self._means.count(group_no) + self._means.count(other) == 2
            if (
                other != group_no
                and (also_pairs or not pair_of_faces)
                and not self._share_photo(group_no, other)
                and not self._refuse(group_no, other)
            ):
                return other
        return None

    def _refuse(self, one: int, other: int) -> bool:
        """Whether somebody split a face of either off the other."""
        sides = ((one, other), (other, one))
        return any(
            self._connection.scalar(
                select(group_refusals.c.face_no)
                .join(face_states, face_states.c.face_no == group_refusals.c.face_no)
                .where(group_refusals.c.group_no == left, face_states.c.group_no == joined)
                .limit(1)
            )
            is not None
            for left, joined in sides
        )

    def _carry_refusals(self, smaller: int, larger: int) -> None:
        """Who is not the smaller group is not what it became part of."""
        refusing = self._connection.scalars(
            select(group_refusals.c.face_no).where(
                group_refusals.c.group_no == smaller,
                group_refusals.c.face_no.not_in(
                    select(group_refusals.c.face_no).where(group_refusals.c.group_no == larger)
                ),
            )
        ).all()
        if refusing:
            self._connection.execute(
                group_refusals.insert(),
                [{"face_no": number, "group_no": larger} for number in refusing],
            )

    def _in_same_photo(self, group_no: int, image_id: str) -> bool:
        query = (
            select(faces.c.face_no)
            .join(face_states, face_states.c.face_no == faces.c.face_no)
            .where(face_states.c.group_no == group_no, faces.c.image_id == image_id)
            .limit(1)
        )
        return self._connection.scalar(query) is not None

    def _share_photo(self, one: int, other: int) -> bool:
        """Two faces in one photo are two people, so two groups that share one are, too."""
        mine, theirs = faces.alias("mine"), faces.alias("theirs")
        my_state, their_state = face_states.alias("my_state"), face_states.alias("their_state")
        query = select(
            exists()
            .where(my_state.c.group_no == one, mine.c.face_no == my_state.c.face_no)
            .where(their_state.c.group_no == other, theirs.c.face_no == their_state.c.face_no)
            .where(mine.c.collection_no == theirs.c.collection_no)
            .where(mine.c.image_id == theirs.c.image_id)
        )
        return bool(self._connection.scalar(query))


def group_now(connection: Connection, group_no: int) -> int:
    """The group that this one was merged into, or itself."""
    while True:
        query = select(face_groups.c.merged_into).where(face_groups.c.group_no == group_no)
        larger = connection.scalar(query)
        if larger is None:
            return group_no
        group_no = int(larger)


def leave_groups(
    connection: Connection, collection: CollectionRow, face_numbers: Sequence[int]
) -> None:
    """Take faces out of their groups, before they go or get a user. A group's mean, which holds
    something of each of its faces, is destroyed and made anew when it is needed."""
    for some in batches(face_numbers):
        _leave_groups(connection, collection, some)


def _leave_groups(
    connection: Connection, collection: CollectionRow, face_numbers: Sequence[int]
) -> None:
    rows = connection.execute(
        select(face_states.c.face_no, face_states.c.group_no).where(
            face_states.c.face_no.in_(face_numbers), face_states.c.group_no.is_not(None)
        )
    ).all()
    if not rows:
        return
    left = np.unique([row.group_no for row in rows], return_counts=True)
    connection.execute(
        update(face_states)
        .where(face_states.c.face_no.in_([row.face_no for row in rows]))
        .values(group_no=None)
    )
    for group_no, count in zip(*(side.tolist() for side in left), strict=True):
        connection.execute(
            update(face_groups)
            .where(face_groups.c.group_no == group_no)
            .values(
                face_count=face_groups.c.face_count - count,
                revision=collection.revision,
                sealed_mean=None,
            )
        )
