"""Words out of text of any script, the same for what is indexed and for what is asked.

A word is folded: width, case and accents are gone. Scripts that are written without spaces give
one word per character, so that a phrase of them is found wherever it stands. Symbols such as emoji
are words of their own.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from eyebright.search.plurals import IRREGULAR

MAX_WORD = 40
"""Characters; longer words are cut, in the index as in the question."""
MAX_NAME = 1_000
"""Characters of a name that is compared whole."""
MAX_WORDS = 2_000
"""Of one value; what stands behind is not indexed."""
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_SPLIT_NAME = re.compile(
    r"(?<=[a-z\u00df-\u00ff])(?=[A-Z\u00c0-\u00de])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])"
    r"|(?<=[A-Z])(?=[A-Z][a-z])"
)
"""Between the words of camelCase, and between letters and digits."""
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
)
_ACCENTS = ((0x0300, 0x036F), (0x0591, 0x05C7), (0x064B, 0x0652), (0x0670, 0x0670))
"""Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowel signs."""
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),
    (0x3040, 0x30FF),  # kana
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),  # Han
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_APOSTROPHES = frozenset("'\u2019\u02bc")


@lru_cache(maxsize=65_536)
def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a text, in order."""
    if text.isascii():
        lowered = text.lower().replace("'", "")
        return tuple(word[:MAX_WORD] for word in _ASCII_WORD.findall(lowered)[:MAX_WORDS])
    return tuple(word[:MAX_WORD] for word in _split(folded(text))[:MAX_WORDS])


@lru_cache(maxsize=4_096)
def name_readings(name: str) -> tuple[tuple[str, ...], ...]:
    """How a file name can be read: as it is and, if that differs, with BeachParty2 as three words.

    Never empty readings.
    """
    plain, split = words_of(name), words_of(_SPLIT_NAME.sub(" ", name))
    return tuple(reading for reading in dict.fromkeys((plain, split)) if reading)


def folded(text: str) -> str:
    """Without width, case and accents; what is no character is gone."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(char for char in decomposed if not _within(ord(char), _ACCENTS))
    return unicodedata.normalize("NFC", bare).translate(_LETTERS)


@lru_cache(maxsize=65_536)
def exact_key(name: str) -> str:
    """What two names share that differ only in case, width and spaces: one token of the index."""
    said = unicodedata.normalize("NFKC", printable(name[:MAX_NAME])).casefold()
    return "␣".join(said.split()).replace("|", "¦")


def printable(name: str) -> str:
    """A name without line ends, control characters and halves of characters."""
    if name.isprintable():
        return name
    spaced = "".join(" " if char.isspace() else char for char in name)
    return "".join(char for char in spaced if unicodedata.category(char) not in ("Cc", "Cs"))


@lru_cache(maxsize=65_536)
def stem_of(word: str) -> str:
    """An English word without its plural; the word itself if it has none that we know.

    After the rules of the S stemmer (Harman, 1991), which errs rarely, with the plurals in -es of
    hissing sounds and the irregular ones that pictures are full of.
    """
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) < 4 or not word.isascii() or not word.endswith("s"):
        return word
    if word.endswith("ies") and word[-4] not in "ae":
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    return word if word[-2] in "us" else word[:-1]


def _split(text: str) -> list[str]:
    words: list[str] = []
    run = ""
    for char in text:
        if char in _APOSTROPHES:
            continue
        kind = unicodedata.category(char)
        if kind[0] == "M" and (run or words):
            if run:
                run += char
            elif len(words[-1]) < MAX_WORD:
                words[-1] += char
        elif kind[0] in "LN" and not _within(ord(char), _UNSPACED):
            run += char
        else:
            if run:
                words.append(run)
                run = ""
            if kind[0] in "LN" or kind == "So":
                words.append(char)
    return [*words, run] if run else words


def _within(point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= point <= high for low, high in ranges)
