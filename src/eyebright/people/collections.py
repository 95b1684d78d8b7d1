"""Collections: made, described, listed, deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from sqlalchemy import Connection, delete, select, update

from eyebright.analysis.faces.space import UNSETTLED, EmbeddingSpace
from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import collections, milliseconds
from eyebright.db.tables import tags as tags_table
from eyebright.errors import CollectionExists, CollectionNotFound, EyebrightError
from eyebright.governance.accounts import Scope
from eyebright.governance.deletion import condemn_collections, finish_deletions
from eyebright.governance.vault import Vault
from eyebright.ids import CollectionId
from eyebright.people.follower import Follower
from eyebright.people.names import require_collection_id
from eyebright.people.rows import (
    begin_change,
    collection_row,
    find_collection,
    number_after,
    page_of,
    require_limit,
)
from eyebright.people.tags import COLLECTION, put_tags
from eyebright.people.values import NO_TAGS, Collection, Page, Position, Resource


class Collections:
    """The collections of all scopes. Safe to share between threads and processes."""

    def __init__(
        self, database: Database, vault: Vault, *, clock: Clock, followers: Sequence[Follower] = ()
    ) -> None:
        self._followers = followers
        self._database = database
        self._vault = vault
        self._clock = clock

    def create(
        self,
        scope: Scope,
        collection_id: CollectionId,
        *,
        space: EmbeddingSpace,
        tags: Mapping[str, str] = NO_TAGS,
    ) -> Collection:
        """A new, empty collection whose vectors will all be of `space`.

        Raises CollectionExists, InvalidInput for an id with other characters than letters, digits
        and `_.-`, and what tagging raises.
        """
        require_collection_id(collection_id)
        key_id = self._vault.new_collection_key(scope.account_id)
        try:
            with self._database.write() as connection:
                _require_absent(connection, scope, collection_id)
                self._insert(connection, scope, collection_id, space, key_id)
                put_tags(connection, scope, Resource(COLLECTION, collection_id), tags)
                return find_collection(connection, scope, collection_id).value
        except EyebrightError:
            self._vault.destroy_collection_key(scope.account_id, key_id)
            raise

    def get(self, scope: Scope, collection_id: CollectionId) -> Collection:
        """The collection with its counts as they are now. Raises CollectionNotFound."""
        with self._database.read() as connection:
            return find_collection(connection, scope, collection_id).value

    def open(
        self, scope: Scope, collection_id: CollectionId, *, space: EmbeddingSpace
    ) -> Collection:
        """The collection, made if there is none; see `settle`."""
        try:
            return self.settle(scope, collection_id, space=space)
        except CollectionNotFound:
            with suppress(CollectionExists):  # another was quicker
                return self.create(scope, collection_id, space=space)
            return self.settle(scope, collection_id, space=space)

    def settle(
        self, scope: Scope, collection_id: CollectionId, *, space: EmbeddingSpace
    ) -> Collection:
        """The collection; one of which nobody knew of what space it would be is of this one from
        now on. Any other stays what it is. Raises CollectionNotFound."""
        found = self.get(scope, collection_id)
        if found.space != UNSETTLED or space == UNSETTLED:
            return found
        with self._database.write() as connection:
            row = begin_change(connection, scope, collection_id)
            connection.execute(
                update(collections)
                .where(
                    collections.c.collection_no == row.number,
                    collections.c.space_digest == UNSETTLED.digest,
                )
                .values(
                    space_name=space.name,
                    space_dimension=space.dimension,
                    space_digest=space.digest,
                    vectors_at=row.revision,
                )
            )
            return find_collection(connection, scope, collection_id).value

    def list(self, scope: Scope, *, limit: int, after: Position | None = None) -> Page[Collection]:
        """The scope's collections in the order in which they were made."""
        require_limit(limit)
        query = (
            select(collections)
            .where(
                collections.c.account_id == scope.account_id,
                collections.c.region == scope.region,
                collections.c.condemned_at.is_(None),
                collections.c.collection_no > number_after(after),
            )
            .order_by(collections.c.collection_no)
            .limit(limit + 1)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return page_of(
            rows,
            limit=limit,
            column="collection_no",
            value=lambda row: collection_row(row).value,
        )

    def delete(self, scope: Scope, collection_id: CollectionId) -> None:
        """Destroy the collection's key, then all its rows. Raises CollectionNotFound."""
        with self._database.write() as connection:
            found = find_collection(connection, scope, collection_id)
            condemn_collections(
                connection,
                collections.c.collection_no == found.number,
                now_ms=milliseconds(self._clock.now()),
            )
            connection.execute(
                delete(tags_table).where(
                    tags_table.c.account_id == scope.account_id,
                    tags_table.c.region == scope.region,
                    tags_table.c.kind == COLLECTION,
                    tags_table.c.resource == collection_id,
                )
            )
            self._database.after_commit(lambda: self._tell_departed(found.number))
            self._database.after_commit(lambda: finish_deletions(self._database, self._vault))

    def _tell_departed(self, collection_no: int) -> None:
        for follower in self._followers:
            follower.collection_left(collection_no)

    def _insert(
        self,
        connection: Connection,
        scope: Scope,
        collection_id: CollectionId,
        space: EmbeddingSpace,
        key_id: str,
    ) -> None:
        connection.execute(
            collections.insert().values(
                account_id=scope.account_id,
                region=scope.region,
                collection_id=collection_id,
                key_id=key_id,
                space_name=space.name,
                space_dimension=space.dimension,
                space_digest=space.digest,
                created_at=milliseconds(self._clock.now()),
                face_count=0,
                user_count=0,
                revision=0,
                faces_departed=0,
                users_departed=0,
            )
        )


def _require_absent(connection: Connection, scope: Scope, collection_id: CollectionId) -> None:
    taken = connection.scalar(
        select(collections.c.collection_no).where(
            collections.c.account_id == scope.account_id,
            collections.c.region == scope.region,
            collections.c.collection_id == collection_id,
        )
    )
    if taken is not None:
        raise CollectionExists(f"The collection id: {collection_id} already exists")
