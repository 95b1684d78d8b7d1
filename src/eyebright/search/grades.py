"""How close a word of a document comes to what was asked, as one number: the fewer, the closer.

First what kind of word it is (a name before an alias before read text before a file name), then
how it was met (the whole name, a word of it, its plural, its beginning), then how sure it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

import numpy as np

from eyebright.search.values import Field

ROUNDING = 1e-6
"""What float32 and binary fractions may take from a score before it is counted in percents."""
SHORT = 2
"""Letters of a beginning that is looked for in the names of people and labels only: elsewhere it
would find nearly everything."""
SURENESS = (90, 70, 50)
"""Percents at which a match ranks before less sure ones of its kind."""


class Form(IntEnum):
    """How a word was met."""

    WHOLE = 0
    WORD = 1
    PLURAL = 2
    BEGINNING = 3


@dataclass(frozen=True, slots=True)
class Kind:
    """letter: stands for it in the index. closeness: 0 is closest. is_also: an alias or ancestor,
    not the name itself."""

    letter: str
    field: Field
    closeness: int
    is_also: bool = False

    @property
    def is_closest(self) -> bool:
        """The name of a person or a label."""
        return self.closeness == 0


KINDS: tuple[Kind, ...] = (
    Kind("p", Field.PERSON, 0),
    Kind("P", Field.PERSON, 1, is_also=True),
    Kind("l", Field.LABEL, 0),
    Kind("L", Field.LABEL, 1, is_also=True),
    Kind("r", Field.ROLE, 2),
    Kind("R", Field.ROLE, 2, is_also=True),
    Kind("c", Field.CATEGORY, 2),
    Kind("C", Field.CATEGORY, 2, is_also=True),
    Kind("m", Field.MODERATION, 2),
    Kind("M", Field.MODERATION, 2, is_also=True),
    Kind("t", Field.TEXT, 3),
    Kind("T", Field.TEXT, 3, is_also=True),
    Kind("n", Field.NAME, 4),
)
KIND_OF: Mapping[str, Kind] = MappingProxyType({kind.letter: kind for kind in KINDS})
LETTERS: Mapping[Field, tuple[str, ...]] = MappingProxyType(
    {
        field: tuple(kind.letter for kind in KINDS if kind.field is field)
        for field in Field
        if any(kind.field is field for kind in KINDS)
    }
)
"""Of the fields that are searched by words: the name's letter, then that of what else finds it."""
ALL_LETTERS = frozenset(KIND_OF)


def percent_of(score: float) -> int:
    """A score of 0-1 in whole percents, rounded down: what floors and orders go by."""
    return max(0, min(100, int(score * 100 + ROUNDING)))


def floor_of(min_score: float) -> int:
    """The least whole percent that a floor lets through; 101 lets nothing through."""
    whole = int(max(min_score, 0.0) * 100 + ROUNDING)
    is_above = min_score * 100 - whole > ROUNDING
    return min(101, whole + is_above)


def grade(letter: str, form: Form, percent: int) -> int:
    """Fewer is closer."""
    sureness = next((at for at, least in enumerate(SURENESS) if percent >= least), len(SURENESS))
    steps = len(SURENESS) + 1
    return (KIND_OF[letter].closeness * len(Form) + form) * steps + sureness


# How an occurrence of a word is described in one byte: its kind, and whether it is the first and
# the last word of its text.
FIRST, LAST = 16, 32
KIND_NUMBER: Mapping[str, int] = MappingProxyType(
    {kind.letter: number for number, kind in enumerate(KINDS)}
)
UNMET = 255
"""In place of a grade."""
STEPS = len(SURENESS) + 1
SURENESS_OF = np.array(
    [sum(percent < least for least in SURENESS) for percent in range(101)], np.uint8
)
"""Percent -> what it adds to a grade."""


def base_grades(letters: frozenset[str], form: Form, *, is_short: bool = False) -> np.ndarray:
    """uint8 (256,): an occurrence's byte -> the grade of such a word at its surest, UNMET where it
    does not count. is_short: a beginning of a letter or two."""
    grades = np.full(256, UNMET, np.uint8)
    for kind in KINDS:
        if kind.letter not in letters or (is_short and not kind.is_closest):
            continue
        number = KIND_NUMBER[kind.letter]
        for ends in (0, FIRST, LAST, FIRST | LAST):
            grades[number | ends] = grade(kind.letter, form, 100)
        if form is Form.WORD and not kind.is_also:
            grades[number | FIRST | LAST] = grade(kind.letter, Form.WHOLE, 100)
    return grades
