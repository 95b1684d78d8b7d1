"""Who of a gallery is in a picture, and is it anybody of it? Galleries of several sizes.

    python -m bench.celebrities --data ../shared/data/dev --home "$EYEBRIGHT_HOME"

People are drawn at random into galleries, with one, three or five photos each, and judged at the
similarity that the product asks for with so many people. Prints a table and writes
bench/results/celebrities-DATE.json.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench import identities
from bench.evidence import options, table, write
from bench.face_vectors import open_analyser, vectors_of
from bench.identities import IdentitySet
from bench.recognition import Flags, Indices, Scores, Share, share
from eyebright.people.celebrities import recognition_percent
from eyebright.people.vectors import unit_mean

GALLERIES = ((10, 1), (100, 1), (600, 1), (10, 3), (100, 3), (250, 3), (10, 5), (100, 5))
"""People and photos of each."""
DRAWS = 20
"""Random galleries of each size."""


@dataclass(frozen=True, slots=True)
class Named:
    """known: one other photo of each person of a gallery who has one. strangers: one photo of each
    person who is not in it."""

    known_right: Share
    known_wrong: Share
    strangers: Share


def main() -> None:
    """Embed both sets, draw galleries, print and write."""
    chosen = options(__doc__)
    analyser = open_analyser(chosen.home)
    findings: dict[str, object] = {"space": analyser.space.name, "draws": DRAWS}
    for faces in (identities.lfw(chosen.data), identities.celeba(chosen.data)):
        paths = [chosen.data / image for image in faces.images]
        vectors, seen = vectors_of(analyser, paths, cache=chosen.cache)
        found: dict[str, object] = {}
        rows = []
        for people, photos in GALLERIES:
            percent = recognition_percent(analyser.similarity, people)
            cosine = analyser.similarity.to_cosine(percent)
            named = judge(vectors, faces, seen, people=people, photos=photos, least=cosine)
            if named is not None:
                found[f"{people} people, {photos} photos"] = {"percent": percent, "named": named}
                rows.append(_row(people, photos, percent, named))
        header = ("people", "photos", "at", "known, named", "known, as another", "strangers, named")
        table(f"{faces.name}, {DRAWS} random galleries of each kind", header, rows)
        findings[faces.name] = found
    write("celebrities", findings)


def judge(
    vectors: Scores,
    faces: IdentitySet,
    seen: Flags,
    *,
    people: int,
    photos: int,
    least: float,
) -> Named | None:
    """What becomes of probes at the cosine `least`; None if the set has too few people."""
    right, wrong, strangers = [], [], []
    for gallery, known, unknown in _draws(faces, seen, people=people, photos=photos):
        means = np.stack([unit_mean(vectors[own]) for own in gallery.values()])
        owners = np.array(list(gallery))
        scores = vectors[known] @ means.T
        named = scores.max(axis=1) >= least
        hit = owners[scores.argmax(axis=1)] == faces.people[known]
        right.append(named & hit)
        wrong.append(named & ~hit)
        strangers.append((vectors[unknown] @ means.T).max(axis=1) >= least)
    if not right:
        return None
    return Named(*(share(np.concatenate(flags)) for flags in (right, wrong, strangers)))


def _draws(
    faces: IdentitySet, seen: Flags, *, people: int, photos: int
) -> Iterator[tuple[Mapping[int, Indices], Indices, Indices]]:
    """Galleries, a photo of each who has one to spare, and a photo of everybody else."""
    random = np.random.default_rng(0)
    own: dict[int, NDArray[np.intp]] = {}
    for person in np.unique(faces.people):
        own[int(person)] = np.flatnonzero((faces.people == person) & seen)
    fit = [person for person, photos_of in own.items() if len(photos_of) >= photos]
    if len(fit) < people:
        return
    for _ in range(DRAWS):
        drawn = {int(person) for person in random.choice(fit, people, replace=False)}
        mixed = {person: random.permutation(own[person]) for person in own}
        gallery = {person: mixed[person][:photos] for person in sorted(drawn)}
        spare = [mixed[one][photos] for one in sorted(drawn) if len(mixed[one]) > photos]
        others = [mixed[one][0] for one in mixed if one not in drawn and len(mixed[one])]
        yield gallery, np.array(spare, np.intp), np.array(others, np.intp)


def _row(people: int, photos: int, percent: float, named: Named) -> list[str]:
    shares = (named.known_right, named.known_wrong, named.strangers)
    said = [f"{one.value:.4f} [{one.low:.4f}, {one.high:.4f}] {one.count}" for one in shares]
    return [str(people), str(photos), f"{percent:.2f}", *said]


if __name__ == "__main__":
    main()
