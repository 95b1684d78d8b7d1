"""Whether what is asked on every call is answered by an index, and not by reading on and on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, ImageId, UserId
from eyebright.people.biographies import NewCelebrity
from eyebright.people.decisions import Decisions
from eyebright.people.facts import NewFacts
from eyebright.people.grouping import Grouping, Unplaced
from eyebright.people.rows import find_collection
from eyebright.people.suggestions import Suggestions
from eyebright.people.unknown import count_single
from eyebright.testing.analyser import FakeSimilarity
from eyebright.testing.clock import FixedClock
from eyebright.testing.rooms import SPACE, Rooms, new_face, unit_vector
from eyebright.vectors.exact import ExactIndex

BOB = UserId("bob")


@contextmanager
def recorded() -> Iterator[list[tuple[str, Any]]]:
    """The statements that this thread executes meanwhile, with their parameters. A server of
    another test may have threads of its own at work."""
    statements: list[tuple[str, Any]] = []
    mine = threading.get_ident()

    def record(*execution: object) -> None:
        _, _, statement, parameters, *_ = execution
        if threading.get_ident() == mine:
            statements.append((str(statement), parameters))

    event.listen(Engine, "before_cursor_execute", record)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", record)


@pytest.mark.parametrize(
    "call",
    [
        "list",
        "list of user",
        "list of ids",
        "delete",
        "enrol",
        "associate",
        "search",
        "users",
        "register",
        "recognise",
        "celebrity",
        "celebrities",
        "celebrities of gallery",
    ],
)
def test_no_call_reads_a_whole_table_or_collection(
    rooms: Rooms, scope: Scope, staff: CollectionId, call: str
) -> None:
    def enrol(seed: int) -> FaceId:
        (face,) = rooms.faces.enrol(
            scope,
            staff,
            image_id=ImageId(f"image {seed}"),
            external_image_id=None,
            new_faces=[new_face(unit_vector(seed))],
        )
        return face.face_id

    one, two = enrol(1), enrol(2)
    rooms.users.create(scope, staff, BOB)
    ada = rooms.celebrities.register(scope, staff, NewCelebrity("Ada")).celebrity_id
    rooms.users.associate(scope, staff, UserId(ada), [enrol(5)], min_percent=0)
    rooms.search.by_face(scope, staff, one, max_faces=1, min_percent=0)
    enrol(3)  # for the search to catch up with
    calls = {
        "list": lambda: rooms.faces.list(scope, staff, limit=9, after=(1,)),
        "list of user": lambda: rooms.faces.list(scope, staff, limit=9, user_id=BOB),
        "list of ids": lambda: rooms.faces.list(scope, staff, limit=9, face_ids=[one, two]),
        "delete": lambda: rooms.faces.delete(scope, staff, [one, two]),
        "enrol": lambda: enrol(4),
        "associate": lambda: rooms.users.associate(scope, staff, BOB, [one, two], min_percent=0),
        "search": lambda: rooms.search.by_vector(
            scope, staff, unit_vector(1), space=SPACE, max_faces=9, min_percent=0
        ),
        "users": lambda: rooms.search.users_by_face(scope, staff, one, max_users=9, min_percent=0),
        "register": lambda: rooms.celebrities.register(scope, staff, NewCelebrity("Ben")),
        "recognise": lambda: rooms.celebrities.recognise(scope, unit_vector(5)[None], space=SPACE),
        "celebrity": lambda: rooms.celebrities.get(scope, ada),
        "celebrities": lambda: rooms.celebrities.list(scope, limit=9, after=(1,)),
        "celebrities of gallery": lambda: rooms.celebrities.list(scope, limit=9, gallery=staff),
    }
    with recorded() as statements:
        calls[call]()
    plans = [
        (statement, " / ".join(str(row[3]) for row in plan))
        for statement, parameters in statements
        if statement.startswith(("SELECT", "UPDATE", "DELETE"))
        and "FROM revisions" not in statement  # four rows
        for plan in [explain(rooms, statement, parameters)]
    ]
    assert plans
    for statement, plan in plans:
        assert "SCAN" not in plan, (statement, plan)
        if "face_no > " not in statement or "LIMIT" not in statement:
            assert "faces_in_order (collection_no=?)" not in plan, (statement, plan)


def explain(rooms: Rooms, statement: str, parameters: Any) -> list[tuple[object, ...]]:
    with rooms.database.read() as connection:
        result = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [tuple(row) for row in result]


@pytest.mark.parametrize(
    "call",
    [
        "name",
        "group",
        "confirm",
        "reject",
        "split",
        "merge",
        "rename",
        "undo",
        "redo",
        "suggest",
        "reopen",
    ],
)
def test_no_decision_reads_a_whole_table_or_collection(
    rooms: Rooms, scope: Scope, staff: CollectionId, call: str
) -> None:
    def enrol(seed: int) -> FaceId:
        (face,) = rooms.faces.enrol(
            scope,
            staff,
            image_id=ImageId(f"image {seed}"),
            external_image_id=None,
            new_faces=[new_face(unit_vector(seed))],
        )
        return face.face_id

    scale = FakeSimilarity()
    act = Decisions(rooms.database, rooms.vault, clock=FixedClock())
    suggestions = Suggestions(rooms.database, search=rooms.search, scale=scale)
    ids = [enrol(seed) for seed in range(6)]
    grouping = Grouping(rooms.database, rooms.vault, scale=scale, new_index=ExactIndex)
    placed = grouping.place(scope, staff, [Unplaced(one, 0.9) for one in ids])
    group = placed[5]
    assert group is not None
    (ada,) = act.name(scope, staff, ids[:1], actor="me", name="Ada").people
    (ben,) = act.name(scope, staff, ids[1:2], actor="me", name="Ben").people
    suggestions.for_person(scope, staff, ada, limit=9)
    if call == "reopen":
        act.ignore(scope, staff, group, actor="you")
    if call == "redo":
        act.undo(scope, staff, actor="me")
    calls = {
        "name": lambda: act.name(scope, staff, ids[2:4], actor="me", name="Cid"),
        "group": lambda: act.name(scope, staff, group, actor="me", name="Cid"),
        "confirm": lambda: act.confirm(scope, staff, ids[2:3], ada, actor="me"),
        "reject": lambda: act.reject(scope, staff, ids[2:3], ada, actor="me"),
        "split": lambda: act.split(scope, staff, [ids[0], ids[5]], actor="me"),
        "merge": lambda: act.merge(scope, staff, ada, ben, actor="me"),
        "rename": lambda: act.change(
            scope, staff, ada, NewFacts(name="Eve", role=""), actor="me", version=1
        ),
        "undo": lambda: act.undo(scope, staff, actor="me"),
        "redo": lambda: act.redo(scope, staff, actor="me"),
        "reopen": lambda: act.reopen(scope, staff, ids[4:], actor="me"),
        "suggest": lambda: suggestions.for_person(scope, staff, ada, limit=9),
    }
    with recorded() as statements:
        calls[call]()
    plans = [
        (statement, " / ".join(str(row[3]) for row in plan))
        for statement, parameters in statements
        if statement.startswith(("SELECT", "UPDATE", "DELETE"))
        and "FROM revisions" not in statement
        for plan in [explain(rooms, statement, parameters)]
    ]
    assert plans
    for statement, plan in plans:
        assert "SCAN" not in plan, (statement, plan)
        assert "faces_in_order (collection_no=?)" not in plan, (statement, plan)
        assert "faces_by_revision (collection_no=?)" not in plan, (statement, plan)


def test_faces_that_were_put_aside_are_not_looked_for_group_by_group(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    with rooms.database.read() as connection:
        collection = find_collection(connection, scope, staff)
        with recorded() as statements:
            assert count_single(connection, collection) == 0
    plans = [str(step[3]) for said in statements for step in explain(rooms, *said)]
    assert "SEARCH face_groups USING INTEGER PRIMARY KEY (rowid=?)" in plans
