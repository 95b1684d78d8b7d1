"""A vector of each face: two nets that err differently, fused into 320 numbers.

mesh -> sharper points -> two views for each net -> unit vectors -> away from the crowd -> fused.
"Away from the crowd" subtracts a constant vector, learned without identities: faces of some groups
lie closer together than those of others and would be mistaken for each other more often.
`docs/decisions/0007-embedding.md` has the measurements behind every step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from eyebright.analysis.faces.align import ARCFACE, DLIB, Template, alignment
from eyebright.analysis.faces.landmarks import five_points_of_mesh, middles_of_eyes
from eyebright.analysis.faces.levelled import run_in_batches
from eyebright.analysis.faces.mesh import MeshModel
from eyebright.analysis.faces.observation import Detections
from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.imaging.crops import chips
from eyebright.imaging.image import Image
from eyebright.packs.pack import Pack
from eyebright.runtime.session import OnnxModel, Runtime

ARRAYS_FILE = "embedding.npz"
FIVE = 5
"""Points that the detector gives."""

EYE_CORNERS_AND_NOSE = (33, 133, 362, 263, 2)
"""Points of the mesh: outer and inner corner of the left eye, inner and outer corner of the right,
foot of the nose. They hardly move with the face's expression."""

ARCFACE_TWICE = Template(112, ARCFACE.points * 2)
"""For the detector's five points and the same five read from the mesh."""

ARCFACE_WIDE = Template(
    112,
    (*ARCFACE.points, (26.746, 50.148), (44.375, 50.906), (66.201, 50.710), (83.895, 49.501),
     (55.213, 77.712)),
).cut(-3.574)  # fmt: skip
"""For the detector's five points and EYE_CORNERS_AND_NOSE, seen from further away (x 0.94). Places:
medians over the 2,304 training photos, aligned by the detector's points."""

DLIB_CORNERS = Template(
    150,
    (*DLIB.points, (32.913, 45.495), (58.344, 46.719), (89.477, 46.466), (114.695, 44.853),
     (74.292, 86.261)),
)  # fmt: skip
"""The same ten points in dlib's chip; measured as those of `align.DLIB` were."""

DLIB_TIGHT = DLIB_CORNERS.cut(6.0)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One net's part of the vector.

    shift: (D,) float32, subtracted from unit vectors. share: 0-1, its weight in the cosine.
    """

    shift: FloatArray
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class FaceEmbedder:
    """Immutable; safe to use from any thread."""

    mesh: MeshModel
    mobilefacenet: OnnxModel
    dlib: OnnxModel
    parts: tuple[Part, Part]
    """MobileFaceNet's and dlib's."""

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime) -> Self:
        """Raises PackInvalid when a model, a shift or a share is missing."""
        shifts = pack.arrays(ARRAYS_FILE)
        names = ("mobilefacenet", "dlib")
        if missing := [name for name in names if name not in shifts]:
            raise PackInvalid(f"{ARRAYS_FILE} of pack {pack.id} has no {' and no '.join(missing)}.")
        mobilefacenet, dlib = (
            Part(shifts[name].astype(np.float32), pack.number(f"embedding.{name}_share"))
            for name in names
        )
        return cls(
            mesh=MeshModel(runtime.load(pack.model_path("facemesh.onnx"))),
            mobilefacenet=runtime.load(pack.model_path("mobilefacenet.onnx")),
            dlib=runtime.load(pack.model_path("dlib_resnet.onnx")),
            parts=(mobilefacenet, dlib),
        )

    def embed(self, image: Image, detections: Detections) -> FloatArray:
        """(N, 320) float32, each of unit length, in the order of the detections; N may be 0."""
        return fuse(*self.units(image, detections), parts=self.parts)

    def units(self, image: Image, detections: Detections) -> tuple[FloatArray, FloatArray]:
        """Before shift and fusion: MobileFaceNet's (N, 192) and dlib's (N, 128) unit vectors."""
        found, meshes = detections.points, self.mesh.run(image, detections)
        again = [five_points_of_mesh(m, pupils=middles_of_eyes(m)) for m in meshes.points]
        twice = _joined(found, np.asarray(again, np.float32).reshape(-1, 5, 2))
        corners = _joined(found, meshes.points[:, EYE_CORNERS_AND_NOSE, :2])
        trusted = meshes.presence > 0
        plain = _chips(image.pixels, twice, ARCFACE_TWICE, trusted=trusted)
        wide = _mirrored(_chips(image.pixels, corners, ARCFACE_WIDE, trusted=trusted))
        full = _mirrored(_chips(image.pixels, corners, DLIB_CORNERS, trusted=trusted))
        tight = _chips(image.pixels, corners, DLIB_TIGHT, trusted=trusted)
        mobile = _views(self.mobilefacenet, plain, wide)
        dlib = _views(self.dlib, full, tight)
        return unit(unit(mobile).sum(axis=0)), unit(dlib.sum(axis=0))


def fuse(mobilefacenet: FloatArray, dlib: FloatArray, *, parts: tuple[Part, Part]) -> FloatArray:
    """(N, 320) unit vectors whose cosine is the mean of both nets' cosines, weighted by share."""
    weighted = [
        math.sqrt(part.share) * unit(vectors - part.shift)
        for vectors, part in zip((mobilefacenet, dlib), parts, strict=True)
    ]
    return unit(np.concatenate(weighted, axis=1))


def unit(vectors: FloatArray) -> FloatArray:
    """Each vector divided by its length; a vector of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: FloatArray = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


def _chips(
    pixels: ByteArray, points: FloatArray, template: Template, *, trusted: NDArray[np.bool_]
) -> ByteArray:
    """(N, size, size, 3) chips by ten points (N, 10, 2): the detector's and five of the mesh.

    Where the mesh is not trusted (N,), by the detector's alone: the mesh of a full profile is wrong
    in the same way for everybody, and profiles would all look alike.
    """
    of_detector = Template(template.size_px, template.points[:FIVE])
    by_all = alignment(points, template)
    by_detector = alignment(points[:, :FIVE], of_detector)
    matrices = np.where(trusted[:, None, None], by_all, by_detector)
    return chips(pixels, matrices, (template.size_px, template.size_px))


def _views(model: OnnxModel, one: ByteArray, other: ByteArray) -> FloatArray:
    """(2, N, D): the embedding of both views of every face."""
    outputs = run_in_batches(model, np.concatenate([one, other]))["embedding"]
    return np.asarray(outputs, np.float32).reshape(2, -1, outputs.shape[-1])


def _joined(one: FloatArray, other: FloatArray) -> FloatArray:
    """Two sets of points of the same faces, (N, K, 2) and (N, L, 2), as one (N, K + L, 2)."""
    return np.concatenate([one, other], axis=1)


def _mirrored(pictures: ByteArray) -> ByteArray:
    return pictures[:, :, ::-1]
