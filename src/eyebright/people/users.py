"""Users of a collection: made, listed, deleted, and given faces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import faces, milliseconds, users
from eyebright.errors import QuotaExceeded, UserExists
from eyebright.governance.accounts import Scope
from eyebright.governance.erasure import erase_after_commit
from eyebright.governance.vault import Vault
from eyebright.ids import CollectionId, FaceId, UserId
from eyebright.people.events import destroy_events
from eyebright.people.grouping import leave_groups
from eyebright.people.names import require_user_id
from eyebright.people.rows import (
    CollectionRow,
    batches,
    begin_change,
    count_change,
    distinct,
    faces_by_id,
    find_collection,
    find_user,
    number_after,
    page_of,
    require_limit,
    status_of,
    user_value,
)
from eyebright.people.shown import begin_telling
from eyebright.people.similarity import SimilarityScale
from eyebright.people.values import (
    Association,
    Page,
    Position,
    Refusal,
    RefusedFace,
    User,
)
from eyebright.people.vectors import stored_vectors, unit_mean

MAX_FACES_PER_USER = 100
MAX_USERS_PER_COLLECTION = 10_000_000


class Users:
    """The users of all collections. Safe to share between threads and processes."""

    def __init__(
        self, database: Database, vault: Vault, *, clock: Clock, scale: SimilarityScale
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._scale = scale

    def create(self, scope: Scope, collection_id: CollectionId, user_id: UserId) -> None:
        """A new user without faces. Raises CollectionNotFound, UserExists, QuotaExceeded."""
        require_user_id(user_id)
        with self._database.write() as connection:
            collection = begin_change(connection, scope, collection_id)
            _require_absent(connection, collection, user_id)
            if collection.value.user_count >= MAX_USERS_PER_COLLECTION:
                raise QuotaExceeded(
                    f"The collection {collection_id} has {MAX_USERS_PER_COLLECTION} users; "
                    "it can hold no more."
                )
            connection.execute(
                users.insert().values(
                    collection_no=collection.number,
                    user_id=user_id,
                    face_count=0,
                    created_at=milliseconds(self._clock.now()),
                    revision=collection.revision,
                )
            )
            count_change(connection, collection.number, users_by=1)

    def get(self, scope: Scope, collection_id: CollectionId, user_id: UserId) -> User:
        """The user. Raises CollectionNotFound, UserNotFound."""
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            return user_value(find_user(connection, collection.number, user_id))

    def list(
        self,
        scope: Scope,
        collection_id: CollectionId,
        *,
        limit: int,
        after: Position | None = None,
    ) -> Page[User]:
        """The collection's users in the order they were made. Raises CollectionNotFound."""
        require_limit(limit)
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            query = (
                select(users)
                .where(
                    users.c.collection_no == collection.number,
                    users.c.user_no > number_after(after),
                )
                .order_by(users.c.user_no)
                .limit(limit + 1)
            )
            rows = connection.execute(query).all()
        return page_of(rows, limit=limit, column="user_no", value=user_value)

    def delete(self, scope: Scope, collection_id: CollectionId, user_id: UserId) -> None:
        """Remove the user; the faces stay and belong to nobody.

        Raises CollectionNotFound, UserNotFound.
        """
        with self._database.write() as connection:
            showing = begin_telling(connection, scope, collection_id)
            collection = begin_change(connection, scope, collection_id)
            user = find_user(connection, collection.number, user_id)
            showing.touch_user(connection, user.user_no)
            connection.execute(
                update(faces).where(faces.c.user_no == user.user_no).values(user_no=None)
            )
            destroy_events(connection, collection.number, user_id)
            connection.execute(delete(users).where(users.c.user_no == user.user_no))
            count_change(connection, collection.number, users_by=-1)
            erase_after_commit(self._database, connection)

    def associate(
        self,
        scope: Scope,
        collection_id: CollectionId,
        user_id: UserId,
        face_ids: Sequence[FaceId],
        *,
        min_percent: float,
    ) -> Association:
        """Give faces to a user.

        A user who has faces gets only such that are at least `min_percent` (0-100) similar to the
        mean of those; a user without faces gets them all. Raises CollectionNotFound, UserNotFound,
        and QuotaExceeded, with nothing changed, if the user would have more than
        MAX_FACES_PER_USER.
        """
        with self._database.write() as connection:
            showing = begin_telling(connection, scope, collection_id)
            collection = begin_change(connection, scope, collection_id)
            user = find_user(connection, collection.number, user_id)
            rows = faces_by_id(connection, collection.number, face_ids)
            free, refused = _free_faces(distinct(face_ids), rows, user_id)
            unlike = self._unlike(
                connection, scope, collection, user, [rows[one] for one in free], min_percent
            )
            given = tuple(one for one in free if one not in unlike)
            if user.face_count + len(given) > MAX_FACES_PER_USER:
                raise QuotaExceeded(
                    f"The user {user_id} would have {user.face_count + len(given)} faces; "
                    f"a user has at most {MAX_FACES_PER_USER}."
                )
            showing.touch_faces(connection, [rows[one].face_no for one in given])
            _set_user(connection, collection, user, given, new_user_no=user.user_no)
        refused.extend(unlike.values())
        return Association(
            given, _in_order(refused, face_ids), status_of(user.face_count + len(given))
        )

    def disassociate(
        self,
        scope: Scope,
        collection_id: CollectionId,
        user_id: UserId,
        face_ids: Sequence[FaceId],
    ) -> Association:
        """Take faces from a user. Raises CollectionNotFound, UserNotFound."""
        with self._database.write() as connection:
            showing = begin_telling(connection, scope, collection_id)
            collection = begin_change(connection, scope, collection_id)
            user = find_user(connection, collection.number, user_id)
            rows = faces_by_id(connection, collection.number, face_ids)
            held, refused = _held_faces(distinct(face_ids), rows, user_id)
            showing.touch_faces(connection, [rows[one].face_no for one in held])
            _set_user(connection, collection, user, held, new_user_no=None)
        return Association(held, refused, status_of(user.face_count - len(held)))

    def _unlike(
        self,
        connection: Connection,
        scope: Scope,
        collection: CollectionRow,
        user: Row[Any],
        candidates: Sequence[Row[Any]],
        min_percent: float,
    ) -> dict[FaceId, RefusedFace]:
        """Those candidates that are too unlike the faces that the user has."""
        if not candidates or not user.face_count:
            return {}
        sealer = self._vault.collection(scope.account_id, collection.key_id)
        dimension = collection.space.dimension
        own = stored_vectors(
            connection, sealer, faces.c.user_no == user.user_no, dimension=dimension
        )
        if not own.numbers:
            return {}  # none of the user's faces was found again by a new model
        numbers = [row.face_no for row in candidates]
        asked = stored_vectors(
            connection, sealer, faces.c.face_no.in_(numbers), dimension=dimension
        )
        cosines = asked.vectors @ unit_mean(own.vectors)
        percents = {
            FaceId(face_id): self._scale.to_percent(float(cosine))
            for face_id, cosine in zip(asked.face_ids, cosines, strict=True)
        }
        return {
            face_id: RefusedFace(face_id, Refusal.LOW_MATCH_CONFIDENCE, percent=percent)
            for face_id, percent in percents.items()
            if percent < min_percent
        }


def _require_absent(connection: Connection, collection: CollectionRow, user_id: UserId) -> None:
    taken = connection.scalar(
        select(func.count())
        .select_from(users)
        .where(users.c.collection_no == collection.number, users.c.user_id == user_id)
    )
    if taken:
        raise UserExists(f"The user id: {user_id} already exists")


def _free_faces(
    face_ids: Sequence[FaceId], rows: dict[str, Row[Any]], user_id: UserId
) -> tuple[list[FaceId], list[RefusedFace]]:
    """Faces of nobody, and those that cannot be given; the user's own are in neither."""
    free: list[FaceId] = []
    refused: list[RefusedFace] = []
    for face_id in face_ids:
        owner = _owner(rows, face_id, refused)
        if face_id in rows and owner is None:
            free.append(face_id)
        elif owner is not None and owner != user_id:
            refused.append(_of_another(face_id, owner))
    return free, refused


def _held_faces(
    face_ids: Sequence[FaceId], rows: dict[str, Row[Any]], user_id: UserId
) -> tuple[tuple[FaceId, ...], tuple[RefusedFace, ...]]:
    """The user's faces, and those that cannot be taken; faces of nobody are in neither."""
    held: list[FaceId] = []
    refused: list[RefusedFace] = []
    for face_id in face_ids:
        owner = _owner(rows, face_id, refused)
        if owner == user_id:
            held.append(face_id)
        elif owner is not None:
            refused.append(_of_another(face_id, owner))
    return tuple(held), tuple(refused)


def _owner(rows: dict[str, Row[Any]], face_id: FaceId, refused: list[RefusedFace]) -> UserId | None:
    row = rows.get(face_id)
    if row is None:
        refused.append(RefusedFace(face_id, Refusal.FACE_NOT_FOUND))
        return None
    return None if row.user_id is None else UserId(row.user_id)


def _of_another(face_id: FaceId, owner: UserId) -> RefusedFace:
    return RefusedFace(face_id, Refusal.ASSOCIATED_TO_A_DIFFERENT_USER, user_id=owner)


def _in_order(
    refused: Sequence[RefusedFace], face_ids: Sequence[FaceId]
) -> tuple[RefusedFace, ...]:
    by_id = {one.face_id: one for one in refused}
    return tuple(by_id[face_id] for face_id in distinct(face_ids) if face_id in by_id)


def _set_user(
    connection: Connection,
    collection: CollectionRow,
    user: Row[Any],
    face_ids: Sequence[FaceId],
    *,
    new_user_no: int | None,
) -> None:
    if not face_ids:
        return
    if new_user_no is not None:
        rows = faces_by_id(connection, collection.number, face_ids)
        leave_groups(connection, collection, [int(row.face_no) for row in rows.values()])
    change = len(face_ids) if new_user_no is not None else -len(face_ids)
    total = user.face_count + change
    for some in batches(face_ids):
        connection.execute(
            update(faces)
            .where(faces.c.collection_no == collection.number, faces.c.face_id.in_(some))
            .values(user_no=new_user_no)
        )
    connection.execute(
        update(users)
        .where(users.c.user_no == user.user_no)
        .values(face_count=total, revision=collection.revision)
    )
