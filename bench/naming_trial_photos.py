"""The photos of the naming trial, by a stated rule, and who is in them."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench import identities

SEED = 6
SEVERAL = 5
"""Photos that somebody has who may be one of the people to name."""
PHOTOS = 2000
PEOPLE = 50


@dataclass(frozen=True, slots=True)
class Chosen:
    """paths: below the data folder. names: who each is of. to_name: whom the user knows."""

    paths: tuple[str, ...]
    names: tuple[str, ...]
    to_name: frozenset[str]

    def name_of(self, file_name: str) -> str:
        """Who the photo of this name is of."""
        return dict(zip(map(file_name_of, self.paths), self.names, strict=True))[file_name]


def choose(data: Path, *, photos: int = PHOTOS, people: int = PEOPLE) -> Chosen:
    """All photos of everybody in the development part of LFW with five and more; then one of each
    stranger who has one; then, in an order drawn once, people with two to four, all of theirs, as
    far as there is room. The people to name are drawn from the first."""
    faces = identities.lfw(data)
    by_person: dict[str, list[str]] = defaultdict(list)
    for path in sorted(faces.images):
        by_person[person_in(path)].append(path)
    random = np.random.default_rng(SEED)
    several = sorted(name for name, paths in by_person.items() if len(paths) >= SEVERAL)
    single = sorted(name for name, paths in by_person.items() if len(paths) == 1)
    few = sorted(by_person.keys() - set(several) - set(single))
    to_name = random.choice(several, size=people, replace=False).tolist()
    order = [*several, *_drawn(random, single), *_drawn(random, few)]
    paths: list[str] = []
    for name in order:
        if len(paths) + len(by_person[name]) <= photos:
            paths += by_person[name]
    return Chosen(tuple(paths), tuple(person_in(path) for path in paths), frozenset(to_name))


def copy(chosen: Chosen, data: Path, into: Path) -> None:
    """Put the photos into one folder."""
    into.mkdir(parents=True, exist_ok=True)
    for path in chosen.paths:
        shutil.copyfile(data / path, into / file_name_of(path))


def person_in(path: str) -> str:
    """Ada Lovelace, of .../Ada_Lovelace/Ada_Lovelace_0001.jpg."""
    return Path(path).parent.name.replace("_", " ")


def file_name_of(path: str) -> str:
    return Path(path).name


def _drawn(random: np.random.Generator, names: Sequence[str]) -> list[str]:
    return [names[at] for at in random.permutation(len(names))]
