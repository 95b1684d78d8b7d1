"""Patterns of the service model, which are Java's, checked with Python's `re`.

Differences that matter here: Java's \\d, \\w and \\s are ASCII, its dot stops at more line ends,
and it knows Unicode categories such as \\p{L}.
"""

from __future__ import annotations

import re
from functools import cache

LONGEST_TEXT = 8192
"""Longer texts are refused unseen where a shape states no length of its own: nothing that a
pattern describes is that long, and some patterns take quadratic time on hostile text."""

_SEPARATORS = " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_DOT = "[^\n\r\u0085\u2028\u2029]"
_TOKEN = re.compile(r"\\p\{(?P<category>[A-Za-z]+)\}|\\.|\[\^?|\]|\.|.", re.DOTALL)


class UnsupportedPattern(ValueError):
    """A Java pattern that has no equivalent here."""


class TextPattern:
    """A pattern that a text must match from end to end. source: as the service model has it.

    Compiled when first used: a process needs few of a service's patterns.
    """

    __slots__ = ("source",)

    def __init__(self, source: str) -> None:
        self.source = source

    def __repr__(self) -> str:
        return f"TextPattern({self.source!r})"

    def accepts(self, text: str) -> bool:
        """Whether the whole text matches. A pattern that Python cannot express accepts all."""
        try:
            compiled = compile_java(self.source)
        except UnsupportedPattern:
            return True
        return compiled.fullmatch(text) is not None


@cache
def compile_java(source: str) -> re.Pattern[str]:
    """A Java regular expression as Python's. Raises UnsupportedPattern where that is impossible."""
    tokens = [(match.group(), match["category"]) for match in _TOKEN.finditer(source)]
    categories = {category for _, category in tokens if category}
    translated, inside = [], False
    for text, category in tokens:
        if category:
            translated.append(_category(category, categories))
        elif text == "." and not inside:
            translated.append(_DOT)
        else:
            inside = _inside_class(text, inside)
            translated.append(text)
    flags = re.NOFLAG if categories else re.ASCII
    try:
        return re.compile("".join(translated), flags)
    except re.error as error:
        raise UnsupportedPattern(source) from error


def _inside_class(part: str, inside: bool) -> bool:
    return part in ("[", "[^") or (inside and part != "]")


def _category(category: str, together: set[str]) -> str:
    """A Unicode category as the content of a character class.

    Letters and numbers are Python's \\w only when both are wanted, with the underscore besides;
    a test holds that against the Unicode tables.
    """
    if category == "Z":
        return _SEPARATORS
    if category in ("L", "N") and {"L", "N"} <= together:
        return r"\w"
    raise UnsupportedPattern(f"\\p{{{category}}}")
