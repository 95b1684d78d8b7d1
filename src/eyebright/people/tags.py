"""Tags of resources: collections and stream processors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, select

from eyebright.db.engine import Database
from eyebright.db.tables import stream_processors
from eyebright.db.tables import tags as table
from eyebright.errors import CollectionNotFound, InvalidTag, QuotaExceeded, ResourceNotFound
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId
from eyebright.people.rows import batches, find_collection
from eyebright.people.values import Resource

COLLECTION = "collection"
STREAM_PROCESSOR = "streamprocessor"
MAX_TAGS = 200
RESERVED_PREFIX = "aws:"


class Tags:
    """The tags of all scopes' resources. Safe to share between threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tag(self, scope: Scope, resource: Resource, tags: Mapping[str, str]) -> None:
        """Add tags; a key that is there gets the new value.

        Raises ResourceNotFound, InvalidTag for reserved keys, QuotaExceeded beyond 200 tags.
        """
        with self._database.write() as connection:
            _require(connection, scope, resource)
            put_tags(connection, scope, resource, tags)

    def untag(self, scope: Scope, resource: Resource, keys: Sequence[str]) -> None:
        """Remove tags; keys that are not there are ignored. Raises ResourceNotFound."""
        with self._database.write() as connection:
            _require(connection, scope, resource)
            for some in batches(keys):
                connection.execute(delete(table).where(_of(scope, resource), table.c.key.in_(some)))

    def list(self, scope: Scope, resource: Resource) -> dict[str, str]:
        """All tags, by key. Raises ResourceNotFound."""
        with self._database.read() as connection:
            _require(connection, scope, resource)
            return tags_of(connection, scope, resource)


def put_tags(
    connection: Connection, scope: Scope, resource: Resource, tags: Mapping[str, str]
) -> None:
    """Add tags within the caller's transaction; raises as `Tags.tag` does."""
    for key in tags:
        if key.lower().startswith(RESERVED_PREFIX):
            raise InvalidTag(f"The tag key {key!r} begins with {RESERVED_PREFIX!r}, which is kept.")
    if not tags:
        return
    total = len({*tags_of(connection, scope, resource), *tags})
    if total > MAX_TAGS:
        raise QuotaExceeded(f"{total} tags on {resource.name}; a resource has at most {MAX_TAGS}.")
    for some in batches(list(tags)):
        connection.execute(delete(table).where(_of(scope, resource), table.c.key.in_(some)))
    connection.execute(
        table.insert(),
        [
            {
                "account_id": scope.account_id,
                "region": scope.region,
                "kind": resource.kind,
                "resource": resource.name,
                "key": key,
                "value": value,
            }
            for key, value in tags.items()
        ],
    )


def drop_tags(connection: Connection, scope: Scope, resource: Resource) -> None:
    """Forget the tags of a resource that goes, within the caller's transaction."""
    connection.execute(delete(table).where(_of(scope, resource)))


def tags_of(connection: Connection, scope: Scope, resource: Resource) -> dict[str, str]:
    """All tags by key, as the caller's transaction sees them."""
    query = select(table.c.key, table.c.value).where(_of(scope, resource)).order_by(table.c.key)
    return {row.key: row.value for row in connection.execute(query)}


def _require(connection: Connection, scope: Scope, resource: Resource) -> None:
    try:
        if resource.kind == COLLECTION:
            find_collection(connection, scope, CollectionId(resource.name))
            return
    except CollectionNotFound as error:
        raise ResourceNotFound(error.message) from error
    if resource.kind == STREAM_PROCESSOR:
        _require_stream(connection, scope, resource.name)
        return
    raise ResourceNotFound(f"There are no resources of the kind {resource.kind!r}.")


def _require_stream(connection: Connection, scope: Scope, name: str) -> None:
    found = connection.scalar(
        select(stream_processors.c.processor_no).where(
            stream_processors.c.account_id == scope.account_id,
            stream_processors.c.region == scope.region,
            stream_processors.c.name == name,
        )
    )
    if found is None:
        raise ResourceNotFound(f"There is no stream processor {name!r}.")


def _of(scope: Scope, resource: Resource) -> ColumnElement[bool]:
    return and_(
        table.c.account_id == scope.account_id,
        table.c.region == scope.region,
        table.c.kind == resource.kind,
        table.c.resource == resource.name,
    )
