"""Edits of people in a large library: how long each takes.

    python -m bench.people_edits [--faces 1000000] [--people 50000] [--rounds 50]

Generated templates are written straight into a database: half of the faces belong to people, the
rest are in groups of unknown ones, a last group has 10,000 faces. Then each kind of edit is done
`rounds` times on people and faces drawn at random, undone where that keeps the library as it was,
and timed as its caller would: the transaction, the event and the commit, which waits for the disk.
The index in memory is loaded first, as in a server that is running; the first page of suggestions
after the load is told apart. Writes bench/results/people_edits-DATE.json.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Table, select, update

from bench.evidence import table, write
from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.clock import SystemClock
from eyebright.db.engine import Database
from eyebright.db.tables import (
    collections,
    face_groups,
    face_states,
    face_vectors,
    faces,
    persons,
    users,
)
from eyebright.governance.accounts import Accounts, Scope
from eyebright.governance.keys import KEY_DIRECTORY, master_key
from eyebright.governance.sealing import Sealer
from eyebright.governance.vault import Vault
from eyebright.ids import CollectionId, FaceId, Region, UserId
from eyebright.people.collections import Collections
from eyebright.people.decisions import Decisions
from eyebright.people.facts import NewFacts, PersonFacts, seal_facts
from eyebright.people.grouping import OPEN
from eyebright.people.rows import find_collection
from eyebright.people.search import FaceSearch
from eyebright.people.standing import Standings
from eyebright.people.suggestions import Suggestions
from eyebright.testing.analyser import FakeSimilarity
from eyebright.vectors.int8 import Int8Index

SHELF = CollectionId("library")
DIMENSION = 128
LARGE_GROUP = 10_000
GROUP = 10
ROWS = 20_000
SPREAD = 0.6
"""Length of the noise around each person's direction."""


class Scale(FakeSimilarity):
    """Random directions of 128 numbers are hardly ever more alike than .4."""

    def false_match_rate(self, percent: float, /) -> float:
        return float(10.0 ** (-percent / 9.0))


@dataclass(frozen=True, slots=True)
class Shelf:
    """A library without pictures. people: as many; group_no: of the large group."""

    scope: Scope
    decisions: Decisions
    suggestions: Suggestions
    standings: Standings
    faces: int
    people: int
    large_group: int


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--faces", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--folder", type=Path, help="where the database is made for the time")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as home:
        begun = time.perf_counter()
        shelf = build(Path(home), faces_wanted=chosen.faces, people_wanted=chosen.people)
        built = time.perf_counter() - begun
        print(f"{shelf.faces:,} faces of {shelf.people:,} people written in {built:.0f} s")
        findings = measure(shelf, chosen.rounds)
    write("people_edits", {"faces": shelf.faces, "people": shelf.people, **findings})


def measure(shelf: Shelf, rounds: int) -> Mapping[str, object]:
    """Milliseconds by what was done."""
    found: dict[str, list[float]] = {}
    first = timed(lambda: shelf.suggestions.for_person(shelf.scope, SHELF, _person(0), limit=50))
    random = np.random.default_rng(1)
    for name, edit in edits(shelf, random).items():
        found[name] = [timed(edit) for _ in range(rounds)]
    large: list[float] = []
    for _ in range(3):
        large.append(
            timed(
                lambda: shelf.decisions.name(
                    shelf.scope, SHELF, shelf.large_group, actor="large", name="Everybody"
                )
            )
        )
        found.setdefault("undo the 10,000", []).append(
            timed(lambda: shelf.decisions.undo(shelf.scope, SHELF, actor="large"))
        )
    found["name a group of 10,000"] = large
    found["standing"] = [timed(lambda: shelf.standings.of(shelf.scope, SHELF)) for _ in range(3)]
    found["histogram"] = [timed(lambda: shelf.standings.histogram(shelf.scope, SHELF))]
    told = {
        name: {
            "count": len(times),
            "p50_ms": float(np.percentile(times, 50)),
            "p95_ms": float(np.percentile(times, 95)),
            "max_ms": max(times),
        }
        for name, times in found.items()
    }
    table(
        f"Edits among {shelf.faces:,} faces and {shelf.people:,} people, ms",
        ("edit", "count", "p50", "p95", "max"),
        [
            (
                name,
                f"{t['count']}",
                f"{t['p50_ms']:.1f}",
                f"{t['p95_ms']:.1f}",
                f"{t['max_ms']:.1f}",
            )
            for name, t in told.items()
        ],
    )
    print(f"\nthe index in memory was loaded, and the first page shown, in {first / 1000:.1f} s")
    return {"edits": told, "first_page_with_loading_ms": first}


def edits(shelf: Shelf, random: np.random.Generator) -> Mapping[str, Callable[[], object]]:
    """Each call does another one. Faces under `half` belong to people, the others are in groups."""
    scope, act = shelf.scope, shelf.decisions
    half = shelf.faces // 2
    unknown = iter((half + random.permutation(half - LARGE_GROUP)).tolist())
    named = iter(random.permutation(half).tolist())
    half_of_people = shelf.people // 2  # the others are renamed and merged
    victims = iter((half_of_people + random.permutation(half_of_people)).tolist())

    def somebody() -> UserId:
        return _person(int(random.integers(half_of_people)))

    def confirm() -> object:
        return act.confirm(scope, SHELF, [_face(next(unknown))], somebody(), actor="a")

    def confirm_many() -> object:
        some = [_face(next(unknown)) for _ in range(50)]
        return act.confirm(scope, SHELF, some, somebody(), actor="a")

    def rename() -> object:
        who = next(victims)
        version = 1
        name = f"Renamed {random.integers(1 << 40)}"
        return act.change(
            scope, SHELF, _person(who), NewFacts(name=name, role=""), actor="a", version=version
        )

    def merge() -> object:
        one, other = next(victims), next(victims)
        return act.merge(scope, SHELF, _person(one), _person(other), actor="a")

    def name_group() -> object:
        group = int(random.integers(1, half // GROUP - LARGE_GROUP // GROUP))
        return act.name(scope, SHELF, group, actor="a", name=f"New {random.integers(1 << 40)}")

    return {
        "confirm one face": confirm,
        "confirm 50 faces": confirm_many,
        "reject": lambda: act.reject(scope, SHELF, [_face(next(unknown))], somebody(), actor="a"),
        "move": lambda: act.move(scope, SHELF, [_face(next(named))], somebody(), actor="a"),
        "ignore": lambda: act.ignore(scope, SHELF, [_face(next(unknown))], actor="a"),
        "split": lambda: act.split(scope, SHELF, [_face(next(named))], actor="a"),
        "name a group of 10": name_group,
        "rename": rename,
        "merge": merge,
        "undo": lambda: act.undo(scope, SHELF, actor="a"),
        "redo": lambda: act.redo(scope, SHELF, actor="a"),
        "history, a page of 50": lambda: act.history(scope, SHELF, limit=50),
        "suggestions, a page of 50": lambda: shelf.suggestions.for_person(
            scope, SHELF, somebody(), limit=50
        ),
        "possibly wrong": lambda: shelf.suggestions.possibly_wrong(
            scope, SHELF, somebody(), limit=20
        ),
    }


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def build(home: Path, *, faces_wanted: int, people_wanted: int) -> Shelf:
    """The database, written in bulk."""
    database = Database(f"sqlite:///{home / 'bench.db'}")
    database.migrate()
    clock, vault = SystemClock(), Vault(home / KEY_DIRECTORY, master_key=master_key(home, ""))
    account = Accounts(database, vault, clock=clock).create("bench")
    scope = Scope(account.account_id, Region("us-east-1"))
    space = EmbeddingSpace("bench/1", DIMENSION, "0" * 64)
    Collections(database, vault, clock=clock).create(scope, SHELF, space=space)
    with database.read() as connection:
        collection = find_collection(connection, scope, SHELF)
    sealer = vault.collection(scope.account_id, collection.key_id)
    half = faces_wanted // 2
    groups = (half - LARGE_GROUP) // GROUP + 1
    _write(database, users, _users(half, people_wanted))
    _write(database, persons, _persons(sealer, people_wanted))
    _write(database, face_groups, _groups(groups))
    for some in _faces(sealer, faces_wanted, people_wanted, groups):
        for kind, rows in zip((faces, face_vectors, face_states), some, strict=True):
            _write(database, kind, rows)
    with database.write() as connection:
        counts = {"face_count": faces_wanted, "user_count": people_wanted, "revision": 1}
        connection.execute(update(collections).values(**counts))
        assert connection.scalar(select(collections.c.face_count)) == faces_wanted
    scale = Scale()
    search = FaceSearch(database, vault, scale=scale, new_index=Int8Index)
    return Shelf(
        scope,
        Decisions(database, vault, clock=clock),
        Suggestions(database, search=search, scale=scale),
        Standings(database, search=search, scale=scale),
        faces_wanted,
        people_wanted,
        groups,
    )


def _write(database: Database, kind: Table, rows: Iterable[Mapping[str, object]]) -> None:
    all_rows = [dict(row) for row in rows]
    for start in range(0, len(all_rows), ROWS):
        with database.write() as connection:
            connection.execute(kind.insert(), all_rows[start : start + ROWS])


def _users(half: int, people: int) -> Iterator[dict[str, object]]:
    for number in range(people):
        count = half // people + (number < half % people)
        yield {
            "user_no": number + 1,
            "collection_no": 1,
            "user_id": _person(number),
            "face_count": count,
            "created_at": 0,
            "revision": 1,
        }


def _persons(sealer: Sealer, people: int) -> Iterator[dict[str, object]]:
    for number in range(people):
        facts = PersonFacts(f"Person {number}")
        yield {
            "user_no": number + 1,
            "collection_no": 1,
            "version": 1,
            "name_digest": facts.digest(sealer),
            "sealed": seal_facts(sealer, _person(number), facts),
        }


def _groups(groups: int) -> Iterator[dict[str, object]]:
    for number in range(1, groups + 1):
        count = LARGE_GROUP if number == groups else GROUP
        yield {"group_no": number, "collection_no": 1, "face_count": count, "revision": 1}


def _faces(
    sealer: Sealer, count: int, people: int, groups: int
) -> Iterator[tuple[Iterable[Mapping[str, object]], ...]]:
    """Rows of faces, vectors and states, some thousands at a time. Each face in its own photo."""
    random = np.random.default_rng(0)
    directions = _units(random.normal(size=(people + groups, DIMENSION)))
    half = count // 2
    for start in range(0, count, ROWS):
        numbers = np.arange(start, min(start + ROWS, count))
        group = np.minimum((numbers - half) // GROUP, groups - 1)
        which = np.where(numbers < half, numbers % people, people + group)
        noise = _units(random.normal(size=(len(numbers), DIMENSION)))
        vectors = _units(directions[which] + SPREAD * noise)
        rows = [_face_row(n, people, half) for n in numbers.tolist()]
        boxes = [
            {"face_no": n + 1, "sealed": sealer.seal_vector(vector, bound_to=_face(n))}
            for n, vector in zip(numbers.tolist(), vectors, strict=True)
        ]
        states = [
            {
                "face_no": n + 1,
                "collection_no": 1,
                "group_no": None if n < half else int(g) + 1,
                "quality": 0.9,
                "verdict": OPEN,
            }
            for n, g in zip(numbers.tolist(), group.tolist(), strict=True)
        ]
        yield rows, boxes, states


def _face_row(number: int, people: int, half: int) -> dict[str, object]:
    return {
        "face_no": number + 1,
        "collection_no": 1,
        "face_id": _face(number),
        "image_id": f"{number:036d}",
        "user_no": number % people + 1 if number < half else None,
        "left_px": 0.0,
        "top_px": 0.0,
        "right_px": 100.0,
        "bottom_px": 100.0,
        "image_width": 200,
        "image_height": 200,
        "score": 1.0,
        "created_at": 0,
        "revision": 1,
    }


def _units(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    units: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(
        np.float32
    )
    return units


def _face(number: int) -> FaceId:
    """In no order, as random ids are."""
    mixed = number * 0x9E3779B97F4A7C15 % (1 << 64)
    return FaceId(f"{mixed:016x}-0000-4000-8000-{number:011d}")


def _person(number: int) -> UserId:
    return UserId(f"person-{number}")


if __name__ == "__main__":
    main()
