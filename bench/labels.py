"""What is said of pictures, against labels: boxes, words of everyday pictures, words of ImageNet.

    python -m bench.labels --data ../shared/data/dev --home ~/.eyebright

Runs the installed packs as a request does: boxes through the detector, words through the labeller
with everything it looks at (faces too). Pictures of COCO are judged by the words of its 80 classes
only: what else is said of them has no label. Intervals are 95 %: boxes by drawing pictures again,
shares after Wilson 1927. Calibration: how often answers of each confidence were right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench import evidence
from bench.attributes import Interval, reliability, share, show
from bench.average_precision import Matched, average_precision, match, spread
from bench.label_pictures import Boxed, coco, imagenet
from eyebright.analysis.labels.classes import PictureClassifier
from eyebright.analysis.labels.objects import ObjectDetector
from eyebright.analysis.labels.taxonomy import Taxonomy, load_taxonomy
from eyebright.analysis.sight import Sight
from eyebright.app.sight import InstalledPacks, LazyVision, installed_sight
from eyebright.imaging.crops import use_one_thread_per_call
from eyebright.imaging.image import Image
from eyebright.runtime.session import Runtime
from eyebright.settings import Settings

CONFIDENT = 0.5
LEAST_SAID = 0.05
"""Statements below this are left out of calibration: no service says them."""
TOP = 5


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """The packs at work, and the words of each class of both nets."""

    sight: Sight
    detector: ObjectDetector
    classifier: PictureClassifier
    taxonomy: Taxonomy
    of_class: list[frozenset[str]]

    def words(self, image: Image) -> dict[str, float]:
        """Everything that the labeller says."""
        said = self.sight.labels().label(self.sight.observe(image))
        return {label.name: label.score for label in said}


@dataclass(frozen=True, slots=True, eq=False)
class Statements:
    """scores (N,), right (N,), and how many true words there were, said or not."""

    scores: NDArray[np.float64]
    right: NDArray[np.bool_]
    true: int


def open_bench(home: Path) -> Bench:
    settings, runtime = Settings(home=home), Runtime()
    packs = InstalledPacks(settings, runtime)
    pack = packs.pack("labels")
    detector = ObjectDetector.load(pack, runtime)
    classifier = PictureClassifier.load(pack, runtime)
    names: list[list[str]] = pack.table("classes")["names"]
    return Bench(
        sight=installed_sight(settings, runtime, faces=LazyVision(packs.faces)),
        detector=detector,
        classifier=classifier,
        taxonomy=load_taxonomy(),
        of_class=[frozenset(own) for own in names],
    )


def boxes(bench: Bench, pictures: Sequence[Boxed]) -> dict[str, object]:
    """Average precision of the boxes, and how often boxes of each confidence are right."""
    number = {name: index for index, name in enumerate(bench.detector.names)}
    matched: list[Matched] = []
    for picture in pictures:
        found = bench.detector.detect(picture.image)
        classes = np.array([number[name] for name in found.names], np.intp)
        truth = np.array([number[bench.detector.names[c]] for c in picture.classes], np.intp)
        matched.append(
            match(
                found.boxes_xyxy,
                found.scores,
                classes,
                truth_xyxy=picture.boxes_xyxy,
                truth=truth,
            )
        )
    precisions = average_precision(matched)
    deviations = spread(matched)
    scores = np.concatenate([one.scores for one in matched]).astype(float)
    right = np.concatenate([one.right[:, 0] for one in matched])
    said = scores >= LEAST_SAID
    count = len(pictures)
    return {
        "mAP .50 to .95": around(float(precisions.mean()), deviations[0], count),
        "AP at IoU .50": around(float(precisions[0]), deviations[1], count),
        "reliability": reliability(right[said], scores[said]),
    }


def around(value: float, deviation: float, count: int) -> Interval:
    half = 1.96 * deviation
    return Interval(value, value - half, value + half, count)


def everyday(bench: Bench, pictures: Sequence[Boxed]) -> dict[str, object]:
    """Words of COCO's classes for whole pictures."""
    judged = frozenset(bench.detector.names)
    said: list[Mapping[str, float]] = []
    true: list[frozenset[str]] = []
    for picture in pictures:
        words = bench.words(picture.image)
        said.append({name: score for name, score in words.items() if name in judged})
        shown = {bench.detector.names[c] for c in picture.classes}
        true.append(bench.taxonomy.with_ancestors(shown) & judged)
    statements = _statements(said, true)
    likely = statements.scores >= CONFIDENT
    recall = np.zeros(statements.true, bool)
    recall[: int(statements.right[likely].sum())] = True
    kept = statements.scores >= LEAST_SAID
    return {
        "precision at 50": share(statements.right[likely]),
        "recall at 50": share(recall),
        "best F1": _best_f1(statements),
        "mean average precision of words": _mean_precision(said, true),
        "reliability": reliability(statements.right[kept], statements.scores[kept]),
    }


def _statements(said: Sequence[Mapping[str, float]], true: Sequence[frozenset[str]]) -> Statements:
    pairs = [
        (score, name in own)
        for words, own in zip(said, true, strict=True)
        for name, score in words.items()
    ]
    scores, right = zip(*pairs, strict=True)
    return Statements(np.array(scores), np.array(right, bool), sum(map(len, true)))


def _best_f1(statements: Statements) -> dict[str, float]:
    order = np.argsort(-statements.scores)
    hits = np.cumsum(statements.right[order])
    precision, recall = hits / np.arange(1, len(order) + 1), hits / statements.true
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    best = int(f1.argmax())
    return {
        "F1": float(f1[best]),
        "precision": float(precision[best]),
        "recall": float(recall[best]),
        "at confidence": float(statements.scores[order[best]]),
    }


def _mean_precision(said: Sequence[Mapping[str, float]], true: Sequence[frozenset[str]]) -> float:
    """Over the words that some picture deserves, the mean of the precision at each hit."""
    found = []
    for name in sorted(frozenset().union(*true)):
        scores = np.array([words.get(name, 0.0) for words in said])
        right = np.array([name in own for own in true])[np.argsort(-scores, kind="stable")]
        precision = np.cumsum(right) / np.arange(1, len(right) + 1)
        found.append(float(precision[right].mean()))
    return float(np.mean(found))


def objects_of_imagenet(bench: Bench, data: Path) -> dict[str, object]:
    """Whether the words of the likeliest classes are words of the true one, and what the labeller
    makes of it."""
    first, five, labelled = [], [], []
    scores: list[float] = []
    right: list[bool] = []
    specific = frozenset().union(*bench.of_class)
    for truth, image in imagenet(data):
        raw = bench.classifier.raw(image)
        order = np.argsort(-raw.probabilities)[:TOP]
        hits = [bool(bench.of_class[one] & bench.of_class[truth]) for one in order]
        first.append(hits[0])
        five.append(any(hits))
        words = {name: own for name, own in bench.words(image).items() if name in specific}
        best = sorted(words, key=lambda name: -words[name])[:TOP]
        labelled.append(bool(frozenset(best) & bench.of_class[truth]))
        implied = bench.taxonomy.with_ancestors(bench.of_class[truth])
        for name, score in bench.classifier.classify(image).scores.items():
            if score >= LEAST_SAID:
                scores.append(score)
                right.append(name in implied)
    return {
        "top-1": share(np.array(first)),
        "top-5": share(np.array(five)),
        "a true word among the five surest of the labeller": share(np.array(labelled)),
        "reliability": reliability(np.array(right), np.array(scores)),
    }


def main() -> None:
    """Measure, print, keep."""
    said = evidence.options(__doc__)
    use_one_thread_per_call()
    bench = open_bench(said.home)
    pictures = list(coco(said.data))
    findings: dict[str, object] = {
        "boxes COCO": boxes(bench, pictures),
        "words COCO": everyday(bench, pictures),
        "words ImageNet": objects_of_imagenet(bench, said.data),
    }
    show(findings)
    evidence.write("labels", findings)


if __name__ == "__main__":
    main()
