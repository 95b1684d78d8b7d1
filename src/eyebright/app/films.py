"""What a library asks of its films, answered by the rooms of video."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from eyebright.analysis.faceless import faceless
from eyebright.analysis.faces.selection import BARS, QualityFilter, overall_quality
from eyebright.analysis.sight import Sight
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, UserId
from eyebright.library.films import Watched
from eyebright.library.values import Lane, LaneKind, SeenBest, Stretch
from eyebright.people.search import FaceSearch
from eyebright.people.values import NewFace
from eyebright.sources.objects import StoredObject
from eyebright.video.reader import VideoReader
from eyebright.videojobs.film_rows import (
    MIN_PERCENT,
    OnCamera,
    Rows,
    Span,
    people_of,
    shots_of,
    sights_of,
)
from eyebright.videojobs.followed_faces import Alike, Ask

_KEPT = BARS[QualityFilter.MEDIUM].overall
"""Faces of films are held to what AUTO means for photos."""


@dataclass(frozen=True, slots=True)
class RoomsWatcher:
    """Implements `library.films.FilmWatcher`."""

    sight: Sight
    search: FaceSearch

    def watch(
        self,
        film: StoredObject,
        *,
        kinds: frozenset[LaneKind],
        scope: Scope,
        collection_id: CollectionId,
        with_faces: bool,
        tell: Callable[[], object],
    ) -> Watched:
        """One reading of the film for each group of kinds that is asked for."""
        lanes: list[Lane] = []
        faces: list[tuple[int, NewFace]] = []
        broke_off = ""
        seeing = self if with_faces else replace(self, sight=faceless(self.sight))
        for group, look in seeing._looks(scope, collection_id, tell):
            if not kinds & group:
                continue
            film.file.seek(0)
            with VideoReader.open(film.file) as video:
                for lane, face in look(video):
                    if face is not None:
                        faces.append((len(lanes), face))
                    lanes.append(lane)
                broke_off = broke_off or video.ended_early
        return Watched(tuple(lanes), broke_off, tuple(faces))

    def _looks(
        self, scope: Scope, collection_id: CollectionId, tell: Callable[[], object]
    ) -> Iterable[
        tuple[frozenset[LaneKind], Callable[[VideoReader], Iterable[tuple[Lane, NewFace | None]]]]
    ]:
        def shots(video: VideoReader) -> Iterable[tuple[Lane, None]]:
            for number, span in enumerate(shots_of(video, self.sight, tell=tell), start=1):
                yield Lane(LaneKind.SHOT, str(number), (_stretch(span),)), None

        def sights(video: VideoReader) -> Iterable[tuple[Lane, None]]:
            seen = sights_of(video, self.sight, tell=tell)
            yield from _lanes(LaneKind.LABEL, seen.labels)
            yield from _lanes(LaneKind.TEXT, seen.text)
            yield from _lanes(LaneKind.MODERATION, seen.moderation)

        def people(video: VideoReader) -> Iterable[tuple[Lane, NewFace | None]]:
            ask = self._asking(scope, collection_id)
            found = people_of(video, self.sight.faces, ask, tell=tell)
            strangers = 0
            for one in found:
                strangers += one.id is None
                yield self._person(one, strangers)

        yield frozenset({LaneKind.SHOT}), shots
        yield frozenset({LaneKind.LABEL, LaneKind.TEXT, LaneKind.MODERATION}), sights
        yield frozenset({LaneKind.PERSON}), people

    def _person(self, one: OnCamera, strangers: int) -> tuple[Lane, NewFace | None]:
        """Whoever has a name is kept by id only: names change."""
        spans = tuple(_stretch(span) for span in one.spans)
        best = _seen_best(one)
        if one.id is not None:
            return Lane(LaneKind.PERSON, "", spans, user_id=UserId(one.id), best=best), None
        lane = Lane(LaneKind.PERSON, f"unknown {strangers}", spans, best=best)
        left, top, right, bottom = one.best.box_xyxy
        side = min(right - left, bottom - top)
        good = overall_quality(one.best.description, side_px=side) >= _KEPT
        if one.vector is None or not good:
            return lane, None
        face = NewFace(
            one.vector, one.best.box_xyxy, one.frame_wh, one.best.score, self.sight.faces.space
        )
        return lane, face

    def _asking(self, scope: Scope, collection_id: CollectionId) -> Ask:
        """Who somebody is: the user most alike, by all faces of users or by one."""

        def ask(vector: FloatArray) -> tuple[Alike, ...]:
            space = self.sight.faces.space
            users = self.search.users_by_vector(
                scope, collection_id, vector, space=space, max_users=1, min_percent=MIN_PERCENT
            )
            if users:
                return (Alike(users[0].user.user_id, users[0].percent),)
            matches = self.search.by_vector(
                scope, collection_id, vector, space=space, max_faces=5, min_percent=MIN_PERCENT
            )
            named = [one for one in matches if one.face.user_id is not None]
            return tuple(Alike(str(one.face.user_id), one.percent) for one in named[:1])

        return ask


def _lanes(kind: LaneKind, rows: Rows) -> Iterable[tuple[Lane, None]]:
    for name, spans in rows.items():
        yield Lane(kind, name, tuple(_stretch(span) for span in spans)), None


def _seen_best(one: OnCamera) -> SeenBest:
    """The first of the surest stretches has the face that is best of all."""
    surest = max(one.spans, key=lambda span: span.score)
    left, top, right, bottom = one.best.box_xyxy
    width, height = one.frame_wh
    box = (left / width, top / height, right / width, bottom / height)
    return SeenBest(surest.best_ms, box)


def _stretch(span: Span) -> Stretch:
    return Stretch(span.start_ms, span.end_ms, span.score, span.best_ms)
