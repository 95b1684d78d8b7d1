"""Trains the heads of the pack "equipment" and writes covers.npz.

    python -m bench.train_equipment --data ../shared/data --home ~/.eyebright --cache /tmp/features

WORN and COVERS learn from the pictures of the mask set, which is CC0 (faces that the detector finds
and that lie on a labelled box), WORN also from data/train: FairFace photographs (CC BY 4.0,
Karkkainen and Joo 2021), whose faces wear no masks, but beards, hands and glasses. HAT learns from
data/train with our own labels by eye. Nothing else goes into the file, and the same inputs give the
same file. Every face is seen as it is, mirrored, and as coarse as a face in a crowd. Scores of
faces by heads that have not seen their picture (five folds) set the two numbers that make a score a
probability (Platt).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.face_features import SMALL_PICTURES, the_face
from bench.head_training import FOLDS, Labels, Line, Numbers, fit_logistic, fit_platt
from eyebright.analysis.equipment.covers import (
    HEADS_FILE,
    LOWER_FACE,
    TEXTURE_FILE,
    UPPER_FACE,
    TextureModel,
)
from eyebright.analysis.faces.analyser import DETECTOR_FILE
from eyebright.analysis.faces.detect import DetectionRules, FaceDetector
from eyebright.analysis.faces.observation import Detections
from eyebright.geometry.arrays import FloatArray
from eyebright.geometry.boxes import iou_matrix
from eyebright.imaging.crops import resize, use_one_thread_per_call
from eyebright.imaging.decode import decode_image
from eyebright.imaging.image import Image
from eyebright.packs.pack import load_pack
from eyebright.runtime.session import Runtime

OUT = Path("src/eyebright/packs/recipes/equipment") / HEADS_FILE
MASK_TABLE = "dev/ground_truth/face_boxes_mask.json"
WITH, WITHOUT, INCORRECT, UNLABELLED = "with_mask", "without_mask", "mask_worn_incorrectly", ""
LEAST_IOU = 0.4
VIEWS = ("straight", "mirrored", "coarse")
COARSE_SIDES_PX = (10, 14, 18, 24, 32)
STRENGTH = {"WORN": 0.0005, "COVERS": 0.001, "HAT": 0.0003}
"""Inverse of the penalty, chosen by cross-validation."""
KNOWN_MASKS = frozenset({"faces/39852.jpg"})
"""The training face on which a mask is plainly seen; FairFace has no label for it."""
CROWD_NEGATIVE, PORTRAIT_NEGATIVE = 3.0, 0.3
"""How much a bare face of the mask set and of FairFace weighs: the former are few and harder."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledFaces:
    """N faces. blocks: of each of VIEWS, name -> (N, length). pictures: (N,) which picture
    each is of. labels: (N,) which of the picture's labels each lies on, or -1. states: what that
    label says, or UNLABELLED. sides: (N,) pixels."""

    blocks: tuple[dict[str, FloatArray], ...]
    pictures: NDArray[np.intp]
    labels: NDArray[np.intp]
    states: NDArray[np.str_]
    sides: Numbers

    @property
    def folds(self) -> Labels:
        """A fold for each face, the same for all faces of a picture."""
        order = np.random.default_rng(1).permutation(int(self.pictures.max()) + 1)
        return np.asarray(order[self.pictures] % FOLDS)


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """How faces are found and read, as the product does it."""

    detector: FaceDetector
    texture: TextureModel

    @classmethod
    def open(cls, home: Path) -> Eye:
        faces, equipment = (load_pack(home / "packs", name) for name in ("faces", "equipment"))
        runtime = Runtime(slots=1)
        return cls(
            FaceDetector(runtime.load(faces.model_path(DETECTOR_FILE)), DetectionRules.of(faces)),
            TextureModel(runtime.load(equipment.model_path(TEXTURE_FILE))),
        )


def read_faces(
    eye: Eye,
    pictures: Sequence[tuple[Path, list[dict[str, object]] | None]],
    cache: Path | None,
) -> LabelledFaces:
    """All faces of pictures with labelled boxes; of the others the face in the middle."""
    name = hashlib.sha256("\n".join(str(path) for path, _ in pictures).encode()).hexdigest()
    kept = None if cache is None else cache / f"covers-{name[:16]}.npz"
    if kept is not None and kept.exists():
        with np.load(kept) as arrays:
            return _from_arrays(dict(arrays))
    rows: dict[str, list[NDArray[np.generic]]] = {}
    for index, (path, labels) in enumerate(pictures):
        pixels = decode_image(path.read_bytes(), limits=SMALL_PICTURES).pixels
        for key, value in _read_picture(eye, pixels, labels, index).items():
            rows.setdefault(key, []).append(value)
    columns = {key: np.concatenate(values) for key, values in rows.items()}
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, **columns)  # type: ignore[arg-type]
    return _from_arrays(columns)


def _read_picture(
    eye: Eye, pixels: NDArray[np.uint8], labels: list[dict[str, object]] | None, index: int
) -> dict[str, NDArray[np.generic]]:
    size_wh = (pixels.shape[1], pixels.shape[0])
    found = eye.detector.detect(pixels)
    faces = found if labels is not None else the_face(found, size_wh)
    straight = eye.texture.run(Image(pixels, "PNG", b"", size_wh), faces)
    flipped = Image(np.ascontiguousarray(pixels[:, ::-1]), "PNG", b"", size_wh)
    mirrored = eye.texture.run(flipped, mirror(faces, size_wh[0]))
    matched = labels_under(faces, labels or [])
    states = [*(str(label["state"]) for label in labels or []), UNLABELLED]
    views = (straight, mirrored, coarse_blocks(eye, pixels, faces, index))
    sizes = faces.boxes_xyxy[:, 2:] - faces.boxes_xyxy[:, :2]
    return {
        **{
            f"{view}.{name}": block.astype(np.float16)
            for view, blocks in zip(VIEWS, views, strict=True)
            for name, block in blocks.items()
        },
        "pictures": np.full(len(faces), index),
        "labels": matched,
        "states": np.array([states[label] for label in matched], dtype="U24"),
        "sides": sizes.max(axis=1, initial=0).astype(np.float64),
    }


def _from_arrays(columns: dict[str, NDArray[np.generic]]) -> LabelledFaces:
    def blocks(view: str) -> dict[str, FloatArray]:
        names = (LOWER_FACE, UPPER_FACE)
        return {name: columns[f"{view}.{name}"].astype(np.float32) for name in names}

    return LabelledFaces(
        blocks=tuple(blocks(view) for view in VIEWS),
        pictures=columns["pictures"].astype(np.intp),
        labels=columns["labels"].astype(np.intp),
        states=columns["states"].astype(np.str_),
        sides=columns["sides"].astype(np.float64),
    )


def coarse_blocks(
    eye: Eye, pixels: NDArray[np.uint8], faces: Detections, index: int
) -> dict[str, FloatArray]:
    """Each face as it looks in a picture in which it is COARSE_SIDES_PX large, or as it is."""
    sides = (faces.boxes_xyxy[:, 2:] - faces.boxes_xyxy[:, :2]).max(axis=1, initial=1)
    parts = []
    for face, side in enumerate(sides.tolist()):
        wanted = COARSE_SIDES_PX[(index + face) % len(COARSE_SIDES_PX)]
        parts.append(eye.texture.run(*shrunk(pixels, faces.take([face]), min(wanted / side, 1.0))))
    if not parts:
        parts.append(eye.texture.run(*shrunk(pixels, faces, 1.0)))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def shrunk(pixels: NDArray[np.uint8], faces: Detections, factor: float) -> tuple[Image, Detections]:
    """The picture and its faces at `factor` of their size."""
    height, width = (max(round(side * factor), 1) for side in pixels.shape[:2])
    image = Image(resize(pixels, (width, height)), "PNG", b"", (width, height))
    scale = np.float32(factor)
    smaller = Detections(faces.boxes_xyxy * scale, faces.scores, faces.points * scale)
    return image, smaller


def mirror(faces: Detections, width: int) -> Detections:
    """The same faces in the mirrored picture, their left still the left."""
    boxes, points = faces.boxes_xyxy.copy(), faces.points[:, [1, 0, 2, 4, 3]].copy()
    boxes[:, [0, 2]] = width - boxes[:, [2, 0]]
    points[..., 0] = width - 1 - points[..., 0]
    return Detections(boxes, faces.scores, points)


def labels_under(faces: Detections, labels: Sequence[dict[str, object]]) -> NDArray[np.intp]:
    """(N,) the labelled box that each face lies on, or -1; surest face first, each box once."""
    matched = np.full(len(faces), -1, np.intp)
    if not labels:
        return matched
    boxes = np.asarray([label["box"] for label in labels], np.float32)
    shared = iou_matrix(faces.boxes_xyxy, boxes)
    for face in np.argsort(-faces.scores, kind="stable"):
        box = int(shared[face].argmax())
        if shared[face, box] >= LEAST_IOU:
            matched[face] = box
            shared[:, box] = 0.0
    return matched


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What one head learns from: rows (views, N, D), yes, folds, importance.

    likely: how much each face weighs where scores become probabilities; there a mask set's faces
    count as often as they come, however important they are to learn from.
    """

    rows: NDArray[np.float32]
    yes: Labels
    folds: Labels
    importance: Numbers
    likely: Numbers


def lesson_of(
    parts: Sequence[tuple[LabelledFaces, NDArray[np.bool_], Labels, Numbers]], block: str
) -> Lesson:
    """parts: faces, which of them, and for those whether yes and how important."""
    return Lesson(
        rows=np.concatenate(
            [np.stack([view[block][use] for view in faces.blocks]) for faces, use, _, _ in parts],
            axis=1,
        ),
        yes=np.concatenate([yes for _, _, yes, _ in parts]),
        folds=np.concatenate([faces.folds[use] for faces, use, _, _ in parts]),
        importance=np.concatenate([weight for _, _, _, weight in parts]),
        likely=np.concatenate([np.minimum(weight, 1.0) for _, _, _, weight in parts]),
    )


def fit(lesson: Lesson, learn: NDArray[np.bool_], strength: float) -> Line:
    """A head from all views of the faces that may be learned from."""
    rows = lesson.rows[:, learn].reshape(-1, lesson.rows.shape[2])
    return fit_logistic(
        rows,
        np.tile(lesson.yes[learn], len(VIEWS)),
        strength=strength,
        importance=np.tile(lesson.importance[learn], len(VIEWS)),
    )


def train(lesson: Lesson, strength: float) -> tuple[Line, Numbers]:
    """The calibrated head, and the calibrated score of each face by heads that did not know it."""
    scores = np.zeros(len(lesson.yes))
    for fold in range(FOLDS):
        here = lesson.folds == fold
        scores[here] = fit(lesson, ~here, strength)(lesson.rows[0, here])
    slope, intercept = fit_platt(scores, lesson.yes, lesson.likely)
    everything = fit(lesson, np.ones(len(lesson.yes), bool), strength)
    return everything.after(slope, intercept), slope * scores + intercept


def lessons(
    masks: LabelledFaces, portraits: LabelledFaces, table: list[dict[str, str]]
) -> dict[str, tuple[str, Lesson]]:
    """Head -> the block it reads and what it learns from."""
    everyone = np.ones(len(masks.states), bool)
    worn = np.isin(masks.states, (WITH, INCORRECT)).astype(int)
    # who has no label weighs nothing and is only scored; so are bare faces for what they would wear
    known = np.where(masks.states == WITHOUT, CROWD_NEGATIVE, 1.0) * (masks.states != UNLABELLED)
    rows = [table[index] for index in portraits.pictures]
    bare = np.array([row["image"] not in KNOWN_MASKS for row in rows])
    covering = (masks.states == WITH).astype(int)
    certain = np.array([row["hat"] != "" for row in rows])
    hats = np.array([int(row["hat"] == "1") for row in rows])[certain]
    return {
        "WORN": (LOWER_FACE, lesson_of(
            [
                (masks, everyone, worn, known),
                (portraits, bare, np.zeros(int(bare.sum()), int),
                 np.full(int(bare.sum()), PORTRAIT_NEGATIVE)),
            ], LOWER_FACE)),
        "COVERS": (
            LOWER_FACE,
            lesson_of([(masks, everyone, covering, worn.astype(float))], LOWER_FACE),
        ),
        "HAT": (UPPER_FACE, lesson_of(
            [(portraits, certain, hats, np.ones(len(hats)))], UPPER_FACE)),
    }  # fmt: skip


def read_sets(
    eye: Eye, data: Path, cache: Path | None
) -> tuple[LabelledFaces, LabelledFaces, list[dict[str, str]]]:
    """The mask set, FairFace's training faces and their table."""
    with (data / "train/face_attributes.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    labels = json.loads((data / MASK_TABLE).read_text(encoding="utf-8"))
    masks = read_faces(eye, [(data / "dev" / row["image"], row["faces"]) for row in labels], cache)
    portraits = read_faces(eye, [(data / "train" / row["image"], None) for row in table], cache)
    return masks, portraits, table


def main(tell: Callable[..., None] = print) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    said = parser.parse_args()
    use_one_thread_per_call()
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, (block, lesson) in lessons(
        *read_sets(Eye.open(said.home), said.data, said.cache)
    ).items():
        head, scores = train(lesson, STRENGTH[name])
        arrays |= {
            f"{name}.blocks": np.array([block]),
            f"{name}.weights": head.weights.astype(np.float16)[:, None],
            f"{name}.bias": np.array([head.bias], np.float32),
        }
        yes, no = (scores[(lesson.yes == own) & (lesson.importance > 0)] > 0 for own in (1, 0))
        tell(name, f"{len(yes)} yes, {len(no)} no: found {yes.mean():.3f}, false {no.mean():.4f}")
    np.savez_compressed(said.out, **arrays)  # type: ignore[arg-type]
    tell(said.out, said.out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
