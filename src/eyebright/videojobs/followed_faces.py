"""Faces followed through a video: who is the same over time, and each person asked about once.

A person is asked about with the best face seen of them, so what was seen waits until it is known
which face that is: when the person has gone, or after some seconds. Whoever is nobody's is asked
about again only with a much better face.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from eyebright.analysis.faces.observation import FaceAttribute, FaceDescription
from eyebright.analysis.faces.selection import overall_quality
from eyebright.analysis.faces.vision import FaceVision, Similarity
from eyebright.geometry.arrays import FloatArray
from eyebright.geometry.boxes import box_sizes_wh
from eyebright.tracking.tracker import Track, Tracker, TrackingRules
from eyebright.video.values import Frame
from eyebright.videojobs.codec import decode, encode
from eyebright.videojobs.work import Timed

MAX_FACES = 100
"""Of one frame, the largest."""
SAME_PERCENT = 90.0
"""Two faces this similar are one person wherever they are; bench/who.py measures it."""
OTHER_PERCENT = 15.0
"""Two faces less similar are two people even in the same place."""
MUCH_BETTER = 1.25
MAX_PEOPLE = 500
"""Remembered at once; whoever was not seen for the longest time is forgotten first."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Someone that a face is like. percent: 0-100."""

    id: str
    percent: float


Ask = Callable[[FloatArray], tuple[Alike, ...]]
"""Who a vector of unit length is like, most alike first."""


@dataclass(frozen=True, slots=True)
class FollowedFace:
    """One face in one frame. person: from 0, the same for the same person. score: 0-1.
    box_xyxy: pixels of the frame. alike: the same for all faces that were asked about together."""

    person: int
    box_xyxy: tuple[float, float, float, float]
    score: float
    description: FaceDescription
    alike: tuple[Alike, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowingRules:
    """In seconds. away: unseen for so long, a person has gone. hold: what was seen waits no longer.
    wanted: what to say of each face."""

    away: float = 2.0
    hold: float = 10.0
    wanted: frozenset[FaceAttribute] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class _Person:
    """waiting_since: when the faces began to wait; None when it is settled who this is.
    worth, vector: of the best face; a vector is kept only while it may be asked about."""

    seen_at: float
    waiting_since: float | None
    worth: float
    vector: FloatArray | None
    alike: tuple[Alike, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    tracks: tuple[Track, ...] = ()
    begun: int = 0
    people: Mapping[int, _Person] = field(default_factory=dict)
    held: tuple[Timed[FollowedFace], ...] = ()


def face_rules(similarity: Similarity) -> TrackingRules:
    """When two faces are one person's; a person comes back as the same after any time."""
    return TrackingRules(
        same=similarity.to_cosine(SAME_PERCENT), other=similarity.to_cosine(OTHER_PERCENT)
    )


class FollowedFaces:
    """The people of one video. Not shared; lives as long as one attempt."""

    def __init__(
        self,
        vision: FaceVision,
        ask: Ask,
        *,
        rules: FollowingRules,
        state: bytes | None = None,
    ) -> None:
        kept = decode(state, _Kept) if state else _Kept()
        self._vision = vision
        self._ask = ask
        self._rules = rules
        self._tracker = Tracker(face_rules(vision.similarity), list(kept.tracks), kept.begun)
        self._people = dict(kept.people)
        self._held = list(kept.held)

    def look(self, frame: Frame) -> list[Timed[FollowedFace]]:
        """What became certain with this frame, in order of time."""
        now = float(frame.seconds)
        self._held += [Timed(frame.milliseconds, face) for face in self._seen(frame, now)]
        for index, person in self._people.items():
            if person.waiting_since is not None and (
                now - person.seen_at >= self._rules.away
                or now - person.waiting_since >= self._rules.hold
            ):
                self._people[index] = self._settled(person)
        certain = self._released()
        self._forget_the_oldest()
        return certain

    def finish(self) -> list[Timed[FollowedFace]]:
        """All that still waits."""
        for index, person in self._people.items():
            if person.waiting_since is not None:
                self._people[index] = self._settled(person)
        return self._released()

    def state(self) -> bytes:
        """What goes on where this left off; holds vectors, so it must end with the job."""
        tracker = self._tracker
        return encode(_Kept(tuple(tracker.tracks), tracker.begun, self._people, tuple(self._held)))

    def _seen(self, frame: Frame, now: float) -> Iterator[FollowedFace]:
        image = frame.image()
        detections = self._vision.detect(image).largest(MAX_FACES)
        if not len(detections):
            return
        descriptions = self._vision.describe(image, detections, wanted=self._rules.wanted)
        vectors = self._vision.embed(image, detections)
        indexes = self._tracker.update(
            now, detections.boxes_xyxy, scores=detections.scores, vectors=vectors
        )
        sides = box_sizes_wh(detections.boxes_xyxy).min(axis=1)
        for place, (index, description) in enumerate(zip(indexes, descriptions, strict=True)):
            if index is None:
                continue
            worth = overall_quality(description, side_px=float(sides[place]))
            self._meet(index, now, vector=vectors[place], worth=worth)
            left, top, right, bottom = (float(edge) for edge in detections.boxes_xyxy[place])
            yield FollowedFace(
                index, (left, top, right, bottom), float(detections.scores[place]), description
            )

    def _meet(self, index: int, now: float, *, vector: FloatArray, worth: float) -> None:
        person = self._people.get(index)
        if person is None:
            self._people[index] = _Person(now, now, worth, vector)
            return
        waiting = person.waiting_since
        needed = person.worth * (1.0 if waiting is not None else MUCH_BETTER)
        if worth > needed and not person.alike:
            person = replace(
                person,
                worth=worth,
                vector=vector,
                waiting_since=now if waiting is None else waiting,
            )
        self._people[index] = replace(person, seen_at=now)

    def _settled(self, person: _Person) -> _Person:
        assert person.vector is not None  # kept while waiting
        return replace(person, waiting_since=None, vector=None, alike=self._ask(person.vector))

    def _released(self) -> list[Timed[FollowedFace]]:
        """From the front: nothing overtakes what waits."""
        certain: list[Timed[FollowedFace]] = []
        for timed in self._held:
            person = self._people[timed.item.person]
            if person.waiting_since is not None:
                break
            certain.append(replace(timed, item=replace(timed.item, alike=person.alike)))
        del self._held[: len(certain)]
        return certain

    def _forget_the_oldest(self) -> None:
        tracks = self._tracker.tracks
        if len(tracks) <= MAX_PEOPLE:
            return
        tracks.sort(key=lambda track: track.seconds)
        del tracks[:-MAX_PEOPLE]
        needed = {track.index for track in tracks} | {timed.item.person for timed in self._held}
        self._people = {index: one for index, one in self._people.items() if index in needed}
