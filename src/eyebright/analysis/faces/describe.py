"""Everything said of a face beyond its box, in the order in which it is found out.

mesh -> pose -> quality -> eyes, where asked for -> blocks that the wanted heads need -> answers.
The mesh runs for every face: five points say nothing of pitch (measured: no better than a guess).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from eyebright.analysis.faces.age import AgeSpread
from eyebright.analysis.faces.emotions import ranked_emotions
from eyebright.analysis.faces.eyes import IrisModel
from eyebright.analysis.faces.features import (
    AgeReader,
    Blocks,
    ExpressionReader,
    EyesReader,
    FaceresReader,
    GenderReader,
    IdentityReader,
    MouthReader,
    Reader,
    ShapeReader,
    Sight,
    read_blocks,
)
from eyebright.analysis.faces.gaze import eye_direction
from eyebright.analysis.faces.heads import LinearHead, read_head
from eyebright.analysis.faces.landmarks import (
    five_landmarks,
    five_points_of_mesh,
    middles_of_eyes,
    thirty_landmarks,
)
from eyebright.analysis.faces.levelled import unit_interval
from eyebright.analysis.faces.mesh import MeshModel
from eyebright.analysis.faces.observation import (
    YES_NO_ATTRIBUTES,
    Detections,
    Emotion,
    EyeDirection,
    FaceAttribute,
    FaceDescription,
    GenderGuess,
    Pose,
    Quality,
    YesNo,
)
from eyebright.analysis.faces.pose import pose_of_mesh
from eyebright.analysis.faces.quality import qualities
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.image import Image
from eyebright.packs.pack import Pack
from eyebright.runtime.session import OnnxModel, Runtime

HEADS_FILE = "heads.npz"
EMOTIONS_BLOCK = "expression_shares"
_SHOWS_EYES = frozenset({FaceAttribute.LANDMARKS, FaceAttribute.EYE_DIRECTION})


@dataclass(frozen=True, slots=True, eq=False)
class FaceDescriber:
    """Immutable after `load`; safe to use from any thread.

    heads: by attribute. temperature: of the emotions. age_spread: how wide the age range is.
    """

    mesh: MeshModel
    iris: IrisModel
    readers: tuple[Reader, ...]
    heads: Mapping[FaceAttribute, LinearHead]
    frontal_points: FloatArray
    temperature: float
    age_spread: AgeSpread

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime) -> Self:
        """Raises PackInvalid when a model or a head is missing."""
        arrays = pack.arrays(HEADS_FILE)
        frontal_points = np.asarray(arrays["frontal_points"], np.float32)
        asked = (*YES_NO_ATTRIBUTES, FaceAttribute.GENDER, FaceAttribute.AGE_RANGE)
        return cls(
            mesh=MeshModel(runtime.load(pack.model_path("facemesh.onnx"))),
            iris=IrisModel(runtime.load(pack.model_path("iris.onnx"))),
            readers=load_readers(pack, runtime, frontal_points=frontal_points),
            heads={attribute: read_head(arrays, attribute.value) for attribute in asked},
            frontal_points=frontal_points,
            temperature=float(arrays["emotion_temperature"]),
            age_spread=AgeSpread.of(arrays),
        )

    def describe(
        self, image: Image, detections: Detections, *, wanted: frozenset[FaceAttribute]
    ) -> list[FaceDescription]:
        """One description for each detection, in their order, with what was asked for."""
        if not len(detections):
            return []
        meshes = self.mesh.run(image, detections)
        names = self._blocks_for(wanted)
        looks_at_eyes = wanted & _SHOWS_EYES or names & EyesReader.reads
        eyes = self.iris.run(image, meshes) if looks_at_eyes else None
        sight = Sight(image, detections, meshes, eyes)
        blocks = read_blocks(self.readers, sight, names)
        said = {
            attribute: self.heads[attribute].logits(blocks)[:, 0]
            for attribute in self.heads
            if attribute in wanted
        }
        found = qualities(image, detections)
        return [
            self._one_face(sight, index, wanted=wanted, blocks=blocks, said=said, quality=quality)
            for index, quality in enumerate(found)
        ]

    def _blocks_for(self, wanted: frozenset[FaceAttribute]) -> set[str]:
        names = {
            block
            for attribute, head in self.heads.items()
            if attribute in wanted
            for block in head.blocks
        }
        return names | ({EMOTIONS_BLOCK} if FaceAttribute.EMOTIONS in wanted else set())

    def _one_face(
        self,
        sight: Sight,
        index: int,
        *,
        wanted: frozenset[FaceAttribute],
        blocks: Blocks,
        said: Mapping[FaceAttribute, FloatArray],
        quality: Quality,
    ) -> FaceDescription:
        pose = pose_of_mesh(sight.meshes.points[index], self.frontal_points)
        own = {attribute: float(numbers[index]) for attribute, numbers in said.items()}
        age, gender = own.get(FaceAttribute.AGE_RANGE), own.get(FaceAttribute.GENDER)
        return FaceDescription(
            pose=pose,
            quality=quality,
            landmarks=landmarks_of(sight, index, thirty=FaceAttribute.LANDMARKS in wanted),
            age=None if age is None else self.age_spread.range_around(age),
            gender=None if gender is None else gender_of(gender),
            answers={name: answer_of(own[name]) for name in YES_NO_ATTRIBUTES if name in own},
            emotions=self._emotions(blocks, index) if FaceAttribute.EMOTIONS in wanted else (),
            eye_direction=gaze_of(sight, index, pose)
            if FaceAttribute.EYE_DIRECTION in wanted
            else None,
        )

    def _emotions(self, blocks: Blocks, index: int) -> tuple[tuple[Emotion, float], ...]:
        return ranked_emotions(blocks[EMOTIONS_BLOCK][index], temperature=self.temperature)


def load_readers(pack: Pack, runtime: Runtime, *, frontal_points: FloatArray) -> tuple[Reader, ...]:
    """All that blocks can come from. Raises PackInvalid when a model is missing."""

    def model(file: str) -> OnnxModel:
        return runtime.load(pack.model_path(file))

    return (
        FaceresReader(model("faceres.onnx")),
        IdentityReader(model("dlib_resnet.onnx")),
        AgeReader(model("age.onnx")),
        GenderReader(model("gender.onnx")),
        ExpressionReader(model("expression_faceapi.onnx"), model("expression_oarriaga.onnx")),
        ShapeReader(frontal_points),
        EyesReader(),
        MouthReader(),
    )


def answer_of(logit: float) -> YesNo:
    """The likelier answer and its probability, from the calibrated log-odds of yes."""
    return YesNo(value=logit > 0, confidence=unit_interval(abs(logit)))


def gender_of(logit: float) -> GenderGuess:
    """The likelier guess and its probability, from the calibrated log-odds of male."""
    return GenderGuess(
        value="Male" if logit > 0 else "Female", confidence=unit_interval(abs(logit))
    )


def landmarks_of(sight: Sight, index: int, *, thirty: bool) -> Mapping[str, FloatArray]:
    """Five or thirty named points of one face.

    The mesh places them better than the detector does; where it holds the crop for no face, the
    five detected points stay.
    """
    mesh, detected = sight.meshes.points[index], sight.detections.points[index]
    pupils = sight.eyes.irises[index, :, 0] if sight.eyes is not None else middles_of_eyes(mesh)
    trusted = float(sight.meshes.presence[index]) > 0
    points = five_points_of_mesh(mesh, pupils=pupils) if trusted else detected
    if not thirty:
        return five_landmarks(points)
    return thirty_landmarks(points, mesh, pupils=points[:2])


def gaze_of(sight: Sight, index: int, pose: Pose) -> EyeDirection | None:
    """Where one face looks; None when the eyes were not looked at."""
    if sight.eyes is None:
        return None
    return eye_direction(
        sight.eyes.contours[index],
        sight.eyes.irises[index],
        pose=pose,
        presence=unit_interval(float(sight.meshes.presence[index])),
    )
