"""A question as the index's own query: which entries meet a clause, and how closely."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import tantivy

from eyebright.search.grades import SHORT, Form, grade
from eyebright.search.matching import SCORED
from eyebright.search.question import Clause, Question
from eyebright.search.values import Field, Query
from eyebright.search.words import exact_key, stem_of

MUST, SHOULD, NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
Place = tuple[str, int]
"""A kind's letter and a percent."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One way to meet a clause: a token of a field, or a query of several. grade: fewer is closer;
    percent: how sure."""

    grade: int
    percent: int
    field: str
    token: str = ""
    query: tantivy.Query | None = None


class Asker:
    """Makes queries for one state of the index, the searcher's. floor: in percents."""

    def __init__(
        self, searcher: tantivy.Searcher, schema: tantivy.Schema, question: Question, *, floor: int
    ) -> None:
        self._searcher = searcher
        self._schema = schema
        self._floor = floor
        self._unwanted = [self._union(self._atoms(clause)) for clause in question.unwanted]
        self._unwanted += [self._having(field, value) for field, value in question.without]
        self._only = question.only
        self.wanted = [self._atoms(clause) for clause in question.wanted]

    def query(
        self, query: Query, *, keep: Callable[[Atom], bool] | None = None, least: int = 0
    ) -> tantivy.Query:
        """All entries that match. keep: which atoms count, all if None. least: percent that the
        filters' values must have."""
        must = [
            self._union(atoms if keep is None else [one for one in atoms if keep(one)])
            for atoms in self.wanted
        ]
        must += [self._having(field, value, least=least) for field, value in self._only]
        must += self._dates(query)
        parts = [(MUST, one) for one in must or [tantivy.Query.all_query()]]
        parts += [(NOT, one) for one in self._unwanted]
        return parts[0][1] if len(parts) == 1 else tantivy.Query.boolean_query(parts)

    def filter_percents(self) -> set[int]:
        """The percents that filters' values are there with."""
        return {
            percent
            for field, value in self._only
            if field in SCORED
            for percent, _ in self._exact(field, value, self._floor)
        }

    def _dates(self, query: Query) -> list[tantivy.Query]:
        if query.date_from is None and query.date_to is None:
            return []
        low, high = (_held(bound) for bound in (query.date_from, query.date_to))
        kind = tantivy.FieldType.Integer
        if high is None:
            return [tantivy.Query.range_query(self._schema, "date", kind, lower_bound=low)]
        return [
            tantivy.Query.range_query(
                self._schema, "date", kind, lower_bound=low, upper_bound=high, include_upper=False
            )
        ]

    def _having(self, field: Field, value: str, *, least: int = 0) -> tantivy.Query:
        """Entries with this very value of a field."""
        least = max(least, self._floor)
        if field in SCORED and least > 0:
            return self._terms("marks", [token for _, token in self._exact(field, value, least)])
        return self._terms("marks", [f"{field.value}:{exact_key(value)}"])

    def _exact(self, field: Field, value: str, least: int) -> Iterator[tuple[int, str]]:
        start = f"{field.value}:{exact_key(value)}|"
        for token, _ in self._searcher.terms_with_prefix("marks", start):
            percent = int(token[len(start) :])
            if percent >= least:
                yield percent, token

    def _atoms(self, clause: Clause) -> list[Atom]:
        atoms = self._tokens("marks", f"={'_'.join(clause.words)}|", clause, Form.WHOLE)
        if len(clause.words) > 1:
            return [*atoms, *self._phrases(clause)]
        (word,) = clause.words
        atoms += self._tokens("graded", f"{word}|", clause, Form.WORD)
        if not clause.is_quoted:
            stem = stem_of(word)
            atoms += self._tokens("marks", f"~{stem}|", clause, Form.PLURAL)
            if stem != word and stem_of(stem) == stem:
                atoms += self._tokens("graded", f"{stem}|", clause, Form.PLURAL)
        if clause.is_beginning:
            short = len(word) <= SHORT
            atoms += self._tokens(
                *(("marks", f"<{word}|") if short else ("graded", word)), clause, Form.BEGINNING
            )
        return atoms

    def _phrases(self, clause: Clause) -> Iterator[Atom]:
        whole = clause.words[:-1] if clause.is_beginning else clause.words
        places = set(self._places(whole[0], clause))
        for word in whole[1:]:
            places &= set(self._places(word, clause))
        for letter, percent in sorted(places):
            graded = [f"{word}|{letter}{percent}" for word in clause.words]
            phrase = tantivy.Query.phrase_query(self._schema, "graded", list(graded))
            yield Atom(grade(letter, Form.WORD, percent), percent, "graded", query=phrase)
            if clause.is_beginning:
                yield self._open_phrase(clause, letter, percent)

    def _open_phrase(self, clause: Clause, letter: str, percent: int) -> Atom:
        end = rf"\|{letter}{percent}"
        patterns = [f"{word}{end}" for word in clause.words[:-1]]
        phrase = tantivy.Query.regex_phrase_query(
            self._schema, "graded", [*patterns, f"{clause.words[-1]}[^|]*{end}"]
        )
        return Atom(grade(letter, Form.BEGINNING, percent), percent, "graded", query=phrase)

    def _places(self, word: str, clause: Clause) -> Iterator[Place]:
        for atom in self._tokens("graded", f"{word}|", clause, Form.WORD):
            yield _place(atom.token)

    def _tokens(self, field: str, start: str, clause: Clause, form: Form) -> list[Atom]:
        """The tokens that begin so and whose kind and percent count."""
        atoms = []
        for token, _ in self._searcher.terms_with_prefix(field, start):
            letter, percent = _place(token)
            if percent >= self._floor and letter in clause.letters:
                atoms.append(Atom(grade(letter, form, percent), percent, field, token))
        return atoms

    def _union(self, atoms: Sequence[Atom]) -> tantivy.Query:
        parts = [atom.query for atom in atoms if atom.query is not None]
        for field in ("graded", "marks"):
            tokens = [atom.token for atom in atoms if atom.query is None and atom.field == field]
            if tokens:
                parts.append(self._terms(field, tokens))
        return _any_of(parts)

    def _terms(self, field: str, tokens: Sequence[str]) -> tantivy.Query:
        if not tokens:
            return tantivy.Query.empty_query()
        if len(tokens) == 1:
            return tantivy.Query.term_query(self._schema, field, tokens[0], index_option="basic")
        return tantivy.Query.term_set_query(self._schema, field, list(tokens))


def _any_of(parts: Iterable[tantivy.Query]) -> tantivy.Query:
    queries = list(parts)
    if not queries:
        return tantivy.Query.empty_query()
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(SHOULD, one) for one in queries])


def _place(token: str) -> Place:
    end = token.rsplit("|", 1)[1]
    return end[0], int(end[1:])


def _held(bound: int | None) -> int | None:
    """Within what the index can compare."""
    return None if bound is None else max(-(2**62), min(2**62, bound))
