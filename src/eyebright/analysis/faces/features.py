"""What the nets and the mesh say of a face, as named blocks of numbers for the heads.

A block is computed only when a head asks for it: `READS` of each reader says which blocks it
makes. Everything is batched over the faces of one picture.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from eyebright.analysis.faces.align import DLIB
from eyebright.analysis.faces.emotions import mean_expression
from eyebright.analysis.faces.eyes import Eyes
from eyebright.analysis.faces.levelled import levelled_chips, run_in_batches
from eyebright.analysis.faces.mesh import Meshes
from eyebright.analysis.faces.mouth import mouth_edges
from eyebright.analysis.faces.observation import Detections
from eyebright.analysis.faces.shape import (
    MOVING_POINTS,
    eye_numbers,
    frontal_shape,
    shape_numbers,
)
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.geometry.transforms import fit_similarity
from eyebright.imaging.crops import chips, resize
from eyebright.imaging.image import Image
from eyebright.runtime.session import OnnxModel

Blocks = dict[str, FloatArray]

_CHIP_PADDING = 0.25
"""Of the face, on each side of dlib's chip; see `align.DLIB`."""
_AGE_PADDING = 0.2
_FACERES_MARGIN = 1.1
_EXPRESSION_MARGINS = (1.0, 1.15, 1.3)
_LEAST_SHARE = 1e-4
"""Logarithms of shares stop here."""


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """All faces of one picture as they are known so far. eyes is None when nobody asked."""

    image: Image
    detections: Detections
    meshes: Meshes
    eyes: Eyes | None


class Reader(Protocol):
    """Makes some blocks, (N, length) each."""

    @property
    def reads(self) -> frozenset[str]: ...

    def read(self, sight: Sight) -> Blocks: ...


def read_blocks(readers: tuple[Reader, ...], sight: Sight, names: Set[str]) -> Blocks:
    """The named blocks, and those that come with them."""
    blocks: Blocks = {}
    for reader in readers:
        if reader.reads & names:
            blocks |= reader.read(sight)
    return blocks


class FaceresReader:
    """HSE's net: 1024 features of unit length (times 32), and its own guess of age and gender."""

    reads = frozenset({"faceres", "faceres_guess", "faceres_ages"})

    def __init__(self, model: OnnxModel) -> None:
        self._model = model

    def read(self, sight: Sight) -> Blocks:
        crops = levelled_chips(
            sight.image.pixels, sight.detections, margin=_FACERES_MARGIN, size_px=224
        )
        said = run_in_batches(self._model, crops)
        ages, male = said["age"], np.clip(said["gender"], 1e-3, 1 - 1e-3)
        mean_age = ages @ np.arange(100, dtype=np.float32)[:, None]
        return {
            "faceres": unit_rows(said["features"], 32.0),
            "faceres_guess": np.hstack([mean_age / 100, np.log(male / (1 - male))]),
            "faceres_ages": np.sqrt(ages.reshape(-1, 20, 5).sum(axis=2)),
        }


class IdentityReader:
    """dlib's embedding, one view."""

    reads = frozenset({"dlib"})

    def __init__(self, model: OnnxModel) -> None:
        self._model = model

    def read(self, sight: Sight) -> Blocks:
        crops = five_point_chips(sight, size_px=DLIB.size_px, padding=_CHIP_PADDING)
        return {"dlib": unit_rows(run_in_batches(self._model, crops)["embedding"], 11.0)}


class AgeReader:
    """age-v1: its mean, and its 81 years as 16 steps of five."""

    reads = frozenset({"age_net"})

    def __init__(self, model: OnnxModel) -> None:
        self._model = model

    def read(self, sight: Sight) -> Blocks:
        crops = five_point_chips(sight, size_px=64, padding=_AGE_PADDING)
        years = run_in_batches(self._model, crops)["probabilities"]
        mean_age = years @ np.arange(81, dtype=np.float32)[:, None] / 80
        steps = np.sqrt(years[:, :80].reshape(-1, 16, 5).sum(axis=2))
        return {"age_net": np.hstack([mean_age, steps]).astype(np.float32)}


class GenderReader:
    """gender-v1: log-odds of male."""

    reads = frozenset({"gender_net"})

    def __init__(self, model: OnnxModel) -> None:
        self._model = model

    def read(self, sight: Sight) -> Blocks:
        crops = five_point_chips(sight, size_px=32, padding=_AGE_PADDING)
        shares = run_in_batches(self._model, crops)["probabilities"] + 1e-3
        return {"gender_net": np.log(shares[:, 1:] / shares[:, :1]).astype(np.float32)}


class ExpressionReader:
    """Both expression nets on three crops: their mean shares, and the logarithms for heads."""

    reads = frozenset({"expression", "expression_shares"})

    def __init__(self, faceapi: OnnxModel, oarriaga: OnnxModel) -> None:
        self._faceapi = faceapi
        self._oarriaga = oarriaga

    def read(self, sight: Sight) -> Blocks:
        count, crops_each = len(sight.detections), len(_EXPRESSION_MARGINS)
        by_margin = [
            levelled_chips(sight.image.pixels, sight.detections, margin=margin, size_px=112)
            for margin in _EXPRESSION_MARGINS
        ]
        large = np.stack(by_margin, axis=1).reshape(-1, 112, 112, 3)
        small = np.empty((len(large), 64, 64, 3), np.uint8)
        for target, crop in zip(small, large, strict=True):
            target[:] = resize(crop, (64, 64))
        logits = run_in_batches(self._faceapi, large)["logits"].reshape(count, crops_each, 7)
        shares = run_in_batches(self._oarriaga, small)["probabilities"]
        shares = shares.reshape(count, crops_each, 7)
        logs = [log_shares(softmax(logits)).mean(axis=1), log_shares(shares).mean(axis=1)]
        return {
            "expression": np.hstack(logs).astype(np.float32),
            "expression_shares": mean_expression(logits, shares),
        }


class ShapeReader:
    """Geometry of the mesh without its pose."""

    reads = frozenset({"shape", "shape_numbers", "presence"})

    def __init__(self, frontal_points: FloatArray) -> None:
        self._frontal_points = frontal_points

    def read(self, sight: Sight) -> Blocks:
        shapes = [frontal_shape(mesh, self._frontal_points) for mesh in sight.meshes.points]
        moving = [5 * shape[list(MOVING_POINTS)].ravel() for shape in shapes]
        numbers = [shape_numbers(shape) for shape in shapes]
        presence = sight.meshes.presence[:, None] / 10
        return {
            "shape": np.array(moving, np.float32).reshape(-1, 3 * len(MOVING_POINTS)),
            "shape_numbers": np.array(numbers, np.float32).reshape(-1, 9),
            "presence": np.hstack([presence, np.minimum(presence, 0)]),
        }


class EyesReader:
    """Contours and openness of the eyes; needs `Sight.eyes`."""

    reads = frozenset({"eyes"})

    def read(self, sight: Sight) -> Blocks:
        if sight.eyes is None:
            raise ValueError("The block eyes needs a Sight with eyes.")
        rows = [
            eye_numbers(contours, irises)
            for contours, irises in zip(sight.eyes.contours, sight.eyes.irises, strict=True)
        ]
        return {"eyes": np.array(rows, np.float32).reshape(-1, 38)}


class MouthReader:
    """Edges around the lips."""

    reads = frozenset({"mouth"})

    def read(self, sight: Sight) -> Blocks:
        return {"mouth": mouth_edges(sight.image, sight.meshes.points)}


def five_point_chips(sight: Sight, *, size_px: int, padding: float) -> ByteArray:
    """Chips (N, size_px, size_px, 3) as dlib cuts them: `padding` of the face on each side."""
    chip = np.asarray(DLIB.points, np.float32) / DLIB.size_px
    face = chip * (1 + 2 * _CHIP_PADDING) - _CHIP_PADDING
    target = ((face + padding) / (1 + 2 * padding) * size_px).astype(np.float32)
    matrices = [fit_similarity(points, target) for points in sight.detections.points]
    stacked = np.array(matrices, np.float64).reshape(-1, 2, 3)
    return chips(sight.image.pixels, stacked, (size_px, size_px))


def unit_rows(rows: FloatArray, length: float) -> FloatArray:
    """Each row scaled to the given length; a row of zeros stays."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: FloatArray = (length * rows / np.maximum(norms, 1e-6)).astype(np.float32)
    return scaled


def softmax(logits: FloatArray) -> FloatArray:
    """Shares along the last axis."""
    exponents = np.exp(logits - logits.max(axis=-1, keepdims=True, initial=-1e3))
    shares: FloatArray = exponents / exponents.sum(axis=-1, keepdims=True)
    return shares


def log_shares(shares: FloatArray) -> FloatArray:
    """Logarithms, none under that of one in ten thousand."""
    logs: FloatArray = np.log(np.clip(shares, _LEAST_SHARE, 1.0))
    return logs
