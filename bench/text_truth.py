"""Labelled text: words of street scenes (ICDAR 2015) and lines of receipts (SROIE), and when what
was read agrees with them.

Scenes: a word is right when its polygon overlaps a labelled word by an IoU of 0.5 and their letters
and digits are the same, whatever their case. Words that lie mostly on a part that is labelled as
not legible count neither way. Receipts: each word belongs to the labelled line whose upright box it
shares the most with; case does not matter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eyebright.analysis.text.values import TextWord
from eyebright.geometry.arrays import DoubleArray
from eyebright.geometry.boxes import boxes_meet
from eyebright.geometry.polygons import convex_iou, enclosing_box, polygon_area, shared_area
from eyebright.imaging.decode import ImageLimits, decode_image
from eyebright.imaging.image import Image

SAME_IOU = 0.5
IGNORED_SHARE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """One thing labelled in a picture. ignored: not legible."""

    text: str
    polygon: DoubleArray
    ignored: bool


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A picture and what is labelled in it."""

    path: Path
    labels: tuple[Labelled, ...]

    def image(self) -> Image:
        return decode_image(self.path.read_bytes(), limits=ImageLimits())


def read_pages(data: Path, table: str) -> list[Page]:
    """The pages of a file of ground_truth, such as "ocr_sroie.json"."""
    records = json.loads((data / "ground_truth" / table).read_text(encoding="utf-8"))
    return [
        Page(
            data / record["image"],
            tuple(
                Labelled(
                    word["text"],
                    np.array(word["polygon"], np.float64),
                    bool(word.get("ignore", False)),
                )
                for word in record["words"]
            ),
        )
        for record in records
    ]


def letters(text: str) -> str:
    """What is compared: letters and digits, without case."""
    return re.sub(r"[\W_]", "", text).casefold()


def matches(page: Page, words: Sequence[TextWord]) -> tuple[list[int], int]:
    """Whether each word is right (1), wrong (0), or on something not legible (-1), and how many
    legible words are labelled. A label is found once, by the surest word that fits."""
    legible = [label for label in page.labels if not label.ignored]
    found: set[int] = set()
    verdicts = [0] * len(words)
    for place in sorted(range(len(words)), key=lambda place: -words[place].score):
        fitting = [number for number in _fitting(words[place], legible) if number not in found]
        if fitting:
            found.add(fitting[0])
            verdicts[place] = 1
        elif on_ignored(page, words[place]):
            verdicts[place] = -1
    return verdicts, len(legible)


def is_right(page: Page, word: TextWord) -> bool:
    """Whether a word agrees with a label, found already or not."""
    return bool(_fitting(word, [label for label in page.labels if not label.ignored]))


def on_ignored(page: Page, word: TextWord) -> bool:
    """Whether more than half of a word lies on something that is not legible."""
    area = polygon_area(word.polygon_xy)
    ignored = (label.polygon for label in page.labels if label.ignored)
    return any(shared_area(part, word.polygon_xy) > IGNORED_SHARE * area for part in ignored)


def _fitting(word: TextWord, labels: Sequence[Labelled]) -> list[int]:
    own = letters(word.text)
    box = enclosing_box(word.polygon_xy)
    return [
        number
        for number, label in enumerate(labels)
        if letters(label.text) == own
        and boxes_meet(box, enclosing_box(label.polygon))
        and convex_iou(label.polygon, word.polygon_xy) >= SAME_IOU
    ]


def words_by_line(page: Page, words: Sequence[TextWord]) -> list[list[TextWord]]:
    """For each labelled line its words from left to right; words on no line are left out."""
    lines = [enclosing_box(label.polygon) for label in page.labels]
    found: list[list[TextWord]] = [[] for _ in lines]
    for word in words:
        shares = [_shared(enclosing_box(word.polygon_xy), line) for line in lines]
        best = int(np.argmax(shares))
        if shares[best] > 0:
            found[best].append(word)
    return [sorted(line, key=lambda word: enclosing_box(word.polygon_xy)[0]) for line in found]


def distance(one: str, other: str) -> int:
    """The least number of letters to put in, take out or replace (Levenshtein 1966)."""
    before = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, against in enumerate(other, start=1):
            current.append(
                min(before[column] + 1, current[-1] + 1, before[column - 1] + (letter != against))
            )
        before = current
    return before[-1]


def _shared(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(across, 0.0) * max(down, 0.0)
