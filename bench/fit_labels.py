"""Fit how sure labels are: boxes, names of whole pictures, and both together.

    python -m bench.fit_labels --data ../shared/data/dev --home ~/.eyebright

Writes `parameters/calibration.toml` of the pack "labels" and prints PICTURE_CURVE for
`analysis/labels/calibration.py`. Each curve has two or three numbers. What is said of its quality
is out of fold: eight parts, by picture. Pin and install the pack again afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bench import evidence
from bench.label_pictures import coco, imagenet, right_boxes
from eyebright.analysis.labels.calibration import (
    SILENT,
    box_chances,
    box_evidence,
    calibrated,
    doubted,
    log_odds,
    logistic,
)
from eyebright.analysis.labels.classes import PictureClassifier
from eyebright.analysis.labels.objects import ObjectDetector
from eyebright.analysis.labels.taxonomy import Taxonomy, load_taxonomy
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.crops import use_one_thread_per_call
from eyebright.packs.pack import load_pack
from eyebright.packs.pin import RECIPES
from eyebright.runtime.session import Runtime

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
FOLDS = 8
LEAST_SHARE = 0.02
"""Shares of a name below this are not judged: they are never said."""
WANTED_PRECISION = 0.94
"""Of words at 50 and above. The detector has seen the pictures that this is fitted on; on others it
should still reach 0.93."""


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """What is known of N statements. evidence: (N, K); right: (N,); picture: (N,) its number."""

    evidence: Numbers
    right: Flags
    picture: NDArray[np.intp]

    def fit(self) -> tuple[float, ...]:
        """Weights, then the intercept."""
        return _weights(self.evidence, self.right)

    def out_of_fold(self) -> Numbers:
        """Log-odds (N,) of each statement, by a curve that did not see its picture."""
        found = np.zeros(len(self.right))
        order = np.random.default_rng(0).permutation(np.unique(self.picture))
        for fold in range(FOLDS):
            left_out = np.isin(self.picture, order[fold::FOLDS])
            *weights, intercept = _weights(self.evidence[~left_out], self.right[~left_out])
            found[left_out] = self.evidence[left_out] @ np.array(weights) + intercept
        return found


def _weights(evidence: Numbers, right: Flags) -> tuple[float, ...]:
    model = LogisticRegression(C=10.0, max_iter=1000)  # type: ignore[no-untyped-call]
    model.fit(evidence, right)
    return (*(float(weight) for weight in model.coef_[0]), float(model.intercept_[0]))


def cases(rows: Sequence[tuple[Sequence[float], bool, int]]) -> Cases:
    evidence, right, picture = zip(*rows, strict=True)
    return Cases(np.array(evidence, float), np.array(right, bool), np.array(picture, np.intp))


def expected_error(chances: Numbers, right: Flags) -> float:
    """Expected calibration error over ten equal steps."""
    step = np.minimum((chances * 10).astype(int), 9)
    gaps = [
        abs(chances[step == one].mean() - right[step == one].mean()) * (step == one).mean()
        for one in np.unique(step)
    ]
    return float(sum(gaps))


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What the models say of one picture of COCO, and what it shows."""

    number: int
    names: NDArray[np.str_]
    evidence: FloatArray
    right: Flags
    shares: Numbers
    truth: frozenset[str]


def main() -> None:
    said = evidence.options(__doc__)
    use_one_thread_per_call()
    pack, runtime = load_pack(said.home / "packs", "labels"), Runtime()
    detector = ObjectDetector.load(pack, runtime)
    classifier = PictureClassifier.load(pack, runtime)
    taxonomy = load_taxonomy()
    pictures = look(said.data, detector, classifier)
    boxes = cases([row for one in pictures for row in box_rows(one)])
    report("boxes", boxes)
    names = cases(
        [row for one in pictures for row in coco_name_rows(one, classifier, detector, taxonomy)]
        + imagenet_rows(said.data, classifier, classes_of(pack.table("classes"), taxonomy))
    )
    report("names", names)
    curves = {"boxes": boxes.fit(), "names": names.fit()}
    words = cases([row for one in pictures for row in word_rows(one, classifier, detector, curves)])
    report("words of pictures", words)
    print("PICTURE_CURVE =", tuple(round(number, 2) for number in words.fit()))
    print("DOUBT =", round(doubt_of(words), 2))
    write(RECIPES / "labels" / "parameters" / "calibration.toml", curves)


def look(data: Path, detector: ObjectDetector, classifier: PictureClassifier) -> list[Seen]:
    seen = []
    for number, truth in enumerate(coco(data)):
        found = detector.raw(truth.image)
        shares = classifier.shares(classifier.raw(truth.image).probabilities)
        seen.append(
            Seen(
                number=number,
                names=np.array([detector.names[index] for index in found.classes], str),
                evidence=box_evidence(found.boxes_xyxy, found.scores, found.classes),
                right=right_boxes(found, truth),
                shares=shares.astype(float),
                truth=frozenset(detector.names[index] for index in truth.classes),
            )
        )
    return seen


Row = tuple[Sequence[float], bool, int]


def box_rows(seen: Seen) -> list[Row]:
    joined = zip(seen.evidence, seen.right, strict=True)
    return [(tuple(own), bool(right), seen.number) for own, right in joined]


def coco_name_rows(
    seen: Seen, classifier: PictureClassifier, detector: ObjectDetector, taxonomy: Taxonomy
) -> list[Row]:
    """Only names that COCO's labels decide: those of its classes, and what these imply."""
    decided, true = taxonomy.with_ancestors(detector.names), taxonomy.with_ancestors(seen.truth)
    return [
        ((float(log_odds(np.array(share))),), name in true, seen.number)
        for name, share in zip(classifier.names, seen.shares, strict=True)
        if share >= LEAST_SHARE and name in decided
    ]


def imagenet_rows(
    data: Path, classifier: PictureClassifier, classes: Sequence[frozenset[str]]
) -> list[Row]:
    """Every name; what a picture shows beside its class is counted as wrong."""
    rows: list[Row] = []
    for number, (truth, image) in enumerate(imagenet(data), start=1_000_000):
        shares = classifier.shares(classifier.raw(image).probabilities)
        for name, share in zip(classifier.names, shares, strict=True):
            if share >= LEAST_SHARE:
                rows.append(((float(log_odds(np.array(share))),), name in classes[truth], number))
    return rows


def classes_of(table: dict[str, list[list[str]]], taxonomy: Taxonomy) -> list[frozenset[str]]:
    return [taxonomy.with_ancestors(names) for names in table["names"]]


def word_rows(
    seen: Seen,
    classifier: PictureClassifier,
    detector: ObjectDetector,
    curves: dict[str, tuple[float, ...]],
) -> list[Row]:
    """Every name of the detector: what its boxes and the classifier say for it."""
    chances = box_chances(seen.evidence, curves["boxes"])
    said = dict(zip(classifier.names, calibrated(seen.shares, curves["names"]), strict=True))
    spoken = dict(zip(classifier.names, seen.shares > 0, strict=True))
    rows: list[Row] = []
    for name in sorted(set(detector.names)):
        any_right = 1.0 - float(np.prod(1.0 - chances[seen.names == name].astype(float)))
        of_class = float(said[name]) if spoken.get(name, False) else 0.0
        odds = log_odds(np.array([any_right, max(of_class, SILENT)]))
        rows.append(((float(odds[0]), float(odds[1])), name in seen.truth, seen.number))
    return rows


def report(title: str, fitted: Cases) -> None:
    chances = logistic(fitted.out_of_fold())
    sure, likely = chances >= 0.9, chances >= 0.5
    rows = [
        ["statements", str(len(chances))],
        ["right", str(int(fitted.right.sum()))],
        ["expected calibration error", f"{expected_error(chances, fitted.right):.4f}"],
        ["right at 0.9 and above", f"{fitted.right[sure].mean():.3f} of {sure.sum()}"],
        ["right at 0.5 and above", f"{fitted.right[likely].mean():.3f} of {likely.sum()}"],
        ["found at 0.5 and above", f"{fitted.right[likely].sum() / fitted.right.sum():.3f}"],
        ["curve", " ".join(f"{number:.3f}" for number in fitted.fit())],
    ]
    evidence.table(title, ["", "out of fold"], rows)


def doubt_of(words: Cases) -> float:
    """The log-odds above which so many words are right, out of fold; and what doubting costs."""
    odds = words.out_of_fold()
    order = np.argsort(-odds)
    precision = np.cumsum(words.right[order]) / np.arange(1, len(order) + 1)
    last = int(np.flatnonzero(precision >= WANTED_PRECISION)[-1])
    doubt = max(float(odds[order[last]]), 0.0)
    found = words.right[order[: last + 1]].sum() / words.right.sum()
    chances = logistic(doubted(odds, doubt))
    error = expected_error(chances, words.right)
    print(f"doubted: right {precision[last]:.3f}, found {found:.3f}, calibration error {error:.4f}")
    return doubt


def write(path: Path, curves: dict[str, tuple[float, ...]]) -> None:
    lines = [
        "# How sure an answer is: lines in log-odds, fitted by bench/fit_labels.py on 128 pictures",
        "# of COCO train2017 and, for names, 200 of ImageNet. Nothing else is learned from them.",
        "# boxes: slope, weight of repeating a better box of the class, weight of a better rival",
        "# of another class in the same place, intercept.",
        f"boxes = [{', '.join(f'{number:.3f}' for number in curves['boxes'])}]",
        "# names: slope and intercept of the share of a name.",
        f"names = [{', '.join(f'{number:.3f}' for number in curves['names'])}]",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
