"""Whether, where and how closely a document matches, from the document alone.

The index finds and ranks documents by the same rules (`asking.py`); this says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eyebright.search.grades import KIND_OF, LETTERS, SHORT, Form, grade, percent_of
from eyebright.search.kept import TERMS, terms_of
from eyebright.search.question import Clause, Question
from eyebright.search.values import Document, Field, Reason
from eyebright.search.words import exact_key, name_readings, stem_of, words_of

SCORED = frozenset(field for field, _ in TERMS)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One way in which a clause is met. grade: fewer is closer."""

    grade: int
    percent: int
    reason: Reason


class Judge:
    """Of one question: why and how closely documents meet it. floor: in percents; terms below it
    are as if they were not there. Not shared between threads."""

    def __init__(self, question: Question, floor: int) -> None:
        self._question = question
        self._floor = floor
        self._wanted = [_Meter(clause) for clause in question.wanted]

    def reasons(self, document: Document) -> tuple[Reason, ...]:
        """Why it matched: the closest sighting of each clause, then what filters asked for."""
        best = [self._best(document, meter) for meter in self._wanted]
        found = [one for one in best if one is not None]
        found += self._filtered(document)
        return tuple(dict.fromkeys(one.reason for one in found))

    def _best(self, document: Document, meter: _Meter) -> Sighting | None:
        """The closest; of equals the surest, then the first by name."""
        return min(
            self._sightings(document, meter),
            key=lambda one: (one.grade, -one.reason.score, one.reason.name, one.reason.through),
            default=None,
        )

    def _sightings(self, document: Document, meter: _Meter) -> Iterator[Sighting]:
        for field, name_letter, also_letter in _FIELDS:
            if name_letter in meter.letters:
                yield from self._of_field(document, meter, field, name_letter, also_letter)
        if _NAME in meter.letters:
            for name in document.names:
                for reading in name_readings(name):
                    form = meter.form_of(_NAME, reading)
                    if form is not None:
                        reason = Reason(Field.NAME, name, 1.0)
                        yield Sighting(grade(_NAME, form, 100), 100, reason)

    def _of_field(
        self, document: Document, meter: _Meter, field: Field, name_letter: str, also_letter: str
    ) -> Iterator[Sighting]:
        for term in terms_of(document, field):
            forms = meter.forms(name_letter, also_letter, term.name, term.also)
            if not forms:
                continue
            percent = percent_of(term.score)
            if percent < self._floor:
                continue
            for letter, form, through in forms:
                reason = Reason(field, term.name, term.score, through)
                yield Sighting(grade(letter, form, percent), percent, reason)

    def _filtered(self, document: Document) -> Iterator[Sighting]:
        """The terms that filters of scored fields asked for."""
        for field, value in self._question.only:
            if field not in SCORED:
                continue
            key = exact_key(value)
            terms = [term for term in terms_of(document, field) if exact_key(term.name) == key]
            if terms:
                term = max(terms, key=lambda one: one.score)
                percent = percent_of(term.score)
                reason = Reason(field, term.name, term.score)
                if percent >= self._floor:
                    yield Sighting(grade(LETTERS[field][0], Form.WHOLE, percent), percent, reason)


Forms = tuple[tuple[str, Form, str], ...]
"""A kind's letter, how it was met, and through which alias or ancestor."""
_FIELDS = tuple((field, LETTERS[field][0], LETTERS[field][1]) for field, _ in TERMS)
(_NAME,) = LETTERS[Field.NAME]


class _Meter:
    """How values meet one clause. The same labels come in many documents, so it remembers."""

    def __init__(self, clause: Clause) -> None:
        self.letters = clause.letters
        self._clause = clause
        self._known: dict[tuple[str, str, tuple[str, ...]], Forms] = {}

    def forms(self, name_letter: str, also_letter: str, name: str, also: tuple[str, ...]) -> Forms:
        """Every way in which a term meets the clause."""
        key = (name_letter, name, also)
        forms = self._known.get(key)
        if forms is None:
            said = [(name_letter, name, ""), *((also_letter, other, other) for other in also)]
            met_as = (
                (letter, self.form_of(letter, words_of(text)), through)
                for letter, text, through in said
            )
            forms = tuple((one[0], one[1], one[2]) for one in met_as if one[1] is not None)
            self._known[key] = forms
        return forms

    def form_of(self, letter: str, words: tuple[str, ...]) -> Form | None:
        """An alias or ancestor as a whole is no closer than by a word, and short beginnings count
        only in names of people and labels."""
        form, kind = met(self._clause, words), KIND_OF[letter]
        asked = self._clause.words
        if form is Form.BEGINNING and len(asked) == 1 and len(asked[0]) <= SHORT:
            return form if kind.is_closest else None
        return Form.WORD if form is Form.WHOLE and kind.is_also else form


def met(clause: Clause, words: tuple[str, ...]) -> Form | None:
    """How the words of one value meet a clause: the closest way."""
    if len(clause.words) == 1:
        return _met_word(clause, clause.words[0], words)
    asked, size = clause.words, len(clause.words)
    if words == asked:
        return Form.WHOLE
    runs = [words[at : at + size] for at in range(len(words) - size + 1)]
    if asked in runs:
        return Form.WORD
    if clause.is_beginning and any(
        run[:-1] == asked[:-1] and run[-1].startswith(asked[-1]) for run in runs
    ):
        return Form.BEGINNING
    return None


def _met_word(clause: Clause, asked: str, words: tuple[str, ...]) -> Form | None:
    if asked in words:
        return Form.WHOLE if len(words) == 1 else Form.WORD
    # plurals, the irregular ones too, begin as their singulars do
    near = [word for word in words if word[0] == asked[0]]
    if not near:
        return None
    if not clause.is_quoted:
        stem = stem_of(asked)
        if any(stem_of(word) == stem for word in near):
            return Form.PLURAL
    if clause.is_beginning and any(word.startswith(asked) for word in near):
        return Form.BEGINNING
    return None
