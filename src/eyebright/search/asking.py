"""Which rows of a leaf meet a clause, and how closely: one byte for each row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.search.grades import FIRST, SHORT, SURENESS_OF, UNMET, Form, base_grades
from eyebright.search.matching import SCORED
from eyebright.search.question import Clause
from eyebright.search.segment import Occurrences, Segment
from eyebright.search.values import Field
from eyebright.search.words import exact_key, stem_of

_PLACE_BITS = 32
CONFIDENCE = 100 - np.arange(101, dtype=np.uint8)
"""Percent -> how far from sure."""


@dataclass(frozen=True, slots=True)
class _Met:
    """Occurrences that meet a clause. targets: values or rows; grades: at their surest; percents:
    uint8, None of values, which have others in each row."""

    targets: np.ndarray
    grades: np.ndarray
    percents: np.ndarray | None


class Reader:
    """Reads one segment for one question. floor: in percents; terms below it are as if they were
    not there. by_confidence: a row's byte is how far it is from sure, not its grade."""

    def __init__(self, segment: Segment, *, floor: int, by_confidence: bool = False) -> None:
        self._segment = segment
        self._floor = floor
        self._by_confidence = by_confidence

    def clause(self, clause: Clause) -> np.ndarray:
        """uint8 (n,), of each row the least of its sightings; UNMET without any."""
        best = np.full(self._segment.count, UNMET, np.uint8)
        closed = np.full(len(self._segment.post_end), UNMET, np.uint8)
        for met in self._met(clause, self._segment.closed):
            np.minimum.at(closed, met.targets, met.grades)
        self._rows_of_values(closed, best)
        for met in self._met(clause, self._segment.open):
            self._rows_of_text(met, best)
        return best

    def having(self, field: Field, value: str) -> np.ndarray:
        """uint8 (n,), of each row with this very value of a field how far from sure it is, 0 if the
        field has no scores; UNMET without."""
        best = np.full(self._segment.count, UNMET, np.uint8)
        floor = self._floor if field in SCORED else 0
        places = self._segment.exact.equal(f"{field.value}:{exact_key(value)}")
        arrays = self._segment.arrays
        for at in arrays.exact_value[places.start : places.stop].tolist():
            run = self._segment.postings(at, floor)
            keys = CONFIDENCE[arrays.post_percent[run]]
            np.minimum.at(best, arrays.post_row[run], keys)
        return best

    def _rows_of_values(self, grades: np.ndarray, best: np.ndarray) -> None:
        """Lower the rows' bytes to those of values. grades: uint8 (v,)."""
        arrays = self._segment.arrays
        for base in np.unique(grades).tolist():
            if base == UNMET:
                continue
            values = np.flatnonzero(grades == base).tolist()
            runs = [self._segment.postings(value, self._floor) for value in values]
            rows = np.concatenate([arrays.post_row[run] for run in runs])
            percents = np.concatenate([arrays.post_percent[run] for run in runs])
            np.minimum.at(best, rows, self._keys(base, percents))

    def _rows_of_text(self, met: _Met, best: np.ndarray) -> None:
        percents = met.percents
        if percents is None:
            return
        targets, grades = met.targets, met.grades
        if self._floor:
            is_sure = percents >= self._floor
            targets, grades, percents = targets[is_sure], grades[is_sure], percents[is_sure]
        np.minimum.at(best, targets, self._keys(grades, percents))

    def _keys(self, grades: int | np.ndarray, percents: np.ndarray) -> np.ndarray:
        """What a row's byte is lowered to."""
        if self._by_confidence:
            return CONFIDENCE.take(percents)
        return SURENESS_OF.take(percents) + np.asarray(grades, np.uint8)

    def _met(self, clause: Clause, found: Occurrences) -> Iterator[_Met]:
        if len(clause.words) > 1:
            yield from self._phrases(clause, found)
            return
        for form, words in self._words(clause):
            is_short = form is Form.BEGINNING and len(clause.words[0]) <= SHORT
            table = base_grades(clause.letters, form, is_short=is_short)
            run = found.of(words)
            yield _counted(found, run, table[found.kind[run]])

    def _words(self, clause: Clause) -> Iterator[tuple[Form, range]]:
        """The words that meet a clause of one."""
        (asked,), words = clause.words, self._segment.words
        yield Form.WORD, words.equal(asked)
        if not clause.is_quoted:
            stem = stem_of(asked)
            if stem != asked:
                yield Form.PLURAL, words.equal(stem)
            plurals = self._segment.plurals
            for at in plurals.beginning(f"{stem}\t"):
                yield Form.PLURAL, words.equal(plurals.text(at).partition("\t")[2])
        if clause.is_beginning:
            yield Form.BEGINNING, words.beginning(asked)

    def _phrases(self, clause: Clause, found: Occurrences) -> Iterator[_Met]:
        words = self._segment.words
        whole = [words.equal(word) for word in clause.words]
        yield self._phrase(clause, found, whole, Form.WORD)
        if clause.is_beginning:
            going_on = words.beginning(clause.words[-1])
            yield self._phrase(clause, found, [*whole[:-1], going_on], Form.BEGINNING)

    def _phrase(
        self, clause: Clause, found: Occurrences, words: Sequence[range], form: Form
    ) -> _Met:
        """Words side by side, as their last ones."""
        runs = [found.of(one) for one in words]
        at = np.arange(runs[0].start, runs[0].stop)
        first = found.kind[at]
        for run in runs[1:]:
            at, before = _followed(found, at, run)
            first = first[before]
        kinds = (found.kind[at] & ~np.uint8(FIRST)) | (first & np.uint8(FIRST))
        return _counted(found, at, base_grades(clause.letters, form)[kinds])


def _followed(found: Occurrences, at: np.ndarray, run: slice) -> tuple[np.ndarray, np.ndarray]:
    """The occurrences in a run that stand right behind one of `at`, and behind which of these."""
    has_one = np.zeros(int(found.target[at].max(initial=0)) + 1, bool)
    has_one[found.target[at]] = True
    near = run.start + np.flatnonzero(has_one.take(found.target[run], mode="clip"))
    keys, wanted = _keys_of(found, at), _keys_of(found, near) - 1
    order = np.argsort(keys)
    place = np.minimum(np.searchsorted(keys, wanted, sorter=order), max(len(keys) - 1, 0))
    if not len(keys):
        return near[:0], place[:0]
    before = order[place]
    is_next = keys[before] == wanted
    return near[is_next], before[is_next]


def _keys_of(found: Occurrences, at: np.ndarray) -> np.ndarray:
    """int64: target and place as one number."""
    keys: np.ndarray = found.target[at].astype(np.int64) << _PLACE_BITS
    keys |= found.place[at]
    return keys


def _counted(found: Occurrences, at: slice | np.ndarray, grades: np.ndarray) -> _Met:
    """Without what is of other kinds."""
    percents = None if found.percent is None else found.percent[at]
    targets = found.target[at]
    if (grades == UNMET).any():
        counts = grades != UNMET
        targets, grades = targets[counts], grades[counts]
        percents = None if percents is None else percents[counts]
    return _Met(targets, grades, percents)
