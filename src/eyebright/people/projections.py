"""All collections that are in memory, the most recently searched ones."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from sqlalchemy import Connection, select

from eyebright.db.tables import collections, revisions
from eyebright.governance.accounts import Scope
from eyebright.governance.sealing import Sealer
from eyebright.governance.vault import Vault
from eyebright.people.projection import NewIndex, Projection
from eyebright.people.rows import CollectionRow, batches

MAX_LOADED = 1_000
"""Small collections are read again in about a millisecond; no need to keep thousands."""


class Projections:
    """Loads collections when they are searched and lets the least recently searched go.

    A `Follower`. Safe to share between threads.
    """

    def __init__(self, vault: Vault, *, new_index: NewIndex, memory_bytes: int) -> None:
        self._vault = vault
        self._new_index = new_index
        self._memory_bytes = memory_bytes
        self._loaded: OrderedDict[int, Projection] = OrderedDict()
        self._bytes_of: dict[int, int] = {}
        self._total_bytes = 0
        self._departures_seen = -1
        self._lock = threading.Lock()

    def of(
        self,
        connection: Connection,
        scope: Scope,
        collection: CollectionRow,
        *,
        with_users: bool = False,
    ) -> Projection:
        """The collection in memory, knowing all that the connection sees."""

        def sealer() -> Sealer:
            return self._vault.collection(scope.account_id, collection.key_id)

        self._let_departed_go(connection)
        projection = self._touched(collection)
        projection.follow_faces(connection, collection, sealer=sealer)
        if with_users:
            projection.follow_users(connection, collection)
        self._make_room(collection.number, projection.bytes)
        return projection

    def faces_left(self, collection_no: int, face_numbers: Sequence[int], /) -> None:
        """Let go of faces that this process has deleted."""
        with self._lock:
            projection = self._loaded.get(collection_no)
        if projection is not None:
            projection.drop_faces(face_numbers)

    def collection_left(self, collection_no: int, /) -> None:
        """Let go of a collection."""
        with self._lock:
            projection = self._let_go(collection_no)
        if projection is not None:
            projection.clear()

    @property
    def loaded(self) -> tuple[int, ...]:
        """Numbers of the collections in memory, least recently searched first."""
        with self._lock:
            return tuple(self._loaded)

    def _touched(self, collection: CollectionRow) -> Projection:
        with self._lock:
            projection = self._loaded.get(collection.number)
            if projection is None or projection.vectors_at < collection.vectors_at:
                # not cleared: a search that began before the switch may still look at it
                projection = self._new(collection)
                self._loaded[collection.number] = projection
            self._loaded.move_to_end(collection.number)
            if projection.vectors_at > collection.vectors_at:
                return self._new(collection)  # for a connection that sees the time before a switch
            return projection

    def _new(self, collection: CollectionRow) -> Projection:
        return Projection(
            collection.space.dimension,
            new_index=self._new_index,
            vectors_at=collection.vectors_at,
        )

    def _make_room(self, searched: int, searched_bytes: int) -> None:
        with self._lock:
            if searched not in self._loaded:
                return  # deleted or let go meanwhile
            self._total_bytes += searched_bytes - self._bytes_of.get(searched, 0)
            self._bytes_of[searched] = searched_bytes
            while len(self._loaded) > 1 and (
                self._total_bytes > self._memory_bytes or len(self._loaded) > MAX_LOADED
            ):
                self._let_go(next(number for number in self._loaded if number != searched))

    def _let_go(self, collection_no: int) -> Projection | None:
        """The lock is held by the caller."""
        self._total_bytes -= self._bytes_of.pop(collection_no, 0)
        return self._loaded.pop(collection_no, None)

    def _let_departed_go(self, connection: Connection) -> None:
        """Let go of collections that any process has deleted."""
        departures = connection.scalar(
            select(revisions.c.value).where(revisions.c.name == "departures")
        )
        if departures == self._departures_seen:
            return
        alive: set[int] = set()
        loaded = self.loaded
        for some in batches(loaded):
            alive.update(
                connection.scalars(
                    select(collections.c.collection_no).where(
                        collections.c.collection_no.in_(some),
                        collections.c.condemned_at.is_(None),
                    )
                )
            )
        for number in set(loaded) - alive:
            self.collection_left(number)
        self._departures_seen = departures or 0
