"""Faces of a library that are nobody's: groups of them, single ones, those that were put aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.sql.expression import Select

from eyebright.db.tables import face_groups, face_states, faces
from eyebright.errors import CollectionNotFound, InvalidCursor, NotFound
from eyebright.library.seeing import FaceSeen, Seeing
from eyebright.library.values import Library
from eyebright.library.view import View, Views, Who
from eyebright.people import verdicts
from eyebright.people.face_orders import STEPS
from eyebright.people.group_reading import (
    Colour,
    best_of_groups,
    colour_of,
    count_groups,
    group_page,
    guesses_of,
    insides_of,
)
from eyebright.people.grouping import OPEN
from eyebright.people.review import Reviews
from eyebright.people.similarity import SimilarityScale
from eyebright.people.unknown import count_single
from eyebright.people.values import Page, Position

FACES_SHOWN = 6
"""Of a group."""


class FaceListed(StrEnum):
    """Faces in a list of their own. SINGLE: open ones in no group, or alone in one."""

    SINGLE = "single"
    IGNORED = verdicts.IGNORED
    NOT_A_FACE = verdicts.NOT_A_FACE
    UNDECIDED = verdicts.UNDECIDED


@dataclass(frozen=True, slots=True)
class Group:
    """cohesion: how alike two of its faces are on average, percent 0-100; None for a group of one.
    shown: faces of the best quality. guesses: who it may be, best first."""

    number: int
    faces: int
    cohesion: float | None
    colour: Colour
    shown: tuple[FaceSeen, ...]
    guesses: tuple[Who, ...]


@dataclass(frozen=True, slots=True)
class Groups(Page[Group]):
    """total: groups of as many faces. single: open faces in no group, or alone in one."""

    total: int
    single: int


@dataclass(frozen=True, slots=True)
class SeenFaces(Page[FaceSeen]):
    total: int


class UnknownReading:
    """Safe to share between threads and processes."""

    def __init__(
        self, *, views: Views, seeing: Seeing, reviews: Reviews, scale: SimilarityScale
    ) -> None:
        self._views = views
        self._reviews = reviews
        self._seeing = seeing
        self._scale = scale

    def groups(
        self, library: Library, *, least_faces: int, limit: int, after: Position | None = None
    ) -> Groups:
        """Faces that are one person whom nobody named, the largest groups first."""
        try:
            with self._views.of(library) as view:
                if view.is_faceless:
                    return Groups((), None, 0, 0)
                number = view.collection.number
                page = group_page(
                    view.connection, number, least_faces=least_faces, limit=limit, after=after
                )
                total = count_groups(view.connection, number, least_faces=least_faces)
                single = count_single(view.connection, view.collection)
                return Groups(self._groups(view, page), page.next, total, single)
        except CollectionNotFound:  # no face was seen yet
            return Groups((), None, 0, 0)

    def group_faces(
        self, library: Library, group_no: int, *, limit: int, after: Position | None = None
    ) -> SeenFaces:
        """Faces of a group, best quality first. Raises NotFound for a group that is gone."""
        try:
            with self._views.of(library) as view:
                query = select(face_groups.c.face_count).where(
                    face_groups.c.group_no == group_no,
                    face_groups.c.collection_no == view.collection.number,
                )
                total = view.connection.scalar(query)
                if not total:
                    raise no_group()
                return self._by_quality(view, group_no, limit, after, total)
        except CollectionNotFound as error:
            raise no_group() from error

    def listed(
        self, library: Library, state: FaceListed, *, limit: int, after: Position | None = None
    ) -> SeenFaces:
        """Faces in this state, newest first."""
        try:
            with self._views.of(library) as view:
                if state is FaceListed.SINGLE:
                    total = count_single(view.connection, view.collection)
                    query = _single(view.collection.number)
                else:
                    total = _count_of_verdict(view, state.value)
                    query = _of_verdict(view.collection.number, state.value)
                if not total:
                    return SeenFaces((), None, 0)
                return self._newest(view, query, limit, after, total)
        except CollectionNotFound:
            return SeenFaces((), None, 0)

    def _groups(self, view: View, page: Page[tuple[int, int]]) -> tuple[Group, ...]:
        collection_no, projection = view.collection.number, view.projection()
        judge = self._reviews.judge(view.collection, len(projection.users))
        numbers = [number for number, _ in page.items]
        best = best_of_groups(view.connection, numbers, most=FACES_SHOWN)
        shown = [one for some in best.values() for one in some]
        seen = self._seeing.faces(view.connection, view.library, shown)
        insides = insides_of(view.connection, projection, numbers)
        guesses = guesses_of(view.connection, projection, insides, judge)
        groups = count_groups(view.connection, collection_no, least_faces=1)
        found = []
        for number, count in page.items:
            inside = insides.get(number)
            told = inside is not None and count > 1
            found.append(
                Group(
                    number,
                    count,
                    float(self._scale.to_percent(inside.pair)) if inside and told else None,
                    colour_of(self._scale, inside, groups) if inside else Colour.RED,
                    tuple(seen[one] for one in best[number] if one in seen),
                    view.who(guesses.get(number, ()), judge),
                )
            )
        return tuple(found)

    def _by_quality(
        self, view: View, group_no: int, limit: int, after: Position | None, total: int
    ) -> SeenFaces:
        step, number = cast(face_states.c.quality * STEPS, BigInteger), face_states.c.face_no
        query = select(number, step).where(face_states.c.group_no == group_no)
        if after is not None:
            last = whole_numbers(after, 2)
            query = query.where((step < last[0]) | (step == last[0]) & (number > last[1]))
        rows = view.connection.execute(query.order_by(step.desc(), number).limit(limit + 1)).all()
        more = len(rows) > limit
        seen = self._seen(view, [row[0] for row in rows[:limit]])
        return SeenFaces(seen, (rows[limit - 1][1], rows[limit - 1][0]) if more else None, total)

    def _newest(
        self, view: View, query: Select[tuple[int]], limit: int, after: Position | None, total: int
    ) -> SeenFaces:
        (number,) = query.selected_columns
        if after is not None:
            query = query.where(number < whole_numbers(after, 1)[0])
        rows = view.connection.execute(query.order_by(number.desc()).limit(limit + 1))
        numbers: list[int] = [row.face_no for row in rows]
        more = len(numbers) > limit
        seen = self._seen(view, numbers[:limit])
        return SeenFaces(seen, (numbers[limit - 1],) if more else None, total)

    def _seen(self, view: View, numbers: Sequence[int]) -> tuple[FaceSeen, ...]:
        seen = self._seeing.faces(view.connection, view.library, numbers)
        return tuple(seen[number] for number in numbers if number in seen)


def no_group() -> NotFound:
    return NotFound("There is no such group.")


def whole_numbers(after: Position, count: int) -> tuple[int, ...]:
    """Raises InvalidCursor for a position of another list."""
    numbers = tuple(one for one in after if isinstance(one, int))
    if len(after) != count or len(numbers) != count:
        raise InvalidCursor("The paging position is not one of this list.")
    return numbers


def _single(collection_no: int) -> Select[tuple[int]]:
    open_verdict = face_states.c.verdict.is_(None) | (face_states.c.verdict == OPEN)
    alone = face_groups.c.face_count.is_(None) | (face_groups.c.face_count < 2)
    return (
        select(faces.c.face_no)
        .outerjoin(face_states, face_states.c.face_no == faces.c.face_no)
        .outerjoin(face_groups, face_groups.c.group_no == face_states.c.group_no)
        .where(
            faces.c.collection_no == collection_no, faces.c.user_no.is_(None), open_verdict, alone
        )
    )


def _of_verdict(collection_no: int, verdict: str) -> Select[tuple[int]]:
    return select(face_states.c.face_no).where(
        face_states.c.collection_no == collection_no, face_states.c.verdict == verdict
    )


def _count_of_verdict(view: View, verdict: str) -> int:
    query = select(func.count()).where(
        face_states.c.collection_no == view.collection.number, face_states.c.verdict == verdict
    )
    return int(view.connection.scalar(query) or 0)
