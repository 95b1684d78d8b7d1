"""Fit how sure a word is (parameters/reading.toml, `certainty`) and how sure one must be.

    python -m bench.fit_text --data ../shared/data/dev --home ~/.eyebright

All words of scenes and receipts, before doubles are taken out, against their labels: a logistic
with a small ridge; scenes and receipts weigh the same. F1 is cross-validated over four
parts of the scenes; nothing of the pictures is kept but these numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from bench import evidence
from bench.text_truth import (
    Page,
    is_right,
    letters,
    matches,
    on_ignored,
    read_pages,
    words_by_line,
)
from eyebright.analysis.text.certainty import WordCertainty, features
from eyebright.analysis.text.layout import surest
from eyebright.analysis.text.reader import PaddleReader
from eyebright.analysis.text.values import TextWord
from eyebright.analysis.text.words import ReadWord
from eyebright.geometry.arrays import DoubleArray
from eyebright.imaging.crops import use_one_thread_per_call
from eyebright.packs.pack import load_pack
from eyebright.runtime.session import Runtime

FOLDS = 4
THRESHOLDS = np.arange(0.05, 0.9, 0.01)
RIDGE = 1.0


@dataclass(frozen=True)
class Numbered(WordCertainty):
    """Gives each word its number instead of a score, and keeps what it would be judged by."""

    seen: list[list[float]] = field(default_factory=list)

    def score(self, word: ReadWord, *, place_score: float) -> float:
        self.seen.append(features(word, place_score=place_score))
        return float(len(self.seen))


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of one page, what they are judged by (n, 4), and whether they are right (n,)."""

    page: Page
    words: list[TextWord]
    given: DoubleArray
    right: DoubleArray

    def scored(self, weights: DoubleArray) -> list[TextWord]:
        scores = 1 / (1 + np.exp(-self.given @ weights))
        return [
            replace(word, score=float(score))
            for word, score in zip(self.words, scores, strict=True)
        ]


def collect(reader: PaddleReader, page: Page, *, receipts: bool) -> Words:
    """Every word that is read on a page and can be judged."""
    numbered = Numbered(0.0, 0.0, 0.0, 0.0)
    everything = replace(reader.rules, least_score=0.0)
    image = page.image()
    own = replace(reader, certainty=numbered, rules=everything)
    words = [word for run in own.read_runs(image.pixels) for word in run]
    right = _right_on_receipt(page, words) if receipts else [is_right(page, w) for w in words]
    judged = [
        place
        for place, word in enumerate(words)
        if right[place] or not (page.labels and on_ignored(page, word))
    ]
    given = np.array([numbered.seen[int(words[p].score) - 1] for p in judged]).reshape(-1, 4)
    return Words(
        page, [words[p] for p in judged], given, np.array([right[p] for p in judged], np.float64)
    )


def _right_on_receipt(page: Page, words: Sequence[TextWord]) -> list[bool]:
    """Receipts are labelled by lines: a word is right when its letters stand in its line."""
    right = {
        id(word)
        for label, line in zip(page.labels, words_by_line(page, words), strict=True)
        for word in line
        if letters(word.text) in letters(label.text)
    }
    return [id(word) in right for word in words]


def fit(pages: Sequence[Words], weight_of: Sequence[float]) -> DoubleArray:
    """The weights with the greatest likelihood under the ridge, by Newton's steps."""
    given = np.concatenate([page.given for page in pages])
    right = np.concatenate([page.right for page in pages])
    weight = np.concatenate(
        [np.full(len(page.right), own) for page, own in zip(pages, weight_of, strict=True)]
    )
    ridge = RIDGE * np.eye(given.shape[1])
    ridge[0, 0] = 1e-6
    weights = np.zeros(given.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-given @ weights))
        slope = given.T @ (weight * (chance - right)) + ridge @ weights
        bend = (given * (weight * chance * (1 - chance))[:, None]).T @ given + ridge
        weights -= np.linalg.solve(bend, slope)
    return weights


def told(page: Words, weights: DoubleArray) -> tuple[DoubleArray, DoubleArray, int]:
    """Scores and verdicts of the words that are left without doubles, and the number of labels."""
    kept = [word for run in surest([page.scored(weights)], most_overlap=0.5) for word in run]
    verdicts, labels = matches(page.page, kept)
    return np.array([word.score for word in kept]), np.array(verdicts, np.float64), labels


def f1_at(pages: Sequence[tuple[DoubleArray, DoubleArray, int]], threshold: float) -> float:
    hits = sum(float((v[s >= threshold] == 1).sum()) for s, v, _ in pages)
    said = sum(float((v[s >= threshold] >= 0).sum()) for s, v, _ in pages)
    return 2 * hits / max(said + sum(labels for *_, labels in pages), 1)


def main() -> None:
    """Read, fit, print; the numbers go into reading.toml by hand."""
    said = evidence.options(__doc__)
    use_one_thread_per_call()
    reader = PaddleReader.load(load_pack(said.home / "packs", "text"), Runtime())
    scenes = [
        collect(reader, page, receipts=False)
        for page in read_pages(said.data, "ocr_icdar2015.json")
    ]
    receipts = [
        collect(reader, page, receipts=True) for page in read_pages(said.data, "ocr_sroie.json")
    ]
    share = sum(len(p.right) for p in scenes) / sum(len(p.right) for p in receipts)
    validated = []
    for fold in range(FOLDS):
        others = [page for place, page in enumerate(scenes) if place % FOLDS != fold]
        weights = fit([*others, *receipts], [1.0] * len(others) + [share] * len(receipts))
        seen = [told(page, weights) for page in others]
        best = max(THRESHOLDS, key=lambda least: f1_at(seen, least))
        for page in scenes[fold::FOLDS]:
            scores, verdicts, labels = told(page, weights)
            validated.append(((scores >= best).astype(float), verdicts, labels))
        print(f"part {fold}: least {best:.2f}, weights {np.round(weights, 3).tolist()}")
    print(f"F1 cross-validated: {f1_at(validated, 0.5):.3f}")
    weights = fit([*scenes, *receipts], [1.0] * len(scenes) + [share] * len(receipts))
    seen = [told(page, weights) for page in scenes]
    for least in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        print(f"least {least:.2f}: F1 {f1_at(seen, least):.3f}")
    print(f"certainty = {np.round(weights, 3).tolist()}")


if __name__ == "__main__":
    main()
