"""Why a face is taken for somebody: the face beside the person's, and what the numbers mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from eyebright.db.tables import face_rejections, faces
from eyebright.errors import CollectionNotFound
from eyebright.geometry.arrays import FloatArray
from eyebright.ids import FaceId, UserId
from eyebright.library.seeing import FaceSeen, Seeing
from eyebright.library.values import Library
from eyebright.library.view import Listed, View, Views, Who, no_face
from eyebright.people.bands import Band, Candidate, Judge
from eyebright.people.face_orders import Remembered
from eyebright.people.face_records import FaceRecord, record_by_id
from eyebright.people.name_table import Somebody
from eyebright.people.possible import excluded_people
from eyebright.people.review import Reviews
from eyebright.people.similarity import SimilarityScale
from eyebright.people.standing import Histogram, Standings
from eyebright.people.vectors import unit_mean

MOST_CANDIDATES = 5
MOST_RIVALS = 3
_NEAREST = 512
"""Faces looked through for the person's most alike one; of somebody with fewer faces all are."""


@dataclass(frozen=True, slots=True)
class FaceExplained:
    """A face and what is said of it. verdict: one of `people.verdicts`. candidates: who it may be,
    best first. rejected: who it was said not to be."""

    seen: FaceSeen
    person: Somebody | None
    verdict: str
    group_no: int | None
    candidates: tuple[Who, ...]
    rejected: tuple[Somebody, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """percent: 0-100, of two faces."""

    seen: FaceSeen
    percent: float


@dataclass(frozen=True, slots=True)
class Explained:
    """match: the person's face that is most like the probe. told: the probe with the mean of the
    person's faces, which is what decides; for a face of the person, of the others. Of a person
    without another face there is no match, and 0 percent is told. floors: least percent of each
    band with this person, among so many people. model: pack@version."""

    probe: FaceExplained
    person: Listed
    match: Match | None
    told: Candidate
    rivals: tuple[Who, ...]
    floors: Mapping[Band, float]
    histogram: Histogram
    model: str


class Explaining:
    """Safe to share between threads and processes. Raises NotFound for a face or a person that is
    not in the library. model: of the faces, pack@version."""

    def __init__(
        self,
        *,
        views: Views,
        seeing: Seeing,
        standings: Standings,
        reviews: Reviews,
        scale: SimilarityScale,
        model: str,
    ) -> None:
        self._views = views
        self._seeing = seeing
        self._standings = standings
        self._reviews = reviews
        self._scale = scale
        self._model = model
        self._histograms: Remembered[Histogram] = Remembered(most=16)

    def face(self, library: Library, face_id: FaceId) -> FaceExplained:
        """One face with all that is said of it."""
        try:
            with self._views.of(library) as view:
                record, vector = self._found(view, face_id)
                return self._face(view, record, vector, self._judge(view))
        except CollectionNotFound as error:  # no face was seen yet
            raise no_face() from error

    def explain(self, library: Library, face_id: FaceId, user_id: UserId) -> Explained:
        """Why this face may be, or is, this person."""
        try:
            with self._views.of(library) as view:
                record, vector = self._found(view, face_id)
                return self._explain(view, record, vector, view.somebody(user_id))
        except CollectionNotFound as error:
            raise no_face() from error

    def _explain(
        self, view: View, record: FaceRecord, vector: FloatArray | None, one: Somebody
    ) -> Explained:
        judge = self._judge(view)
        probe = self._face(view, record, vector, judge)
        told = Candidate(one.user_id, 0.0, 1.0, Band.UNLIKELY)
        near: list[tuple[int, float]] = []
        match = None
        if vector is not None:
            mean = self._mean_without(view, record, vector, one)
            if mean is not None:
                told = judge.candidate(one.user_id, float(vector @ mean))
            near = self._near(view, record, vector, judge, without=one.number)
            match = self._match(view, record, vector, one)
        stamp = (view.collection.revision, view.collection.vectors_at)
        scope, collection_id = view.library.scope, view.library.collection_id
        histogram = self._histograms.get(
            view.collection.number, stamp, lambda: self._standings.histogram(scope, collection_id)
        )
        return Explained(
            probe,
            view.listed([one])[0],
            match,
            told,
            view.who(near[:MOST_RIVALS], judge),
            judge.floors_of(one.user_id),
            histogram,
            self._model,
        )

    def _found(self, view: View, face_id: FaceId) -> tuple[FaceRecord, FloatArray | None]:
        record = record_by_id(view.connection, view.collection.number, face_id)
        if record is None:
            raise no_face()
        return record, view.projection().faces.get(str(record.number))

    def _face(
        self, view: View, record: FaceRecord, vector: FloatArray | None, judge: Judge
    ) -> FaceExplained:
        numbers = [record.number]
        seen = self._seeing.faces(view.connection, view.library, numbers, with_pose=True)
        if record.number not in seen:
            raise no_face()
        owner = record.face.user_id
        person = None if owner is None else view.names.get(owner)
        near = (
            ()
            if vector is None
            else self._near(view, record, vector, judge, without=person.number if person else 0)
        )
        query = select(face_rejections.c.user_no).where(face_rejections.c.face_no == record.number)
        rejected = (view.names.by_number(number) for number in view.connection.scalars(query))
        return FaceExplained(
            seen[record.number],
            person,
            record.verdict,
            record.group_no,
            view.who(near[:MOST_CANDIDATES], judge),
            tuple(one for one in rejected if one is not None),
        )

    def _near(
        self, view: View, record: FaceRecord, vector: FloatArray, judge: Judge, *, without: int
    ) -> list[tuple[int, float]]:
        """People whom the face is like, but for those it cannot be and one whom it is compared
        with."""
        left_out = excluded_people(view.connection, view.collection.number, record) | {without}
        users = view.projection().users
        near = users.search(vector, k=MOST_CANDIDATES + len(left_out), min_score=judge.least)
        return [(int(key), cosine) for key, cosine in near if int(key) not in left_out]

    def _mean_without(
        self, view: View, record: FaceRecord, vector: FloatArray | None, one: Somebody
    ) -> FloatArray | None:
        """The direction of the mean of the person's faces but this one."""
        projection = view.projection()
        mean = projection.users.get(str(one.number))
        if mean is None or record.face.user_id != one.user_id or vector is None:
            return mean
        query = select(faces.c.face_no).where(faces.c.user_no == one.number)
        others = [n for n in view.connection.scalars(query) if n != record.number]
        found = [projection.faces.get(str(number)) for number in others]
        kept = [other for other in found if other is not None]
        if not kept:
            return None
        return unit_mean(np.stack(kept))

    def _match(
        self, view: View, record: FaceRecord, vector: FloatArray, one: Somebody
    ) -> Match | None:
        projection = view.projection()
        query = select(faces.c.face_no).where(faces.c.user_no == one.number)
        best: tuple[float, int] | None = None
        if one.face_count > _NEAREST:
            near = projection.faces.search(vector, k=_NEAREST, min_score=-2.0)
            mine = set(
                view.connection.scalars(query.where(faces.c.face_no.in_([int(k) for k, _ in near])))
            ) - {record.number}
            best = next(((cosine, int(k)) for k, cosine in near if int(k) in mine), None)
        if best is None:
            others = [n for n in view.connection.scalars(query) if n != record.number]
            pairs = ((n, projection.faces.get(str(n))) for n in others)
            cosines = [(float(vector @ other), n) for n, other in pairs if other is not None]
            best = max(cosines, default=None)
        if best is None:
            return None
        cosine, number = best
        seen = self._seeing.faces(view.connection, view.library, [number], with_pose=True)
        if number not in seen:
            return None
        return Match(seen[number], float(self._scale.to_percent(cosine)))

    def _judge(self, view: View) -> Judge:
        return self._reviews.judge(view.collection, len(view.projection().users))
