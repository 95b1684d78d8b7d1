"""The labelled faces that recognition is measured on: who is who, and which pairs are asked."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

IMAGE = "image"


@dataclass(frozen=True, slots=True, eq=False)
class IdentitySet:
    """Images of people, and pairs of them.

    images: N paths below the data folder. people: (N,) index of a person, equal for one person.
    roles: N of gallery, probe_known, probe_unknown, extra. genders: N of female, male or "".
    pairs: (P, 2) indices into images. same: (P,) bool. folds: (P,) part of the data for which a
    threshold may not be fitted on itself.
    """

    name: str
    images: tuple[str, ...]
    people: NDArray[np.intp]
    roles: NDArray[np.str_]
    genders: NDArray[np.str_]
    pairs: NDArray[np.intp]
    same: NDArray[np.bool_]
    folds: NDArray[np.intp]


def lfw(data: Path) -> IdentitySet:
    """Labeled Faces in the Wild: the official pairs, and who of the people has a gender label."""
    truth = data / "ground_truth"
    genders = {r[IMAGE]: r["gender"] for r in _rows(truth / "face_attributes_lfw.csv")}
    pairs = _rows(truth / "face_pairs_lfw.csv")
    return _identity_set(
        "LFW",
        _rows(truth / "face_identities_lfw.csv"),
        pairs,
        folds=np.array([int(r["fold"]) for r in pairs]),
        genders=genders,
    )


def celeba(data: Path) -> IdentitySet:
    """CelebA, in-the-wild pictures: pairs drawn at random into ten folds (seed 0)."""
    truth = data / "ground_truth"
    pairs = _rows(truth / "face_pairs_celeba.csv")
    folds = np.random.default_rng(0).permutation(len(pairs)) % 10
    people = _rows(truth / "face_identities_celeba.csv")
    return _identity_set("CelebA", people, pairs, folds=folds, genders={})


def gender_pairs(data: Path, faces: IdentitySet) -> dict[str, NDArray[np.intp]]:
    """female and male: (P, 2) indices of two pictures of one person."""
    index = {image: i for i, image in enumerate(faces.images)}
    rows = _rows(data / "ground_truth" / "face_pairs_lfw_by_gender.csv")
    known = [r for r in rows if r["same"] == "1" and {r["image_a"], r["image_b"]} <= index.keys()]
    return {
        gender: np.array(
            [(index[r["image_a"]], index[r["image_b"]]) for r in known if r["gender"] == gender]
        )
        for gender in ("female", "male")
    }


def _identity_set(
    name: str,
    people: Sequence[dict[str, str]],
    pairs: Sequence[dict[str, str]],
    *,
    folds: NDArray[np.intp],
    genders: dict[str, str],
) -> IdentitySet:
    images = tuple(r[IMAGE] for r in people)
    index = {image: i for i, image in enumerate(images)}
    _, numbers = np.unique([r["identity"] for r in people], return_inverse=True)
    return IdentitySet(
        name=name,
        images=images,
        people=numbers,
        roles=np.array([r["role"] for r in people]),
        genders=np.array([genders.get(image, "") for image in images]),
        pairs=np.array([(index[r["image_a"]], index[r["image_b"]]) for r in pairs]),
        same=np.array([r["same"] == "1" for r in pairs]),
        folds=folds,
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
