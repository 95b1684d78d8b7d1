"""Who is in a library: the list, one person with all that is known, their faces and photos."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import numpy as np
from sqlalchemy import func, select, union
from sqlalchemy.sql.expression import CompoundSelect, Select

from eyebright.db.engine import Database
from eyebright.db.tables import assets, drawn_tags, face_states, faces, moment_of
from eyebright.errors import CollectionNotFound, InvalidCursor
from eyebright.ids import UserId
from eyebright.library.rows import asset_value
from eyebright.library.seeing import FaceSeen, Seeing
from eyebright.library.values import Asset, Library
from eyebright.library.view import Listed, View, Views, no_person
from eyebright.people.face_orders import LAST, STEPS, FaceOrder, Likeness, Remembered, likeness_of
from eyebright.people.facts import Classification, PersonFacts
from eyebright.people.name_matching import folded
from eyebright.people.name_table import PeopleOrder, Somebody
from eyebright.people.persons import Persons
from eyebright.people.similarity import SimilarityScale
from eyebright.people.values import Page, Position

SORTS = ("similarity", "date", "quality")


@dataclass(frozen=True, slots=True)
class Counted(Page[Listed]):
    """A page of people. total: of all that match."""

    total: int


@dataclass(frozen=True, slots=True)
class Detail:
    """facts: with notes. photos: assets that show the person. drawn: faces that somebody drew.
    first_at, last_at: of the oldest and the newest photo."""

    listed: Listed
    facts: PersonFacts
    photos: int
    drawn: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnFace:
    """A face of somebody. percent: how like the other faces, 0-100; None if nobody can say."""

    seen: FaceSeen
    percent: float | None
    false_match_rate: float | None


@dataclass(frozen=True, slots=True)
class OwnFaces(Page[OwnFace]):
    total: int


@dataclass(frozen=True, slots=True)
class Photos(Page[Asset]):
    total: int


class PeopleReading:
    """Safe to share between threads and processes. All methods but `people` raise NotFound for
    somebody who is not in the library."""

    def __init__(
        self,
        database: Database,
        *,
        views: Views,
        seeing: Seeing,
        persons: Persons,
        scale: SimilarityScale,
    ) -> None:
        self._database = database
        self._views = views
        self._seeing = seeing
        self._persons = persons
        self._scale = scale
        self._orders: Remembered[FaceOrder] = Remembered()
        self._likenesses: Remembered[Likeness] = Remembered()

    def people(
        self,
        library: Library,
        *,
        limit: int,
        typed: str = "",
        classification: Classification | None = None,
        order: PeopleOrder = PeopleOrder.FACES,
        after: Position | None = None,
    ) -> Counted:
        """Who is in the library. typed: part of a name, an alias or a role; the best matches come
        first."""
        words = folded(typed).split()
        if typed.strip() and not words:
            return Counted((), None, 0)
        try:
            with self._views.of(library) as view:
                found = view.names.find(words, classification=classification, order=order)
                start = 0 if after is None else _behind(found, after)
                shown = found[start : start + limit]
                end = start + len(shown)
                position = (end, shown[-1].number) if end < len(found) and shown else None
                return Counted(view.listed(shown), position, len(found))
        except CollectionNotFound:  # no face was seen yet
            return Counted((), None, 0)

    def person(self, library: Library, user_id: UserId) -> Detail:
        """All that is known of somebody."""
        with self._person(library, user_id) as (view, one):
            facts = self._persons.get(library.scope, library.collection_id, user_id).facts
            shown = _photos(library, one.number).subquery()
            moments = func.coalesce(assets.c.taken_at, assets.c.created_at)
            query = select(func.count(), func.min(moments), func.max(moments)).where(
                assets.c.asset_no.in_(select(shown.c.asset_no))
            )
            photos, first, last = view.connection.execute(query).one()
            drawn = view.connection.scalar(
                select(func.count()).where(drawn_tags.c.user_no == one.number)
            )
            return Detail(
                view.listed([one])[0],
                facts,
                photos,
                drawn or 0,
                None if first is None else moment_of(first),
                None if last is None else moment_of(last),
            )

    def faces(
        self,
        library: Library,
        user_id: UserId,
        *,
        sort: str,
        limit: int,
        after: Position | None = None,
    ) -> OwnFaces:
        """Faces of somebody; drawn ones last. sort: one of SORTS, the most alike, newest or best
        first."""
        with self._person(library, user_id) as (view, one):
            order = self._order(view, one, sort)
            numbers, position = order.page(after, limit)
            found = [number for number in numbers if number > 0]
            tags = [-number for number in numbers if number < 0]
            seen = self._seeing.faces(view.connection, library, found)
            drawn = self._seeing.tags(view.connection, library, tags)
            cosines = self._likeness(view, one).of_all(numbers)
            shown = (
                self._own(seen[number], cosine)
                if number in seen
                else OwnFace(drawn[-number], None, None)
                for number, cosine in zip(numbers, cosines, strict=True)
                if number in seen or -number in drawn
            )
            return OwnFaces(tuple(shown), position, len(order.numbers))

    def photos(
        self, library: Library, user_id: UserId, *, limit: int, after: Position | None = None
    ) -> Photos:
        """Assets that show somebody, newest first; of films those in which a face was named."""
        with self._person(library, user_id) as (view, one):
            order = self._photo_order(view, one)
            numbers, position = order.page(after, limit)
            rows = view.connection.execute(select(assets).where(assets.c.asset_no.in_(numbers)))
            found = {row.asset_no: asset_value(row) for row in rows}
            shown = tuple(found[number] for number in numbers if number in found)
            return Photos(shown, position, len(order.numbers))

    def doubts(self, library: Library, user_id: UserId, *, limit: int) -> tuple[OwnFace, ...]:
        """Faces of somebody that are least like the person's others, least first. Nothing, for
        fewer than three faces: of two that differ nobody can say which is wrong."""
        with self._person(library, user_id) as (view, one):
            likeness = self._likeness(view, one)
            if len(likeness.numbers) < 3:
                return ()
            least = np.argsort(likeness.cosines, kind="stable")[:limit]
            numbers = likeness.numbers[least].tolist()
            seen = self._seeing.faces(view.connection, library, numbers)
            return tuple(
                self._own(seen[number], likeness.of(number)) for number in numbers if number in seen
            )

    def best_faces(self, view: View, one: Somebody, *, limit: int) -> tuple[FaceSeen, ...]:
        """To compare with: the faces of the best quality."""
        best = (
            select(faces.c.face_no)
            .outerjoin(face_states, face_states.c.face_no == faces.c.face_no)
            .where(faces.c.user_no == one.number)
            .order_by(func.coalesce(face_states.c.quality, 0).desc(), faces.c.face_no)
        )
        numbers = list(view.connection.scalars(best.limit(limit)))
        seen = self._seeing.faces(view.connection, view.library, numbers)
        return tuple(seen[number] for number in numbers if number in seen)

    @contextmanager
    def _person(self, library: Library, user_id: UserId) -> Iterator[tuple[View, Somebody]]:
        try:
            with self._views.of(library) as view:
                yield view, view.somebody(user_id)
        except CollectionNotFound as error:  # no face was seen yet
            raise no_person() from error

    def _own(self, seen: FaceSeen, cosine: float | None) -> OwnFace:
        if cosine is None:
            return OwnFace(seen, None, None)
        percent = float(self._scale.to_percent(cosine))
        return OwnFace(seen, percent, float(self._scale.false_match_rate(percent)))

    def _likeness(self, view: View, one: Somebody) -> Likeness:
        def made() -> Likeness:
            query = select(faces.c.face_no).where(faces.c.user_no == one.number)
            numbers = sorted(view.connection.scalars(query))
            return likeness_of(view.projection(), numbers)

        stamp = (one.revision, view.collection.vectors_at)
        return self._likenesses.get(one.number, stamp, made)

    def _order(self, view: View, one: Somebody, sort: str) -> FaceOrder:
        def made() -> FaceOrder:
            rows = view.connection.execute(_own_faces(view.library, one.number)).all()
            numbers = np.array([row[0] for row in rows], np.int64)
            if sort == "similarity":
                keys = self._likeness(view, one).keys(numbers)
            elif sort == "date":
                keys = np.array([-row[1] for row in rows], np.int64)
            else:
                keys = np.array([-int(STEPS * (row[2] or 0.0)) for row in rows], np.int64)
            query = select(drawn_tags.c.tag_no).where(drawn_tags.c.user_no == one.number)
            drawn = -np.array(view.connection.scalars(query).all(), np.int64)
            last = np.full(len(drawn), LAST, np.int64)
            return FaceOrder.of(np.concatenate([keys, last]), np.concatenate([numbers, drawn]))

        return self._orders.get((one.number, sort), _stamp(view), made)

    def _photo_order(self, view: View, one: Somebody) -> FaceOrder:
        def made() -> FaceOrder:
            moments = func.coalesce(assets.c.taken_at, assets.c.created_at)
            shown = _photos(view.library, one.number).subquery()
            query = select(assets.c.asset_no, moments).where(
                assets.c.asset_no.in_(select(shown.c.asset_no))
            )
            rows = view.connection.execute(query).all()
            return FaceOrder.of(
                np.array([-row[1] for row in rows], np.int64),
                np.array([row[0] for row in rows], np.int64),
            )

        return self._orders.get((one.number, "photos"), _stamp(view), made)


def _behind(found: Sequence[Somebody], after: Position) -> int:
    """Where a page goes on: behind the person who was last, or, if that one is nobody any more,
    where the page before ended. Raises InvalidCursor."""
    if len(after) != 2 or not all(isinstance(one, int) for one in after):
        raise InvalidCursor("The paging position is not one of this list.")
    end, number = cast("tuple[int, int]", after)
    near = (end - 1, *range(len(found)))
    return next((at + 1 for at in near if at < len(found) and found[at].number == number), end)


def _stamp(view: View) -> Hashable:
    """Changes with everything that an order of faces follows from."""
    return (view.collection.revision, view.library.revision)


def _own_faces(library: Library, user_no: int) -> Select[Any]:
    """(face, moment, quality) of faces in assets of the library, by number."""
    return (
        select(
            faces.c.face_no,
            func.coalesce(assets.c.taken_at, assets.c.created_at),
            face_states.c.quality,
        )
        .join(assets, assets.c.asset_id == faces.c.external_image_id)
        .outerjoin(face_states, face_states.c.face_no == faces.c.face_no)
        .where(faces.c.user_no == user_no, assets.c.library_no == library.number)
        .order_by(faces.c.face_no)
    )


def _photos(library: Library, user_no: int) -> CompoundSelect[Any]:
    """Numbers of assets with a face, found or drawn, of somebody."""
    mine = assets.c.library_no == library.number
    found = select(assets.c.asset_no).join(faces, faces.c.external_image_id == assets.c.asset_id)
    drawn = select(assets.c.asset_no).join(
        drawn_tags, drawn_tags.c.external_image_id == assets.c.asset_id
    )
    return union(
        found.where(mine, faces.c.user_no == user_no),
        drawn.where(mine, drawn_tags.c.user_no == user_no),
    )
