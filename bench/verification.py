"""Are two pictures of one person? LFW and CelebA, both genders, and the similarity scale.

    python -m bench.verification --data ../shared/data/dev --home "$EYEBRIGHT_HOME"

LFW accuracy is by its official folds; all other rates take every pair of different people as
impostors. Prints tables and writes bench/results/verification-DATE.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench import identities
from bench.evidence import Options, options, table, write
from bench.face_vectors import open_analyser, vectors_of
from bench.identities import IdentitySet
from bench.recognition import (
    Scores,
    Share,
    Strangers,
    best_threshold,
    false_matches,
    fold_accuracy,
    pair_scores,
    share,
    strangers,
    threshold_at,
)
from eyebright.analysis.faces.analyser import FaceAnalyser
from eyebright.analysis.faces.similarity import SimilarityScale

FALSE_MATCH_RATES = (1e-2, 1e-3, 1e-4)
PERCENTS = (80.0, 90.0, 95.0, 99.0)
GENDERS = ("female", "male")


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A set of faces with their vectors and the scores of all its strangers."""

    faces: IdentitySet
    vectors: Scores
    impostors: Strangers
    not_seen: int


def main() -> None:
    """Embed both sets, print and write every table."""
    chosen = options(__doc__)
    analyser = open_analyser(chosen.home)
    lfw = measure(analyser, identities.lfw(chosen.data), chosen)
    celeba = measure(analyser, identities.celeba(chosen.data), chosen)
    pairs = identities.gender_pairs(chosen.data, lfw.faces)
    findings = {
        "space": analyser.space.name,
        "verification": {m.faces.name: verification(m) for m in (lfw, celeba)},
        "celeba_accuracy_at_lfw_threshold": _accuracy_across(lfw, celeba),
        "gender_at_global_threshold": genders(lfw, pairs),
        "similarity": similarity(analyser.similarity, lfw, celeba),
    }
    write("verification", findings)


def measure(analyser: FaceAnalyser, faces: IdentitySet, chosen: Options) -> Measured:
    """Embed a set with the real analyser."""
    paths = [chosen.data / image for image in faces.images]
    vectors, seen = vectors_of(analyser, paths, cache=chosen.cache)
    return Measured(faces, vectors, strangers(vectors, faces), int((~seen).sum()))


def verification(measured: Measured) -> Mapping[str, object]:
    """Accuracy by folds and true matches at three false match rates."""
    faces = measured.faces
    scores = pair_scores(measured.vectors, faces.pairs)
    accuracy, right = fold_accuracy(scores, faces.same, faces.folds)
    impostors = measured.impostors.scores
    matches = {
        rate: share(scores[faces.same] > threshold_at(rate, impostors))
        for rate in FALSE_MATCH_RATES
    }
    table(
        f"{faces.name}: {len(faces.images)} pictures ({measured.not_seen} without a face found), "
        f"{len(scores)} pairs, {len(impostors)} pairs of strangers",
        ("measure", "value", "95 %"),
        [
            ("accuracy", f"{accuracy:.4f}", _interval(share(right))),
            *(
                (f"true matches at FMR {r:g}", f"{s.value:.4f}", _interval(s))
                for r, s in matches.items()
            ),
        ],
    )
    return {
        "pictures": len(faces.images),
        "without_a_face": measured.not_seen,
        "pairs_of_strangers": len(impostors),
        "accuracy": accuracy,
        "right": share(right),
        "true_match_rate_at": {f"{rate:g}": found for rate, found in matches.items()},
    }


def _accuracy_across(lfw: Measured, celeba: Measured) -> Share:
    cut = best_threshold(pair_scores(lfw.vectors, lfw.faces.pairs), lfw.faces.same)
    scores = pair_scores(celeba.vectors, celeba.faces.pairs)
    right = share((scores >= cut) == celeba.faces.same)
    print(f"\nCelebA with the threshold of LFW: {right.value:.4f} {_interval(right)}")
    return right


def genders(lfw: Measured, pairs: Mapping[str, NDArray[np.intp]]) -> Mapping[str, object]:
    """One threshold for all, set on all strangers; false matches among women and among men."""
    groups = {g: strangers(lfw.vectors, lfw.faces, among=lfw.faces.genders == g) for g in GENDERS}
    found: dict[str, dict[str, object]] = {}
    rows = []
    for rate in FALSE_MATCH_RATES:
        cut = threshold_at(rate, lfw.impostors.scores)
        matched = {g: false_matches(groups[g], cut) for g in GENDERS}
        missed = {g: share(pair_scores(lfw.vectors, pairs[g]) < cut) for g in GENDERS}
        ratio = matched["female"].value / matched["male"].value
        found[f"{rate:g}"] = {"FMR": matched, "FNMR": missed, "ratio": ratio}
        cells = [f"{s.value:.5f} {_interval(s)}" for s in (*matched.values(), *missed.values())]
        rows.append((f"{rate:g}", f"{ratio:.2f}", *cells))
    header = ("global FMR", "ratio", "FMR women", "FMR men", "FNMR women", "FNMR men")
    table("Both genders at one threshold (LFW)", header, rows)
    return found


def similarity(scale: SimilarityScale, lfw: Measured, celeba: Measured) -> Mapping[str, object]:
    """False matches and false non-matches at the percents that callers use as thresholds."""
    women = lfw.faces.genders == "female"
    impostors = {
        "LFW": lfw.impostors,
        "LFW women": strangers(lfw.vectors, lfw.faces, among=women),
        "CelebA": celeba.impostors,
    }
    genuine = {
        m.faces.name: pair_scores(m.vectors, m.faces.pairs[m.faces.same]) for m in (lfw, celeba)
    }
    found: dict[str, dict[str, object]] = {}
    rows = []
    for percent in PERCENTS:
        cut = scale.to_cosine(percent)
        matched = {name: false_matches(group, cut) for name, group in impostors.items()}
        missed = {name: share(scores < cut) for name, scores in genuine.items()}
        found[f"{percent:g}"] = {
            "stated_false_match_rate": scale.false_match_rate(percent),
            "FMR": matched,
            "FNMR": missed,
        }
        rates = [f"{s.value:.1e} ({s.hits}) {s.high:.1e}" for s in matched.values()]
        cells = [f"{s.value:.4f} {_interval(s)}" for s in missed.values()]
        stated = f"{scale.false_match_rate(percent):.1e}"
        rows.append((f"{percent:g}", f"{cut:.4f}", stated, *rates, *cells))
    header = (
        "percent",
        "cosine",
        "stated FMR",
        *(f"FMR {name} (pairs) upper" for name in impostors),
        *(f"FNMR {name}" for name in genuine),
    )
    table("The similarity scale", header, rows)
    return found


def _interval(measured: Share) -> str:
    return f"[{measured.low:.4f}, {measured.high:.4f}]"


if __name__ == "__main__":
    main()
