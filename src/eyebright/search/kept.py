"""A document as its entry in the index keeps it, to say why it matched and to index it again."""

from __future__ import annotations

import json
from typing import Any

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


def terms_of(document: Document, field: Field) -> tuple[Term, ...]:
    """The terms of one field of TERMS."""
    terms: tuple[Term, ...] = getattr(document, _ATTRIBUTE[field])
    return terms


def pack(document: Document) -> bytes:
    """As compact JSON."""
    value: dict[str, Any] = {
        name: [_packed(term) for term in terms]
        for _, name in TERMS
        if (terms := getattr(document, name))
    }
    for name in ("number", "key", "media", "names", "sources", "date", "added"):
        value[name] = getattr(document, name)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def unpack(packed: bytes) -> Document:
    """What `pack` was given, with lists as tuples."""
    value = json.loads(packed.decode("utf-8", "surrogatepass"))
    for _, name in TERMS:
        value[name] = tuple(_unpacked(term) for term in value.get(name, ()))
    value["names"], value["sources"] = tuple(value["names"]), tuple(value["sources"])
    return Document(**value)


def _packed(term: Term) -> list[Any]:
    said: list[Any] = [term.name, round(term.score, 4)]
    return [*said, list(term.also)] if term.also else said


def _unpacked(said: list[Any]) -> Term:
    return Term(said[0], float(said[1]), tuple(said[2]) if len(said) > 2 else ())
