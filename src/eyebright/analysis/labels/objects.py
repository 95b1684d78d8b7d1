"""Things with boxes: looks of one net at one picture in several sizes, fused, named, calibrated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from eyebright.analysis.labels.calibration import box_chances, box_evidence
from eyebright.analysis.labels.values import ObjectDetections, RawObjects
from eyebright.analysis.labels.yolox import SIDE_MULTIPLE_PX, look_twice
from eyebright.errors import PackInvalid
from eyebright.geometry.boxes import box_sizes_wh, clip_boxes, scale_boxes
from eyebright.geometry.fusion import ClassedBoxes, fuse_boxes
from eyebright.imaging.crops import within_side
from eyebright.imaging.image import Image
from eyebright.packs.pack import Pack
from eyebright.runtime.session import OnnxModel, Runtime

MODEL_FILE = "yolox.onnx"
BOX_CURVE_LENGTH = 4
_FINER = 2
"""Larger pictures are first made at most so many times as large as the largest look."""
_LEAST_SIDE_PX = 1.0
"""A box thinner than this after clipping shows nothing."""


@dataclass(frozen=True, slots=True)
class DetectionRules:
    """The pack's table `detection`; what each number means stands there."""

    sides_px: tuple[int, ...]
    threshold: float
    candidates: int
    fusion_iou: float
    most: int

    @classmethod
    def of(cls, pack: Pack) -> Self:
        sides = pack.numbers("detection.sides_px")
        if not sides or min(sides) < SIDE_MULTIPLE_PX:
            raise PackInvalid(f"Pack {pack.id} should say in which sizes pictures are looked at.")
        return cls(
            sides_px=tuple(int(side) for side in sides),
            threshold=pack.number("detection.threshold"),
            candidates=int(pack.number("detection.candidates")),
            fusion_iou=pack.number("detection.fusion_iou"),
            most=int(pack.number("detection.most")),
        )


@dataclass(frozen=True, slots=True, eq=False)
class ObjectDetector:
    """The detector of the label pack; what `vision.ObjectVision` asks for. For any thread.

    names: the taxonomy name of each class. calibration: the curve of `calibration.box_chances`.
    """

    model: OnnxModel
    rules: DetectionRules
    names: tuple[str, ...]
    calibration: tuple[float, ...]
    runtime: Runtime

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime) -> Self:
        """Raises PackInvalid when the pack lacks the model or a parameter."""
        return cls(
            model=runtime.load(pack.model_path(MODEL_FILE)),
            rules=DetectionRules.of(pack),
            names=tuple(str(name) for name in pack.table("objects")["names"]),
            calibration=_curve(pack),
            runtime=runtime,
        )

    def detect(self, image: Image) -> ObjectDetections:
        """All things of a picture, best first."""
        found = self.raw(image)
        evidence = box_evidence(found.boxes_xyxy, found.scores, found.classes)
        scores = box_chances(evidence, self.calibration)
        order = np.argsort(-scores, kind="stable")
        names = tuple(self.names[number] for number in found.classes[order])
        return ObjectDetections(
            found.boxes_xyxy[order], scores[order], names, frozenset(self.names)
        )

    def raw(self, image: Image) -> RawObjects:
        """The same with the net's own scores and classes."""
        with self.runtime.slot():
            found = self._fused(image)
        boxes = clip_boxes(found.boxes_xyxy, image.size_wh)
        seen = np.flatnonzero((box_sizes_wh(boxes) >= _LEAST_SIDE_PX).all(axis=1))
        seen = seen[: self.rules.most]
        return RawObjects(boxes[seen], found.scores[seen], found.classes[seen])

    def _fused(self, image: Image) -> ClassedBoxes:
        rules = self.rules
        pixels = within_side(image.pixels, _FINER * max(rules.sides_px))
        looks: list[ClassedBoxes] = []
        for side in rules.sides_px:
            looks += look_twice(
                self.model, pixels, side, threshold=rules.threshold, most=rules.candidates
            )
        found = fuse_boxes(looks, min_iou=rules.fusion_iou)
        back = (image.size_wh[0] / pixels.shape[1], image.size_wh[1] / pixels.shape[0])
        return ClassedBoxes(scale_boxes(found.boxes_xyxy, back), found.scores, found.classes)


def _curve(pack: Pack) -> tuple[float, ...]:
    curve = pack.numbers("calibration.boxes")
    if len(curve) != BOX_CURVE_LENGTH:
        raise PackInvalid(f"Pack {pack.id} should have {BOX_CURVE_LENGTH} numbers for boxes.")
    return curve
