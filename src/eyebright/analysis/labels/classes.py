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
from eyebright.imaging.crops import resize, within_side
from eyebright.imaging.image import Image
from eyebright.packs.pack import Pack
from eyebright.runtime.session import OnnxModel, Runtime

CLASSES = 1000
_SIDES_PX = {"lite0": 224, "lite2": 260}
"""What each net takes."""
_LONGEST_PX = 1536
"""Larger pictures are first made so large, for all views at once."""
_LEAST_SCORE = 0.005
"""Names below this are left out of an answer."""


@dataclass(frozen=True, slots=True)
class View:
    """The middle square of a picture: `share` of its shorter side, mirrored or not."""

    share: float
    mirrored: bool


@dataclass(frozen=True, slots=True, eq=False)
class ClassNet:
    """A net and the views that it is shown."""

    model: OnnxModel
    side_px: int
    views: tuple[View, ...]

    @classmethod
    def load(cls, pack: Pack, name: str, runtime: Runtime) -> Self:
        crops = pack.numbers(f"classification.{name}.crops")
        mirrored = pack.numbers(f"classification.{name}.mirrored")
        if not crops or len(crops) != len(mirrored) or not all(0 < crop <= 1 for crop in crops):
            raise PackInvalid(f"Pack {pack.id} should say which views {name} is shown.")
        return cls(
            model=runtime.load(pack.model_path(f"efficientnet_{name}.onnx")),
            side_px=_SIDES_PX[name],
            views=tuple(View(crop, bool(flag)) for crop, flag in zip(crops, mirrored, strict=True)),
        )

    def run(self, pixels: ByteArray) -> dict[str, AnyArray]:
        """The net's outputs, a row for each view."""
        size_wh = (self.side_px, self.side_px)
        return self.model.run(np.stack([shown(pixels, view, size_wh) for view in self.views]))


@dataclass(frozen=True, slots=True, eq=False)
class RawClasses:
    """probabilities: (1000,) float32, sum 1; features: (1280,) float32, unit length."""

    probabilities: FloatArray
    features: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PictureClassifier:
    """The classifier of the label pack; what `vision.ClassVision` asks for. For any thread.

    temperature, least: see the pack's table `classification`.
    implied: (1000, names) float32, 1 where a class implies a name.
    calibration: slope and intercept of the log-odds of a name's share.
    """

    nets: tuple[ClassNet, ...]
    temperature: float
    least: float
    names: tuple[str, ...]
    implied: FloatArray
    calibration: tuple[float, ...]
    runtime: Runtime

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime) -> Self:
        """Raises PackInvalid when the pack lacks a model or a parameter."""
        names, implied = name_matrix(_implied_names(pack, load_taxonomy()))
        return cls(
            nets=tuple(ClassNet.load(pack, name, runtime) for name in _SIDES_PX),
            temperature=pack.number("classification.temperature"),
            least=pack.number("classification.least"),
            names=names,
            implied=implied,
            calibration=pack.numbers("calibration.names"),
            runtime=runtime,
        )

    def classify(self, image: Image) -> ClassScores:
        """Every name with some chance of being said of the picture."""
        found = self.raw(image)
        shares = self.shares(found.probabilities)
        scores = calibrated(shares, self.calibration)
        likely = np.flatnonzero((shares > 0.0) & (scores >= _LEAST_SCORE))
        return ClassScores(
            {self.names[index]: float(scores[index]) for index in likely}, found.features
        )

    def shares(self, probabilities: FloatArray) -> FloatArray:
        """For each of `names` the sum of the classes (1000,) that imply it, 0-1."""
        said = np.flatnonzero(probabilities >= self.least)  # a few dozen of a thousand
        shares: FloatArray = np.minimum(probabilities[said] @ self.implied[said], np.float32(1.0))
        return shares

    def raw(self, image: Image) -> RawClasses:
        """The same before names and calibration."""
        with self.runtime.slot():
            pixels = within_side(image.pixels, _LONGEST_PX)
            found = [net.run(pixels) for net in self.nets]
        logits = np.concatenate([one["logits"] for one in found])
        features = np.concatenate([one["features"] for one in found if "features" in one])
        return RawClasses(
            softmax(logits / self.temperature).mean(axis=0).astype(np.float32),
            unit(features.mean(axis=0)),
        )


def name_matrix(names: list[frozenset[str]]) -> tuple[tuple[str, ...], FloatArray]:
    """All names in order, and (classes, names) with 1 where a class implies a name."""
    every = tuple(sorted(frozenset().union(*names)))
    column = {name: index for index, name in enumerate(every)}
    implied = np.zeros((len(names), len(every)), np.float32)
    for row, implied_names in enumerate(names):
        implied[row, [column[name] for name in implied_names]] = 1.0
    return every, implied


def shown(pixels: ByteArray, view: View, size_wh: tuple[int, int]) -> ByteArray:
    """What a net sees of a picture in one view."""
    height, width = pixels.shape[:2]
    side = max(1, round(min(height, width) * view.share))
    top, left = (height - side) // 2, (width - side) // 2
    square = resize(pixels[top : top + side, left : left + side], size_wh)
    return square[:, ::-1] if view.mirrored else square


def softmax(logits: AnyArray) -> AnyArray:
    """Chances of each row (N, K), each row with the sum 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def unit(vector: FloatArray) -> FloatArray:
    """The same direction with length 1; zero stays zero."""
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length > 0 else vector


def _implied_names(pack: Pack, taxonomy: Taxonomy) -> list[frozenset[str]]:
    """What each class implies: its names in the table and all their ancestors."""
    found = pack.table("classes").get("names")
    if not isinstance(found, list) or len(found) != CLASSES:
        raise PackInvalid(f"Pack {pack.id} should name {CLASSES} classes.")
    return [taxonomy.with_ancestors(names) for names in found]
