"""What is to be looked at in a library: who unknown faces may be, and how far all is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from eyebright.db.tables import face_groups
from eyebright.errors import CollectionNotFound
from eyebright.ids import UserId
from eyebright.library.people_reading import PeopleReading
from eyebright.library.seeing import FaceSeen, Seeing
from eyebright.library.values import Library
from eyebright.library.view import Listed, View, Views, Who, no_person
from eyebright.people.bands import Band, Judge
from eyebright.people.review import Likely, Reviews
from eyebright.people.similarity import SimilarityScale
from eyebright.people.standing import Standing, Standings
from eyebright.people.suggestions import Suggestions

REFERENCES = 4
"""Faces of a person that stand beside the suggestions."""
_NOTHING = Standing(0, 0, 0, 0, is_estimate=False)


@dataclass(frozen=True, slots=True)
class Suggested:
    """A face that may be a person. percent: 0-100. rivals: whom else it may be, best first."""

    seen: FaceSeen
    percent: float
    false_match_rate: float
    band: Band
    rivals: tuple[Who, ...]


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A person with faces that may be theirs, the surest last. reference: to compare with."""

    person: Listed
    reference: tuple[FaceSeen, ...]
    suggested: tuple[Suggested, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """more: there are other people with suggestions."""

    rows: tuple[ReviewRow, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class LibraryStanding:
    """groups: of two faces and more."""

    faces: Standing
    people: int
    groups: int


class Reviewing:
    """Safe to share between threads and processes."""

    def __init__(
        self,
        *,
        views: Views,
        seeing: Seeing,
        people: PeopleReading,
        suggestions: Suggestions,
        standings: Standings,
        reviews: Reviews,
        scale: SimilarityScale,
    ) -> None:
        self._views = views
        self._seeing = seeing
        self._people = people
        self._suggestions = suggestions
        self._standings = standings
        self._scale = scale
        self._reviews = reviews

    def standing(self, library: Library) -> LibraryStanding:
        """How far the library is named."""
        try:
            with self._views.of(library) as view:
                if view.is_faceless:
                    return LibraryStanding(_NOTHING, len(view.names), 0)
                told = self._standings.of(library.scope, library.collection_id)
                query = select(func.count()).where(
                    face_groups.c.collection_no == view.collection.number,
                    face_groups.c.face_count >= 2,
                )
                groups = view.connection.scalar(query) or 0
                return LibraryStanding(told, len(view.names), groups)
        except CollectionNotFound:  # no face was seen yet
            return LibraryStanding(_NOTHING, 0, 0)

    def review(
        self, library: Library, *, limit: int, faces: int, without: Sequence[UserId] = ()
    ) -> Review:
        """People with suggestions, those with most first; each face with one person only. faces:
        as many of each person at most, the surest. without: people to leave out."""
        try:
            with self._views.of(library) as view:
                if view.is_faceless:
                    return Review((), more=False)
                return self._review(view, limit, faces, without)
        except CollectionNotFound:
            return Review((), more=False)

    def suggestions(
        self, library: Library, user_id: UserId, *, limit: int
    ) -> tuple[Suggested, ...]:
        """Unknown faces that may be somebody, the surest last. Raises NotFound."""
        try:
            with self._views.of(library) as view:
                view.somebody(user_id)
                if view.is_faceless:
                    return ()
                bands = self._suggestions.for_person(
                    library.scope, library.collection_id, user_id, limit=limit
                )
                told = (*bands.unlikely, *bands.maybe, *bands.likely)
                numbers = [one.number for one in told]
                seen = self._seeing.faces(view.connection, library, numbers, with_pose=True)
                return tuple(
                    Suggested(
                        seen[one.number],
                        one.percent,
                        one.false_match_rate,
                        one.band,
                        view.named(one.rivals),
                    )
                    for one in told
                    if one.number in seen
                )
        except CollectionNotFound as error:
            raise no_person() from error

    def _review(self, view: View, limit: int, faces: int, without: Sequence[UserId]) -> Review:
        projection = view.projection()
        reviewed = self._reviews.of(view.connection, view.collection, projection)
        judge = reviewed.judge
        shown = {one.number for user_id in without if (one := view.names.get(user_id))}
        wanted = reviewed.most(without=shown)
        people = [one for n in wanted[:limit] if (one := view.names.by_number(n)) is not None]
        chosen = {one.number: reviewed.of(one.number, faces) for one in people}
        numbers = [likely.number for some in chosen.values() for likely in some]
        seen = self._seeing.faces(view.connection, view.library, numbers, with_pose=True)
        rows = []
        for listed in view.listed(people):
            somebody = listed.somebody
            some = [one for one in reversed(chosen[somebody.number]) if one.number in seen]
            told = tuple(
                self._suggested(view, seen[one.number], one, somebody.user_id, judge)
                for one in some
            )
            reference = self._people.best_faces(view, somebody, limit=REFERENCES)
            rows.append(ReviewRow(listed, reference, told))
        more = len(wanted) > limit or not reviewed.is_complete
        return Review(tuple(row for row in rows if row.suggested), more)

    def _suggested(
        self, view: View, seen: FaceSeen, one: Likely, user_id: UserId, judge: Judge
    ) -> Suggested:
        told = judge.candidate(user_id, one.cosine)
        rivals = view.who(one.rivals, judge)
        return Suggested(seen, told.percent, told.false_match_rate, one.band, rivals)
