"""Who is in the picture: boxes of persons matched with faces.

A face belongs to the person in whose box it sits where a face sits. A face without a box still
makes a person, and a box without a face does too: someone seen from behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.analysis.equipment.values import Box, EquippedPerson
from eyebright.geometry.arrays import FloatArray
from eyebright.geometry.boxes import box_areas, box_centres, box_sizes_wh, clip_boxes, intersections

_LEAST_INSIDE = 0.7
"""Share of the face that lies in the person's box."""
_LOWEST_FACE = 0.6
"""A face's centre lies in this upper part of the box; lower only in boxes wider than high, of
people who lie or lean."""
_SHOULDERS, _FEET = 3.0, 9.0
"""Of a person of whom only the face is known: so many faces wide and high. An adult is about seven
heads tall and two wide, and a face is three quarters of a head high."""
_CROWN, _EARS = 0.33, 0.15
"""A face's box ends at the forehead and before the ears: shares of its height and width."""


@dataclass(frozen=True, slots=True, eq=False)
class Bodies:
    """N persons.

    boxes_xyxy: (N, 4) float32 pixels, inside the picture. scores: (N,) float32, 0-1.
    faces: (N,) intp, the position of each one's face among the faces, or -1.
    """

    boxes_xyxy: FloatArray
    scores: FloatArray
    faces: tuple[int, ...]


def find_bodies(
    boxes_xyxy: FloatArray,
    scores: FloatArray,
    *,
    face_boxes_xyxy: FloatArray,
    face_scores: FloatArray,
    size_wh: tuple[int, int],
) -> Bodies:
    """Persons with a box first, then those of whom only a face is seen.

    boxes_xyxy, scores: of persons, (N, 4) and (N,); face_boxes_xyxy, face_scores: (M, 4) and (M,).
    A person is as sure as the surer of box and face; the box is grown to hold the face.
    """
    owner = match_faces(boxes_xyxy, face_boxes_xyxy)
    face_of = {box: face for face, box in enumerate(owner) if box >= 0}
    alone = [face for face, box in enumerate(owner) if box < 0]
    faces = (*(face_of.get(box, -1) for box in range(len(scores))), *alone)
    grown = np.concatenate([boxes_xyxy, bodies_below(face_boxes_xyxy[alone])]).astype(np.float32)
    surest = np.concatenate([scores, face_scores[alone]]).astype(np.float32)
    for body, face in enumerate(faces):
        if face >= 0:
            grown[body, :2] = np.minimum(grown[body, :2], face_boxes_xyxy[face, :2])
            grown[body, 2:] = np.maximum(grown[body, 2:], face_boxes_xyxy[face, 2:])
            surest[body] = max(surest[body], face_scores[face])
    return Bodies(clip_boxes(grown, size_wh), surest, faces)


def match_faces(boxes_xyxy: FloatArray, face_boxes_xyxy: FloatArray) -> list[int]:
    """For each face the person's box it belongs to, or -1; a box has one face at most.

    Of the boxes that hold a face, the one in which it is nearest to the middle of the top.
    """
    owner = [-1] * len(face_boxes_xyxy)
    if not len(boxes_xyxy) or not owner:
        return owner
    costs = _distances(boxes_xyxy, face_boxes_xyxy)
    for flat in np.argsort(costs, axis=None, kind="stable"):
        face, box = divmod(int(flat), len(boxes_xyxy))
        if not np.isfinite(costs[face, box]):
            break
        if owner[face] < 0 and box not in owner:
            owner[face] = box
    return owner


def _distances(boxes_xyxy: FloatArray, face_boxes_xyxy: FloatArray) -> FloatArray:
    """(M, N): how far face m is from where box n would have it, in sides of that box; infinite
    where it cannot be its face."""
    sizes = np.maximum(box_sizes_wh(boxes_xyxy), 1.0)
    centres = box_centres(face_boxes_xyxy)[:, None]
    shared = intersections(face_boxes_xyxy, boxes_xyxy)
    inside = shared / np.maximum(box_areas(face_boxes_xyxy), 1.0)[:, None]
    across = np.abs(centres[..., 0] - box_centres(boxes_xyxy)[:, 0]) / sizes[:, 0]
    down = (centres[..., 1] - boxes_xyxy[:, 1]) / sizes[:, 1]
    upright = sizes[:, 1] >= sizes[:, 0]
    possible = (inside >= _LEAST_INSIDE) & ((down <= _LOWEST_FACE) | ~upright)
    costs: FloatArray = np.where(possible, across + np.abs(down), np.inf)
    return costs


def bodies_below(face_boxes_xyxy: FloatArray) -> FloatArray:
    """Where the bodies of these faces would be, (M, 4): unclipped."""
    sizes = box_sizes_wh(face_boxes_xyxy)
    centres = box_centres(face_boxes_xyxy)
    half = sizes[:, 0] * np.float32(_SHOULDERS / 2)
    top = face_boxes_xyxy[:, 1] - sizes[:, 1] * np.float32(_CROWN)
    bottom = top + sizes[:, 1] * np.float32(_FEET)
    bodies: FloatArray = np.stack([centres[:, 0] - half, top, centres[:, 0] + half, bottom], axis=1)
    return bodies


def head_boxes(face_boxes_xyxy: FloatArray) -> FloatArray:
    """Heads around faces, (M, 4): from the crown to the chin, with the ears."""
    widths, heights = box_sizes_wh(face_boxes_xyxy).T
    grown: FloatArray = face_boxes_xyxy + np.stack(
        [-_EARS * widths, -_CROWN * heights, _EARS * widths, np.zeros_like(heights)], axis=1
    ).astype(np.float32)
    return grown


def foremost(persons: Sequence[EquippedPerson], count: int) -> tuple[EquippedPerson, ...]:
    """At most so many: the largest, who stand in front, in the order they came in."""
    if len(persons) <= count:
        return tuple(persons)
    by_size = sorted(range(len(persons)), key=lambda at: -_area(persons[at].box_xyxy))
    kept = set(by_size[:count])
    return tuple(person for at, person in enumerate(persons) if at in kept)


def _area(box_xyxy: Box) -> float:
    left, top, right, bottom = box_xyxy
    return max(right - left, 0.0) * max(bottom - top, 0.0)
