"""Rekognition's words that can be said here: their parents, other names and categories.

The table is `taxonomy.tsv`, reviewed by hand. A word may have several parents; none is its own
ancestor. Of 1,126 links whose two words WordNet 3.1 knows, 699 are its own "is a kind of"; the
others are associations of the sort that the service is known to answer (a baseball bat has
Baseball as a parent, an oven Electrical Device).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

TABLE = "taxonomy.tsv"
_SEPARATOR = "; "


@dataclass(frozen=True, slots=True)
class Entry:
    """One word. parents: direct ones only. categories: at least one."""

    name: str
    parents: tuple[str, ...]
    aliases: tuple[str, ...]
    categories: tuple[str, ...]


class Taxonomy:
    """A directed graph of words without cycles. Immutable after it was made.

    Raises ValueError for a word that is there twice, an unknown parent or a cycle.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: dict[str, Entry] = {}
        for entry in entries:
            if entry.name in self._entries:
                raise ValueError(f"{entry.name} is in the taxonomy twice.")
            self._entries[entry.name] = entry
        self._depths: dict[str, int] = {}
        for name in self._entries:
            self._measure(name, below=())
        self._ancestors = {name: self._climb(name) for name in self._entries}

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._entries)

    @property
    def categories(self) -> frozenset[str]:
        """All that any word has."""
        return frozenset(c for entry in self._entries.values() for c in entry.categories)

    def entry(self, name: str) -> Entry:
        """Raises KeyError for a word that is not in it."""
        return self._entries[name]

    def ancestors(self, name: str) -> tuple[str, ...]:
        """All of them, nearest first. Raises KeyError for a word that is not in it."""
        return self._ancestors[name]

    def depth(self, name: str) -> int:
        """The longest way up to a word without parents; more than that of any ancestor."""
        return self._depths[name]

    def with_ancestors(self, names: Iterable[str]) -> frozenset[str]:
        """These words and everything they imply."""
        return frozenset(word for name in names for word in (name, *self.ancestors(name)))

    def _measure(self, name: str, *, below: tuple[str, ...]) -> int:
        if name in below:
            raise ValueError(f"The taxonomy has a cycle: {' < '.join((*below, name))}.")
        if name not in self._entries:
            raise ValueError(f"The taxonomy lacks {name}, parent of {below[-1]}.")
        if name not in self._depths:
            above = [
                self._measure(parent, below=(*below, name)) for parent in self.entry(name).parents
            ]
            self._depths[name] = max(above, default=-1) + 1
        return self._depths[name]

    def _climb(self, name: str) -> tuple[str, ...]:
        """Breadth first, so that what is nearest comes first."""
        found: dict[str, None] = {}
        level = self.entry(name).parents
        while level:
            found.update(dict.fromkeys(level))
            level = tuple(p for word in level for p in self.entry(word).parents if p not in found)
        return tuple(found)


def load_taxonomy() -> Taxonomy:
    """The taxonomy that comes with Eyebright."""
    text = files(__package__).joinpath(TABLE).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return Taxonomy(_entry(line) for line in lines)


def _entry(line: str) -> Entry:
    name, *lists = line.split("\t")
    parents, aliases, categories = (
        tuple(part for part in column.split(_SEPARATOR) if part) for column in lists
    )
    return Entry(name, parents, aliases, categories)
