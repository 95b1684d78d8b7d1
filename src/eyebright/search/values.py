"""What is indexed, what can be asked, what is answered. Scores are 0-1, times UTC milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Field(StrEnum):
    """What a document can be found by. The words are those of the interface, too."""

    LABEL = "label"
    CATEGORY = "category"
    PERSON = "person"
    ROLE = "role"
    TEXT = "text"
    MODERATION = "moderation"
    MEDIA = "media"
    DATE = "date"
    SOURCE = "source"
    NAME = "name"


FACETS: tuple[Field, ...] = (
    Field.LABEL,
    Field.CATEGORY,
    Field.PERSON,
    Field.ROLE,
    Field.MODERATION,
    Field.MEDIA,
    Field.DATE,
    Field.SOURCE,
)
"""What is counted. DATE is counted by month, "2026-11"; by year with `Query.by_year`."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word that an asset can be found by. score: how sure it is. also: other words that find it,
    such as aliases and ancestors of a label."""

    name: str
    score: float = 1.0
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One asset, as it can be found.

    number: never used twice. key: what an answer says of it. labels: with categories apart.
    people: names, with role in `roles`. text: lines that were read, each with its score. names:
    file names and folders. date: when it was taken, or came; None if nobody knows.
    """

    number: int
    key: str
    media: str
    labels: tuple[Term, ...] = ()
    categories: tuple[Term, ...] = ()
    people: tuple[Term, ...] = ()
    roles: tuple[Term, ...] = ()
    text: tuple[Term, ...] = ()
    moderation: tuple[Term, ...] = ()
    names: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    date: int | None = None
    added: int = 0


class Sort(StrEnum):
    """What comes first; among equals the newest, then the highest number.

    RELEVANCE: how closely the words of the question are met, as the least close one (`grades.py`).
    CONFIDENCE: how sure they are: of each word and filter the surest term, of these the least sure.
    Documents without a date come last in both orders of time. Time counts in whole seconds.
    """

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    CONFIDENCE = "confidence"


@dataclass(frozen=True, slots=True)
class Query:
    """text: free words; all must match somewhere; "quoted words" match as a phrase, -word excludes.

    field:word and field:"some words" look in one field only. is_typing: the last word may go on.
    only: for each field the values that must all be there (exact names, case ignored; of TEXT and
    NAME phrases). without: values that must not be there. min_score: an answer is as if all terms
    less sure than this were not there; scores count in whole percents, rounded down.
    dates: from (inclusive) and to (exclusive).
    limit, offset: which part of the answer. facet_limit: values of each facet, at most.
    """

    text: str = ""
    only: Mapping[Field, tuple[str, ...]] = field(default_factory=dict)
    without: Mapping[Field, tuple[str, ...]] = field(default_factory=dict)
    min_score: float = 0.0
    date_from: int | None = None
    date_to: int | None = None
    sort: Sort = Sort.RELEVANCE
    limit: int = 60
    offset: int = 0
    with_facets: bool = True
    by_year: bool = False
    is_typing: bool = True
    facet_limit: int = 100


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a document matched: this word of this field, as it is there; through: the alias or
    ancestor that was asked for, if it was not the word itself. score: how sure it is."""

    field: Field
    name: str
    score: float
    through: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """score: how sure the match is, 0-1: the least of the reasons'."""

    number: int
    key: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a person may be about to type. count: of the documents that it finds."""

    field: Field
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """total: of all matches. facets: field -> (value, count), most first."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[Field, tuple[tuple[str, int], ...]]
    took_ms: float
