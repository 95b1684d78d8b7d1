"""Person tracking: who walks where, each person with one number through the whole video."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eyebright.analysis.faces.observation import FaceDescription
from eyebright.analysis.sight import Sight
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.imaging.image import Image
from eyebright.tracking.tracker import Track, Tracker, TrackingRules
from eyebright.video.sampling import Policy, per_second
from eyebright.video.values import Frame
from eyebright.videojobs.codec import decode, encode
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
_HEAD_SHARE = 0.65
"""Of a person's box, from above, where a face may be; of a close-up the box ends at the chest."""
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
class _Kept:
    tracks: tuple[Track, ...] = ()
    begun: int = 0


@dataclass(frozen=True, slots=True)
class PersonWork:
    sight: Sight
    tracker: Tracker
    policy: Policy = FOUR_A_SECOND

    def look(self, frame: Frame) -> Sequence[Timed[TrackedPerson]]:
        image = frame.image()
        boxes, scores = self._persons(image)
        looks = np.array([look_of(frame.pixels, box) for box in boxes], np.float32)
        indexes = self.tracker.update(
            float(frame.seconds),
            boxes,
            scores=scores,
            vectors=looks if len(boxes) else None,
        )
        faces = _owners(self._faces(image) if len(boxes) else (), boxes)
        return [
            Timed(frame.milliseconds, TrackedPerson(index, _box(box), faces.get(place)))
            for place, (index, box) in enumerate(zip(indexes, boxes, strict=True))
            if index is not None
        ]

    def finish(self) -> Sequence[Timed[TrackedPerson]]:
        return ()

    def state(self) -> bytes:
        return encode(_Kept(tuple(self.tracker.tracks), self.tracker.begun))

    def _persons(self, image: Image) -> tuple[FloatArray, FloatArray]:
        """Boxes (N, 4) and scores (N,), surest first."""
        found = self.sight.objects().detect(image)
        places = [place for place, name in enumerate(found.names) if name == "Person"]
        chosen = np.array(places[:MAX_PERSONS], np.intp)
        return found.boxes_xyxy[chosen], found.scores[chosen]

    def _faces(self, image: Image) -> list[PersonFace]:
        vision = self.sight.faces
        detections = vision.detect(image).largest(MAX_PERSONS)
        descriptions = vision.describe(image, detections)
        return [
            PersonFace(_box(box), float(score), description)
            for box, score, description in zip(
                detections.boxes_xyxy, detections.scores, descriptions, strict=True
            )
        ]


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


def _owners(faces: Sequence[PersonFace], boxes_xyxy: FloatArray) -> dict[int, PersonFace]:
    """Place of a person -> the largest face whose middle lies in the upper part of the box, each
    face with the smallest such box."""
    owned: dict[int, PersonFace] = {}
    for face in faces:
        x = (face.box_xyxy[0] + face.box_xyxy[2]) / 2.0
        y = (face.box_xyxy[1] + face.box_xyxy[3]) / 2.0
        sizes = [
            ((box[2] - box[0]) * (box[3] - box[1]), place)
            for place, box in enumerate(boxes_xyxy)
            if place not in owned
            and box[0] <= x <= box[2]
            and box[1] <= y <= box[1] + _HEAD_SHARE * (box[3] - box[1])
        ]
        if sizes:
            owned[min(sizes)[1]] = face
    return owned


def _box(box: FloatArray) -> Box:
    left, top, right, bottom = (float(edge) for edge in box)
    return left, top, right, bottom


def _begin(context: Context, _settings: Mapping[str, Any], state: bytes | None) -> PersonWork:
    kept = decode(state, _Kept) if state else _Kept()
    return PersonWork(context.sight, Tracker(RULES, list(kept.tracks), kept.begun))


def _rank(found: Timed[TrackedPerson]) -> tuple[int, int]:
    return found.item.index, found.at_ms


PERSON_TRACKING = Work(VideoKind.PERSON_TRACKING, TrackedPerson, _begin, rank=_rank)
