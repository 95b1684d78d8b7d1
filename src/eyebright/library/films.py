"""The stages of a film: its poster, its shots, what is seen in it, who is on camera."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, UserId
from eyebright.library.values import Decoded, Lane, LaneKind, Lanes, Person
from eyebright.people.values import NewFace
from eyebright.sources.objects import StoredObject
from eyebright.video.reader import VideoReader
from eyebright.video.sampling import Every
from eyebright.video.values import Frame

if TYPE_CHECKING:
    from eyebright.library.work import StageWork

POSTER_LOOKS = 8
"""Frames, one a second, among which the first that shows something is the poster."""
_FLAT = 12.0
"""Grey levels: a frame that varies less than this is black, a fade or a plain title."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a watcher saw. faces: lane (its place in `lanes`) -> the best face of a person whom
    nobody knows, to be enrolled, so that a name given later reaches the film."""

    lanes: tuple[Lane, ...]
    broke_off: str = ""
    faces: tuple[tuple[int, NewFace], ...] = ()


class FilmWatcher(Protocol):
    """Watches films; `app` makes it over the rooms of video."""

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
        """Look through a film once. with_faces: what else is seen may go by faces, too. tell:
        called after each look.

        Raises InvalidVideo, VideoTooLarge, PackNotInstalled."""
        ...


def poster_of(film: StoredObject) -> tuple[Frame, VideoReader]:
    """The first frame that shows something, and the closed reader, which knows what the film is.
    Raises InvalidVideo."""
    with VideoReader.open(film.file) as video:
        chosen: Frame | None = None
        for looks, frame in enumerate(video.frames(Every(Fraction(1))), start=1):
            chosen = chosen or frame
            if float(frame.pixels[::8, ::8].std()) >= _FLAT:
                chosen = frame
                break
            if looks >= POSTER_LOOKS:
                break
    assert chosen is not None  # a film without frames raises
    return chosen, video


def decoded_film(video: VideoReader, frame: Frame, *, proxy_wh: tuple[int, int]) -> Decoded:
    info = video.info
    length = info.duration_seconds
    height, width = frame.pixels.shape[:2]
    return Decoded(
        format=info.codec,
        size_wh=(width, height),
        frame_wh=(width, height),
        proxy_wh=proxy_wh,
        duration_ms=None if length is None else int(length * 1000),
        frame_rate=f"{float(info.frame_rate):.3f}".rstrip("0").rstrip("."),
    )


def named(
    lanes: Sequence[Lane], people: Mapping[FaceId, Person], seen: Mapping[UserId, Person]
) -> tuple[Lane, ...]:
    """Rows of people under the names that they have now. people: by the face that was enrolled of
    whom nobody knew. seen: by the user that was recognised; one who is gone is a stranger again."""
    return tuple(_named(lane, people, seen) for lane in lanes)


def _named(lane: Lane, people: Mapping[FaceId, Person], seen: Mapping[UserId, Person]) -> Lane:
    person = None if lane.face_id is None else people.get(lane.face_id)
    if lane.user_id is not None:
        person = seen.get(lane.user_id)
    if person is not None:
        return replace(lane, name=person.name, user_id=person.user_id)
    return replace(lane, name=lane.name or "unknown", user_id=None)


def watch(work: StageWork, kinds: Sequence[LaneKind]) -> Watched:
    """Raises what the watcher raises, and SourceUnavailable."""
    watcher = work.tools.watcher
    if watcher is None:
        return Watched(())
    with work.film() as film:
        return watcher.watch(
            film,
            kinds=frozenset(kinds),
            scope=work.library.scope,
            collection_id=work.library.collection_id,
            with_faces=work.may_look_for_faces,
            tell=work.alive,
        )


def shots(work: StageWork) -> Lanes:
    found = watch(work, [LaneKind.SHOT])
    return Lanes(found.lanes, found.broke_off)


def sights(work: StageWork) -> Lanes:
    found = watch(work, [LaneKind.LABEL, LaneKind.TEXT, LaneKind.MODERATION])
    return Lanes(found.lanes, found.broke_off)


def people(work: StageWork) -> Watched:
    work.collection()
    return watch(work, [LaneKind.PERSON])
