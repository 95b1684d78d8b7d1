"""Fit the similarity scale to strangers of the development data and write it into the recipe.

    python -m bench.fit_similarity --data ../shared/data/dev --home "$EYEBRIGHT_HOME"

For each set of strangers, the logarithm of the false match rate is a parabola in the cosine, as it
nearly is for the tail of a normal distribution. The scale takes, at each cosine, the rate of the
worst set with a margin, and turns rates into percents: once in 1,000 is 80, once in 100,000 is 99.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench import identities
from bench.evidence import options
from bench.face_vectors import open_analyser, vectors_of
from bench.recognition import Scores, strangers

PARAMETERS = Path("src/eyebright/packs/recipes/faces/parameters/similarity.toml")
MARGIN = 1.5
"""By how much the worst set's rate is raised: resampling the people of the smallest set moves its
rate at once in 1,000 by about this factor."""
BODY, DEEPEST, LEAST_PAIRS = 0.03, 1e-5, 10
"""The parabola is fitted between these rates, as far as a set has this many pairs beyond."""
LEVELS = (
    0.9, 0.7, 0.5, 0.3, 0.2, 0.1, 5e-2, 2e-2, 1e-2, 5e-3, 2e-3, 1e-3, 6e-4, 3.4e-4, 2e-4, 1.2e-4,
    6e-5, 3e-5, 1e-5, 3e-6, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10,
)  # fmt: skip
AT_80, AT_99 = 1e-3, 1e-5

Parabola = NDArray[np.float64]


def main() -> None:
    """Embed LFW and CelebA, fit, write the knots."""
    chosen = options(__doc__)
    analyser = open_analyser(chosen.home)
    lfw, celeba = identities.lfw(chosen.data), identities.celeba(chosen.data)
    vectors = {
        faces.name: vectors_of(
            analyser, [chosen.data / image for image in faces.images], cache=chosen.cache
        )[0]
        for faces in (lfw, celeba)
    }
    women = lfw.genders == "female"
    sets = {
        "LFW": strangers(vectors["LFW"], lfw).scores,
        "LFW women": strangers(vectors["LFW"], lfw, among=women).scores,
        "CelebA": strangers(vectors["CelebA"], celeba).scores,
    }
    PARAMETERS.write_text(as_toml(knots(sets), sets), encoding="utf-8")
    print(PARAMETERS.read_text(encoding="utf-8"))


def knots(sets: Mapping[str, Scores]) -> list[tuple[float, float, float]]:
    """Rows of cosine, percent, false match rate, from (-1, 0, 1) to (1, 100, ...)."""
    tails = {name: fit_tail(scores) for name, scores in sets.items()}
    rows = [(-1.0, 0.0, 1.0)]
    for rate in LEVELS:
        cosine = max(
            float(np.quantile(scores, 1 - rate)) if rate > BODY else inverse(tails[name], rate)
            for name, scores in sets.items()
        )
        if rows[-1][0] + 1e-4 < cosine < 1.0:
            rows.append((round(cosine, 4), round(percent_of(rate), 6), rate))
    return [*rows, (1.0, 100.0, LEVELS[-1] / 10)]


def fit_tail(scores: Scores) -> Parabola:
    """Coefficients of log10(rate) over the cosine, highest power first, margin included."""
    deepest = max(DEEPEST, LEAST_PAIRS / len(scores))
    rates = np.geomspace(BODY, deepest, 40)
    cosines = np.quantile(scores, 1 - rates)
    return np.asarray(np.polyfit(cosines, np.log10(rates * MARGIN), 2), np.float64)


def inverse(tail: Parabola, rate: float) -> float:
    """The cosine beyond which the parabola stays below a rate."""
    roots = np.roots(tail - np.array([0.0, 0.0, np.log10(rate)]))
    return float(roots.real.max())


def percent_of(rate: float) -> float:
    """0 for everybody, 80 and 99 at the promised rates, 100 for nobody; powers in between."""
    if rate >= AT_80:
        return float(100 * (1 - rate ** (np.log10(0.2) / np.log10(AT_80))))
    power = np.log10(20) / np.log10(AT_80 / AT_99)
    return float(100 - 20 * (rate / AT_80) ** power)


def as_toml(rows: Sequence[tuple[float, float, float]], sets: Mapping[str, Scores]) -> str:
    """The table of parameters, with what it was fitted on."""
    of = ", ".join(f"{len(scores):,} pairs of {name}" for name, scores in sets.items())
    lines = [f"    [{c:.4f}, {p:.6f}, {r:.1e}]," for c, p, r in rows]
    return "\n".join(
        [
            "# What a cosine means: rows of cosine, percent, false match rate. Written by",
            "# bench/fit_similarity.py: at each cosine the worst of these sets of strangers, with",
            f"# a margin of {MARGIN}: {of}.",
            "knots = [",
            *lines,
            "]",
            "",
        ]
    )


if __name__ == "__main__":
    main()
