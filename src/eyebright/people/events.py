"""What was decided about people: kept, undone, listed, and destroyed with whom it was about.

An event holds its change sealed under the collection's key. When a person is forgotten, the sealed
changes of all events that tell of the person are destroyed; that something was done stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select, update

from eyebright.db.tables import moment_of, people_events, people_of_events, users
from eyebright.errors import NotFound, StaleWrite
from eyebright.governance.sealing import Sealer
from eyebright.ids import UserId
from eyebright.people.changes import Change
from eyebright.people.rows import CollectionRow, batches, distinct

_EVENT = people_events.c


class Kind(StrEnum):
    """What somebody did."""

    NAME = "name"
    CONFIRM = "confirm"
    REJECT = "reject"
    MOVE = "move"
    UNNAME = "unname"
    SPLIT = "split"
    MERGE = "merge"
    RENAME = "rename"
    DESCRIBE = "describe"
    PORTRAIT = "portrait"
    IGNORE = "ignore"
    NOT_A_FACE = "not a face"
    UNDECIDED = "undecided"
    REOPEN = "reopen"
    TAG = "tag"
    UNTAG = "untag"
    REVERT = "revert"


@dataclass(frozen=True, slots=True)
class Event:
    """faces: how many it touched. people: names of whom it was about, as they were then. is_undone:
    it does not hold at present. is_kept: its change is still known, so that it can be undone or
    reverted; False once somebody in it was forgotten. says: what was done, as a sentence."""

    event_id: int
    at: datetime
    actor: str
    kind: Kind
    faces: int
    people: tuple[str, ...]
    is_undone: bool
    is_kept: bool
    says: str = ""


def add_event(
    connection: Connection,
    collection: CollectionRow,
    sealer: Sealer,
    change: Change,
    *,
    kind: Kind,
    actor: str,
    now_ms: int,
) -> int:
    """Keep what was done; its number."""
    values = {
        "collection_no": collection.number,
        "at": now_ms,
        "actor": actor,
        "kind": kind.value,
        "face_count": change.face_count,
        "is_redoable": False,
    }
    _let_go_of_undone(connection, collection.number, actor)
    number = connection.scalar(people_events.insert().returning(_EVENT.event_no), values)
    assert number is not None
    sealed = sealer.seal(change.to_bytes(), bound_to=_place(number))
    connection.execute(update(people_events).where(_EVENT.event_no == number).values(sealed=sealed))
    about = [
        {"event_no": number, "user_id": user_id, "collection_no": collection.number}
        for user_id in change.user_ids
    ]
    if about:
        connection.execute(people_of_events.insert(), about)
    return int(number)


def latest_done(connection: Connection, collection_no: int, actor: str) -> Row[Any] | None:
    """What this actor would undo."""
    return _first(
        connection,
        _EVENT.collection_no == collection_no,
        _EVENT.actor == actor,
        _EVENT.undone_at.is_(None),
        _EVENT.sealed.is_not(None),
    )


def next_undone(connection: Connection, collection_no: int, actor: str) -> Row[Any] | None:
    """What this actor would do again: nothing, once something else was done after the undoing."""
    mine = (_EVENT.collection_no == collection_no, _EVENT.actor == actor)
    last = connection.scalar(
        select(func.max(_EVENT.event_no)).where(*mine, _EVENT.undone_at.is_(None))
    )
    query = select(people_events).where(
        *mine,
        _EVENT.event_no > (last or 0),
        _EVENT.is_redoable,
        _EVENT.sealed.is_not(None),
    )
    return connection.execute(query.order_by(_EVENT.event_no).limit(1)).one_or_none()


def event_row(connection: Connection, collection_no: int, event_id: int) -> Row[Any]:
    """Raises NotFound for an event that is not there, StaleWrite if its change was destroyed."""
    row = _first(connection, _EVENT.collection_no == collection_no, _EVENT.event_no == event_id)
    if row is None:
        raise NotFound(f"There is no event {event_id} in the history.")
    if row.sealed is None:
        raise StaleWrite(
            f"What event {event_id} changed is not known any more: somebody in it was forgotten, "
            "or went with their last photo."
        )
    return row


def change_of(sealer: Sealer, row: Row[Any]) -> Change:
    return Change.from_bytes(sealer.open(row.sealed, bound_to=_place(row.event_no)))


def mark(
    connection: Connection, event_no: int, *, undone_at: int | None, is_redoable: bool = False
) -> None:
    """Note when an event was undone (milliseconds), or that it holds (None)."""
    connection.execute(
        update(people_events)
        .where(_EVENT.event_no == event_no)
        .values(undone_at=undone_at, is_redoable=is_redoable)
    )


def event_rows(
    connection: Connection, collection_no: int, *, limit: int, before: int | None
) -> Sequence[Row[Any]]:
    """The latest first; one more than `limit` if there are more."""
    query = select(people_events).where(_EVENT.collection_no == collection_no)
    if before is not None:
        query = query.where(_EVENT.event_no < before)
    return connection.execute(query.order_by(_EVENT.event_no.desc()).limit(limit + 1)).all()


def events_of_kinds(
    connection: Connection,
    collection_no: int,
    kinds: Sequence[Kind],
    *,
    limit: int,
    before: int | None,
) -> Sequence[Row[Any]]:
    """Those that hold and whose change is known, the latest first."""
    query = select(people_events).where(
        _EVENT.collection_no == collection_no,
        _EVENT.kind.in_([kind.value for kind in kinds]),
        _EVENT.undone_at.is_(None),
        _EVENT.sealed.is_not(None),
    )
    if before is not None:
        query = query.where(_EVENT.event_no < before)
    return connection.execute(query.order_by(_EVENT.event_no.desc()).limit(limit)).all()


def event_value(
    row: Row[Any], change: Change | None, names: Mapping[UserId, str], *, says: str
) -> Event:
    """names: what the people of the change are called, by id."""
    about = () if change is None else change.user_ids
    return Event(
        event_id=row.event_no,
        at=moment_of(row.at),
        actor=row.actor,
        kind=Kind(row.kind),
        faces=row.face_count,
        people=tuple(names.get(user_id, user_id) for user_id in about),
        is_undone=row.undone_at is not None,
        is_kept=row.sealed is not None,
        says=says,
    )


def events_about(
    connection: Connection, collection_no: int, user_id: UserId
) -> list[tuple[int, bytes | None]]:
    """Numbers and sealed changes of all events that tell of a person, or of somebody who became
    that person in a merge."""
    found: dict[int, bytes | None] = {}
    people, asked = [user_id], 0
    while asked < len(people):
        query = (
            select(_EVENT.event_no, _EVENT.kind, _EVENT.sealed)
            .join(people_of_events, people_of_events.c.event_no == _EVENT.event_no)
            .where(
                people_of_events.c.collection_no == collection_no,
                people_of_events.c.user_id == people[asked],
            )
        )
        rows = connection.execute(query).all()
        asked += 1
        found.update((row.event_no, row.sealed) for row in rows)
        merges = [row.event_no for row in rows if row.kind == Kind.MERGE.value]
        people = distinct([*people, *_merged_away(connection, collection_no, merges)])
    return sorted(found.items())


def became(
    connection: Connection, sealer: Sealer, collection_no: int, user_id: UserId
) -> UserId | None:
    """Whom somebody who is not there became in a merge that holds; None if that is not known."""
    query = (
        select(people_events)
        .join(people_of_events, people_of_events.c.event_no == _EVENT.event_no)
        .where(
            people_of_events.c.collection_no == collection_no,
            people_of_events.c.user_id == user_id,
            _EVENT.kind.in_((Kind.MERGE.value, Kind.REVERT.value)),
            _EVENT.undone_at.is_(None),
            _EVENT.sealed.is_not(None),
        )
        .order_by(_EVENT.event_no.desc())
    )
    for row in connection.execute(query):
        change = change_of(sealer, row)
        others = [one for one in change.user_ids if one != user_id]
        went = any(one.user_id == user_id and one.after is None for one in change.people)
        if went and len(others) == 1:
            return others[0]
    return None


def destroy_events(connection: Connection, collection_no: int, user_id: UserId) -> None:
    """Destroy all that events know of a person; the caller has the bytes erased."""
    numbers = [number for number, _ in events_about(connection, collection_no, user_id)]
    for some in batches(numbers):
        connection.execute(
            update(people_events).where(_EVENT.event_no.in_(some)).values(sealed=None)
        )
        connection.execute(delete(people_of_events).where(people_of_events.c.event_no.in_(some)))


def _let_go_of_undone(connection: Connection, collection_no: int, actor: str) -> None:
    """What was undone before something new was done is not done again."""
    while (row := next_undone(connection, collection_no, actor)) is not None:
        mark(connection, row.event_no, undone_at=row.undone_at)


def _merged_away(
    connection: Connection, collection_no: int, event_numbers: Sequence[int]
) -> list[UserId]:
    """People of merges who are not there any more."""
    gone: list[UserId] = []
    for some in batches(event_numbers):
        query = (
            select(people_of_events.c.user_id)
            .outerjoin(
                users,
                (users.c.collection_no == collection_no)
                & (users.c.user_id == people_of_events.c.user_id),
            )
            .where(people_of_events.c.event_no.in_(some), users.c.user_no.is_(None))
        )
        gone += [UserId(user_id) for user_id in connection.scalars(query)]
    return gone


def _first(connection: Connection, *where: ColumnElement[bool]) -> Row[Any] | None:
    query = select(people_events).where(*where).order_by(_EVENT.event_no.desc()).limit(1)
    return connection.execute(query).one_or_none()


def _place(event_no: int) -> bytes:
    return f"event {event_no}".encode()
