"""How what is typed finds names: by the beginnings of words, whatever the case and accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_UNMARKED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
"""Letters that Unicode does not take apart into a letter and a mark."""
_WORDS = re.compile(r"\w+")
RANKS = 5
"""0: the name begins so; 1: words of the name do; 2: words of an alias; 3: of a role; 4: it stands
inside words."""


def folded(text: str) -> str:
    """The words of a text without case, accents and punctuation, one blank between them."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(_WORDS.findall(plain.translate(_UNMARKED)))


@dataclass(frozen=True, slots=True)
class SearchText:
    """What a person is found by. text: name, aliases and roles, folded, a blank before each word.
    names_end, aliases_end: where in it the name ends, and the aliases."""

    text: str
    names_end: int
    aliases_end: int

    @staticmethod
    def of(name: str, aliases: Iterable[str], roles: Iterable[str]) -> SearchText:
        parts = [_line([name]), _line(aliases), _line(roles)]
        first, second = len(parts[0]), len(parts[0]) + len(parts[1])
        return SearchText("".join(parts), first, second)

    def rank(self, words: Sequence[str]) -> int | None:
        """How well folded words match, 0 best; None if one of them is not there. At least one."""
        text = self.text
        if text.startswith(" " + " ".join(words)):
            return 0
        furthest = 0
        for word in words:
            at = text.find(" " + word)
            if at < 0:
                return RANKS - 1 if all(word in text for word in words) else None
            furthest = max(furthest, at)
        if furthest < self.names_end:
            return 1
        return 2 if furthest < self.aliases_end else 3


def _line(texts: Iterable[str]) -> str:
    """Texts apart from each other, so that no words are found across them."""
    return "".join(f" {plain}\n" for text in texts if (plain := folded(text)))
