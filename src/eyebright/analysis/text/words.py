"""From the characters of a line to words with places of their own, split at spaces and at gaps."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from eyebright.analysis.text.ctc import Character
from eyebright.analysis.text.recognise import Reading

_LEAST_GAPS = 3
"""Fewer say nothing of how wide a line is set."""
_HALF_PITCH = 0.55
"""From the middle of a letter to its end, as a share of the distance between letters."""
_LONE_WIDTH = 0.5
"""Of one letter, as a share of the strip's height."""


@dataclass(frozen=True, slots=True)
class SplitRules:
    """When letters that the net read without a space between are two words, and when two words are
    of two lines. Distances are between middles of letters, in heights of the strip.

    wide: times the line's median distance. least: at least this far, too. column: so far apart,
    words are not read together: columns of a table.
    """

    wide: float
    least: float
    column: float


@dataclass(frozen=True, slots=True)
class ReadWord:
    """start, end: shares of the strip's length. mean, lowest: of its characters' scores, 0-1."""

    text: str
    start: float
    end: float
    mean: float
    lowest: float


def words_of(
    reading: Reading, *, length: float, rules: SplitRules
) -> tuple[tuple[ReadWord, ...], ...]:
    """The words of a strip, as runs that are read together; a strip without letters has none.

    length: of the strip, in its heights.
    """
    groups = _groups(reading.characters, length=length, rules=rules)
    runs: list[list[ReadWord]] = []
    for place, group in enumerate(groups):
        before = groups[place - 1][-1] if place else None
        after = groups[place + 1][0] if place + 1 < len(groups) else None
        word = _word(group, before, after, length=length)
        if before and (group[0].place - before.place) * length <= rules.column:
            runs[-1].append(word)
        else:
            runs.append([word])
    return tuple(tuple(run) for run in runs)


def joined(texts: Sequence[str]) -> str:
    """Words as a line: with spaces, except between letters of scripts that have none."""
    line = ""
    for text in texts:
        glued = bool(line) and _has_no_spaces(line[-1]) and _has_no_spaces(text[:1])
        line += text if glued or not line else f" {text}"
    return line


def _groups(
    characters: Sequence[Character], *, length: float, rules: SplitRules
) -> list[list[Character]]:
    limit = max(rules.least, rules.wide * _usual_distance(characters, length))
    groups: list[list[Character]] = []
    before: Character | None = None
    for one in characters:
        if not one.text.isspace():
            parted = before is None or before.text.isspace()
            if before is not None and not parted:
                parted = (one.place - before.place) * length > limit
            if parted:
                groups.append([])
            groups[-1].append(one)
        before = one
    return groups


def _usual_distance(characters: Sequence[Character], length: float) -> float:
    """The median distance between neighbouring letters; infinite when there are too few."""
    distances = [
        (right.place - left.place) * length
        for left, right in pairwise(characters)
        if not (left.text.isspace() or right.text.isspace())
    ]
    return median(distances) if len(distances) >= _LEAST_GAPS else float("inf")


def _word(
    group: Sequence[Character],
    before: Character | None,
    after: Character | None,
    *,
    length: float,
) -> ReadWord:
    """One word; where others stand beside it, it ends before the middle of the gap."""
    first, last = group[0].place, group[-1].place
    pitch = (last - first) / (len(group) - 1) if len(group) > 1 else _LONE_WIDTH / length
    start = end = 0.0
    if before is not None:
        start = max(first - _HALF_PITCH * pitch, (before.place + first) / 2)
    end = 1.0 if after is None else min(last + _HALF_PITCH * pitch, (last + after.place) / 2)
    scores = [one.score for one in group]
    return ReadWord(
        text="".join(one.text for one in group),
        start=start,
        end=end,
        mean=sum(scores) / len(scores),
        lowest=min(scores),
    )


def _has_no_spaces(letter: str) -> bool:
    """Whether a letter belongs to a script that is written without spaces."""
    name = unicodedata.name(letter, "")
    return name.startswith(("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "FULLWIDTH"))
