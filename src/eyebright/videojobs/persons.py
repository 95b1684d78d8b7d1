"""Person tracking: who walks where, each person with one number through the whole video."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from eyebright.analysis.faces.observation import FaceDescription
from eyebright.analysis.sight import Sight
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.imaging.crops import resize
from eyebright.imaging.image import Image
from eyebright.tracking.camera import SMALL_WH, camera_shift, moved
from eyebright.tracking.tracker import Track, Tracker, TrackingRules
from eyebright.video.sampling import Policy, per_second
from eyebright.video.values import Frame
from eyebright.videojobs.clothes import look_of
from eyebright.videojobs.codec import decode, encode
from eyebright.videojobs.followed_faces import MAX_PEOPLE, SAME_PERCENT, face_rules
from eyebright.videojobs.identities import Identities, SeenPerson
from eyebright.videojobs.still import FINE, StillScene
from eyebright.videojobs.values import VideoKind
from eyebright.videojobs.work import Context, Timed, Work

FOUR_A_SECOND = per_second(4)
"""Someone who walks still overlaps with where they were."""
MAX_PERSONS = 100
"""Of one frame, the surest."""
RULES = TrackingRules(
    begin_score=0.5,
    continue_score=0.2,
    max_gap=1.5,
    min_iou=0.2,
    same=0.97,
    other=0.4,
    forget_vectors_after=60.0,
)
"""Clothes are no proof: what looks the same after a minute may be someone else."""
OTHER_FACE_PERCENT = 50.0
"""Faces less similar are two people's, though the body went on: of strangers, 95 in 100 are. Less
strict than between faces alone, since someone who turns round shows another face."""
_HEAD_SHARE = 0.5
"""Of a person's box, from above, where a face may begin; in a close-up it fills most of the box."""
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PersonFace:
    """A face inside a person's box. score: 0-1."""

    box_xyxy: Box
    score: float
    description: FaceDescription


@dataclass(frozen=True, slots=True)
class TrackedPerson:
    """index: from 0, in order of first sight. box_xyxy: pixels of the frame."""

    index: int
    box_xyxy: Box
    face: PersonFace | None


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """What one frame shows. boxes_xyxy, scores: of persons, surest first. faces, vectors (M, D): of
    faces, if there are persons; vectors are in the state, so it must end with the job."""

    boxes_xyxy: FloatArray
    scores: FloatArray
    faces: tuple[PersonFace, ...]
    vectors: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    bodies: tuple[Track, ...] = ()
    bodies_begun: int = 0
    faces: tuple[Track, ...] = ()
    faces_begun: int = 0
    of_body: Mapping[int, int] = field(default_factory=dict)
    of_face: Mapping[int, int] = field(default_factory=dict)
    begun: int = 0
    small: FloatArray | None = None
    scene: bytes = b""


class PersonWork:
    """Bodies and faces are followed each by their own tracker; `Identities` says who is one."""

    policy: Policy = FOUR_A_SECOND

    def __init__(self, sight: Sight, state: bytes | None = None) -> None:
        kept = decode(state, _Kept) if state else _Kept()
        similarity = sight.faces.similarity
        face_tracking = face_rules(similarity, same_percent=SAME_PERCENT)
        self._sight = sight
        self._other = similarity.to_cosine(OTHER_FACE_PERCENT)
        self._bodies = Tracker(RULES, list(kept.bodies), kept.bodies_begun)
        self._faces = Tracker(face_tracking, list(kept.faces), kept.faces_begun)
        self._identities = Identities(dict(kept.of_body), dict(kept.of_face), kept.begun)
        self._small = kept.small
        """The last frame that showed something new, small and grey."""
        self._scene = StillScene(_Picture, kept.scene, rules=FINE)

    def look(self, frame: Frame) -> Sequence[Timed[TrackedPerson]]:
        """People of a still scene go on where they were."""
        seen, now = self._scene.answer(frame, self._new_picture), float(frame.seconds)
        followed = self._followed(frame.pixels, seen, now)
        tracks = self._followed_faces(seen, now)
        owned = owners([face.box_xyxy for face in seen.faces], [box for _, box in followed])
        people = self._identities.name(
            [
                _seen_person(body, owned.get(place), tracks, seen.vectors)
                for place, (body, _) in enumerate(followed)
            ],
            faces=self._faces.tracks,
            other=self._other,
        )
        self._forget()
        found = [
            TrackedPerson(person, _box(box), seen.faces[owned[place]] if place in owned else None)
            for place, (person, (_, box)) in enumerate(zip(people, followed, strict=True))
        ]
        return [Timed(frame.milliseconds, one) for one in found]

    def finish(self) -> Sequence[Timed[TrackedPerson]]:
        return ()

    def state(self) -> bytes:
        """Holds vectors of faces, so it must end with the job."""
        known = self._identities
        return encode(
            _Kept(
                bodies=tuple(self._bodies.tracks),
                bodies_begun=self._bodies.begun,
                faces=tuple(self._faces.tracks),
                faces_begun=self._faces.begun,
                of_body=known.of_body,
                of_face=known.of_face,
                begun=known.begun,
                small=self._small,
                scene=self._scene.state(),
            )
        )

    def _new_picture(self, frame: Frame) -> _Picture:
        self._move_with_the_camera(frame.pixels)
        image = frame.image()
        boxes, scores = self._persons(image)
        if not len(boxes):
            return _Picture(boxes, scores, (), np.zeros((0, 0), np.float32))
        return _Picture(boxes, scores, *self._faces_of(image))

    def _followed(
        self, pixels: ByteArray, seen: _Picture, now: float
    ) -> list[tuple[int, FloatArray]]:
        """Track and box of each person who is sure enough."""
        boxes = seen.boxes_xyxy.reshape(-1, 4)
        looks = np.array([look_of(pixels, box) for box in boxes], np.float32)
        bodies = self._bodies.update(
            now, boxes, scores=seen.scores, vectors=looks if len(boxes) else None
        )
        return [(body, box) for body, box in zip(bodies, boxes, strict=True) if body is not None]

    def _followed_faces(self, seen: _Picture, now: float) -> Sequence[int | None]:
        """The track of each face; None for one that is too unsure to follow."""
        if not seen.faces:
            return ()
        boxes = np.array([face.box_xyxy for face in seen.faces], np.float32)
        scores = np.array([face.score for face in seen.faces], np.float32)
        return self._faces.update(now, boxes, scores=scores, vectors=seen.vectors)

    def _move_with_the_camera(self, pixels: ByteArray) -> None:
        small = resize(pixels, SMALL_WH).astype(np.float32).mean(axis=2).round()
        shift = None if self._small is None else camera_shift(self._small, small)
        self._small = small
        if shift is not None:
            height, width = pixels.shape[:2]
            self._bodies.tracks = moved(self._bodies.tracks, (shift[0] * width, shift[1] * height))

    def _persons(self, image: Image) -> tuple[FloatArray, FloatArray]:
        """Boxes (N, 4) and scores (N,), surest first."""
        found = self._sight.objects().detect(image)
        places = [place for place, name in enumerate(found.names) if name == "Person"]
        chosen = np.array(places[:MAX_PERSONS], np.intp)
        return found.boxes_xyxy[chosen], found.scores[chosen]

    def _faces_of(self, image: Image) -> tuple[tuple[PersonFace, ...], FloatArray]:
        """Faces, largest first, and their vectors (M, D)."""
        vision = self._sight.faces
        detections = vision.detect(image).largest(MAX_PERSONS)
        descriptions = vision.describe(image, detections)
        faces = tuple(
            PersonFace(_box(box), float(score), description)
            for box, score, description in zip(
                detections.boxes_xyxy, detections.scores, descriptions, strict=True
            )
        )
        return faces, vision.embed(image, detections)

    def _forget(self) -> None:
        tracks = self._faces.tracks
        if len(tracks) > MAX_PEOPLE:
            tracks.sort(key=lambda track: track.seconds)
            del tracks[:-MAX_PEOPLE]
        self._identities.forget(self._bodies.tracks, tracks)


def _seen_person(
    body: int, face: int | None, tracks: Sequence[int | None], vectors: FloatArray
) -> SeenPerson:
    """face: its place among the seen ones."""
    if face is None:
        return SeenPerson(body)
    return SeenPerson(body, tracks[face], vectors[face])


def owners(faces_xyxy: Sequence[Box], boxes_xyxy: Sequence[FloatArray]) -> dict[int, int]:
    """Place of a person -> place of the face: the first whose middle lies in the box, and whose
    upper edge lies in its upper half; each face belongs to the smallest such box. Faces come
    largest first."""
    owned: dict[int, int] = {}
    for face, (left, top, right, bottom) in enumerate(faces_xyxy):
        x, y = (left + right) / 2.0, (top + bottom) / 2.0
        sizes = [
            ((box[2] - box[0]) * (box[3] - box[1]), place)
            for place, box in enumerate(boxes_xyxy)
            if place not in owned
            and box[0] <= x <= box[2]
            and box[1] <= y <= box[3]
            and top <= box[1] + _HEAD_SHARE * (box[3] - box[1])
        ]
        if sizes:
            owned[min(sizes)[1]] = face
    return owned


def _box(box: FloatArray) -> Box:
    left, top, right, bottom = (float(edge) for edge in box)
    return left, top, right, bottom


def _begin(context: Context, _settings: Mapping[str, Any], state: bytes | None) -> PersonWork:
    return PersonWork(context.sight, state)


def _rank(found: Timed[TrackedPerson]) -> tuple[int, int]:
    return found.item.index, found.at_ms


PERSON_TRACKING = Work(VideoKind.PERSON_TRACKING, TrackedPerson, _begin, rank=_rank)
