"""Faces kept in collections: enrolled, listed, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import faces, milliseconds
from eyebright.errors import QuotaExceeded
from eyebright.governance.accounts import Scope
from eyebright.governance.erasure import erase_after_commit
from eyebright.governance.vault import Vault
from eyebright.ids import CollectionId, FaceId, Ids, ImageId, UserId
from eyebright.people.enrolment import Enroller
from eyebright.people.follower import Follower
from eyebright.people.grouping import leave_groups
from eyebright.people.names import require_external_image_id
from eyebright.people.rows import (
    CollectionRow,
    batches,
    begin_change,
    count_change,
    distinct,
    face_value,
    faces_by_id,
    find_collection,
    find_user,
    number_after,
    page_of,
    require_limit,
    select_faces,
    select_faces_of_user,
)
from eyebright.people.shown import begin_telling
from eyebright.people.values import (
    Enrolment,
    Face,
    FaceDeletion,
    NewFace,
    Page,
    Position,
    Refusal,
    RefusedFace,
)

MAX_FACES_PER_COLLECTION = 20_000_000


class Faces:
    """The faces of all collections. Safe to share between threads and processes."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        clock: Clock,
        ids: Ids,
        followers: Sequence[Follower] = (),
    ) -> None:
        self._followers = followers
        self._database = database
        self._vault = vault
        self._clock = clock
        self._ids = ids

    def enrol(
        self,
        scope: Scope,
        collection_id: CollectionId,
        *,
        image_id: ImageId,
        external_image_id: str | None,
        new_faces: Sequence[NewFace],
    ) -> list[Face]:
        """Keep the faces of one image; one Face per new face, in the same order.

        A face that the collection has already, of the same image and external id and at the same
        place in it, is not kept twice: the Face that is there is returned. Raises
        CollectionNotFound, EmbeddingSpaceMismatch, InvalidInput for vectors that are not of unit
        length, QuotaExceeded; then nothing was kept.
        """
        enrolment = Enrolment(image_id, external_image_id, tuple(new_faces))
        return self.enrol_many(scope, collection_id, [enrolment])[0]

    def enrol_many(
        self, scope: Scope, collection_id: CollectionId, enrolments: Sequence[Enrolment]
    ) -> list[list[Face]]:
        """`enrol` for many images in one transaction, all or nothing: the way to load an archive.

        Other writers wait meanwhile, so hand over some hundreds at a time.
        """
        for enrolment in enrolments:
            require_external_image_id(enrolment.external_image_id)
        with self._database.write() as connection:
            collection = begin_change(connection, scope, collection_id)
            enroller = Enroller(
                connection,
                collection,
                sealer=self._vault.collection(scope.account_id, collection.key_id),
                ids=self._ids,
                now_ms=milliseconds(self._clock.now()),
            )
            kept = [enroller.enrol(enrolment) for enrolment in enrolments]
            _require_room(collection, enroller.added)
            count_change(connection, collection.number, faces_by=enroller.added)
        return kept

    def list(
        self,
        scope: Scope,
        collection_id: CollectionId,
        *,
        limit: int,
        after: Position | None = None,
        user_id: UserId | None = None,
        face_ids: Sequence[FaceId] | None = None,
    ) -> Page[Face]:
        """The collection's faces in the order they were kept.

        user_id, face_ids: only the faces of this user and these ids; ids that are not there are
        left out. Raises CollectionNotFound, UserNotFound.
        """
        require_limit(limit)
        start = number_after(after)
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            query = select_faces(collection.number)
            if user_id is not None:
                user = find_user(connection, collection.number, user_id)
                query = select_faces_of_user(user.user_no)
            if face_ids is None:
                query = query.where(faces.c.face_no > start).order_by(faces.c.face_no)
                rows = connection.execute(query.limit(limit + 1)).all()
            else:
                found = faces_by_id(connection, collection.number, distinct(face_ids)).values()
                wanted = (row for row in found if user_id is None or row.user_id == user_id)
                rows = sorted(
                    (row for row in wanted if row.face_no > start), key=lambda row: row.face_no
                )
        return page_of(rows, limit=limit, column="face_no", value=face_value)

    def delete(
        self, scope: Scope, collection_id: CollectionId, face_ids: Sequence[FaceId]
    ) -> FaceDeletion:
        """Remove faces and their vectors from the tables and from the bytes of the files.

        Faces that belong to a user stay, and so do, of course, those that are not there: both are
        told. Raises CollectionNotFound.
        """
        with self._database.write() as connection:
            showing = begin_telling(connection, scope, collection_id)
            collection = begin_change(connection, scope, collection_id)
            rows = faces_by_id(connection, collection.number, face_ids)
            deletion = _sorted_out(distinct(face_ids), rows)
            if deletion.deleted:
                numbers = [int(rows[face_id].face_no) for face_id in deletion.deleted]
                showing.touch_faces(connection, numbers)
                leave_groups(connection, collection, numbers)
                self._remove(connection, collection.number, numbers)
        return deletion

    def _remove(
        self, connection: Connection, collection_no: int, face_numbers: Sequence[int]
    ) -> None:
        for some in batches(face_numbers):
            connection.execute(delete(faces).where(faces.c.face_no.in_(some)))
        count_change(connection, collection_no, faces_by=-len(face_numbers))
        self._database.after_commit(lambda: self._tell_departed(collection_no, face_numbers))
        erase_after_commit(self._database, connection)

    def _tell_departed(self, collection_no: int, face_numbers: Sequence[int]) -> None:
        for follower in self._followers:
            follower.faces_left(collection_no, face_numbers)


def _sorted_out(face_ids: Sequence[FaceId], rows: dict[str, Row[Any]]) -> FaceDeletion:
    deleted: list[FaceId] = []
    refused: list[RefusedFace] = []
    for face_id in face_ids:
        row = rows.get(face_id)
        if row is None:
            refused.append(RefusedFace(face_id, Refusal.FACE_NOT_FOUND))
        elif row.user_id is not None:
            reason = Refusal.ASSOCIATED_TO_AN_EXISTING_USER
            refused.append(RefusedFace(face_id, reason, user_id=UserId(row.user_id)))
        else:
            deleted.append(face_id)
    return FaceDeletion(tuple(deleted), tuple(refused))


def _require_room(collection: CollectionRow, added: int) -> None:
    total = collection.value.face_count + added
    if total > MAX_FACES_PER_COLLECTION:
        raise QuotaExceeded(
            f"The collection {collection.value.collection_id} would hold {total} faces; "
            f"a collection holds at most {MAX_FACES_PER_COLLECTION}."
        )
