"""What the index keeps of a document, field by field.

number     to find and replace a document.
graded     every word of every value, in order: "dog|l87" is the word dog of a label of 87 percent.
           The letter is that of the kind (`grades.py`). Words of one value share letter and
           percent, so a phrase of such words lies in one value, and a floor chooses words.
marks      whole values "=golden_retriever|l87", plurals "~dog|l87" (under their singular),
           beginnings "<do|l87" of people and labels, exact values "label:golden␣retriever", with
           "|87" and without, and "+label_50_more" for entries with values that found no slot
           (`columns.py`).
suggested  what can be typed, with how it is written.
newest, oldest   what the two orders of time go by.
kept       the document itself.
"""

from __future__ import annotations

from datetime import UTC, datetime

import tantivy

from eyebright.search.columns import number_columns, text_columns
from eyebright.search.values import Document

VERSION = 1
"""Rises whenever an index written before would be read wrongly; such an index is made anew."""
_YEAR_ZERO = 62_167_219_200
"""Seconds from the year 0 to 1970."""
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799
"""Of the years 1 to 9999."""
_NUMBER_BITS = 27
_NUMBERS = (1 << _NUMBER_BITS) - 1
_SECONDS = (1 << 36) - 1
"""More than 2,000 years of them."""
_UNDATED = -(1 << 62)


def new_schema() -> tantivy.Schema:
    """The fields above, and the columns."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("number", indexed=True, fast=True)
    builder.add_text_field("graded", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("marks", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("suggested", tokenizer_name="raw", index_option="basic")
    for name in ("date", "newest", "oldest"):
        builder.add_integer_field(name, fast=True)
    for name in number_columns():
        builder.add_integer_field(name, fast=True)
    for name in text_columns():
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("kept", stored=True)
    return builder.build()


def newest_key(document: Document) -> int:
    """Rises with the second, then with the number; least without a date."""
    if document.date is None:
        return _UNDATED + document.number
    second = min(max(document.date // 1000 + _YEAR_ZERO, 0), _SECONDS)
    return (second << _NUMBER_BITS) | (document.number & _NUMBERS)


def oldest_key(document: Document) -> int:
    """Falls as the second rises, then rises with the number; least without a date."""
    if document.date is None:
        return _UNDATED + document.number
    second = newest_key(document) >> _NUMBER_BITS
    return ((_SECONDS - second) << _NUMBER_BITS) | (document.number & _NUMBERS)


def month_of(date: int | None) -> str:
    """Such as "2026-11" (UTC), or nothing."""
    if date is None:
        return ""
    moment = datetime.fromtimestamp(min(max(date // 1000, _FIRST_SECOND), _LAST_SECOND), UTC)
    return f"{moment.year:04d}-{moment.month:02d}"
