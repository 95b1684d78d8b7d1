"""Whether, where and how closely a document matches, from the document alone.

The index finds documents by the same rules (`asking.py`); this says why, and ranks a few of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eyebright.search.grades import KIND_OF, LETTERS, SHORT, Form, grade, percent_of
from eyebright.search.kept import TERMS, terms_of
from eyebright.search.question import Clause, Question
from eyebright.search.values import Document, Field, Reason, Term
from eyebright.search.words import exact_key, name_readings, stem_of, words_of

SCORED = frozenset(field for field, _ in TERMS)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One way in which a clause is met. grade: fewer is closer."""

    grade: int
    percent: int
    reason: Reason


def sightings(document: Document, clause: Clause, floor: int) -> Iterator[Sighting]:
    """All ways in which a document meets a clause; none below the floor, in percents."""
    for field, _ in TERMS:
        name_letter, also_letter, *_ = (*LETTERS[field], "")
        if not clause.letters & {name_letter, also_letter}:
            continue
        for term in terms_of(document, field):
            if percent_of(term.score) >= floor:
                yield from _of_term(clause, field, term)
    if clause.letters.issuperset(LETTERS[Field.NAME]):
        for name in document.names:
            for reading in name_readings(name):
                form = _met_as("n", clause, reading)
                if form is not None:
                    yield Sighting(grade("n", form, 100), 100, Reason(Field.NAME, name, 1.0))


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


def best_sighting(document: Document, clause: Clause, floor: int) -> Sighting | None:
    """The closest; of equals the surest, then the first by name."""
    return min(
        sightings(document, clause, floor),
        key=lambda one: (one.grade, -one.reason.score, one.reason.name, one.reason.through),
        default=None,
    )


def filtered_by(document: Document, question: Question, floor: int) -> list[Sighting]:
    """The terms that filters of scored fields asked for."""
    found: list[Sighting] = []
    for field, value in question.only:
        if field not in SCORED:
            continue
        key = exact_key(value)
        terms = [term for term in terms_of(document, field) if exact_key(term.name) == key]
        if terms:
            term = max(terms, key=lambda one: one.score)
            percent = percent_of(term.score)
            reason = Reason(field, term.name, term.score)
            if percent >= floor:
                found.append(
                    Sighting(grade(LETTERS[field][0], Form.WHOLE, percent), percent, reason)
                )
    return found


def reasons_for(document: Document, question: Question, floor: int) -> tuple[Reason, ...]:
    """Why a document matched: the closest sighting of each clause, then what filters asked for."""
    best = [best_sighting(document, clause, floor) for clause in question.wanted]
    found = [one for one in best if one is not None]
    found += filtered_by(document, question, floor)
    return tuple(dict.fromkeys(one.reason for one in found))


def grade_of(document: Document, question: Question, floor: int) -> int:
    """How closely a document meets all clauses: as the least close one."""
    best = (best_sighting(document, clause, floor) for clause in question.wanted)
    return max((one.grade for one in best if one is not None), default=0)


def percent_for(document: Document, question: Question, floor: int) -> int:
    """How sure a match is: of each clause and filter the surest term, of these the least sure."""
    surest = [
        max((one.percent for one in sightings(document, clause, floor)), default=0)
        for clause in question.wanted
    ]
    surest += [one.percent for one in filtered_by(document, question, floor)]
    return min(surest, default=100)


def _of_term(clause: Clause, field: Field, term: Term) -> Iterator[Sighting]:
    name_letter, also_letter, *_ = (*LETTERS[field], "")
    percent = percent_of(term.score)
    if name_letter in clause.letters:
        form = _met_as(name_letter, clause, words_of(term.name))
        if form is not None:
            reason = Reason(field, term.name, term.score)
            yield Sighting(grade(name_letter, form, percent), percent, reason)
    for other in term.also if also_letter in clause.letters else ():
        form = _met_as(also_letter, clause, words_of(other))
        if form is not None:
            reason = Reason(field, term.name, term.score, through=other)
            yield Sighting(grade(also_letter, form, percent), percent, reason)


def _met_as(letter: str, clause: Clause, words: tuple[str, ...]) -> Form | None:
    """How a value of a kind meets a clause: an alias or ancestor as a whole is no closer than by a
    word, and short beginnings count only in names of people and labels."""
    form, kind = met(clause, words), KIND_OF[letter]
    is_short = len(clause.words) == 1 and len(clause.words[0]) <= SHORT
    if form is Form.BEGINNING and is_short and not kind.is_closest:
        return None
    return Form.WORD if form is Form.WHOLE and kind.is_also else form
