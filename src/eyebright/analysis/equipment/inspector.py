"""Persons, their body parts and what covers them, in the order in which it is found out.

faces and persons' boxes -> who is there -> covers of faces -> poses -> body parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from eyebright.analysis.equipment.covers import CoverJudge, CoverScores, cover_box
from eyebright.analysis.equipment.limbs import Limb, hands_of, head_of
from eyebright.analysis.equipment.persons import Bodies, find_bodies, head_boxes
from eyebright.analysis.equipment.pose import PoseModel, Poses
from eyebright.analysis.equipment.values import (
    BodyPart,
    Box,
    Equipment,
    EquipmentType,
    EquippedPerson,
    ObservedBodyPart,
)
from eyebright.analysis.faces.observation import Detections
from eyebright.analysis.labels.values import ObjectDetections
from eyebright.geometry.arrays import FloatArray
from eyebright.geometry.boxes import box_sizes_wh
from eyebright.imaging.image import Image
from eyebright.packs.pack import Pack
from eyebright.runtime.session import OnnxModel, Runtime

if TYPE_CHECKING:
    from eyebright.analysis.observations import Observations

POSE_FILE = "movenet_lightning.onnx"
PERSON = "Person"
"""The taxonomy's name of what the detector calls a person."""
NOTHING_JUDGED: frozenset[EquipmentType] = frozenset()


class Judge(Protocol):
    """Says what covers faces; the real one is `covers.CoverJudge`."""

    def judge(self, image: Image, detections: Detections) -> CoverScores: ...


class PoseFinder(Protocol):
    """Finds the points of bodies; the real one is `pose.PoseModel`."""

    def run(self, image: Image, boxes_xyxy: FloatArray) -> Poses: ...


@dataclass(frozen=True, slots=True)
class InspectionRules:
    """The pack's parameters; scores 0-1, sizes in pixels of the picture.

    worn_found: least score of a cover that is reported. worn_absent: at most this, and the face is
    bare; what lies between is not judged. hat_absent: at most this, and the head is bare; above,
    a hat and a helmet cannot be told apart and nothing is judged. least_face_px: of smaller faces
    nothing is judged. least_score: of a person's box. least_pose_px: smaller persons have no pose.
    least_joint_score: of the points that a hand or a head rests on.
    """

    worn_found: float
    worn_absent: float
    hat_absent: float
    least_face_px: float
    least_score: float
    least_pose_px: float
    least_joint_score: float

    @classmethod
    def of(cls, pack: Pack) -> InspectionRules:
        """Raises PackInvalid when one is missing."""
        covers = ("worn_found", "worn_absent", "hat_absent", "least_face_px")
        persons = ("least_score", "least_pose_px", "least_joint_score")
        return cls(
            **{name: pack.number(f"covers.{name}") for name in covers},
            **{name: pack.number(f"persons.{name}") for name in persons},
        )


@dataclass(frozen=True, slots=True, eq=False)
class PackInspector:
    """The pack "equipment" at work; what `vision.EquipmentInspector` asks for. Safe to use from
    any thread."""

    judge: Judge
    pose: PoseFinder
    rules: InspectionRules
    runtime: Runtime

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime) -> Self:
        """Raises PackInvalid when a model, a head or a rule is missing."""
        model: OnnxModel = runtime.load(pack.model_path(POSE_FILE))
        return cls(
            judge=CoverJudge.load(pack, runtime),
            pose=PoseModel(model),
            rules=InspectionRules.of(pack),
            runtime=runtime,
        )

    def inspect(self, seen: Observations) -> tuple[EquippedPerson, ...]:
        """Persons with their body parts, surest first."""
        faces, objects = seen.faces, seen.objects
        bodies = self._bodies(faces, objects, seen.image.size_wh)
        if not bodies.faces:
            return ()
        with self.runtime.slot():
            scores = self.judge.judge(seen.image, faces)
            limbs = self._limbs(seen.image, bodies)
        heads = head_boxes(faces.boxes_xyxy)
        persons = []
        for index in np.argsort(-bodies.scores, kind="stable"):
            face = bodies.faces[index]
            parts = list(limbs[index])
            if face >= 0:
                parts += self._parts_of_face(faces, heads, face, scores)
            ordered = sorted(parts, key=lambda part: _ORDER.index(part.part))
            box = box_of(bodies.boxes_xyxy[index])
            persons.append(EquippedPerson(box, float(bodies.scores[index]), tuple(ordered)))
        return tuple(persons)

    def _bodies(
        self, faces: Detections, objects: ObjectDetections, size_wh: tuple[int, int]
    ) -> Bodies:
        """From the boxes that show persons surely enough, and the faces."""
        persons = [
            index
            for index, name in enumerate(objects.names)
            if name == PERSON and objects.scores[index] >= self.rules.least_score
        ]
        return find_bodies(
            objects.boxes_xyxy[persons],
            objects.scores[persons],
            face_boxes_xyxy=faces.boxes_xyxy,
            face_scores=faces.scores,
            size_wh=size_wh,
        )

    def _limbs(self, image: Image, bodies: Bodies) -> list[list[ObservedBodyPart]]:
        """Hands of every person who is large enough, and heads of those without a face."""
        sides = box_sizes_wh(bodies.boxes_xyxy).max(axis=1, initial=0.0)
        large = np.flatnonzero(sides >= self.rules.least_pose_px)
        poses = self.pose.run(image, bodies.boxes_xyxy[large])
        limbs: list[list[ObservedBodyPart]] = [[] for _ in bodies.faces]
        for row, index in enumerate(large):
            faceless = bodies.faces[index] < 0
            found = self._limbs_of(poses, row, size_wh=image.size_wh, with_head=faceless)
            limbs[index] = [
                ObservedBodyPart(limb.part, limb.box_xyxy, limb.score, (), NOTHING_JUDGED)
                for limb in found
            ]
        return limbs

    def _limbs_of(
        self, poses: Poses, row: int, *, size_wh: tuple[int, int], with_head: bool
    ) -> list[Limb]:
        points, scores, least = poses.points[row], poses.scores[row], self.rules.least_joint_score
        limbs = hands_of(points, scores, size_wh=size_wh, least_score=least)
        head = head_of(points, scores, size_wh=size_wh, least_score=least) if with_head else None
        return limbs + ([] if head is None else [head])

    def _parts_of_face(
        self, faces: Detections, heads: FloatArray, face: int, scores: CoverScores
    ) -> list[ObservedBodyPart]:
        """FACE with its cover, and HEAD."""
        score = float(faces.scores[face])
        side = float(box_sizes_wh(faces.boxes_xyxy[face : face + 1]).max())
        large = side >= self.rules.least_face_px
        worn, hat = float(scores.worn[face]), float(scores.hat[face])
        covers = (
            self._covers(faces, face, scores) if large and worn >= self.rules.worn_found else ()
        )
        decided = large and (bool(covers) or worn <= self.rules.worn_absent)
        bare = large and hat <= self.rules.hat_absent
        return [
            ObservedBodyPart(
                BodyPart.FACE,
                box_of(faces.boxes_xyxy[face]),
                score,
                covers,
                frozenset({EquipmentType.FACE_COVER}) if decided else NOTHING_JUDGED,
            ),
            ObservedBodyPart(
                BodyPart.HEAD,
                box_of(heads[face]),
                score,
                (),
                frozenset({EquipmentType.HEAD_COVER}) if bare else NOTHING_JUDGED,
            ),
        ]

    def _covers(self, faces: Detections, face: int, scores: CoverScores) -> tuple[Equipment, ...]:
        share = float(scores.covers[face])
        covers = share >= 0.5
        return (
            Equipment(
                type=EquipmentType.FACE_COVER,
                box_xyxy=cover_box(faces, face, covers=covers),
                score=float(scores.worn[face]),
                covers=covers,
                covers_score=share if covers else 1.0 - share,
            ),
        )


_ORDER = (BodyPart.FACE, BodyPart.LEFT_HAND, BodyPart.RIGHT_HAND, BodyPart.HEAD)


def box_of(row: FloatArray) -> Box:
    """(4,) as plain numbers."""
    left, top, right, bottom = (float(edge) for edge in row)
    return left, top, right, bottom
