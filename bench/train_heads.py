"""Trains the small heads of the face pack and writes heads.npz.

    python -m bench.train_heads --data ../shared/data --home ~/.eyebright --cache /tmp/features

Weights learn from data/train only: FairFace photographs (CC BY 4.0, Karkkainen and Joo 2021) with
our own labels by eye; rows whose label is uncertain are left out. Every picture is seen as it is
and mirrored. Cross-validated scores of those pictures and the labelled pictures of data/dev then
set two numbers per head (Platt), five for age and one for the emotions. Nothing else of
data/dev goes into the file.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.face_features import Columns, FeaturePath, read_all, with_shapes
from bench.frontal_face import average_frontal_face
from bench.head_training import (
    UNCERTAIN,
    Labels,
    Line,
    Numbers,
    fit_logistic,
    fit_platt,
    fit_ridge,
    folds_of,
)
from eyebright.packs.pack import load_pack
from eyebright.runtime.session import Runtime

OUT = Path("src/eyebright/packs/recipes/faces/heads.npz")
AGE_BINS = ("0-2", "3-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70+")
AGE_MIDDLES = np.array([1.2, 6.0, 15.0, 25.0, 34.5, 44.0, 54.0, 64.0, 75.0])
AGE_COVERAGE = 0.86
_FACE = ("faceres",)
_LOOKS = ("faceres", "dlib")
_EVERYTHING = (
    *_LOOKS,
    "shape",
    "presence",
    "mouth",
    "shape_numbers",
    "eyes",
    "expression",
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one yes-or-no head is made.

    column: of face_attributes.csv. celeba: the attribute of CelebA that means the same, with a
    minus when it means the opposite. dev_share: how much of the calibration CelebA's or FairFace's
    labels decide, the rest being cross-validated training scores.
    """

    column: str
    blocks: tuple[str, ...]
    strength: float
    celeba: str = ""
    dev_share: float = 0.0


RECIPES = {
    "SMILE": Recipe("smile", ("expression", "shape_numbers"), 0.003, "Smiling", 0.75),
    "MOUTH_OPEN": Recipe(
        "mouth_open",
        ("mouth", "shape_numbers", "shape", "expression", "faceres"),
        0.001,
        "Mouth_Slightly_Open",
        0.75,
    ),
    "EYES_OPEN": Recipe("-eyes_closed", ("shape_numbers", "eyes"), 0.03),
    "EYEGLASSES": Recipe("eyeglasses|sunglasses", _FACE, 0.01, "Eyeglasses", 0.5),
    "SUNGLASSES": Recipe("sunglasses", _FACE, 0.01),
    "BEARD": Recipe("beard", (*_LOOKS, "mouth"), 0.003, "-No_Beard", 0.5),
    "MUSTACHE": Recipe("mustache", (*_LOOKS, "mouth"), 0.003, "Mustache", 0.5),
    "FACE_OCCLUDED": Recipe("occluded", _EVERYTHING, 0.01),
    "GENDER": Recipe("gender", (*_LOOKS, "gender_net", "faceres_guess"), 0.003, "", 0.5),
}
AGE_BLOCKS = (*_LOOKS, "age_net", "faceres_ages", "faceres_guess")


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Blocks of the faces of a set of labelled pictures; rows[i] is the picture of face i."""

    table: list[dict[str, str]]
    rows: NDArray[np.intp]
    columns: Columns

    def stack(self, blocks: Sequence[str]) -> NDArray[np.float32]:
        return np.concatenate([self.columns[block] for block in blocks], axis=1)

    def labels(self, column: str) -> Labels:
        """1, 0 or UNCERTAIN for each face. `-a`: the opposite of a; `a|b`: either."""
        if "|" in column:
            parts = np.array([self.labels(part) for part in column.split("|")])
            either = np.where((parts == 0).all(axis=0), 0, UNCERTAIN)
            return np.where((parts == 1).any(axis=0), 1, either)
        own = np.array([_yes(row[column.lstrip("-")]) for row in self.table])[self.rows]
        return np.where(own == UNCERTAIN, UNCERTAIN, 1 - own) if column[0] == "-" else own


def _yes(text: str) -> int:
    if text == "":
        return UNCERTAIN
    return int(text in ("1", "Male", "male"))


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """The training faces, seen twice; fold of each; whether it is the mirrored view."""

    faces: Faces
    folds: Labels
    mirrored: NDArray[np.bool_]


def held_out(training: Training, labels: Labels, recipe: Recipe) -> Numbers:
    """For every face the score of a head that has not seen its picture."""
    rows, scores = training.faces.stack(recipe.blocks), np.zeros(len(labels))
    for fold in np.unique(training.folds):
        here, known = training.folds == fold, labels != UNCERTAIN
        learn = known & ~here
        head = fit_logistic(rows[learn], labels[learn], strength=recipe.strength)
        scores[here] = head(rows[here])
    return scores


def train_answer(
    training: Training, dev: dict[str, Faces], recipe: Recipe
) -> tuple[Line, dict[str, object]]:
    """One calibrated head and what was measured."""
    faces = training.faces
    labels = faces.labels(recipe.column)
    known, straight = labels != UNCERTAIN, ~training.mirrored
    scores = held_out(training, labels, recipe)
    head = fit_logistic(faces.stack(recipe.blocks)[known], labels[known], strength=recipe.strength)
    seen = known & straight
    parts = [(scores[seen], labels[seen], 1.0 - recipe.dev_share)]
    test = dev["fairface"] if recipe.column == "gender" else dev["celeba"]
    column = "gender" if recipe.column == "gender" else recipe.celeba
    if column:
        parts.append((head(test.stack(recipe.blocks)), test.labels(column), recipe.dev_share))
    slope, intercept = fit_platt(
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        np.concatenate([np.full(len(part[0]), 2000 * part[2] / len(part[0])) for part in parts]),
    )
    findings: dict[str, object] = {
        "cross-validated": accuracy(slope * parts[0][0] + intercept, parts[0][1])
    }
    if column:
        findings["dev"] = accuracy(slope * parts[1][0] + intercept, parts[1][1])
    return head.after(slope, intercept), findings


def accuracy(logits: Numbers, labels: Labels) -> dict[str, float]:
    """Counts, recall of yes and of no, and their mean."""
    yes, no = logits[labels == 1] > 0, logits[labels == 0] <= 0
    return {
        "yes": len(yes),
        "no": len(no),
        "recall": round(float(yes.mean()), 4),
        "specificity": round(float(no.mean()), 4),
        "balanced": round(float(yes.mean() + no.mean()) / 2, 4),
        "precision": round(float(yes.sum() / max(yes.sum() + (~no).sum(), 1)), 4),
    }


def train_age(training: Training, dev: dict[str, Faces]) -> tuple[Line, Numbers, dict[str, object]]:
    """The age head, how wide the range is, and what was measured.

    A ridge over everything, then a line through its estimate and the two nets' own, on UTKFace's
    exact ages and the middles of FairFace's ranges.
    """
    faces = training.faces
    bins = np.array([AGE_BINS.index(row["age_range"]) for row in faces.table])[faces.rows]
    weights = 1.0 / np.sqrt(np.bincount(bins, minlength=len(AGE_BINS)))[bins]
    weights /= weights.mean()
    rows = faces.stack(AGE_BLOCKS)
    head = fit_ridge(rows, AGE_MIDDLES[bins], penalty=2000.0, importance=weights)
    known = [(dev["utkface"], _utk_years(dev["utkface"])), (dev["fairface"], _middles(dev))]
    inputs = np.concatenate([_age_opinions(faces, head) for faces, _ in known])
    years = np.concatenate([years for _, years in known])
    share = np.concatenate([np.full(len(own), 1.0 / len(own)) for _, own in known])
    share *= np.concatenate(
        [np.full(len(own), part) for (_, own), part in zip(known, (0.7, 0.3), strict=True)]
    )
    design = np.column_stack([inputs, np.ones(len(inputs))])
    root = np.sqrt(share)[:, None]
    slopes = np.linalg.lstsq(design * root, years * root[:, 0], rcond=None)[0]
    final = _blend(faces, head, slopes)
    spread = _fit_spread(np.clip(design @ slopes, 0, 100), years)
    utk = np.clip(final(dev["utkface"].stack(AGE_BLOCKS)), 0, 100)
    findings: dict[str, object] = {
        "utkface mae": round(float(np.abs(utk - known[0][1]).mean()), 2),
        "utkface faces": len(utk),
        "line": [round(float(slope), 3) for slope in slopes],
    }
    return final, spread, findings


def _utk_years(faces: Faces) -> Numbers:
    return np.array([float(row["age"]) for row in faces.table])[faces.rows]


def _middles(dev: dict[str, Faces]) -> Numbers:
    faces = dev["fairface"]
    bins = np.array([AGE_BINS.index(row["age_range"]) for row in faces.table])[faces.rows]
    return np.asarray(AGE_MIDDLES[bins])


def _age_opinions(faces: Faces, head: Line) -> Numbers:
    """(N, 3): the ridge's, faceres's and age-v1's years."""
    return np.column_stack(
        [
            head(faces.stack(AGE_BLOCKS)),
            100 * faces.columns["faceres_guess"][:, 0],
            80 * faces.columns["age_net"][:, 0],
        ]
    )


def _blend(faces: Faces, head: Line, slopes: Numbers) -> Line:
    """One line over the blocks that says what the blend of the three opinions says."""
    blended = head.after(float(slopes[0]), float(slopes[3]))
    starts = np.cumsum([0, *(faces.columns[block].shape[1] for block in AGE_BLOCKS)])
    blended.weights[starts[AGE_BLOCKS.index("faceres_guess")]] += 100 * slopes[1]
    blended.weights[starts[AGE_BLOCKS.index("age_net")]] += 80 * slopes[2]
    return blended


def _fit_spread(guess: Numbers, years: Numbers) -> Numbers:
    """(2, 2): constant and share of the guess, below and above, so that AGE_COVERAGE lie inside.

    The shape is that of the absolute error along the guess; one factor each way sets the share.
    """
    wide = np.column_stack([np.ones(len(guess)), guess])
    shape = np.maximum(np.linalg.lstsq(wide, np.abs(guess - years), rcond=None)[0], [0.5, 0.02])
    units = (guess - years) / (wide @ shape)
    tail = (1 - AGE_COVERAGE) / 2
    return np.array([shape * np.quantile(units, 1 - tail), shape * -np.quantile(units, tail)])


def fit_temperature(shares: Numbers, truth: Labels) -> float:
    """The temperature under which the shares of the emotions are most likely."""
    logs = np.log(np.clip(shares, 1e-4, 1.0))
    candidates = np.linspace(0.4, 3.0, 105)

    def loss(temperature: float) -> float:
        powers = logs / temperature
        powers = powers - np.log(np.exp(powers).sum(axis=1, keepdims=True))
        return float(-powers[np.arange(len(truth)), truth].mean())

    return float(min(candidates, key=loss))


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


DEV_TABLES = {
    "celeba": "face_attributes_celeba.csv",
    "fairface": "face_demographics_fairface.csv",
    "utkface": "face_age_gender_race_utkface.csv",
    "emotion": "face_emotion.csv",
}


def read_training(path: FeaturePath, folder: Path, cache: Path | None) -> Training:
    """data/train, straight and mirrored."""
    table = _table(folder / "face_attributes.csv")
    images = [folder / row["image"] for row in table]
    views = [read_all(path, images, mirrored=mirrored, cache=cache) for mirrored in (False, True)]
    columns = {name: np.concatenate([view[0][name] for view in views]) for name in views[0][0]}
    rows = np.concatenate([view[1] for view in views])
    folds = folds_of([row["gender"] + row["race"] for row in table])
    mirrored = np.arange(len(rows)) >= len(views[0][1])
    return Training(Faces(table, rows, columns), folds[rows], mirrored)


def read_dev(path: FeaturePath, folder: Path, cache: Path | None) -> dict[str, Faces]:
    """The labelled sets of data/dev."""
    sets = {}
    for name, file in DEV_TABLES.items():
        table = _table(folder / "ground_truth" / file)
        images = [folder / row["image"] for row in table]
        columns, rows = read_all(path, images, mirrored=False, cache=cache)
        sets[name] = Faces(table, rows, columns)
    return sets


def emotion_temperature(faces: Faces, order: Sequence[str]) -> float:
    """Fitted on the labelled expressions that have a name in the API."""
    names = np.array([row["emotion"] for row in faces.table])[faces.rows]
    known = np.isin(names, order)
    truth = np.array([order.index(name) for name in names[known]])
    shares = faces.columns["expression_shares"][known].astype(np.float64)
    return fit_temperature(shares, truth)


def main() -> None:
    """Train everything, print what was measured, write the file."""
    from eyebright.analysis.faces.emotions import FACEAPI_ORDER

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    said = parser.parse_args()
    path = FeaturePath.load(load_pack(said.home / "packs", "faces"), Runtime())
    training = read_training(path, said.data / "train", said.cache)
    dev = read_dev(path, said.data / "dev", said.cache)
    straight = training.faces.columns["mesh"][~training.mirrored]
    certain = training.faces.columns["raw_presence"][~training.mirrored] > 10
    frontal = average_frontal_face(straight[certain][:800])
    training.faces.columns.update(with_shapes(training.faces.columns, frontal))
    for faces in dev.values():
        faces.columns.update(with_shapes(faces.columns, frontal))
    arrays: dict[str, NDArray[np.generic]] = {"frontal_points": frontal}
    for name, recipe in RECIPES.items():
        head, findings = train_answer(training, dev, recipe)
        arrays |= _head_arrays(name, recipe.blocks, head)
        print(name, json.dumps(findings), flush=True)
    head, spread, findings = train_age(training, dev)
    arrays |= _head_arrays("AGE_RANGE", AGE_BLOCKS, head)
    arrays["age_spread"] = spread.astype(np.float32)
    print("AGE_RANGE", json.dumps(findings), flush=True)
    temperature = emotion_temperature(dev["emotion"], FACEAPI_ORDER)
    arrays["emotion_temperature"] = np.array(temperature, np.float32)
    print("emotions: temperature", temperature)
    np.savez_compressed(said.out, **arrays)  # type: ignore[arg-type]
    print(said.out, said.out.stat().st_size, "bytes")


def _head_arrays(name: str, blocks: Sequence[str], head: Line) -> dict[str, NDArray[np.generic]]:
    return {
        f"{name}.blocks": np.array(blocks),
        f"{name}.weights": head.weights.astype(np.float32)[:, None],
        f"{name}.bias": np.array([head.bias], np.float32),
    }


if __name__ == "__main__":
    main()
