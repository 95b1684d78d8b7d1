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
from eyebright.videojobs.codec import decode, encode
from eyebright.videojobs.followed_faces import MAX_PEOPLE, SAME_PERCENT, face_rules
from eyebright.videojobs.identities import Identities, SeenPerson
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
_BINS = 6
"""Of each colour channel."""
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
class _SeenFaces:
    """The faces of one frame, all of one length. tracks: None for a face too unsure to follow."""

    faces: Sequence[PersonFace] = ()
    vectors: Sequence[FloatArray] = ()
    tracks: Sequence[int | None] = ()


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
        """The last frame, small and grey."""

    def look(self, frame: Frame) -> Sequence[Timed[TrackedPerson]]:
        image, now = frame.image(), float(frame.seconds)
        self._move_with_the_camera(frame.pixels)
        boxes, scores = self._persons(image)
        looks = np.array([look_of(frame.pixels, box) for box in boxes], np.float32)
        bodies = self._bodies.update(
            now, boxes, scores=scores, vectors=looks if len(boxes) else None
        )
        seen = self._seen_faces(image, now) if len(boxes) else _SeenFaces()
        followed = [
            (body, box) for body, box in zip(bodies, boxes, strict=True) if body is not None
        ]
        owned = owners([face.box_xyxy for face in seen.faces], [box for _, box in followed])
        people = self._identities.name(
            [
                _seen_person(body, owned.get(place), seen)
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
            )
        )

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

    def _seen_faces(self, image: Image, now: float) -> _SeenFaces:
        vision = self._sight.faces
        detections = vision.detect(image).largest(MAX_PERSONS)
        if not len(detections):
            return _SeenFaces()
        boxes, scores = detections.boxes_xyxy, detections.scores
        descriptions = vision.describe(image, detections)
        vectors = vision.embed(image, detections)
        faces = [
            PersonFace(_box(box), float(score), description)
            for box, score, description in zip(boxes, scores, descriptions, strict=True)
        ]
        tracks = self._faces.update(now, boxes, scores=scores, vectors=vectors)
        return _SeenFaces(faces, list(vectors), tracks)

    def _forget(self) -> None:
        tracks = self._faces.tracks
        if len(tracks) > MAX_PEOPLE:
            tracks.sort(key=lambda track: track.seconds)
            del tracks[:-MAX_PEOPLE]
        self._identities.forget(self._bodies.tracks, tracks)


def _seen_person(body: int, face: int | None, seen: _SeenFaces) -> SeenPerson:
    """face: its place among the seen ones."""
    if face is None:
        return SeenPerson(body)
    return SeenPerson(body, seen.tracks[face], seen.vectors[face])


def look_of(pixels: ByteArray, box_xyxy: FloatArray) -> FloatArray:
    """(432,) float32 of unit length: which colours the upper and the lower half of a box show.

    pixels: (h, w, 3) uint8. Square roots of a histogram of 6 x 6 x 6 colours, so that cosines are
    Bhattacharyya coefficients; the outer fifth of the width is left out as background.
    """
    height, width = pixels.shape[:2]
    left, top, right, bottom = (float(edge) for edge in box_xyxy)
    inset = 0.2 * (right - left)
    x0, x1 = _span(left + inset, right - inset, width)
    middle = (top + bottom) / 2.0
    halves = []
    for begin, end in ((top, middle), (middle, bottom)):
        y0, y1 = _span(begin, end, height)
        patch = pixels[y0:y1, x0:x1].reshape(-1, 3).astype(np.intp) * _BINS // 256
        places = (patch[:, 0] * _BINS + patch[:, 1]) * _BINS + patch[:, 2]
        counts = np.bincount(places, minlength=_BINS**3).astype(np.float32)
        halves.append(np.sqrt(counts / max(counts.sum(), 1.0)))
    look: FloatArray = (np.concatenate(halves) / np.sqrt(2.0)).astype(np.float32)
    return look


def _span(begin: float, end: float, length: int) -> tuple[int, int]:
    """Whole pixels inside the picture, at least one."""
    first = min(max(int(begin), 0), length - 1)
    return first, max(min(int(np.ceil(end)), length), first + 1)


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
