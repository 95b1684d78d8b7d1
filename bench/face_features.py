"""Feature blocks of labelled face pictures, by the product's own path, kept in a cache.

One face a picture: the largest near the middle. A picture in which the detector sees none gets no
row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eyebright.analysis.faces.describe import load_readers
from eyebright.analysis.faces.detect import DetectionRules, FaceDetector
from eyebright.analysis.faces.eyes import IrisModel
from eyebright.analysis.faces.features import Reader, ShapeReader, Sight
from eyebright.analysis.faces.mesh import Meshes, MeshModel
from eyebright.analysis.faces.observation import Detections
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.geometry.boxes import box_areas, box_centres
from eyebright.imaging.decode import ImageLimits, decode_image
from eyebright.imaging.image import Image
from eyebright.packs.pack import Pack
from eyebright.runtime.session import Runtime

Columns = dict[str, NDArray[np.float32]]
SMALL_PICTURES = ImageLimits(min_side_px=16)
"""FER2013's pictures are 48 pixels wide."""


@dataclass(frozen=True, slots=True, eq=False)
class FeaturePath:
    """Everything between a picture and its blocks."""

    detector: FaceDetector
    mesh: MeshModel
    iris: IrisModel
    readers: tuple[Reader, ...]

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime) -> FeaturePath:
        detector = FaceDetector(
            runtime.load(pack.model_path("centerface.onnx")), DetectionRules.of(pack)
        )
        readers = load_readers(pack, runtime, frontal_points=np.zeros((1, 3), np.float32))
        return cls(
            detector,
            MeshModel(runtime.load(pack.model_path("facemesh.onnx"))),
            IrisModel(runtime.load(pack.model_path("iris.onnx"))),
            # Shapes need the frontal face, which is learned from the meshes: see `with_shapes`.
            tuple(reader for reader in readers if not isinstance(reader, ShapeReader)),
        )

    def read(self, pixels: ByteArray) -> Columns:
        """Blocks, mesh and score of one face; empty when none is seen."""
        image = Image(pixels, "PNG", b"", (pixels.shape[1], pixels.shape[0]))
        face = the_face(self.detector.detect(pixels), image.size_wh)
        if not len(face):
            return {}
        meshes = self.mesh.run(image, face)
        sight = Sight(image, face, meshes, self.iris.run(image, meshes))
        columns: Columns = {"mesh": meshes.points, "raw_presence": meshes.presence}
        for reader in self.readers:
            columns |= reader.read(sight)
        return columns


def the_face(detections: Detections, size_wh: tuple[int, int]) -> Detections:
    """The largest face near the middle of a portrait, or none."""
    if not len(detections):
        return detections
    middle = np.array(size_wh, np.float32) / 2
    distance = ((box_centres(detections.boxes_xyxy) - middle) ** 2).sum(axis=1)
    best = int(np.argmax(box_areas(detections.boxes_xyxy) - 2 * distance))
    return Detections(
        detections.boxes_xyxy[best : best + 1],
        detections.scores[best : best + 1],
        detections.points[best : best + 1],
    )


def read_all(
    path: FeaturePath, images: Sequence[Path], *, mirrored: bool, cache: Path | None
) -> tuple[Columns, NDArray[np.intp]]:
    """Rows of every picture with a face, and which picture each row is of."""
    names = "\n".join(map(str, images)) + f"\nmirrored {mirrored}"
    kept = None if cache is None else cache / f"{hashlib.sha256(names.encode()).hexdigest()}.npz"
    if kept is not None and kept.exists():
        with np.load(kept) as arrays:
            columns = {name: arrays[name] for name in arrays.files}
        return columns, columns.pop("rows").astype(np.intp)
    rows: list[int] = []
    parts: list[Columns] = []
    for index, image in enumerate(images):
        pixels = decode_image(image.read_bytes(), limits=SMALL_PICTURES).pixels
        found = path.read(np.ascontiguousarray(pixels[:, ::-1]) if mirrored else pixels)
        if found:
            rows.append(index)
            parts.append(found)
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, rows=np.array(rows), **columns)
    return columns, np.array(rows, np.intp)


def with_shapes(columns: Columns, frontal_points: FloatArray) -> Columns:
    """The same rows with the blocks that need the frontal face."""
    count = len(columns["mesh"])
    nowhere = Detections(
        np.zeros((count, 4), np.float32),
        np.zeros(count, np.float32),
        np.zeros((count, 5, 2), np.float32),
    )
    blank = Image(np.zeros((1, 1, 3), np.uint8), "PNG", b"", (1, 1))
    meshes = Meshes(columns["mesh"], columns["raw_presence"])
    return columns | ShapeReader(frontal_points).read(Sight(blank, nowhere, meshes, None))
