"""How well faces are found: crowds by size of face, portraits, turned pictures, and at what cost.

python -m bench.detection [--data FOLDER] [--home HOME]

Boxes of the crowd set are judged at an IoU of 0.4, best score first, each label used once. About
half of what counts as false there is a face that the set does not label, so its precision is a
lower bound.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from bench import evidence
from eyebright.analysis.faces.analyser import DETECTOR_FILE
from eyebright.analysis.faces.detect import DetectionRules, FaceDetector
from eyebright.analysis.faces.observation import Detections
from eyebright.errors import ImageTooSmall
from eyebright.geometry.arrays import AnyArray, ByteArray, FloatArray
from eyebright.geometry.boxes import box_areas, iou_matrix
from eyebright.imaging.decode import decode_image
from eyebright.packs.pack import load_pack
from eyebright.runtime.session import OnnxModel, Runtime

SIZE_EDGES_PX = (0, 12, 16, 24, 32, 48, 96, 100_000)
LOWER_THRESHOLD = 0.25
"""For the curve: candidates down to this score of the net."""
WANTED_PRECISION = 0.85
EVERY_TURNED = 8
"""One in so many portraits is also looked at on its side and upside down."""


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """A picture and its faces, boxes (G, 4) in pixels."""

    path: Path
    boxes_xyxy: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Detections of one picture. right: (N,) bool; found: (G,) bool, by label."""

    scores: FloatArray
    right: NDArray[np.bool_]
    found: NDArray[np.bool_]


class CountingModel:
    """The detector's net, and how many pixels it was shown."""

    def __init__(self, model: OnnxModel) -> None:
        self._model = model
        self.megapixels = 0.0
        self.runs = 0

    def run(self, images: ByteArray) -> dict[str, AnyArray]:
        self.megapixels += images.shape[0] * images.shape[1] * images.shape[2] / 1e6
        self.runs += 1
        return self._model.run(images)


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """The pack's detector, and the same with a lower threshold for curves."""

    detector: FaceDetector
    generous: FaceDetector
    counter: CountingModel


def main() -> None:
    options = evidence.options(__doc__)
    bench = open_bench(options.home)
    crowd = read_crowd(options.data)
    findings = {
        "crowd": crowd_findings(bench, crowd),
        "portraits": [
            portrait_findings(bench, name, paths) for name, paths in portraits(options.data)
        ],
        "cost": [
            cost_findings(bench, name, paths) for name, paths in everyday(options.data, crowd)
        ],
    }
    evidence.write("detection", findings)


def open_bench(home: Path) -> Bench:
    pack = load_pack(home / "packs", "faces")
    counter = CountingModel(Runtime(slots=1).load(pack.model_path(DETECTOR_FILE)))
    model, rules = cast(OnnxModel, counter), DetectionRules.of(pack)
    generous = replace(rules, threshold=LOWER_THRESHOLD, calibration=(1.0, 0.0))
    return Bench(FaceDetector(model, rules), FaceDetector(model, generous), counter)


def read_crowd(data: Path) -> list[Labelled]:
    rows = json.loads((data / "ground_truth/face_boxes_mask.json").read_text(encoding="utf-8"))
    return [
        Labelled(
            data / row["image"],
            np.asarray([face["box"] for face in row["faces"]], np.float32).reshape(-1, 4),
        )
        for row in rows
    ]


def portraits(data: Path) -> Iterator[tuple[str, list[Path]]]:
    for name in ("lfw", "celeba"):
        with (data / f"ground_truth/face_identities_{name}.csv").open(encoding="utf-8") as file:
            yield name, [data / row["image"] for row in csv.DictReader(file)]


def everyday(data: Path, crowd: Sequence[Labelled]) -> Iterator[tuple[str, list[Path]]]:
    yield "crowd", [picture.path for picture in crowd]
    for name, paths in portraits(data):
        yield name, paths[::EVERY_TURNED]
    for name in ("coco", "imagenet"):
        yield name, [path for path in sorted((data / "labels" / name).iterdir()) if readable(path)]


def crowd_findings(bench: Bench, crowd: Sequence[Labelled]) -> dict[str, object]:
    seen = [bench.detector.detect(pixels_of(picture.path)) for picture in crowd]
    judged = [judge(faces, picture) for faces, picture in zip(seen, crowd, strict=True)]
    strict = [judge(f, picture, least_iou=0.5) for f, picture in zip(seen, crowd, strict=True)]
    curve = [judge(bench.generous.detect(pixels_of(p.path)), p) for p in crowd]
    recall, precision = rates(judged)
    findings = {
        "pictures": len(crowd),
        "faces": sum(len(picture.boxes_xyxy) for picture in crowd),
        "recall": recall,
        "recall_95": interval(judged),
        "precision": precision,
        "recall_precision_iou_0.5": rates(strict),
        "by_size": by_size(judged, crowd),
        "recall_at_precision_0.85": recall_at(curve, WANTED_PRECISION),
        "two_halves": two_halves(curve),
    }
    rows = [[key, str(value)] for key, value in findings.items() if key != "by_size"]
    evidence.table("Crowd set, IoU 0.4", ["", ""], rows)
    evidence.table("By size", ["pixels", "found"], cast("list[list[str]]", findings["by_size"]))
    return findings


def judge(faces: Detections, picture: Labelled, *, least_iou: float = 0.4) -> Judged:
    """Best score first; each takes the label that it overlaps most and that nobody took."""
    found = np.zeros(len(picture.boxes_xyxy), bool)
    right = np.zeros(len(faces), bool)
    overlap = iou_matrix(faces.boxes_xyxy, picture.boxes_xyxy)
    for index in np.argsort(-faces.scores, kind="stable"):
        free = np.where(found, 0.0, overlap[index])
        if free.max(initial=0.0) >= least_iou:
            right[index] = found[int(free.argmax())] = True
    return Judged(faces.scores, right, found)


def rates(judged: Sequence[Judged]) -> tuple[float, float]:
    """Recall and precision."""
    found = sum(int(one.found.sum()) for one in judged)
    labels = sum(len(one.found) for one in judged)
    answers = sum(len(one.right) for one in judged)
    return round(found / max(labels, 1), 4), round(found / max(answers, 1), 4)


def interval(judged: Sequence[Judged], *, resamplings: int = 1000) -> tuple[float, float]:
    """Where 95 % of recalls fall when pictures are drawn again."""
    random = np.random.default_rng(0)
    draws = random.integers(0, len(judged), (resamplings, len(judged)))
    recalls = [rates([judged[index] for index in draw])[0] for draw in draws]
    low, high = np.percentile(recalls, [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)


def by_size(judged: Sequence[Judged], crowd: Sequence[Labelled]) -> list[list[str]]:
    """Rows of range and found/labels."""
    sides = np.sqrt(np.concatenate([box_areas(picture.boxes_xyxy) for picture in crowd]))
    found = np.concatenate([one.found for one in judged])
    rows = []
    for low, high in pairwise(SIZE_EDGES_PX):
        here = (sides >= low) & (sides < high)
        rows.append([f"{low}-{high}", f"{int(found[here].sum())}/{int(here.sum())}"])
    return rows


def recall_at(judged: Sequence[Judged], precision: float) -> float:
    """The largest recall at any threshold that reaches the precision."""
    threshold = threshold_at(judged, precision)
    return rates(above(judged, threshold))[0]


def threshold_at(judged: Sequence[Judged], precision: float) -> float:
    """The lowest threshold at which the precision is reached."""
    scores = np.concatenate([one.scores for one in judged])
    right = np.concatenate([one.right for one in judged])
    order = np.argsort(-scores, kind="stable")
    reached = np.cumsum(right[order]) / np.arange(1, len(order) + 1) >= precision
    return float(scores[order][np.flatnonzero(reached)[-1]]) if reached.any() else 1.0


def above(judged: Sequence[Judged], threshold: float) -> list[Judged]:
    """As if the threshold had been higher. A found label counts as long as its face does."""
    kept = []
    for one in judged:
        stays = one.scores >= threshold
        lost = int(one.right.sum() - one.right[stays].sum())
        found = one.found.copy()
        found[np.flatnonzero(found)[:lost]] = False  # which ones does not matter to the rates
        kept.append(Judged(one.scores[stays], one.right[stays], found))
    return kept


def two_halves(judged: Sequence[Judged]) -> list[dict[str, float]]:
    """The threshold chosen on one half of the pictures, recall and precision on the other."""
    halves = [judged[0::2], judged[1::2]]
    rows = []
    for chosen_on, measured_on in ((halves[0], halves[1]), (halves[1], halves[0])):
        threshold = threshold_at(chosen_on, WANTED_PRECISION)
        recall, precision = rates(above(measured_on, threshold))
        rows.append({"threshold": round(threshold, 3), "recall": recall, "precision": precision})
    return rows


def portrait_findings(bench: Bench, name: str, paths: Sequence[Path]) -> dict[str, object]:
    """Pictures of one person each: those without any face found, upright and turned."""
    missed = [path.stem for path in paths if not finds_any(bench, pixels_of(path))]
    turned = {
        f"turned_{quarters * 90}": sum(
            not finds_any(bench, np.ascontiguousarray(np.rot90(pixels_of(path), quarters)))
            for path in paths[::EVERY_TURNED]
        )
        for quarters in (1, 2, 3)
    }
    count = {"pictures": len(paths), "turned_pictures": len(paths[::EVERY_TURNED])}
    findings = {"set": name, **count, "no_face_found": missed, "missed_turned": turned}
    print(f"{name}: {len(missed)} of {len(paths)} missed {missed[:5]}; turned {turned}", flush=True)
    return findings


def finds_any(bench: Bench, pixels: ByteArray) -> bool:
    return len(bench.detector.detect(pixels)) > 0


def cost_findings(bench: Bench, name: str, paths: Sequence[Path]) -> dict[str, object]:
    """Megapixels that the net was shown for each picture: 0.05 is one look at 256x192."""
    shown, runs, faces = [], [], 0
    for path in paths:
        before = (bench.counter.megapixels, bench.counter.runs)
        faces += len(bench.detector.detect(pixels_of(path)))
        shown.append(bench.counter.megapixels - before[0])
        runs.append(bench.counter.runs - before[1])
    percentiles = dict(
        zip(
            ("p10", "p50", "p90", "p100"),
            np.percentile(shown, [10, 50, 90, 100]).round(3).tolist(),
            strict=True,
        )
    )
    one_look = round(float(np.mean(np.asarray(runs) == 1)), 3)
    findings = {
        "set": name,
        "pictures": len(paths),
        "faces": faces,
        "settled_by_one_look": one_look,
        "megapixels_mean": round(float(np.mean(shown)), 3),
        "megapixels": percentiles,
    }
    print(findings, flush=True)
    return findings


def readable(path: Path) -> bool:
    """Some everyday pictures are smaller than Eyebright takes."""
    try:
        pixels_of(path)
    except ImageTooSmall:
        return False
    return True


def pixels_of(path: Path) -> ByteArray:
    return decode_image(path.read_bytes()).pixels


if __name__ == "__main__":
    main()
