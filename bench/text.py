"""What is read, against labels: words of street scenes, lines of receipts, and how sure words are.

    python -m bench.text --data ../shared/data/dev --home ~/.eyebright

Runs the installed pack through `PaddleReader`, as a request does. `text_truth.py` says when a word
is right. Intervals are 95 %: percentiles of 1,000 resamplings of the pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bench import evidence
from bench.attributes import Interval
from bench.text_truth import Page, distance, letters, matches, read_pages, words_by_line
from eyebright.analysis.text.reader import PaddleReader
from eyebright.analysis.text.values import TextWord
from eyebright.geometry.arrays import DoubleArray
from eyebright.imaging.crops import use_one_thread_per_call
from eyebright.packs.pack import load_pack
from eyebright.runtime.session import Runtime

DRAWS = 1000
RELIABILITY_EDGES = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.97, 1.0)
LEAST_SCORES = (0.0, 0.5, 0.8)
"""What a caller may ask for as MinConfidence: everything told, half sure, the filter's default."""
_HEIGHTS_PX = (0, 12, 18, 24, 36, 10_000)


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A page and the words that were read on it."""

    page: Page
    words: list[TextWord]


def read_all(reader: PaddleReader, pages: Sequence[Page]) -> list[Read]:
    return [
        Read(page, [word for line in reader.read(page.image()) for word in line.words])
        for page in pages
    ]


def resampled(counts: DoubleArray, ratio: Callable[[DoubleArray], DoubleArray]) -> Interval:
    """A figure of summed counts (pages, k), and its interval over resampled pages.

    ratio: from sums (..., k) to figures (...).
    """
    rng = np.random.default_rng(0)
    draws = counts[rng.integers(0, len(counts), (DRAWS, len(counts)))].sum(axis=1)
    low, high = np.percentile(ratio(draws), [2.5, 97.5])
    value = float(ratio(counts.sum(axis=0)[None])[0])
    return Interval(value, float(low), float(high), len(counts))


def scenes(read: Sequence[Read]) -> dict[str, object]:
    """Precision, recall and F1 of words, at several least scores."""
    findings: dict[str, object] = {}
    for least in LEAST_SCORES:
        rows = []
        for one in read:
            verdicts, labels = matches(one.page, [w for w in one.words if w.score >= least])
            said = sum(verdict >= 0 for verdict in verdicts)
            rows.append((sum(verdict == 1 for verdict in verdicts), said, labels))
        counts = np.array(rows, np.float64)
        findings[f"{least:.2f}"] = {
            "precision": resampled(counts, lambda sums: sums[:, 0] / np.maximum(sums[:, 1], 1)),
            "recall": resampled(counts, lambda sums: sums[:, 0] / sums[:, 2]),
            "F1": resampled(counts, lambda sums: 2 * sums[:, 0] / (sums[:, 1] + sums[:, 2])),
            "labels": int(counts[:, 2].sum()),
        }
    return findings


def receipts(read: Sequence[Read]) -> dict[str, object]:
    """Error rates of characters and lines; spaces are left out first, as receipts are labelled with
    spaces before colons and the like, then counted."""
    rows = []
    for one in read:
        for label, line in zip(one.page.labels, words_by_line(one.page, one.words), strict=True):
            said, truth = " ".join(w.text for w in line).casefold(), label.text.casefold()
            bare = said.replace(" ", ""), truth.replace(" ", "")
            errors = distance(*bare)
            rows.append(
                (id(one), errors, len(bare[1]), distance(said, truth), len(truth), errors == 0)
            )
    pages = {row[0] for row in rows}
    counts = np.array(
        [[sum(column) for column in zip(*_of(rows, page), strict=True)] for page in sorted(pages)],
        np.float64,
    )
    return {
        "character error rate": resampled(counts, lambda s: s[:, 0] / s[:, 1]),
        "character error rate with spaces": resampled(counts, lambda s: s[:, 2] / s[:, 3]),
        "lines without error": resampled(counts, lambda s: s[:, 4] / s[:, 5]),
        "lines": len(rows),
    }


def _of(rows: Sequence[tuple[int, ...]], page: int) -> list[tuple[int, ...]]:
    """The counts of one page's lines, and a one for each."""
    return [(*row[1:], 1) for row in rows if row[0] == page]


def reliability(scored: Sequence[tuple[float, bool]]) -> dict[str, object]:
    """How often words of each score were right, and the expected calibration error."""
    scores = np.array([score for score, _ in scored])
    right = np.array([own for _, own in scored], np.float64)
    bins, error = [], 0.0
    for low, high in pairwise(RELIABILITY_EDGES):
        inside = (scores >= low) & ((scores < high) | (high == RELIABILITY_EDGES[-1]))
        if inside.any():
            said, was = float(scores[inside].mean()), float(right[inside].mean())
            error += abs(said - was) * float(inside.mean())
            bins.append({"from": low, "said": said, "right": was, "count": int(inside.sum())})
    return {"ece": error, "bins": bins, "words": len(scored)}


def verdicts_of_scenes(read: Sequence[Read]) -> list[tuple[float, bool]]:
    return [
        (word.score, verdict == 1)
        for one in read
        for word, verdict in zip(one.words, matches(one.page, one.words)[0], strict=True)
        if verdict >= 0
    ]


def verdicts_of_receipts(read: Sequence[Read]) -> list[tuple[float, bool]]:
    """A word is right when its letters stand in its line."""
    return [
        (word.score, letters(word.text) in letters(label.text))
        for one in read
        for label, line in zip(one.page.labels, words_by_line(one.page, one.words), strict=True)
        for word in line
    ]


def recall_by_height(read: Sequence[Read]) -> dict[str, str]:
    """Found of labelled words, by their height in pixels."""
    heights: list[tuple[float, bool]] = []
    for one in read:
        legible = [label for label in one.page.labels if not label.ignored]
        for label in legible:
            sides = np.linalg.norm(np.roll(label.polygon, -1, axis=0) - label.polygon, axis=1)
            alone = Page(one.page.path, (label,))
            heights.append((float(sides[[1, 3]].mean()), 1 in matches(alone, one.words)[0]))
    found = {}
    for low, high in pairwise(_HEIGHTS_PX):
        inside = [own for height, own in heights if low <= height < high]
        found[f"{low} px and more"] = f"{sum(inside)} of {len(inside)}"
    return found


def show(findings: dict[str, object], title: str = "") -> None:
    """Print nested findings, a figure a line."""
    for name, value in findings.items():
        label = f"{title} / {name}" if title else name
        if isinstance(value, dict):
            show(value, label)
        elif name != "bins":
            print(f"{label}: {value:.4f}" if isinstance(value, float) else f"{label}: {value}")


def main() -> None:
    """Measure, print, keep."""
    said = evidence.options(__doc__)
    use_one_thread_per_call()
    reader = PaddleReader.load(load_pack(said.home / "packs", "text"), Runtime())
    streets = read_all(reader, read_pages(said.data, "ocr_icdar2015.json"))
    papers = read_all(reader, read_pages(said.data, "ocr_sroie.json"))
    findings = {
        "ICDAR 2015": scenes(streets),
        "found by height": recall_by_height(streets),
        "SROIE": receipts(papers),
        "reliability of words": {
            "scenes": reliability(verdicts_of_scenes(streets)),
            "receipts": reliability(verdicts_of_receipts(papers)),
            "both": reliability(verdicts_of_scenes(streets) + verdicts_of_receipts(papers)),
        },
    }
    show(findings)
    evidence.write("text", findings)


if __name__ == "__main__":
    main()
