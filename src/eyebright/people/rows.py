"""Rows as values, and the few queries that every module of this room begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, select, text, update
from sqlalchemy.sql.expression import Select

from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.db.tables import collections, faces, moment_of, users
from eyebright.errors import CollectionNotFound, InvalidCursor, InvalidInput, UserNotFound
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, ImageId, UserId
from eyebright.people.values import Collection, Face, Page, Position, User, UserStatus

T = TypeVar("T")

UNCACHED = {"compiled_cache": None}
"""For statements that are never the same twice."""
NUMBERS_PER_QUERY = 10_000
ROWS_PER_QUERY = 1_000
"""Ids named in one statement; well under every engine's limit of parameters."""


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """A collection as the database has it, with what only this room may know. generation: of the
    vectors in use. vectors_at: the revision since which they are."""

    number: int
    key_id: str
    revision: int
    faces_departed: int
    users_departed: int
    generation: int
    vectors_at: int
    value: Collection

    @property
    def space(self) -> EmbeddingSpace:
        return self.value.space


def find_collection(
    connection: Connection, scope: Scope, collection_id: CollectionId
) -> CollectionRow:
    """The collection of this scope. Raises CollectionNotFound."""
    row = connection.execute(
        select(collections).where(
            collections.c.account_id == scope.account_id,
            collections.c.region == scope.region,
            collections.c.collection_id == collection_id,
            collections.c.condemned_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise CollectionNotFound(f"The collection id: {collection_id} does not exist")
    return collection_row(row)


def begin_change(
    connection: Connection,
    scope: Scope,
    collection_id: CollectionId,
) -> CollectionRow:
    """The collection, its revision raised by one, locked against other writers until the commit.

    Every change of faces or users starts here, so that their revisions are in order.
    """
    connection.execute(
        update(collections)
        .where(
            collections.c.account_id == scope.account_id,
            collections.c.region == scope.region,
            collections.c.collection_id == collection_id,
        )
        .values(revision=collections.c.revision + 1)
    )
    return find_collection(connection, scope, collection_id)


def count_change(
    connection: Connection, collection_no: int, *, faces_by: int = 0, users_by: int = 0
) -> None:
    """Keep a collection's counts, and what says that something left it."""
    table = collections.c
    connection.execute(
        update(collections)
        .where(table.collection_no == collection_no)
        .values(
            face_count=table.face_count + faces_by,
            user_count=table.user_count + users_by,
            faces_departed=table.faces_departed + max(0, -faces_by),
            users_departed=table.users_departed + max(0, -users_by),
        )
    )


def collection_row(row: Row[Any]) -> CollectionRow:
    """row: all columns of `collections`."""
    space = EmbeddingSpace(row.space_name, row.space_dimension, row.space_digest)
    value = Collection(
        CollectionId(row.collection_id),
        space,
        moment_of(row.created_at),
        row.face_count,
        row.user_count,
    )
    return CollectionRow(
        row.collection_no,
        row.key_id,
        row.revision,
        row.faces_departed,
        row.users_departed,
        row.generation,
        row.vectors_at,
        value,
    )


def select_faces(collection_no: int) -> Select[Any]:
    """Faces of a collection, each with its user's id."""
    return (
        select(faces, users.c.user_id)
        .outerjoin(users, users.c.user_no == faces.c.user_no)
        .where(faces.c.collection_no == collection_no)
    )


def select_faces_of_user(user_no: int) -> Select[Any]:
    """A user's faces, like `select_faces`; says nothing of the collection, or else SQLite would
    read all of it in order to find them."""
    return (
        select(faces, users.c.user_id)
        .join(users, users.c.user_no == faces.c.user_no)
        .where(faces.c.user_no == user_no)
    )


def faces_by_id(
    connection: Connection, collection_no: int, face_ids: Sequence[str]
) -> dict[str, Row[Any]]:
    """The rows of those of the faces that are there, by face id, as `select_faces` gives them."""
    found: dict[str, Row[Any]] = {}
    for some in batches(face_ids):
        query = select_faces(collection_no).where(faces.c.face_id.in_(some))
        found.update((row.face_id, row) for row in connection.execute(query))
    return found


def face_value(row: Row[Any]) -> Face:
    """row: as `select_faces` reads it."""
    return Face(
        face_id=FaceId(row.face_id),
        image_id=ImageId(row.image_id),
        external_image_id=row.external_image_id,
        user_id=None if row.user_id is None else UserId(row.user_id),
        box_xyxy=(row.left_px, row.top_px, row.right_px, row.bottom_px),
        image_size_wh=(row.image_width, row.image_height),
        score=row.score,
    )


def find_user(connection: Connection, collection_no: int, user_id: UserId) -> Row[Any]:
    """The user's row. Raises UserNotFound."""
    row = connection.execute(
        select(users).where(users.c.collection_no == collection_no, users.c.user_id == user_id)
    ).one_or_none()
    if row is None:
        raise UserNotFound(f"The user id: {user_id} does not exist")
    return row


def user_value(row: Row[Any]) -> User:
    return User(UserId(row.user_id), status_of(row.face_count))


def status_of(face_count: int) -> UserStatus:
    return UserStatus.ACTIVE if face_count else UserStatus.CREATED


def batches(ids: Sequence[T]) -> Iterator[Sequence[T]]:
    """The ids in parts that fit into one statement."""
    for start in range(0, len(ids), ROWS_PER_QUERY):
        yield ids[start : start + ROWS_PER_QUERY]


def in_numbers(column: ColumnElement[int], numbers: Sequence[int]) -> ColumnElement[bool]:
    """Whether a number is one of many. They stand in the statement itself: naming thousands as
    parameters takes longer than the answer."""
    listed = ",".join(str(int(number)) for number in numbers) or "NULL"
    return column.op("IN", is_comparison=True)(text(f"({listed})"))


def distinct(ids: Sequence[T]) -> list[T]:
    """Each id once, in the order of first mention."""
    return list(dict.fromkeys(ids))


def page_of(
    rows: Sequence[Row[Any]],
    *,
    limit: int,
    column: str,
    value: Callable[[Row[Any]], T],
) -> Page[T]:
    """A page of rows that are ordered by `column`; a row beyond `limit` says that there is more."""
    more = len(rows) > limit
    last: Position | None = (rows[limit - 1]._mapping[column],) if more else None
    return Page(tuple(value(row) for row in rows[:limit]), last)


def require_limit(limit: int) -> None:
    """Raise InvalidInput for a page without room for anything."""
    if limit < 1:
        raise InvalidInput(f"A page of {limit} items; ask for at least one.")


def number_after(after: Position | None) -> int:
    """The row number a page begins behind; 0 for the first page. Raises InvalidCursor."""
    if after is None:
        return 0
    if len(after) != 1 or not isinstance(after[0], int):
        raise InvalidCursor("The paging position is not one of this list.")
    return after[0]
