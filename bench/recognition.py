"""Measures of face recognition, on scores and labels only.

The words are those of ISO/IEC 19795: a false match is two people taken for one (FMR), a false
non-match one person taken for two (FNMR); in a search among enrolled people (1:N), a false positive
is a stranger who is found (FPIR), a false negative somebody enrolled who is not, or is found as
somebody else (FNIR).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.identities import IdentitySet

Scores = NDArray[np.float32]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Share:
    """hits of count, and where 95 % of resamplings fall."""

    hits: int
    count: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.hits / self.count


@dataclass(frozen=True, slots=True, eq=False)
class Strangers:
    """Scores of pairs of images of different people, and who the two are."""

    scores: Scores
    people: Indices
    """(P, 2)"""


def strangers(vectors: Scores, faces: IdentitySet, *, among: Flags | None = None) -> Strangers:
    """All pairs of different people in a set, or among some of its images."""
    chosen = np.arange(len(vectors)) if among is None else np.flatnonzero(among)
    scores, people = vectors[chosen] @ vectors[chosen].T, faces.people[chosen]
    first, second = np.triu_indices(len(chosen), 1)
    apart = people[first] != people[second]
    first, second = first[apart], second[apart]
    return Strangers(scores[first, second], np.column_stack([people[first], people[second]]))


def pair_scores(vectors: Scores, pairs: Indices) -> Scores:
    """Cosine of each pair (P, 2) of unit vectors."""
    scores: Scores = np.einsum("pd,pd->p", vectors[pairs[:, 0]], vectors[pairs[:, 1]])
    return scores


def threshold_at(rate: float, impostors: Scores) -> float:
    """The score that at most `rate` of the impostors exceed."""
    place = min(int(rate * len(impostors)), len(impostors) - 1)
    return float(np.partition(impostors, -place - 1)[-place - 1])


def best_threshold(scores: Scores, same: Flags) -> float:
    """The score at or above which calling a pair "same" is right most often."""
    order = np.argsort(-scores, kind="stable")
    right: Indices = np.cumsum(same[order]) - np.cumsum(~same[order])
    return float(scores[order][right.argmax()])


def fold_accuracy(scores: Scores, same: Flags, folds: Indices) -> tuple[float, Flags]:
    """Mean over folds, each judged by the threshold of the others; and which pairs were right."""
    right: Flags = np.zeros(len(scores), bool)
    for fold in np.unique(folds):
        here = folds == fold
        right[here] = (scores[here] >= best_threshold(scores[~here], same[~here])) == same[here]
    return float(np.mean([right[folds == fold].mean() for fold in np.unique(folds)])), right


def share(flags: Flags, *, seed: int = 0, rounds: int = 1000) -> Share:
    """A share of independent trials, with a bootstrap interval over them."""
    drawn = np.random.default_rng(seed).binomial(len(flags), flags.mean(), rounds) / len(flags)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Share(int(flags.sum()), len(flags), float(low), float(high))


def false_matches(
    impostors: Strangers, threshold: float, *, seed: int = 0, rounds: int = 200
) -> Share:
    """How many pairs of strangers reach a score; the interval resamples people, not pairs.

    Pairs that share a person are not independent: one person who looks like many makes many false
    matches at once, and resampling pairs would hide it.
    """
    hit = impostors.scores >= threshold
    size = int(impostors.people.max()) + 1
    drawn = np.random.default_rng(seed).multinomial(size, np.full(size, 1 / size), rounds)
    pairs = _weights_of_people(impostors.people, drawn)
    found = _weights_of_people(impostors.people[hit], drawn)
    low, high = np.quantile(found / pairs, [0.025, 0.975])
    return Share(int(hit.sum()), len(hit), float(low), float(high))


def _weights_of_people(pairs: Indices, drawn: Indices) -> NDArray[np.float64]:
    """For each round, the sum over pairs of how often both people were drawn. drawn: (R, people)"""
    codes, counts = np.unique(pairs @ np.array([drawn.shape[1], 1]), return_counts=True)
    first, second = np.divmod(codes, drawn.shape[1])
    return np.array([(counts * row[first] * row[second]).sum() for row in drawn], float)


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """Probes against a gallery of one image a person.

    found_right: (K,) for enrolled probes, whether the nearest is the right person.
    known, unknown: best score of each enrolled probe and of each stranger.
    """

    found_right: Flags
    known: Scores
    unknown: Scores
    enrolled: int

    def missed(self, fpir: float) -> Flags:
        """(K,) enrolled probes not found when `fpir` of the strangers are."""
        return ~(self.found_right & (self.known > threshold_at(fpir, self.unknown)))


def search(vectors: Scores, faces: IdentitySet) -> Search:
    """Identification with the roles of a set. Without strangers, `unknown` is empty."""
    gallery, known = faces.roles == "gallery", faces.roles == "probe_known"
    unknown = faces.roles == "probe_unknown"
    scores = vectors[known] @ vectors[gallery].T
    nearest = faces.people[gallery][scores.argmax(axis=1)]
    outside = (vectors[unknown] @ vectors[gallery].T).max(axis=1, initial=-1.0)
    return Search(nearest == faces.people[known], scores.max(axis=1), outside, int(gallery.sum()))


def bootstrap(measure: Callable[[Indices], float], count: int, *, rounds: int = 300) -> list[float]:
    """95 % interval of a measure that takes the indices of resampled trials."""
    random = np.random.default_rng(0)
    values = [measure(random.integers(0, count, count)) for _ in range(rounds)]
    return [float(v) for v in np.quantile(values, [0.025, 0.975])]
