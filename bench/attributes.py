"""What is said of faces, against labels: gender, age, eight answers, emotions, and how sure.

    python -m bench.attributes --data ../shared/data/dev --home ~/.eyebright

Runs the installed pack through `FaceAnalyser`, as a request does. One face a picture: the largest
near the middle; pictures without a face are counted and left out of the shares. Intervals are 95 %
(Wilson 1927 for shares, percentiles of 1,000 resamplings for means).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench import evidence
from bench.face_features import SMALL_PICTURES, the_face
from eyebright.analysis.faces.analyser import FaceAnalyser
from eyebright.analysis.faces.observation import (
    ALL_ATTRIBUTES,
    FaceAttribute,
    FaceDescription,
)
from eyebright.imaging.crops import use_one_thread_per_call
from eyebright.imaging.decode import decode_image
from eyebright.packs.pack import load_pack
from eyebright.runtime.session import Runtime

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
CELEBA = {
    "Smiling": FaceAttribute.SMILE,
    "Mouth_Slightly_Open": FaceAttribute.MOUTH_OPEN,
    "Eyeglasses": FaceAttribute.EYEGLASSES,
    "-No_Beard": FaceAttribute.BEARD,
    "Mustache": FaceAttribute.MUSTACHE,
}
"""CelebA's attributes that mean the same; a minus: the opposite. Its Eyeglasses include dark ones,
as ours do; its bearded include stubble, which ours do not."""
AGE_BINS = ("0-2", "3-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70+")
AGE_STARTS = (3, 10, 20, 30, 40, 50, 60, 70)
RELIABILITY_EDGES = (0.0, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 1.0)


@dataclass(frozen=True, slots=True)
class Interval:
    """A share or mean with its 95 % interval and what it rests on."""

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f},{self.high:.3f}] n={self.count}"


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """Labelled pictures in which a face was seen, with what was said of it."""

    rows: list[dict[str, str]]
    faces: list[FaceDescription]
    without_face: int

    def column(self, name: str) -> NDArray[np.str_]:
        return np.array([row[name] for row in self.rows])


def describe_all(analyser: FaceAnalyser, data: Path, table: str) -> Described:
    """Every picture of a table of ground_truth."""
    with (data / "ground_truth" / table).open(encoding="utf-8", newline="") as file:
        labelled = list(csv.DictReader(file))
    rows, faces = [], []
    for row in labelled:
        image = decode_image((data / row["image"]).read_bytes(), limits=SMALL_PICTURES)
        face = the_face(analyser.detect(image), image.size_wh)
        if len(face):
            rows.append(row)
            faces.extend(analyser.describe(image, face, wanted=ALL_ATTRIBUTES))
    return Described(rows, faces, len(labelled) - len(rows))


def share(hits: Flags) -> Interval:
    """A share of successes with Wilson's interval."""
    count, z = len(hits), 1.96
    if not count:
        return Interval(float("nan"), 0.0, 1.0, 0)
    value = float(hits.mean())
    middle = (value + z * z / (2 * count)) / (1 + z * z / count)
    half = z * np.sqrt(value * (1 - value) / count + z * z / (4 * count**2)) / (1 + z * z / count)
    return Interval(value, max(float(middle - half), 0.0), min(float(middle + half), 1.0), count)


def mean(values: Numbers) -> Interval:
    """A mean with the percentiles of resampled means."""
    rng = np.random.default_rng(0)
    draws = rng.choice(values, (1000, len(values))).mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return Interval(float(values.mean()), float(low), float(high), len(values))


def answers_of(faces: Iterable[FaceDescription], name: FaceAttribute) -> tuple[Flags, Numbers]:
    """What was answered and with which confidence."""
    found = [face.answers[name] for face in faces]
    return (
        np.array([answer.value for answer in found]),
        np.array([answer.confidence for answer in found]),
    )


def reliability(right: Flags, confidence: Numbers) -> dict[str, object]:
    """How often answers of each confidence were right, and the expected calibration error."""
    bins: list[dict[str, object]] = []
    error = 0.0
    for low, high in pairwise(RELIABILITY_EDGES):
        inside = (confidence >= low) & (confidence < high if high < 1 else confidence <= high)
        if inside.any():
            said, was = float(confidence[inside].mean()), float(right[inside].mean())
            error += abs(said - was) * float(inside.mean())
            bins.append({"from": low, "said": said, "right": was, "count": int(inside.sum())})
    sure = confidence >= 0.9
    return {"bins": bins, "ece": error, "right of answers at 0.9 and above": share(right[sure])}


def gender(described: Described, *, group: str) -> dict[str, object]:
    """Accuracy, by gender and by group."""
    truth = np.char.lower(described.column("gender"))
    guesses = [face.gender for face in described.faces if face.gender is not None]
    right = np.char.lower(np.array([guess.value for guess in guesses])) == truth
    groups = described.column(group)
    confidence = np.array([guess.confidence for guess in guesses])
    return {
        "all": share(right),
        "female": share(right[truth == "female"]),
        "male": share(right[truth == "male"]),
        "by group": {str(name): share(right[groups == name]) for name in np.unique(groups)},
        "reliability": reliability(right, confidence),
    }


def ages(described: Described) -> tuple[Numbers, Numbers, Numbers]:
    """low, high and middle of each range."""
    found = [face.age for face in described.faces if face.age is not None]
    low = np.array([age.low for age in found], float)
    high = np.array([age.high for age in found], float)
    return low, high, (low + high) / 2


def exact_age(described: Described) -> dict[str, object]:
    """UTKFace: error of the middle and coverage of the range, by group."""
    truth = described.column("age").astype(float)
    low, high, middle = ages(described)
    error, inside = np.abs(middle - truth), (truth >= low) & (truth <= high)
    adult = (truth >= 18) & (truth < 70)
    groups = described.column("race")
    return {
        "mean absolute error of the middle": mean(error),
        "of ages 18 to 69": mean(error[adult]),
        "true age inside the range": share(inside),
        "width of the range in years": mean(high - low),
        "error by group": {str(name): mean(error[groups == name]) for name in np.unique(groups)},
        "inside by gender": {
            name: share(inside[np.char.lower(described.column("gender")) == name])
            for name in ("female", "male")
        },
    }


def age_bins(described: Described) -> dict[str, object]:
    """FairFace: whether the middle falls into the labelled range of years, or next to it."""
    truth = np.array([AGE_BINS.index(name) for name in described.column("age_range")])
    found = np.digitize(ages(described)[2], AGE_STARTS)
    groups, genders = described.column("race"), np.char.lower(described.column("gender"))
    near = np.abs(found - truth) <= 1
    return {
        "same": share(found == truth),
        "same or next": share(near),
        "same or next by group": {
            str(name): share(near[groups == name]) for name in np.unique(groups)
        },
        "same or next by gender": {
            name: share(near[genders == name]) for name in ("female", "male")
        },
    }


def attribute(described: Described, column: str, name: FaceAttribute) -> dict[str, object]:
    """Recall, specificity, precision and reliability of one answer on CelebA."""
    truth = (described.column(column.lstrip("-")) == "1") != column.startswith("-")
    said, confidence = answers_of(described.faces, name)
    recall, specificity = share(said[truth]), share(~said[~truth])
    return {
        "recall": recall,
        "specificity": specificity,
        "precision": share(truth[said]),
        "balanced accuracy": (recall.value + specificity.value) / 2,
        "reliability": reliability(said == truth, confidence),
    }


def emotions(described: Described) -> dict[str, object]:
    """FER2013's labels against the surest emotion; contempt has no name in the API."""
    truth = described.column("emotion")
    known = truth != "CONTEMPT"
    best = [face.emotions[0] for face in described.faces]
    said = np.array([name for name, _ in best])
    confidence = np.array([own for _, own in best])
    right = said == truth
    return {
        "accuracy": share(right[known]),
        "recall": {str(n): share(right[truth == n]) for n in np.unique(truth[known])},
        "precision": {str(n): share(right[known & (said == n)]) for n in np.unique(said)},
        "reliability": reliability(right[known], confidence[known]),
    }


def show(findings: dict[str, object], title: str = "") -> None:
    """Print nested findings, an interval a line."""
    flat = [(name, value) for name, value in findings.items() if isinstance(value, Interval)]
    if flat:
        evidence.table(title, ["", "value"], [[name, str(value)] for name, value in flat])
    for name, value in findings.items():
        if isinstance(value, dict) and name != "bins":
            show(value, f"{title} / {name}" if title else name)
        elif isinstance(value, float):
            print(f"{title} {name}: {value:.3f}")


def measure(analyser: FaceAnalyser, data: Path) -> dict[str, object]:
    """All findings."""
    fairface = describe_all(analyser, data, "face_demographics_fairface.csv")
    utkface = describe_all(analyser, data, "face_age_gender_race_utkface.csv")
    celeba = describe_all(analyser, data, "face_attributes_celeba.csv")
    fer = describe_all(analyser, data, "face_emotion.csv")
    sets: Sequence[tuple[str, Described]] = (
        ("FairFace", fairface),
        ("UTKFace", utkface),
        ("CelebA", celeba),
        ("FER2013", fer),
    )
    return {
        "pictures without a face": {name: own.without_face for name, own in sets},
        "gender FairFace": gender(fairface, group="race"),
        "gender UTKFace": gender(utkface, group="race"),
        "age UTKFace": exact_age(utkface),
        "age FairFace": age_bins(fairface),
        **{
            f"{name.value} CelebA": attribute(celeba, column, name)
            for column, name in CELEBA.items()
        },
        "emotions FER2013": emotions(fer),
    }


def main() -> None:
    """Measure, print, keep."""
    said = evidence.options(__doc__)
    use_one_thread_per_call()
    analyser = FaceAnalyser.load(load_pack(said.home / "packs", "faces"), Runtime())
    findings = measure(analyser, said.data)
    show(findings)
    evidence.write("attributes", findings)


if __name__ == "__main__":
    main()
