"""What a search must answer, by looking at every document: no index, no shared code of matching.

Documents here have lower-case ASCII words only, and plurals that end in -s.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from eyebright.search.values import Document, Field, Query, Reason, Sort, Term

LABELS = (
    Term("dog", also=("animal", "pet")),
    Term("dogs", also=("animals",)),
    Term("golden retriever", also=("dog", "animal")),
    Term("car", also=("vehicle",)),
    Term("cars"),
    Term("sports car", also=("car", "vehicle")),
    Term("retriever golden"),
    Term("beach"),
    Term("do"),
    Term("pet shop", also=("shop",)),
)
CATEGORIES = (Term("animals and pets"), Term("vehicles"), Term("places"))
PEOPLE = (Term("ada lovelace"), Term("ada"), Term("alan turing", also=("the dog",)))
ROLES = (Term("boss"), Term("dog walker"))
MODERATION = (Term("smoking"), Term("smoking dog"))
LINES = ("for sale", "dog for sale", "car", "sale for dogs", "golden", "no smoking here", "12 km")
NAMES = ("img 12 jpg", "img 123 jpg", "dog jpg", "holiday beach png", "ada 1 jpg")
SOURCES = ("pictures", "bucket/one")
WORDS = (
    *("dog", "dogs", "animal", "pet", "pets", "car", "cars", "golden", "retriever", "retrievers"),
    *("ada", "lovelace", "for", "sale", "smoking", "img", "12", "123", "jpg", "beach", "shop"),
    *("boss", "do", "d", "go", "g", "vehicle", "km", "zebra"),
)
PHRASES = ("golden retriever", "for sale", "ada lovelace", "img 12", "dog for", "sports car", "for")
FLOORS = (0.0, 0.0, 0.3, 0.5, 0.57, 0.9, 1.0)
WORD_FIELDS = ("label", "category", "person", "role", "text", "moderation", "name")
CLOSENESS = {"person": 0, "label": 0, "role": 2, "category": 2, "moderation": 2, "text": 3}


@dataclass(frozen=True)
class Asked:
    """One clause, as the oracle has it."""

    words: tuple[str, ...]
    field: str = ""
    is_quoted: bool = False
    is_open: bool = False


@dataclass(frozen=True)
class Case:
    query: Query
    wanted: tuple[Asked, ...] = ()
    unwanted: tuple[Asked, ...] = ()
    floor: float = field(default=0.0)


def random_document(rng: random.Random, number: int) -> Document:
    def some(terms: Sequence[Term], most: int) -> tuple[Term, ...]:
        chosen = rng.sample(terms, min(len(terms), rng.randint(0, most)))
        return tuple(Term(one.name, _score(rng), one.also) for one in chosen)

    lines = tuple(Term(line) for line in LINES)
    return Document(
        number,
        f"key-{number}",
        rng.choice(("image", "image", "video")),
        labels=some(LABELS, 5),
        categories=some(CATEGORIES, 2),
        people=some(PEOPLE, 2),
        roles=some(ROLES, 1),
        text=some(lines, 2),
        moderation=some(MODERATION, 1),
        names=tuple(rng.sample(NAMES, rng.randint(0, 2))),
        sources=tuple(rng.sample(SOURCES, rng.randint(0, 2))),
        date=rng.choice((None, *(rng.randint(0, 9) * 40 * 86_400_000 for _ in range(5)))),
    )


def random_case(rng: random.Random) -> Case:
    """A question and what it means."""
    wanted = [_clause(rng) for _ in range(rng.choice((0, 1, 1, 1, 2, 3)))]
    unwanted = [_clause(rng) for _ in range(rng.choice((0, 0, 0, 1)))]
    is_typing = bool(wanted) and rng.random() < 0.5 and not wanted[-1].is_quoted
    if is_typing:
        last = wanted[-1]
        wanted[-1] = Asked(last.words, last.field, is_open=True)
    text = " ".join(["-" + _written(one) for one in unwanted] + [_written(one) for one in wanted])
    floor = rng.choice(FLOORS)
    query = Query(
        text,
        only=_filters(rng),
        without=_filters(rng) if rng.random() < 0.2 else {},
        min_score=floor,
        date_from=rng.choice((None, None, 40 * 86_400_000, 0)),
        date_to=rng.choice((None, None, 280 * 86_400_000)),
        sort=rng.choice(list(Sort)),
        limit=rng.choice((0, 1, 5, 20, 300)),
        offset=rng.choice((0, 0, 1, 7, 60)),
        by_year=rng.random() < 0.2,
        is_typing=is_typing,
    )
    return Case(query, tuple(wanted), tuple(unwanted), floor)


def matches(documents: Iterable[Document], case: Case) -> list[Document]:
    """All that match, in order."""
    found = [one for one in documents if _is_match(one, case)]
    found.sort(key=lambda one: one.number, reverse=True)
    if case.query.sort is Sort.OLDEST:
        return sorted(found, key=lambda one: (one.date is None, one.date or 0))
    found.sort(key=lambda one: (one.date is None, -(one.date or 0)))
    if case.query.sort is Sort.RELEVANCE:
        found.sort(key=lambda one: max((_best(one, c, case)[0] for c in case.wanted), default=0))
    if case.query.sort is Sort.CONFIDENCE:
        found.sort(key=lambda one: -_confidence(one, case))
    return found


def facets(documents: Iterable[Document], case: Case) -> dict[Field, dict[str, int]]:
    counts: dict[Field, Counter[str]] = {name: Counter() for name in Field}
    for document in documents:
        counts[Field.MEDIA][document.media] += 1
        counts[Field.SOURCE].update(document.sources)
        if document.date is not None:
            form = "%Y" if case.query.by_year else "%Y-%m"
            moment = datetime.fromtimestamp(document.date / 1000, UTC)
            counts[Field.DATE][moment.strftime(form)] += 1
        for name in ("label", "category", "person", "role", "moderation"):
            counts[Field(name)].update(
                {term.name for term in _terms(document, name) if term.score >= case.floor}
            )
    return {name: dict(counter) for name, counter in counts.items() if name.value not in _UNCOUNTED}


def reasons(document: Document, case: Case) -> tuple[Reason, ...]:
    found = [_best(document, clause, case)[3] for clause in case.wanted]
    for name, values in case.query.only.items():
        for value in values:
            found += [
                Reason(name, term.name, term.score)
                for term in _terms(document, name.value)
                if term.name == value.lower()
            ]
    return tuple(dict.fromkeys(found))


_UNCOUNTED = ("text", "name")


def _score(rng: random.Random) -> float:
    return rng.choice((rng.randint(0, 100), rng.randint(50, 100))) / 100


def _clause(rng: random.Random) -> Asked:
    named = rng.choice(("", "", "", *WORD_FIELDS)) if rng.random() < 0.4 else ""
    if rng.random() < 0.3:
        return Asked(tuple(rng.choice(PHRASES).split()), named, is_quoted=True)
    if rng.random() < 0.1:
        return Asked(("img", rng.choice(("1", "12", "123"))), named)
    return Asked((rng.choice(WORDS),), named)


def _written(clause: Asked) -> str:
    said = " ".join(clause.words)
    said = f'"{said}"' if clause.is_quoted else "_".join(clause.words)
    return f"{clause.field}:{said}" if clause.field else said


def _filters(rng: random.Random) -> dict[Field, tuple[str, ...]]:
    if rng.random() < 0.5:
        return {}
    return rng.choice(FILTERS)


FILTERS: tuple[dict[Field, tuple[str, ...]], ...] = (
    {Field.LABEL: ("Dog",)},
    {Field.LABEL: ("dog", "car")},
    {Field.LABEL: ("Golden Retriever",), Field.MEDIA: ("image",)},
    {Field.PERSON: ("ADA",)},
    {Field.CATEGORY: ("vehicles",)},
    {Field.ROLE: ("boss",)},
    {Field.MODERATION: ("smoking",)},
    {Field.MEDIA: ("video",)},
    {Field.SOURCE: ("pictures",)},
    {Field.DATE: ("1970-02",)},
    {Field.DATE: ("1970",)},
    {Field.LABEL: ("zebra",)},
)


def _terms(document: Document, name: str) -> tuple[Term, ...]:
    return {
        "label": document.labels,
        "category": document.categories,
        "person": document.people,
        "role": document.roles,
        "text": document.text,
        "moderation": document.moderation,
    }.get(name, ())


def _is_match(document: Document, case: Case) -> bool:
    query, date = case.query, document.date
    if query.date_from is not None and (date is None or date < query.date_from):
        return False
    if query.date_to is not None and (date is None or date >= query.date_to):
        return False
    for filters, is_there in ((query.only, True), (query.without, False)):
        for name, values in filters.items():
            if any(
                (value.lower() in _values(document, name, case)) != is_there for value in values
            ):
                return False
    if any(not _ways(document, clause, case) for clause in case.wanted):
        return False
    return not any(_ways(document, clause, case) for clause in case.unwanted)


def _values(document: Document, name: Field, case: Case) -> set[str]:
    if name is Field.MEDIA:
        return {document.media}
    if name is Field.SOURCE:
        return set(document.sources)
    if name is Field.DATE:
        if document.date is None:
            return set()
        moment = datetime.fromtimestamp(document.date / 1000, UTC)
        return {moment.strftime("%Y"), moment.strftime("%Y-%m")}
    return {one.name for one in _terms(document, name.value) if one.score >= case.floor}


Way = tuple[int, float, str, Reason]


def _ways(document: Document, clause: Asked, case: Case) -> list[Way]:
    """(rank, minus score, name, reason) of every way in which a clause is met."""
    ways: list[Way] = []
    for name, closeness in CLOSENESS.items():
        if clause.field not in ("", name):
            continue
        for term in _terms(document, name):
            if term.score < case.floor:
                continue
            ways += _ways_of_term(Field(name), closeness, term, clause)
    if clause.field in ("", "name"):
        for said in document.names:
            form = _form(re.split(r"[^a-z0-9]+", said), clause)
            if form is not None and not _is_short(form, clause):
                ways.append((_rank(4, form, 1.0), -1.0, said, Reason(Field.NAME, said, 1.0)))
    return ways


def _ways_of_term(name: Field, closeness: int, term: Term, clause: Asked) -> list[Way]:
    ways: list[Way] = []
    for said, through in ((term.name, ""), *((other, other) for other in term.also)):
        form = _form(said.split(), clause)
        if through:
            form = 1 if form == 0 else form
        if _is_short(form, clause) and (through or closeness > 0):
            form = None
        if form is not None:
            near = closeness + (1 if through and closeness < 2 else 0)
            reason = Reason(name, term.name, term.score, through)
            ways.append((_rank(near, form, term.score), -term.score, term.name, reason))
    return ways


def _rank(closeness: int, form: int, score: float) -> int:
    sureness = 0 if score >= 0.9 else 1 if score >= 0.7 else 2 if score >= 0.5 else 3
    return closeness * 16 + form * 4 + sureness


def _form(said: list[str], clause: Asked) -> int | None:
    text, asked = " " + " ".join(said) + " ", " ".join(clause.words)
    if text == f" {asked} ":
        return 0
    if f" {asked} " in text:
        return 1
    if len(clause.words) == 1 and not clause.is_quoted:
        single = {_singular(word) for word in said}
        if _singular(asked) in single:
            return 2
    return 3 if clause.is_open and f" {asked}" in text else None


def _is_short(form: int | None, clause: Asked) -> bool:
    """A beginning of one or two letters, which counts only in names of people and labels."""
    return form == 3 and len(clause.words) == 1 and len(clause.words[0]) <= 2


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > 3 and word[-2] not in "su" else word


def _best(document: Document, clause: Asked, case: Case) -> Way:
    return min(_ways(document, clause, case), key=lambda way: (*way[:3], way[3].through))


def _confidence(document: Document, case: Case) -> float:
    scores = [max(-way[1] for way in _ways(document, one, case)) for one in case.wanted]
    for name, values in case.query.only.items():
        scores += [
            max(one.score for one in _terms(document, name.value) if one.name == value.lower())
            for value in values
            if name.value in CLOSENESS
        ]
    return min(scores, default=1.0)
