"""Pages about the people of a large library: how long the server takes for each.

    python -m bench.people_pages [--faces 1000000] [--people 50000] [--rounds 30]

The library of bench.people_edits, with an asset for every four faces, one person who has a tenth of
all faces (100,000 at most), and every eleventh of the other named faces unknown. Each page is read
as its route reads it, up to the JSON; decisions in between make everything that is kept in memory
follow. What is read once per start is told apart. Poses lie in findings, which these assets have
not: opening them would be added to a review. Writes bench/results/people_pages-DATE.json.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import text

from bench.evidence import table, write
from bench.people_edits import SHELF, Scale, build, timed
from eyebright.app.people import read_people
from eyebright.clock import SystemClock
from eyebright.db.engine import Database
from eyebright.db.tables import assets, libraries
from eyebright.governance.keys import KEY_DIRECTORY, master_key
from eyebright.governance.vault import Vault
from eyebright.ids import FaceId, UserId
from eyebright.library.assets import Assets
from eyebright.library.explaining import Explaining
from eyebright.library.people_reading import PeopleReading
from eyebright.library.reviewing import Reviewing
from eyebright.library.rows import find_library
from eyebright.library.unknown_reading import FaceListed, UnknownReading
from eyebright.library.values import Library
from eyebright.people.decisions import Decisions
from eyebright.people.name_table import NameTables
from eyebright.people.persons import Persons
from eyebright.people.search import FaceSearch
from eyebright.people.users import Users
from eyebright.vectors.int8 import Int8Index

FACES_OF_AN_ASSET = 4
MOST_OF_ONE = 100_000
ROWS = 20_000
_SOME_UNKNOWN = """
UPDATE faces SET user_no = NULL WHERE face_no > :count AND face_no <= :half AND face_no % 11 = 0
"""
_COUNTED = """
UPDATE users SET face_count = (SELECT count(*) FROM faces WHERE faces.user_no = users.user_no)
"""


@dataclass(frozen=True, slots=True)
class Pages:
    """What routes read from. large: who has the most faces."""

    library: Library
    people: PeopleReading
    unknown: UnknownReading
    reviewing: Reviewing
    explaining: Explaining
    decisions: Decisions
    faces: int
    persons: int
    large: UserId


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--faces", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--folder", type=Path, help="where the database is made for the time")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as home:
        build(Path(home), faces_wanted=chosen.faces, people_wanted=chosen.people)
        pages = open_pages(Path(home), faces=chosen.faces, people=chosen.people)
        findings = measure(pages, chosen.rounds)
    write("people_pages", {"faces": chosen.faces, "people": chosen.people, **findings})


def measure(pages: Pages, rounds: int) -> Mapping[str, object]:
    """Milliseconds by page: the first time after a start, and then."""
    random = np.random.default_rng(1)
    first: dict[str, float] = {}
    then: dict[str, list[float]] = {}
    for name, read in reads(pages, random).items():
        first[name] = timed(read)
        then[name] = [timed(read) for _ in range(rounds)]
    for name, read in after_decisions(pages, random).items():
        then[name] = [read() for _ in range(rounds)]
    told = {
        name: {
            "count": len(times),
            "first_ms": first.get(name),
            "p50_ms": float(np.percentile(times, 50)),
            "p95_ms": float(np.percentile(times, 95)),
            "max_ms": max(times),
        }
        for name, times in then.items()
    }
    table(
        f"Pages among {pages.faces:,} faces and {pages.persons:,} people, ms",
        ("page", "count", "first", "p50", "p95", "max"),
        [
            (
                name,
                f"{t['count']}",
                "" if t["first_ms"] is None else f"{t['first_ms']:.1f}",
                f"{t['p50_ms']:.1f}",
                f"{t['p95_ms']:.1f}",
                f"{t['max_ms']:.1f}",
            )
            for name, t in told.items()
        ],
    )
    return {"pages": told}


def reads(pages: Pages, random: np.random.Generator) -> Mapping[str, Callable[[], object]]:
    """Each call reads another person, face or word."""
    library, half = pages.library, pages.faces // 2

    def somebody() -> UserId:
        return UserId(f"person-{random.integers(1, pages.persons)}")

    def unknown() -> FaceId:
        return _face(int(random.integers(half, pages.faces)))

    def typed() -> str:
        number = str(random.integers(pages.persons))
        return str(random.choice(["p", "pe", "person", f"person {number[:2]}", number, "nobody"]))

    def large_page() -> Iterator[object]:
        while True:
            after = None
            while True:
                page = pages.people.faces(
                    library, pages.large, sort="similarity", limit=200, after=after
                )
                yield page
                after = page.next
                if after is None:
                    break

    of_large = large_page()
    people, reviewing = pages.people, pages.reviewing
    return {
        "people, the first 100": lambda: people.people(library, limit=100),
        "type-ahead": lambda: people.people(library, limit=10, typed=typed()),
        "standing": lambda: reviewing.standing(library),
        "review, 10 rows": lambda: reviewing.review(library, limit=10, faces=60),
        "groups, the first 50": lambda: pages.unknown.groups(library, least_faces=2, limit=50),
        "single faces": lambda: pages.unknown.listed(library, FaceListed.SINGLE, limit=200),
        "a person": lambda: people.person(library, somebody()),
        "a person's faces": lambda: people.faces(library, somebody(), sort="similarity", limit=200),
        "a person's photos": lambda: people.photos(library, somebody(), limit=100),
        "possibly wrong": lambda: people.doubts(library, somebody(), limit=24),
        "suggestions for a person": lambda: reviewing.suggestions(library, somebody(), limit=100),
        "the next 200 faces of the largest person": lambda: next(of_large),
        "the largest person by date": lambda: people.faces(
            library, pages.large, sort="date", limit=200
        ),
        "a face": lambda: pages.explaining.face(library, unknown()),
        "explain": lambda: pages.explaining.explain(library, unknown(), somebody()),
    }


def after_decisions(pages: Pages, random: np.random.Generator) -> Mapping[str, Callable[[], float]]:
    """Each call confirms a face of somebody, and then times the page."""
    library, half = pages.library, pages.faces // 2
    faces = iter((half + random.permutation(half)).tolist())

    def after(read: Callable[[], object]) -> Callable[[], float]:
        def measured() -> float:
            pages.decisions.confirm(
                library.scope,
                SHELF,
                [_face(next(faces))],
                UserId(f"person-{random.integers(1, pages.persons)}"),
                actor="a",
            )
            return timed(read)

        return measured

    return {
        "type-ahead after a decision": after(
            lambda: pages.people.people(library, limit=10, typed="person 1")
        ),
        "standing after a decision": after(lambda: pages.reviewing.standing(library)),
        "review after a decision": after(
            lambda: pages.reviewing.review(library, limit=10, faces=60)
        ),
        "groups after a decision": after(
            lambda: pages.unknown.groups(library, least_faces=2, limit=50)
        ),
        "explain after a decision": after(
            lambda: pages.explaining.explain(library, _face(next(faces)), UserId("person-1"))
        ),
    }


def open_pages(home: Path, *, faces: int, people: int) -> Pages:
    """Assets and a library for what `build` wrote, and what reads them."""
    database = Database(f"sqlite:///{home / 'bench.db'}")
    clock, vault = SystemClock(), Vault(home / KEY_DIRECTORY, master_key=master_key(home, ""))
    library = _library(database, vault, faces)
    _give_and_take(database, min(MOST_OF_ONE, faces // 10), faces // 2)
    scale = Scale()
    search = FaceSearch(database, vault, scale=scale, new_index=Int8Index)
    users = Users(database, vault, clock=clock, scale=scale)
    persons = Persons(database, vault, users=users)
    reading = read_people(
        database,
        names=NameTables(vault),
        search=search,
        assets=Assets(database, vault, persons=persons),
        persons=persons,
        scale=scale,
        model="bench@1",
    )
    return Pages(
        library,
        reading.people,
        reading.unknown,
        reading.reviewing,
        reading.explaining,
        Decisions(database, vault, clock=clock),
        faces,
        people,
        UserId("person-0"),
    )


def _library(database: Database, vault: Vault, faces: int) -> Library:
    with database.write() as connection:
        account, region = connection.execute(
            text("SELECT account_id, region FROM collections")
        ).one()
        connection.execute(
            libraries.insert().values(
                account_id=account,
                region=region,
                name="library",
                collection_id=SHELF,
                key_id=vault.new_collection_key(account),
                created_at=0,
                revision=1,
            )
        )
    rows = [_asset(number) for number in range(faces // FACES_OF_AN_ASSET + 1)]
    for start in range(0, len(rows), ROWS):
        with database.write() as connection:
            connection.execute(assets.insert(), rows[start : start + ROWS])
    with database.write() as connection:
        connection.execute(
            text("UPDATE faces SET external_image_id = printf('%036d', face_no / :many)"),
            {"many": FACES_OF_AN_ASSET},
        )
        return find_library(connection, 1)


def _give_and_take(database: Database, count: int, half: int) -> None:
    """The first faces all belong to one person; of the other named faces every tenth is unknown, so
    that there is something to suggest."""
    changes = (
        "UPDATE faces SET user_no = 1 WHERE face_no <= :count",
        _SOME_UNKNOWN,
        _COUNTED,
    )
    with database.write() as connection:
        for change in changes:
            connection.execute(text(change), {"count": count, "half": half})


def _asset(number: int) -> dict[str, object]:
    return {
        "library_no": 1,
        "asset_id": f"{number:036d}",
        "content_sha256": f"{number:064d}",
        "media": "image",
        "byte_count": 1,
        "width": 200,
        "height": 200,
        "taken_at": 1_000 * number,
        "created_at": 0,
        "revision": 1,
        "state": "ready",
        "not_before": 0,
        "claim_no": 0,
        "lease_until": 0,
    }


def _face(number: int) -> FaceId:
    mixed = number * 0x9E3779B97F4A7C15 % (1 << 64)
    return FaceId(f"{mixed:016x}-0000-4000-8000-{number:011d}")


if __name__ == "__main__":
    main()
