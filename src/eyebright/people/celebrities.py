"""Celebrities: users of a collection who have a name, links and an id that is known outside of it.

A collection that has celebrities is a gallery. There is no second kind of person: a celebrity is
the user whose id is the celebrity's, so that faces, search and deletion are those of users.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, delete, update

from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.db.engine import Database
from eyebright.db.tables import celebrities, collections
from eyebright.errors import CelebrityExists, CelebrityNotFound, KeyDestroyed, UserNotFound
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.governance.erasure import erase_after_commit
from eyebright.governance.vault import Vault
from eyebright.ids import CelebrityId, CollectionId, UserId
from eyebright.people.biographies import (
    Celebrity,
    NewCelebrity,
    Recognition,
    derived_id,
    open_biography,
    require_celebrity,
    sealed_biography,
    updated,
)
from eyebright.people.gallery_rows import (
    celebrity_row,
    gallery_rows,
    is_celebrity,
    select_celebrities,
)
from eyebright.people.rows import (
    CollectionRow,
    find_collection,
    find_user,
    number_after,
    page_of,
    require_limit,
)
from eyebright.people.search import FaceSearch
from eyebright.people.similarity import SimilarityScale, percent_at
from eyebright.people.users import Users
from eyebright.people.values import Page, Position, UserMatch

T = TypeVar("T")

LEAST_PERCENT = 95.0
"""Nobody is named below it, however small the galleries."""
STRANGERS_NAMED = 0.003
"""0-1: of faces that are in no gallery, the share that may be given a name, as the similarity scale
states it for single photos. With several photos of each celebrity it is up to four times as much;
`docs/decisions/0014-celebrities.md` has what was measured."""


class Celebrities:
    """The celebrities of all scopes. Safe to share between threads and processes."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        users: Users,
        search: FaceSearch,
        scale: SimilarityScale,
    ) -> None:
        self._database = database
        self._vault = vault
        self._users = users
        self._search = search
        self._scale = scale

    def register(self, scope: Scope, gallery: CollectionId, new: NewCelebrity) -> Celebrity:
        """Make someone a celebrity of the gallery, or bring up to date what is known of them.

        Whoever has no id gets the one that belongs to the name in this account and region: the
        same name is the same person. Raises CollectionNotFound, InvalidInput for what cannot be a
        name, id or URL, and CelebrityExists if another gallery has the id.
        """
        require_celebrity(new)
        celebrity_id = new.celebrity_id or derived_id(scope, new.name)
        with self._database.write() as connection:
            collection = find_collection(connection, scope, gallery)
            known = self._known(connection, scope, collection, celebrity_id)
            biography = updated(known.biography if known else None, new)
            box = sealed_biography(
                self._vault.collection(scope.account_id, collection.key_id),
                biography,
                celebrity_id=celebrity_id,
            )
            if known is None:
                self._insert(connection, scope, collection, celebrity_id, box)
            elif known.biography != biography:
                connection.execute(
                    update(celebrities).where(is_celebrity(scope, celebrity_id)).values(sealed=box)
                )
                erase_after_commit(self._database, connection)  # what was known before
            return self._find(connection, scope, celebrity_id)

    def get(self, scope: Scope, celebrity_id: CelebrityId) -> Celebrity:
        """Raises CelebrityNotFound."""
        return self._read(lambda connection: self._find(connection, scope, celebrity_id))

    def galleries(self, scope: Scope) -> list[CollectionId]:
        """The collections of the scope that have celebrities."""
        with self._database.read() as connection:
            return [CollectionId(row.collection_id) for row in gallery_rows(connection, scope)]

    def recognise(
        self, scope: Scope, vectors: FloatArray, *, space: EmbeddingSpace
    ) -> list[Recognition | None]:
        """Who each face is: vectors (n, dimension) float32 of unit length, of `space`.

        All galleries of the scope are searched. A face is given the celebrity it is most like, if
        it is at least `recognition_percent` alike; of two celebrities who are equally like it, the
        one of the older gallery. A user of a gallery who is no celebrity is told apart too: a face
        that is most like such a user is no celebrity's. Raises EmbeddingSpaceMismatch if a gallery
        was made with another pack.
        """

        def read(connection: Connection) -> list[Recognition | None]:
            galleries = gallery_rows(connection, scope)
            least = recognition_percent(self._scale, sum(row.user_count for row in galleries))
            names = [CollectionId(row.collection_id) for row in galleries]
            best = (
                self._best(scope, names, vector=vector, space=space, least=least)
                for vector in vectors
            )
            return [one and self._named(connection, scope, *one) for one in best]

        return self._read(read)

    def list(
        self,
        scope: Scope,
        *,
        limit: int,
        after: Position | None = None,
        gallery: CollectionId | None = None,
    ) -> Page[Celebrity]:
        """All celebrities of the scope, or of one gallery, in the order they came.

        Raises CollectionNotFound.
        """
        require_limit(limit)

        def read(connection: Connection) -> Page[Celebrity]:
            query = select_celebrities().where(celebrities.c.user_no > number_after(after))
            if gallery is None:
                query = query.where(
                    celebrities.c.account_id == scope.account_id,
                    celebrities.c.region == scope.region,
                    collections.c.condemned_at.is_(None),
                )
            else:
                number = find_collection(connection, scope, gallery).number
                query = query.where(celebrities.c.collection_no == number)
            rows = connection.execute(query.order_by(celebrities.c.user_no).limit(limit + 1)).all()
            return page_of(rows, limit=limit, column="user_no", value=self._value)

        return self._read(read)

    def _read(self, act: Callable[[Connection], T]) -> T:
        try:
            with self._database.read() as connection:
                return act(connection)
        except KeyDestroyed:  # a gallery was deleted while we read: now it is not there any more
            with self._database.read() as connection:
                return act(connection)

    def _best(
        self,
        scope: Scope,
        galleries: Sequence[CollectionId],
        *,
        vector: FloatArray,
        space: EmbeddingSpace,
        least: float,
    ) -> tuple[CollectionId, UserMatch] | None:
        """The user who is most like the vector, and whose gallery it is; the first of equals."""
        found = [
            (gallery, match)
            for gallery in galleries
            for match in self._search.users_by_vector(
                scope, gallery, vector, space=space, max_users=1, min_percent=least
            )
        ]
        return max(found, key=lambda one: one[1].percent, default=None)

    def _named(
        self, connection: Connection, scope: Scope, gallery: CollectionId, match: UserMatch
    ) -> Recognition | None:
        """The user as a celebrity; None for a user of the gallery who is none."""
        row = celebrity_row(connection, scope, CelebrityId(match.user.user_id))
        if row is None or row.collection_id != gallery:
            return None
        return Recognition(self._value(row), match.percent)

    def _find(self, connection: Connection, scope: Scope, celebrity_id: CelebrityId) -> Celebrity:
        row = celebrity_row(connection, scope, celebrity_id)
        if row is None or row.condemned_at is not None:
            raise CelebrityNotFound(f"The celebrity id: {celebrity_id} does not exist")
        return self._value(row)

    def _known(
        self,
        connection: Connection,
        scope: Scope,
        gallery: CollectionRow,
        celebrity_id: CelebrityId,
    ) -> Celebrity | None:
        """The celebrity of this id in this gallery. Raises CelebrityExists for another gallery."""
        row = celebrity_row(connection, scope, celebrity_id)
        if row is None:
            return None
        if row.condemned_at is not None:  # a deletion is under way, and took the gallery already
            connection.execute(delete(celebrities).where(celebrities.c.user_no == row.user_no))
            return None
        if row.collection_no != gallery.number:
            raise CelebrityExists(
                f"The celebrity id {celebrity_id} is in the gallery {row.collection_id!r}; "
                "delete it there, or give this person another id."
            )
        return self._value(row)

    def _insert(
        self,
        connection: Connection,
        scope: Scope,
        gallery: CollectionRow,
        celebrity_id: CelebrityId,
        box: bytes,
    ) -> None:
        connection.execute(
            celebrities.insert().values(
                user_no=self._user_number(connection, scope, gallery, UserId(celebrity_id)),
                collection_no=gallery.number,
                account_id=scope.account_id,
                region=scope.region,
                celebrity_id=celebrity_id,
                sealed=box,
            )
        )

    def _user_number(
        self, connection: Connection, scope: Scope, gallery: CollectionRow, user_id: UserId
    ) -> int:
        """The number of the gallery's user of this id, who is made if need be."""
        try:
            return int(find_user(connection, gallery.number, user_id).user_no)
        except UserNotFound:
            self._users.create(scope, gallery.value.collection_id, user_id)
            return int(find_user(connection, gallery.number, user_id).user_no)

    def _value(self, row: Row[Any]) -> Celebrity:
        sealer = self._vault.collection(row.account_id, row.key_id)
        return Celebrity(
            celebrity_id=CelebrityId(row.celebrity_id),
            gallery=CollectionId(row.collection_id),
            biography=open_biography(sealer, row.sealed, celebrity_id=row.celebrity_id),
            face_count=row.face_count,
        )


def recognition_percent(scale: SimilarityScale, people: int) -> float:
    """The least similarity, 0-100, at which a face is named when it is compared with `people`.

    A stranger's face is compared with everybody, so what one comparison may err shrinks with their
    number: at most STRANGERS_NAMED / people false matches, by the scale.
    """
    return percent_at(scale, STRANGERS_NAMED / max(people, 1), least=LEAST_PERCENT)
