"""The names in memory are those of the rows, after every change, in every process; and go."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from eyebright.db.tables import users
from eyebright.errors import Conflict
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, ImageId, UserId
from eyebright.people.decisions import Decisions
from eyebright.people.facts import Classification, NewFacts
from eyebright.people.name_matching import folded
from eyebright.people.name_table import NameTable, NameTables, PeopleOrder
from eyebright.people.persons import Persons
from eyebright.people.rows import find_collection
from eyebright.testing.clock import FixedClock
from eyebright.testing.rooms import SPACE, Rooms, new_face, open_rooms, unit_vector

SHELF = CollectionId("library")


@pytest.fixture
def rooms(tmp_path: Path) -> Rooms:
    return open_rooms(tmp_path)


@pytest.fixture
def scope(rooms: Rooms) -> Scope:
    scope = rooms.new_scope("archive")
    rooms.collections.create(scope, SHELF, space=SPACE)
    return scope


@pytest.fixture
def persons(rooms: Rooms) -> Persons:
    return Persons(rooms.database, rooms.vault, users=rooms.users)


def enrol(rooms: Rooms, scope: Scope, count: int) -> list[FaceId]:
    kept = rooms.faces.enrol(
        scope,
        SHELF,
        image_id=ImageId("photo"),
        external_image_id=None,
        new_faces=[new_face(unit_vector(n), left=50.0 * n) for n in range(count)],
    )
    return [face.face_id for face in kept]


def table_of(rooms: Rooms, scope: Scope, names: NameTables) -> NameTable:
    with rooms.database.read() as connection:
        return names.of(connection, scope, find_collection(connection, scope, SHELF))


def everybody(table: NameTable) -> set[tuple[object, ...]]:
    found = table.find([], classification=None, order=PeopleOrder.FACES)
    return {
        (one.user_id, one.facts.name, one.facts.role, one.face_count, one.version) for one in found
    }


class Walk:
    """Random changes of who people are."""

    def __init__(self, rooms: Rooms, scope: Scope, persons: Persons, seed: int) -> None:
        self.rooms, self.scope, self.persons = rooms, scope, persons
        self.act = Decisions(rooms.database, rooms.vault, clock=FixedClock())
        self.ids = enrol(rooms, scope, 12)
        self.random = np.random.default_rng(seed)

    def step(self) -> str:
        """What was done; empty if it was refused."""
        some = [FaceId(one) for one in self.random.choice(self.ids, self.random.integers(1, 4))]
        with self.rooms.database.read() as connection:
            ids = connection.scalars(select(users.c.user_id)).all()
        who, name = UserId(str(self.random.choice(ids))), f"Person {self.random.integers(8)}"
        place, act = (self.scope, SHELF), self.act
        version = self.persons.get(*place, who).version
        new = NewFacts(name=name, aliases=["x"])
        steps = {
            "name": lambda: act.name(*place, some, actor="a", name=name, override=True),
            "unname": lambda: act.unname(*place, some, actor="a"),
            "rename": lambda: act.change(
                *place, who, NewFacts(name=name, role="r"), actor="a", version=version
            ),
            "change": lambda: act.change(*place, who, new, actor="a", version=version),
            "undo": lambda: act.undo(*place, actor="a"),
            "redo": lambda: act.redo(*place, actor="a"),
        }
        chosen = str(self.random.choice(list(steps)))
        try:
            steps[chosen]()
        except Conflict:
            return ""
        return chosen


@pytest.mark.parametrize("seed", range(2))
def test_after_every_change_the_table_says_what_the_rows_say(
    rooms: Rooms, scope: Scope, persons: Persons, seed: int
) -> None:
    walk, names, done = Walk(rooms, scope, persons, seed), NameTables(rooms.vault), set()
    rooms.users.create(scope, SHELF, UserId("unnamed"))
    for _ in range(30):
        done.add(walk.step())
        wanted = {
            (one.user_id, one.name, one.role, one.face_count, one.version)
            for one in persons.all(scope, SHELF)
        }
        assert everybody(table_of(rooms, scope, names)) == wanted
    assert len(done) >= 4


def test_people_are_listed_by_faces_by_name_or_the_latest_first(rooms: Rooms, scope: Scope) -> None:
    ids, names = enrol(rooms, scope, 6), NameTables(rooms.vault)
    act = Decisions(rooms.database, rooms.vault, clock=FixedClock())
    for name, some in (("Émile", ids[:3]), ("adam", ids[3:4]), ("Zoë", ids[4:6])):
        act.name(scope, SHELF, some, actor="a", name=name, override=True)
    table = table_of(rooms, scope, names)

    def listed(order: PeopleOrder, typed: str = "") -> list[str]:
        found = table.find(folded(typed).split(), classification=None, order=order)
        return [one.facts.name for one in found]

    assert listed(PeopleOrder.FACES) == ["Émile", "Zoë", "adam"]
    assert listed(PeopleOrder.NAME) == ["adam", "Émile", "Zoë"]
    assert listed(PeopleOrder.RECENT) == ["Zoë", "adam", "Émile"]
    assert listed(PeopleOrder.FACES, "e") == ["Émile", "Zoë"]
    assert listed(PeopleOrder.FACES, "zoe") == ["Zoë"]
    assert table.find([], classification=Classification.KEY, order=PeopleOrder.FACES) == []


def test_a_collection_that_is_gone_is_let_go_of(rooms: Rooms, scope: Scope) -> None:
    mine, other = NameTables(rooms.vault), NameTables(rooms.vault)
    act = Decisions(rooms.database, rooms.vault, clock=FixedClock())
    act.name(scope, SHELF, enrol(rooms, scope, 1), actor="a", name="Ada")
    rooms.collections.create(scope, CollectionId("other"), space=SPACE)
    for names in (mine, other):
        table_of(rooms, scope, names)
        assert len(names.loaded) == 1
    with rooms.database.read() as connection:
        number = find_collection(connection, scope, SHELF).number
    rooms.collections.delete(scope, SHELF)
    mine.collection_left(number)  # told by the process that deleted it
    assert mine.loaded == ()
    with rooms.database.read() as connection:  # another process finds out
        there = find_collection(connection, scope, CollectionId("other"))
        other.of(connection, scope, there)
    assert other.loaded == (there.number,)


def test_only_the_latest_tables_are_kept(rooms: Rooms, scope: Scope) -> None:
    names = NameTables(rooms.vault, most=2)
    for collection in ("one", "two", "three"):
        rooms.collections.create(scope, CollectionId(collection), space=SPACE)
        with rooms.database.read() as connection:
            names.of(
                connection, scope, find_collection(connection, scope, CollectionId(collection))
            )
    assert len(names.loaded) == 2


def test_a_name_that_was_taken_back_is_gone_from_memory(rooms: Rooms, scope: Scope) -> None:
    names, who = NameTables(rooms.vault), UserId("unnamed")
    act = Decisions(rooms.database, rooms.vault, clock=FixedClock())
    rooms.users.create(scope, SHELF, who)
    act.change(scope, SHELF, who, NewFacts(name="Ada"), actor="a", version=0)
    assert {one[1] for one in everybody(table_of(rooms, scope, names))} == {"Ada"}
    act.undo(scope, SHELF, actor="a")
    assert {one[1] for one in everybody(table_of(rooms, scope, names))} == {"unnamed"}
