"""Who unknown faces may be, in bands that say how sure, and which named faces may be wrong.

A face is compared with the direction of the mean of a person's faces. What is likely or maybe
somebody is what a review says; faces that it gives to nobody, or to somebody else, come as unlikely
ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, select

from eyebright.db.engine import Database
from eyebright.db.tables import drawn_tags, face_rejections, face_states, faces, users
from eyebright.errors import FaceNotInCollection
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, UserId
from eyebright.people.bands import Band, Candidate, Judge
from eyebright.people.face_orders import leave_one_out
from eyebright.people.group_reading import likeness_of_stacks
from eyebright.people.grouping import OPEN
from eyebright.people.possible import excluded_pairs
from eyebright.people.projection import Projection
from eyebright.people.review import Likely, Reviews
from eyebright.people.rows import (
    CollectionRow,
    batches,
    face_value,
    faces_by_id,
    find_collection,
    find_user,
    select_faces,
)
from eyebright.people.search import FaceSearch
from eyebright.people.similarity import SimilarityScale
from eyebright.people.values import Face

MOST_RIVALS = 3
_WIDER = 4
"""How many more faces are asked for when those that were found are somebody's already."""
_MOST_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A face that may be a person. number: the database's own. rivals: the other people it is most
    like, best first. quality: 0-1; None if the face was not measured."""

    number: int
    face: Face
    percent: float
    false_match_rate: float
    band: Band
    rivals: tuple[Candidate, ...]
    quality: float | None


@dataclass(frozen=True, slots=True)
class Bands:
    """Each the surest last, as they are looked through; no face is surer than its stack."""

    likely: tuple[Suggestion, ...]
    maybe: tuple[Suggestion, ...]
    unlikely: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A face of a person, and how like the person's other faces it is."""

    face: Face
    percent: float
    false_match_rate: float
    quality: float | None


class Suggestions:
    """Reads only; nobody is tagged by a suggestion. Safe to share between threads.

    All methods raise CollectionNotFound.
    """

    def __init__(
        self,
        database: Database,
        *,
        search: FaceSearch,
        scale: SimilarityScale,
        reviews: Reviews | None = None,
    ) -> None:
        """reviews: what is known of all unknown faces; bands are as strict as they are there."""
        self._database = database
        self._search = search
        self._reviews = reviews or Reviews(scale)

    def for_person(
        self, scope: Scope, collection_id: CollectionId, user_id: UserId, *, limit: int
    ) -> Bands:
        """Unknown faces that may be this person, at most `limit`, those that a review has of the
        person before others, one of each photo; without those that were said not to be, that were
        put aside, or whose photo shows the person already.

        Raises UserNotFound. Nobody is suggested for a user without faces.
        """
        with self._looking(scope, collection_id) as look:
            user = find_user(look.connection, look.collection.number, user_id)
            vector = look.projection.users.get(str(user.user_no))
            if vector is None:
                return Bands((), (), ())
            reviewed = self._reviews.of(look.connection, look.collection, look.projection)
            look.judge = reviewed.judge
            row = look.of_review(reviewed.of(user.user_no, limit), user_id)
            room = limit - len(row)
            found = look.unknown_like(vector, user, room, {one.face.image_id for one in row})
            others = look.others(found, user, is_complete=reviewed.is_complete)
        told = (*others, *reversed(row))
        return Bands(*(tuple(one for one in told if one.band is band) for band in Band))

    def for_face(
        self, scope: Scope, collection_id: CollectionId, face_id: FaceId, *, limit: int = 5
    ) -> tuple[Candidate, ...]:
        """Who this face may be, best first, without those it was said not to be.

        Raises FaceNotInCollection.
        """
        with self._looking(scope, collection_id) as look:
            row = faces_by_id(look.connection, look.collection.number, [face_id]).get(face_id)
            vector = None if row is None else look.projection.faces.get(str(row.face_no))
            if row is None or vector is None:
                raise FaceNotInCollection("faceId was not found in the collection.")
            query = select(face_rejections.c.user_no)
            query = query.where(face_rejections.c.face_no == row.face_no)
            rejected = set(look.connection.scalars(query))
            return look.candidates(vector, limit=limit, without=rejected)

    def possibly_wrong(
        self, scope: Scope, collection_id: CollectionId, user_id: UserId, *, limit: int
    ) -> tuple[Doubt, ...]:
        """Faces of this person that are least like the person's others, least first.

        Each is left out of the mean it is compared with. Nothing, for fewer than three faces:
        of two that differ nobody can say which is wrong. Raises UserNotFound.
        """
        with self._looking(scope, collection_id) as look:
            user = find_user(look.connection, look.collection.number, user_id)
            query = select(faces.c.face_no).where(faces.c.user_no == user.user_no)
            numbers = list(look.connection.scalars(query))
            found = {n: look.projection.faces.get(str(n)) for n in numbers}
            vectors = {n: vector for n, vector in found.items() if vector is not None}
            if len(vectors) < 3:
                return ()
            cosines = leave_one_out(np.stack(list(vectors.values())))
            order = np.argsort(cosines, kind="stable")[:limit].tolist()
            at = list(vectors)
            rows = look.faces([at[one] for one in order])
            return tuple(
                look.doubt(rows[at[one]], float(cosines[one])) for one in order if at[one] in rows
            )

    @contextmanager
    def _looking(self, scope: Scope, collection_id: CollectionId) -> Iterator[_Look]:
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            projection = self._search.projections.of(connection, scope, collection, with_users=True)
            judge = self._reviews.judge(collection, len(projection.users))
            yield _Look(connection, collection, projection, judge)


class _Look:
    """A collection at one moment."""

    def __init__(
        self,
        connection: Connection,
        collection: CollectionRow,
        projection: Projection,
        judge: Judge,
    ) -> None:
        self.connection = connection
        self.collection = collection
        self.projection = projection
        self.judge = judge

    def of_review(self, row: Sequence[Likely], user_id: UserId) -> list[Suggestion]:
        """A person's row of a review, the surest first."""
        rows = self.faces([one.number for one in row])
        names = self._user_ids([number for one in row for number, _ in one.rivals])
        found = []
        for one in (one for one in row if one.number in rows):
            told = self.judge.candidate(user_id, one.cosine)
            rivals = tuple(
                self.judge.candidate(names[n], cosine) for n, cosine in one.rivals if n in names
            )
            found.append(_suggestion(rows[one.number], told, one.band, rivals))
        return found

    def others(
        self, found: Sequence[tuple[Any, float]], user: Row[Any], *, is_complete: bool
    ) -> list[Suggestion]:
        """Faces that a review has not of this person, the surest last. is_complete: it looked at
        all, so that none of them is."""
        numbers = [row.face_no for row, _ in found]
        excluded = self._excluded(numbers)
        stacks = likeness_of_stacks(
            self.connection,
            self.projection,
            np.array(numbers, np.int64),
            np.full(len(numbers), user.user_no, np.int64),
        )
        told = []
        for (row, cosine), stack in zip(found, stacks.tolist(), strict=True):
            candidate = self.judge.candidate(UserId(user.user_id), cosine)
            rivals = self._rivals(row, user.user_id, excluded.get(row.face_no, set()))
            band = self.judge.band_of(self.judge.counted_with(user.user_no, min(cosine, stack)))
            if is_complete or (rivals and rivals[0].percent > candidate.percent):
                band = Band.UNLIKELY
            told.append(_suggestion(row, candidate, band, rivals))
        return sorted(told, key=lambda one: one.percent)

    def unknown_like(
        self, vector: FloatArray, user: Row[Any], limit: int, photos: Set[str]
    ) -> list[tuple[Any, float]]:
        """(row, cosine) of faces that are nobody's and may be the user, best first. photos: those
        in which one was found already."""
        asked = user.face_count + len(photos) + _WIDER * limit
        while limit > 0:
            near = self.projection.faces.search(vector, k=asked, min_score=self.judge.least)
            open_ones = [(int(key), cosine) for key, cosine in near]
            found = self._open(open_ones, user.user_no, limit, photos)
            if len(found) >= limit or len(near) < asked or asked >= _MOST_LOOKED_AT:
                return found
            asked *= _WIDER
        return []

    def _open(
        self, near: Sequence[tuple[int, float]], user_no: int, limit: int, photos: Set[str]
    ) -> list[tuple[Any, float]]:
        found: list[tuple[Any, float]] = []
        taken = set(photos)
        for some in batches(near):
            numbers = [number for number, _ in some]
            rows = self.faces(numbers)
            rejected = set(
                self.connection.scalars(
                    select(face_rejections.c.face_no).where(
                        face_rejections.c.user_no == user_no,
                        face_rejections.c.face_no.in_(numbers),
                    )
                )
            )
            taken |= self._photos_with(user_no, [row.image_id for row in rows.values()])
            for number, cosine in some:
                row = rows.get(number)
                if row is None or row.user_no is not None or number in rejected:
                    continue
                if row.verdict in (None, OPEN) and row.image_id not in taken:
                    found.append((row, cosine))
                    taken.add(row.image_id)  # nobody is twice in a photo
            if len(found) >= limit:
                break
        return found[:limit]

    def faces(self, numbers: Sequence[int]) -> dict[int, Any]:
        """Rows of faces with quality and verdict, by number."""
        found: dict[int, Any] = {}
        query = (
            select_faces(self.collection.number)
            .add_columns(face_states.c.quality, face_states.c.verdict)
            .outerjoin(face_states, face_states.c.face_no == faces.c.face_no)
        )
        for some in batches(numbers):
            rows = self.connection.execute(query.where(faces.c.face_no.in_(some)))
            found.update((row.face_no, row) for row in rows)
        return found

    def _photos_with(self, user_no: int, image_ids: Sequence[str]) -> set[str]:
        """Photos that show the user, by a face that was named or by one that somebody drew."""
        found: set[str] = set()
        for table in (faces, drawn_tags):
            query = select(table.c.image_id, table.c.user_no).where(
                table.c.collection_no == self.collection.number, table.c.image_id.in_(image_ids)
            )
            rows = self.connection.execute(query)
            found.update(image for image, owner in rows if owner == user_no)
        return found

    def _excluded(self, numbers: Sequence[int]) -> dict[int, set[int]]:
        """Whom these faces cannot be."""
        found: dict[int, set[int]] = {}
        pairs = excluded_pairs(self.connection, self.collection.number, np.array(numbers, np.int64))
        for number, user_no in zip(pairs.faces.tolist(), pairs.people.tolist(), strict=True):
            found.setdefault(number, set()).add(user_no)
        return found

    def _rivals(self, row: Any, user_id: str, without: set[int]) -> tuple[Candidate, ...]:
        vector = self.projection.faces.get(str(row.face_no))
        if vector is None:
            return ()
        people = self.candidates(vector, limit=MOST_RIVALS + 1, without=without)
        return tuple(one for one in people if one.user_id != user_id)[:MOST_RIVALS]

    def _user_ids(self, numbers: Sequence[int]) -> dict[int, UserId]:
        found: dict[int, UserId] = {}
        for some in batches(sorted(set(numbers))):
            query = select(users.c.user_no, users.c.user_id).where(users.c.user_no.in_(some))
            found.update((n, UserId(user_id)) for n, user_id in self.connection.execute(query))
        return found

    def doubt(self, row: Any, cosine: float) -> Doubt:
        told = self.judge.candidate(UserId(""), cosine)
        return Doubt(face_value(row), told.percent, told.false_match_rate, _quality(row))

    def candidates(
        self, vector: FloatArray, *, limit: int, without: set[int] | frozenset[int] = frozenset()
    ) -> tuple[Candidate, ...]:
        """People whom a face is like, best first."""
        k = limit + len(without)
        near = self.projection.users.search(vector, k=k, min_score=self.judge.least)
        wanted = [(int(key), cosine) for key, cosine in near if int(key) not in without][:limit]
        ids = self._user_ids([number for number, _ in wanted])
        return tuple(self.judge.candidate(ids[n], cosine) for n, cosine in wanted if n in ids)


def _suggestion(row: Any, told: Candidate, band: Band, rivals: tuple[Candidate, ...]) -> Suggestion:
    return Suggestion(
        row.face_no,
        face_value(row),
        told.percent,
        told.false_match_rate,
        band,
        rivals,
        _quality(row),
    )


def _quality(row: Any) -> float | None:
    return None if row.quality is None or row.quality < 0 else float(row.quality)
