"""Learn the two constant vectors of `embedding.npz`: where the crowd is, for each net.

    python -m bench.train_embedding --data ../shared/data/train --home "$EYEBRIGHT_HOME"

Needs pictures of people of several groups, one picture a person, with group labels (FairFace's
training photos, CC BY 4.0); no identities. Subtracting a constant from unit vectors moves all of
them away from one place. Put where faces of a group lie close together, it spreads that group most,
and strangers of that group are mistaken for each other less often. Nothing of a face's own shape is
used: the same constant is subtracted from everyone.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bench.evidence import options
from bench.face_vectors import open_analyser, units_of
from eyebright.analysis.faces.embed import ARRAYS_FILE

Vectors = NDArray[np.float64]
Groups = Mapping[str, NDArray[np.intp]]

RECIPE = Path("src/eyebright/packs/recipes/faces")
CHILDREN = ("0-2", "3-9", "10-19")
"""Left out of the groups: young faces look alike for another reason, and are few."""
TAIL = 3.0
"""Standard deviations above the mean where two strangers are mistaken about once in a thousand."""

# Per net: how far towards the mean of all groups; how far from men towards women; and how dear it
# is to go further to make the tails of all groups equal. Few numbers, chosen on development data.
TOWARDS_ALL = {"mobilefacenet": 0.0, "dlib": 0.3}
TOWARDS_WOMEN = {"mobilefacenet": 0.25, "dlib": 0.25}
PRICE = {"mobilefacenet": 30.0, "dlib": 1.0}


def main() -> None:
    """Embed the photos, learn both shifts, write them into the recipe."""
    chosen = options(__doc__)
    rows = _rows(chosen.data / "face_attributes.csv")
    units, seen = units_of(open_analyser(chosen.home), [chosen.data / row["image"] for row in rows])
    groups = adult_groups([row for row, there in zip(rows, seen, strict=True) if there])
    shifts = {name: shift(units[name], groups, name) for name in units}
    np.savez(RECIPE / ARRAYS_FILE, mobilefacenet=shifts["mobilefacenet"], dlib=shifts["dlib"])
    print({name: round(float(np.linalg.norm(vector)), 3) for name, vector in shifts.items()})


def adult_groups(rows: list[dict[str, str]]) -> dict[str, NDArray[np.intp]]:
    """Indices of the adults of each gender and race, women first."""
    labels = [f"{row['gender']} {row['race']}" for row in rows]
    adult = np.array([row["age_range"] not in CHILDREN for row in rows])
    return {
        label: np.flatnonzero((np.array(labels) == label) & adult) for label in sorted(set(labels))
    }


def shift(units: NDArray[np.float32], groups: Groups, net: str) -> NDArray[np.float32]:
    """(D,) the constant for one net from its unit vectors (N, D)."""
    vectors = units.astype(np.float64)
    means = np.stack([vectors[members].mean(axis=0) for members in groups.values()])
    women = np.array([label.startswith("Female") for label in groups])
    between = (means[women].mean(axis=0) - means[~women].mean(axis=0)) / 2
    start = TOWARDS_ALL[net] * means.mean(axis=0) + TOWARDS_WOMEN[net] * between

    def unfairness(weights: Vectors) -> float:
        further = weights @ means
        spread = tails(vectors - start - further, groups).var()
        return float(100.0 * spread + PRICE[net] * (further @ further))

    found = minimize(  # type: ignore[no-untyped-call]
        unfairness, np.zeros(len(means)), method="L-BFGS-B", options={"maxiter": 25}
    )
    return np.asarray(start + found.x @ means, np.float32)


def tails(vectors: Vectors, groups: Groups) -> Vectors:
    """For each group, the cosine that about one pair of its strangers in a thousand reaches."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    ends = []
    for members in groups.values():
        scores = (unit[members] @ unit[members].T)[np.triu_indices(len(members), 1)]
        ends.append(scores.mean() + TAIL * scores.std())
    return np.array(ends)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
