"""Labelled pictures and what the label pack says of them, for `labels.py` and `fit_labels.py`."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.face_features import SMALL_PICTURES
from eyebright.analysis.labels.values import RawObjects
from eyebright.geometry.arrays import AnyArray, FloatArray
from eyebright.geometry.boxes import iou_matrix
from eyebright.imaging.decode import decode_image
from eyebright.imaging.image import Image

RIGHT_IOU = 0.5
"""A box is right when it overlaps a label of its class so much that no better box has taken."""
WNIDS = Path(__file__).with_name("imagenet_wnids.txt")
"""The WordNet ids of ImageNet-1k's classes in their order, a fact of the data set."""


@dataclass(frozen=True, slots=True, eq=False)
class Boxed:
    """A picture of COCO. boxes_xyxy: (G, 4) pixels; classes: (G,), 0-79."""

    id: int
    image: Image
    boxes_xyxy: FloatArray
    classes: AnyArray


def coco(data: Path) -> Iterator[Boxed]:
    """Every picture of the table, decoded when it is reached."""
    table = coco_table(data)
    for picture in table["images"]:
        own = [a for a in table["annotations"] if a["image_id"] == picture["id"]]
        corners = np.array([a["bbox"] for a in own], np.float32).reshape(-1, 4)
        boxes = np.concatenate([corners[:, :2], corners[:, :2] + corners[:, 2:]], axis=1)
        classes = np.array([a["category_id"] for a in own], np.intp)
        yield Boxed(picture["id"], decoded(data / picture["file_name"]), boxes, classes)


def coco_table(data: Path) -> dict[str, Any]:
    """The ground truth in COCO's own layout."""
    text = (data / "ground_truth" / "coco_boxes.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def imagenet(data: Path) -> Iterator[tuple[int, Image]]:
    """Class number and picture."""
    numbers = {wnid: i for i, wnid in enumerate(WNIDS.read_text(encoding="utf-8").split())}
    with (data / "ground_truth" / "image_labels_imagenet.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield numbers[row["wnid"]], decoded(data / row["image"])


def decoded(path: Path) -> Image:
    return decode_image(path.read_bytes(), limits=SMALL_PICTURES)


def right_boxes(found: RawObjects, truth: Boxed) -> NDArray[np.bool_]:
    """Which boxes are right, best first; each label is used once."""
    right = np.zeros(len(found.scores), bool)
    if not len(truth.classes):
        return right
    overlap = iou_matrix(found.boxes_xyxy, truth.boxes_xyxy)
    overlap = np.where(found.classes[:, None] == truth.classes[None, :], overlap, np.float32(0.0))
    for index in range(len(right)):
        best = int(overlap[index].argmax())
        if overlap[index, best] >= RIGHT_IOU:
            right[index] = True
            overlap[:, best] = 0.0
    return right
