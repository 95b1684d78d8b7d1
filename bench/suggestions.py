"""Suggestions of who a face may be: of those called likely, maybe and unlikely, how many are right.

    python -m bench.suggestions --data ../shared/data/dev --home "$EYEBRIGHT_HOME"

Of each set the people with four faces and more (of CelebA, half of them) are named by half of their
faces. Their other faces, and everybody else's, are unknown. Then every person is suggested faces,
through the real rooms, and every face is asked who it may be. A suggestion is right if it is the
person. Strangers are people who were not named. Writes bench/results/suggestions-DATE.json.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench import identities
from bench.evidence import options, table, write
from bench.face_vectors import open_analyser, vectors_of
from bench.grouping import SHELF, open_shelf
from eyebright.clock import SystemClock
from eyebright.db.engine import Database
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.governance.keys import KEY_DIRECTORY, master_key
from eyebright.governance.vault import Vault
from eyebright.ids import FaceId, UserId
from eyebright.people.bands import Band
from eyebright.people.decisions import Decisions
from eyebright.people.persons import Persons
from eyebright.people.search import FaceSearch
from eyebright.people.similarity import SimilarityScale
from eyebright.people.suggestions import Suggestions
from eyebright.people.users import Users
from eyebright.vectors.int8 import Int8Index

LEAST_FACES = 4
LIMIT = 200

People = NDArray[np.int64]


def main() -> None:
    chosen = options(__doc__)
    analyser = open_analyser(chosen.home)
    findings: dict[str, object] = {"space": analyser.space.name}
    for faces, share in ((identities.lfw(chosen.data), 1.0), (identities.celeba(chosen.data), 0.5)):
        paths = [chosen.data / image for image in faces.images]
        vectors, seen = vectors_of(analyser, paths, cache=chosen.cache)
        people = faces.people[seen].astype(np.int64)
        findings[faces.name] = measure(
            faces.name, vectors[seen], people, analyser.similarity, share=share
        )
    write("suggestions", findings)


def measure(
    name: str, vectors: FloatArray, people: People, scale: SimilarityScale, *, share: float
) -> Mapping[str, object]:
    """How many suggestions of each band there are, and how many of them are right."""
    known, gallery = _gallery(people, share)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shelf = open_shelf(home, scale, dimension=vectors.shape[1])
        ids = shelf.enrol(vectors, first=0)
        database = Database(f"sqlite:///{home / 'bench.db'}")
        vault = Vault(home / KEY_DIRECTORY, master_key=master_key(home, ""))
        decisions = Decisions(database, vault, clock=SystemClock())
        for person in known:
            mine = [ids[at] for at in np.flatnonzero(gallery & (people == person))]
            decisions.name(shelf.scope, SHELF, mine, actor="bench", name=str(person))
        search = FaceSearch(database, vault, scale=scale, new_index=Int8Index)
        suggestions = Suggestions(database, search=search, scale=scale)
        truth = {face: int(person) for face, person in zip(ids, people, strict=True)}
        named = {ids[at]: int(people[at]) for at in np.flatnonzero(gallery)}
        users = _users(database, vault, scale, shelf.scope, named)
        asked = Counter[tuple[Band, bool]]()
        for user_id, person in users.items():
            bands = suggestions.for_person(shelf.scope, SHELF, user_id, limit=LIMIT)
            for one in (*bands.likely, *bands.maybe, *bands.unlikely):
                asked[one.band, truth[one.face.face_id] == person] += 1
        best = Counter[tuple[str, str]]()
        for at in np.flatnonzero(~gallery):
            found = suggestions.for_face(shelf.scope, SHELF, ids[at], limit=1)
            kind = "of the named" if people[at] in known else "strangers"
            best[kind, "faces"] += 1
            if found:
                right = users[found[0].user_id] == people[at]
                best[kind, f"{found[0].band.value} {'right' if right else 'wrong'}"] += 1
        database.close()
    return _told(name, asked, best, len(known))


def _gallery(people: People, share: float) -> tuple[set[int], NDArray[np.bool_]]:
    """Who is named, and by which faces."""
    ids, counts = np.unique(people, return_counts=True)
    enough = ids[counts >= LEAST_FACES]
    known = enough[: max(1, round(share * len(enough)))]
    random, gallery = np.random.default_rng(0), np.zeros(len(people), bool)
    for person in known:
        mine = random.permutation(np.flatnonzero(people == person))
        gallery[mine[: len(mine) // 2]] = True
    return {int(person) for person in known}, gallery


def _users(
    database: Database,
    vault: Vault,
    scale: SimilarityScale,
    scope: Scope,
    named: Mapping[FaceId, int],
) -> dict[UserId, int]:
    users = Users(database, vault, clock=SystemClock(), scale=scale)
    found = Persons(database, vault, users=users).of_faces(scope, SHELF, list(named))
    return {person.user_id: named[face] for face, person in found.items()}


def _told(
    name: str, asked: Counter[tuple[Band, bool]], best: Counter[tuple[str, str]], people: int
) -> Mapping[str, object]:
    bands = {}
    for band in Band:
        right, wrong = asked[band, True], asked[band, False]
        bands[band.value] = {"right": right, "wrong": wrong}
    table(
        f"{name}: faces suggested for {people} people",
        ("band", "suggestions", "right", "share right"),
        [
            (
                band,
                f"{one['right'] + one['wrong']}",
                f"{one['right']}",
                f"{one['right'] / max(one['right'] + one['wrong'], 1):.3f}",
            )
            for band, one in bands.items()
        ],
    )
    firsts = {
        kind: {what: count for (of, what), count in sorted(best.items()) if of == kind}
        for kind in ("of the named", "strangers")
    }
    for kind, counts in firsts.items():
        print(f"first candidate, faces {kind}: {counts}")
    return {"people": people, "for_person": bands, "first_candidate": firsts}


if __name__ == "__main__":
    main()
