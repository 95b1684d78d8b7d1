"""What a segment keeps of a document beside its values: its key, its text, its file names."""

from __future__ import annotations

import json
from dataclasses import replace

from eyebright.search.values import Document, Field, Term

TERMS: tuple[tuple[Field, str], ...] = (
    (Field.LABEL, "labels"),
    (Field.CATEGORY, "categories"),
    (Field.PERSON, "people"),
    (Field.ROLE, "roles"),
    (Field.TEXT, "text"),
    (Field.MODERATION, "moderation"),
)
"""Fields of terms, and where a document has them."""
_ATTRIBUTE = dict(TERMS)
SCALE = 10_000
"""Scores are kept in this many parts."""
ROUNDING = 1e-4
"""What float32 and binary fractions may take from a score, in parts."""


def terms_of(document: Document, field: Field) -> tuple[Term, ...]:
    """The terms of one field of TERMS."""
    terms: tuple[Term, ...] = getattr(document, _ATTRIBUTE[field])
    return terms


def parts_of(score: float) -> int:
    """A score of 0-1 in ten-thousandths, rounded down as percents are."""
    return max(0, min(SCALE, int(score * SCALE + ROUNDING)))


def as_kept(document: Document) -> Document:
    """As the index gives it back."""
    terms = {
        attribute: tuple(
            Term(one.name, parts_of(one.score) / SCALE, one.also)
            for one in terms_of(document, field)
        )
        for field, attribute in TERMS
    }
    return replace(document, **terms)  # type: ignore[arg-type]


def pack(document: Document) -> bytes:
    """As compact JSON."""
    text = [(term.name, parts_of(term.score), term.also) for term in document.text]
    return json.dumps(
        (document.key, text, document.names), ensure_ascii=False, separators=(",", ":")
    ).encode("utf-8", "surrogatepass")


def unpack(packed: bytes) -> tuple[str, tuple[Term, ...], tuple[str, ...]]:
    """Key, text and names of what `pack` was given."""
    key, text, names = json.loads(packed.decode("utf-8", "surrogatepass"))
    lines = tuple(Term(name, parts / SCALE, tuple(also)) for name, parts, also in text)
    return key, lines, tuple(names)
