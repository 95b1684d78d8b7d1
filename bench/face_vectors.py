"""Vectors of labelled pictures from the real analyser, as a user of Eyebright would get them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eyebright.analysis.faces.analyser import FaceAnalyser
from eyebright.analysis.faces.observation import Detections
from eyebright.imaging.decode import decode_image
from eyebright.imaging.image import Image
from eyebright.packs.pack import load_pack
from eyebright.runtime.session import Runtime


def open_analyser(home: Path) -> FaceAnalyser:
    """The analyser of the face pack installed under a home directory."""
    return FaceAnalyser.load(load_pack(home / "packs", "faces"), Runtime(slots=1))


def vectors_of(
    analyser: FaceAnalyser, images: Sequence[Path], *, cache: Path | None = None
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """(N, D) unit vectors of the face in the middle of each picture, and (N,) whether one was seen.

    A picture without a detected face has a vector of zeros: it matches nobody, which is what a
    caller would see. With `cache`, a folder, vectors of the same pictures and the same embedding
    space are kept there.
    """
    names = "\n".join(str(image) for image in images) + analyser.space.digest
    file = cache / f"{hashlib.sha256(names.encode()).hexdigest()[:16]}.npy" if cache else None
    if file is not None and file.is_file():
        vectors = np.load(file)
    else:
        vectors = np.stack([_vector(analyser, image) for image in images])
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            np.save(file, vectors)
    return vectors, vectors.any(axis=1)


def units_of(
    analyser: FaceAnalyser, images: Sequence[Path]
) -> tuple[dict[str, NDArray[np.float32]], NDArray[np.bool_]]:
    """Each net's unit vectors before shift and fusion, of the pictures in which a face is seen, and
    (N,) in which that is."""
    found = [_central_face(analyser, image) for image in images]
    pairs = [analyser.embedder.units(*face) for face in found if face is not None]
    mobilefacenet, dlib = (np.concatenate(vectors) for vectors in zip(*pairs, strict=True))
    seen = np.array([face is not None for face in found])
    return {"mobilefacenet": mobilefacenet, "dlib": dlib}, seen


def _vector(analyser: FaceAnalyser, path: Path) -> NDArray[np.float32]:
    face = _central_face(analyser, path)
    if face is None:
        return np.zeros(analyser.space.dimension, np.float32)
    vector: NDArray[np.float32] = analyser.embed(*face)[0]
    return vector


def _central_face(analyser: FaceAnalyser, path: Path) -> tuple[Image, Detections] | None:
    image = decode_image(path.read_bytes())
    detections = analyser.detect(image)
    if not len(detections):
        return None
    chosen = [_most_central(detections, image.size_wh)]
    one = Detections(
        detections.boxes_xyxy[chosen], detections.scores[chosen], detections.points[chosen]
    )
    return image, one


def _most_central(detections: Detections, size_wh: tuple[int, int]) -> int:
    """The face the label is about: large and near the middle (the rule of LFW's makers)."""
    boxes = detections.boxes_xyxy
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2 - np.array(size_wh) / 2
    return int(np.argmax(areas - 2 * (centres**2).sum(axis=1)))
