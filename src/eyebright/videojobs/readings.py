"""Which readings are one text: what stays on screen is read a little otherwise now and then."""

from __future__ import annotations

from difflib import SequenceMatcher

ALIKE = 0.8
"""Share of characters that two readings of one text have in common, in order."""
SHORTEST = 4
"""Characters; of shorter ones every one counts."""
REMEMBERED = 200
"""Texts, those read last."""


class Readings:
    """The texts of one film so far. Not shared."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        """What was read -> the key of its text, the one read last at the end."""

    def key(self, text: str) -> str:
        """The same for readings that are alike and have the same digits: "Episode 1" is not
        "Episode 2", but "JEFF STEEN" may be read as "JEFF STEFN"."""
        plain = " ".join(text.casefold().split())
        key = self._keys.pop(plain, None)
        if key is None:
            key = next(
                (known for read, known in reversed(self._keys.items()) if _alike(read, plain)),
                plain,
            )
        self._keys[plain] = key
        if len(self._keys) > REMEMBERED:
            del self._keys[next(iter(self._keys))]
        return key


def _alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) < SHORTEST or _digits(one) != _digits(other):
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _digits(text: str) -> list[str]:
    return [character for character in text if character.isdigit()]
