"""What a picture shows as a whole: 1,000 classes, said in the words of the taxonomy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from eyebright.analysis.labels.calibration import calibrated
from eyebright.analysis.labels.taxonomy import Taxonomy, load_taxonomy
from eyebright.analysis.labels.values import ClassScores
from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray, ByteArray, FloatArray
from eyebright.imaging.crops import resize
from eyebright.imaging.image import Image
from eyebright.packs.pack import Pack
from eyebright.runtime.session import OnnxModel, Runtime

MODEL_FILE = "efficientnet_lite2.onnx"
CLASSES = 1000
_SIDE_PX = 260
_LEAST_SCORE = 0.005
"""Names below this are left out of an answer."""


@dataclass(frozen=True, slots=True)
class ClassificationRules:
    """The pack's table `classification`; what each number means stands there."""

    temperature: float
    crop: float

    @classmethod
    def of(cls, pack: Pack) -> Self:
        return cls(
            temperature=pack.number("classification.temperature"),
            crop=pack.number("classification.crop"),
        )


@dataclass(frozen=True, slots=True, eq=False)
class RawClasses:
    """probabilities: (1000,) float32, sum 1; features: (1280,) float32, unit length."""

    probabilities: FloatArray
    features: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PictureClassifier:
    """The classifier of the label pack; what `vision.ClassVision` asks for. For any thread.

    implied: (1000, names) float32, 1 where a class implies a name.
    calibration: slope and intercept of the log-odds of a name's share.
    """

    model: OnnxModel
    rules: ClassificationRules
    names: tuple[str, ...]
    implied: FloatArray
    calibration: tuple[float, ...]
    runtime: Runtime

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime) -> Self:
        """Raises PackInvalid when the pack lacks the model or a parameter."""
        names, implied = name_matrix(_implied_names(pack, load_taxonomy()))
        return cls(
            model=runtime.load(pack.model_path(MODEL_FILE)),
            rules=ClassificationRules.of(pack),
            names=names,
            implied=implied,
            calibration=pack.numbers("calibration.names"),
            runtime=runtime,
        )

    def classify(self, image: Image) -> ClassScores:
        """Every name with some chance of being said of the picture."""
        found = self.raw(image)
        shares = np.minimum(found.probabilities @ self.implied, 1.0)
        scores = calibrated(shares, self.calibration)
        likely = np.flatnonzero((scores >= _LEAST_SCORE) & (shares >= _LEAST_SCORE))
        return ClassScores(
            {self.names[index]: float(scores[index]) for index in likely}, found.features
        )

    def raw(self, image: Image) -> RawClasses:
        """The same before names and calibration."""
        square = middle_square(image.pixels, self.rules.crop)
        with self.runtime.slot():
            found = self.model.run(resize(square, (_SIDE_PX, _SIDE_PX))[None])
        probabilities = softmax(found["logits"][0] / self.rules.temperature)
        features = found["features"][0]
        length = max(float(np.linalg.norm(features)), 1e-12)
        return RawClasses(probabilities.astype(np.float32), features / np.float32(length))


def name_matrix(names: list[frozenset[str]]) -> tuple[tuple[str, ...], FloatArray]:
    """All names in order, and (classes, names) with 1 where a class implies a name."""
    every = tuple(sorted(frozenset().union(*names)))
    column = {name: index for index, name in enumerate(every)}
    implied = np.zeros((len(names), len(every)), np.float32)
    for row, implied_names in enumerate(names):
        implied[row, [column[name] for name in implied_names]] = 1.0
    return every, implied


def middle_square(pixels: ByteArray, share: float) -> ByteArray:
    """The square in the middle whose side is this share of the shorter side."""
    height, width = pixels.shape[:2]
    side = max(1, round(min(height, width) * share))
    top, left = (height - side) // 2, (width - side) // 2
    return pixels[top : top + side, left : left + side]


def softmax(logits: AnyArray) -> AnyArray:
    powers = np.exp(logits - logits.max())
    return np.asarray(powers / powers.sum())


def _implied_names(pack: Pack, taxonomy: Taxonomy) -> list[frozenset[str]]:
    """What each class implies: its names in the table and all their ancestors."""
    found = pack.table("classes").get("names")
    if not isinstance(found, list) or len(found) != CLASSES:
        raise PackInvalid(f"Pack {pack.id} should name {CLASSES} classes.")
    return [taxonomy.with_ancestors(names) for names in found]
