"""Faces followed through a video: who is the same over time, and each person asked about once.

A person is asked about with the best face seen of them, so what was seen waits until it is known
which face that is: when the person has gone, or after some seconds. Whoever is nobody's is asked
about again only with a much better face. Whoever comes back is asked about once more, so that two
people who were taken for one do not get each other's names; if the answer is nobody, they are who
they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from eyebright.analysis.faces.observation import FaceAttribute, FaceDescription
from eyebright.analysis.faces.selection import overall_quality
from eyebright.analysis.faces.vision import FaceVision, Similarity
from eyebright.geometry.arrays import FloatArray
from eyebright.tracking.tracker import Track, Tracker, TrackingRules
from eyebright.video.values import Frame
from eyebright.videojobs.codec import decode, encode
from eyebright.videojobs.still import FINE, StillScene
from eyebright.videojobs.work import Timed

MAX_FACES = 100
"""Of one frame, the largest."""
SAME_PERCENT = 90.0
"""Two faces this similar are one person wherever they are: of strangers, 3 in 10,000 are."""
OTHER_PERCENT = 60.0
"""Two faces less similar are two people even in the same place. Half a second apart, one face in
the same place was never below 79 % in 178 pairs of real and made-up clips; of strangers who take
each other's place at a cut, 2 in 100 are above 60 %, and in a dissolve half-way pictures are."""
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
    same_percent: two faces this similar are one person. wanted: what to say of each face."""

    away: float = 2.0
    hold: float = 10.0
    same_percent: float = SAME_PERCENT
    wanted: frozenset[FaceAttribute] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class _Person:
    """Someone since they came into view.

    waiting_since: when the faces began to wait; None when it is settled who this is. worth,
    vector: of the best face; a vector is kept only while it may be asked about. alike: who this
    is; before: who it was when last in view.
    """

    seen_at: float
    waiting_since: float | None
    worth: float
    vector: FloatArray | None
    alike: tuple[Alike, ...] = ()
    before: tuple[Alike, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldFace:
    """A face that cannot be told yet: it is not settled, or one before it is not."""

    at_ms: int
    face: FollowedFace
    settled: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Faces:
    """The faces of one frame, all of one length. vectors: (N, D); they are in the state, so it must
    end with the job."""

    boxes_xyxy: FloatArray
    scores: FloatArray
    descriptions: tuple[FaceDescription, ...]
    vectors: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    tracks: tuple[Track, ...] = ()
    begun: int = 0
    people: Mapping[int, _Person] = field(default_factory=dict)
    held: tuple[HeldFace, ...] = ()
    scene: bytes = b""


def face_rules(similarity: Similarity, *, same_percent: float) -> TrackingRules:
    """When two faces are one person's; a person comes back as the same after any time."""
    return TrackingRules(
        same=similarity.to_cosine(same_percent), other=similarity.to_cosine(OTHER_PERCENT)
    )


def following_rules(min_percent: float) -> FollowingRules:
    """For asking at a threshold: nobody is taken for another who is less similar than it."""
    return FollowingRules(same_percent=max(SAME_PERCENT, min_percent))


class FollowedFaces:
    """The people of one video. Not shared; lives as long as one attempt."""

    def __init__(
        self,
        vision: FaceVision,
        ask: Ask,
        *,
        rules: FollowingRules,
        state: bytes | None = None,
        nobody: Callable[[int, FloatArray], object] = lambda _person, _vector: None,
    ) -> None:
        """nobody: told the number and the best face of each person who is nobody's."""
        kept = decode(state, _Kept) if state else _Kept()
        self._nobody = nobody
        self._vision = vision
        self._ask = ask
        self._rules = rules
        tracking = face_rules(vision.similarity, same_percent=rules.same_percent)
        self._tracker = Tracker(tracking, list(kept.tracks), kept.begun)
        self._people = dict(kept.people)
        self._held = list(kept.held)
        self._scene = StillScene(_Faces, kept.scene, rules=FINE)

    @property
    def held(self) -> Sequence[HeldFace]:
        """What was seen and is not told yet, in order of time."""
        return self._held

    def look(self, frame: Frame) -> list[Timed[FollowedFace]]:
        """What became certain before this frame, in order of time."""
        now = float(frame.seconds)
        for index, person in self._people.items():
            if person.waiting_since is not None and (
                now - person.seen_at >= self._rules.away
                or now - person.waiting_since >= self._rules.hold
            ):
                self._settle(index, person)
        certain = self._released()
        self._held += self._seen(frame, now)
        self._forget_the_oldest()
        return certain

    def finish(self) -> list[Timed[FollowedFace]]:
        """All that still waits."""
        for index, person in self._people.items():
            if person.waiting_since is not None:
                self._settle(index, person)
        return self._released()

    def state(self) -> bytes:
        """What goes on where this left off; holds vectors, so it must end with the job."""
        tracker = self._tracker
        return encode(
            _Kept(
                tuple(tracker.tracks),
                tracker.begun,
                self._people,
                tuple(self._held),
                self._scene.state(),
            )
        )

    def _faces(self, frame: Frame) -> _Faces:
        image = frame.image()
        detections = self._vision.detect(image).largest(MAX_FACES)
        return _Faces(
            boxes_xyxy=detections.boxes_xyxy,
            scores=detections.scores,
            descriptions=tuple(self._vision.describe(image, detections, wanted=self._rules.wanted)),
            vectors=self._vision.embed(image, detections),
        )

    def _seen(self, frame: Frame, now: float) -> Iterator[HeldFace]:
        """Faces of a still scene go on where they were."""
        faces = self._scene.answer(frame, self._faces)
        if not len(faces.scores):
            return
        indexes = self._tracker.update(
            now, faces.boxes_xyxy, scores=faces.scores, vectors=faces.vectors
        )
        for place, (index, description) in enumerate(zip(indexes, faces.descriptions, strict=True)):
            if index is None:
                continue
            left, top, right, bottom = (float(edge) for edge in faces.boxes_xyxy[place])
            worth = overall_quality(description, side_px=min(right - left, bottom - top))
            person = self._meet(index, now, vector=faces.vectors[place], worth=worth)
            score = float(faces.scores[place])
            face = FollowedFace(index, (left, top, right, bottom), score, description, person.alike)
            yield HeldFace(frame.milliseconds, face, settled=person.waiting_since is None)

    def _meet(self, index: int, now: float, *, vector: FloatArray, worth: float) -> _Person:
        """Someone as they are known with this face."""
        person = self._people.get(index)
        if person is None or now - person.seen_at >= self._rules.away:
            before = () if person is None else person.alike or person.before
            person = _Person(now, now, worth, vector, before=before)
        elif not person.alike:
            waiting = person.waiting_since
            if worth > person.worth * (1.0 if waiting is not None else MUCH_BETTER):
                since = now if waiting is None else waiting
                person = replace(person, worth=worth, vector=vector, waiting_since=since)
        person = replace(person, seen_at=now)
        self._people[index] = person
        return person

    def _settle(self, index: int, person: _Person) -> None:
        """Ask who this is, and say it of all faces that wait for the answer."""
        assert person.vector is not None  # kept while waiting
        alike = self._ask(person.vector) or person.before
        if not alike:
            self._nobody(index, person.vector)
        self._people[index] = replace(person, waiting_since=None, vector=None, alike=alike)
        self._held = [
            replace(one, face=replace(one.face, alike=alike), settled=True)
            if one.face.person == index and not one.settled
            else one
            for one in self._held
        ]

    def _released(self) -> list[Timed[FollowedFace]]:
        """From the front: nothing overtakes what waits."""
        certain = [
            Timed(one.at_ms, one.face) for one in takewhile(lambda one: one.settled, self._held)
        ]
        del self._held[: len(certain)]
        return certain

    def _forget_the_oldest(self) -> None:
        tracks = self._tracker.tracks
        if len(tracks) <= MAX_PEOPLE:
            return
        tracks.sort(key=lambda track: track.seconds)
        del tracks[:-MAX_PEOPLE]
        needed = {track.index for track in tracks} | {one.face.person for one in self._held}
        self._people = {index: one for index, one in self._people.items() if index in needed}
