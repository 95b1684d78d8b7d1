"""To take assets out of a library for good: rows, faces, vectors, files and index entries are gone
when the call returns. The person's own files are left alone."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from eyebright.db.engine import Database
from eyebright.db.tables import asset_departures, assets, collections, faces, places, users
from eyebright.errors import AssetNotFound
from eyebright.governance.erasure import erase_after_commit
from eyebright.governance.vault import Vault
from eyebright.ids import FaceId, UserId, image_id
from eyebright.library.blobs import Blobs
from eyebright.library.rows import begin_change
from eyebright.library.values import AssetId, Library
from eyebright.people.drawn import remove_tags, tags_in
from eyebright.people.faces import Faces
from eyebright.people.persons import Persons

BATCH = 200
"""Assets removed in one transaction."""
REMOVED = "removed"
"""The state of a place whose asset a person took out: a scan does not bring it back."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What went. people: users who lost a face by it."""

    assets: int = 0
    places: int = 0
    faces: int = 0
    people: int = 0

    def plus(self, other: Receipt) -> Receipt:
        return Receipt(
            self.assets + other.assets,
            self.places + other.places,
            self.faces + other.faces,
            self.people + other.people,
        )


class Publisher(Protocol):
    """Keeps the search index of a library level with its rows."""

    def publish(self, library: Library, numbers: Sequence[int], /) -> None:
        """These assets were changed."""
        ...

    def withdraw(self, library: Library, numbers: Sequence[int], /) -> None:
        """These assets are gone; nothing finds them, and no bytes of them are in the index, when
        this returns."""
        ...


class Unpublished:
    """A library that nobody searches."""

    def publish(self, library: Library, numbers: Sequence[int], /) -> None:
        """Nothing to do."""

    def withdraw(self, library: Library, numbers: Sequence[int], /) -> None:
        """Nothing to do."""


class Removal:
    """Safe to share between threads and processes."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        faces: Faces,
        persons: Persons,
        blobs: Blobs,
        publisher: Publisher,
    ) -> None:
        self._database = database
        self._vault = vault
        self._faces = faces
        self._persons = persons
        self._blobs = blobs
        self._publisher = publisher

    def remove(self, library: Library, asset_id: AssetId) -> Receipt:
        """Take out one asset; its places are remembered, so that a scan does not bring it back
        unless its content changes. Raises AssetNotFound."""
        receipt = self.remove_many(library, [asset_id])
        if not receipt.assets:
            raise AssetNotFound(f"The library {library.name!r} has no asset {asset_id!r}.")
        return receipt

    def remove_many(self, library: Library, asset_ids: Sequence[AssetId]) -> Receipt:
        """Those that are there, in batches of one transaction each."""
        receipt = Receipt()
        for start in range(0, len(asset_ids), BATCH):
            some = asset_ids[start : start + BATCH]
            with self._database.write() as connection:
                rows = connection.execute(
                    select(assets).where(
                        assets.c.library_no == library.number, assets.c.asset_id.in_(some)
                    )
                ).all()
                receipt = receipt.plus(self.within(connection, library, rows, remember=True))
        return receipt

    def remove_places(self, library: Library, where: Callable[[], ColumnElement[bool]]) -> int:
        """Forget the places that match, and the assets that lie nowhere else; how many assets."""
        removed = 0
        while True:
            with self._database.write() as connection:
                rows = connection.execute(
                    select(places.c.place_no, places.c.asset_no)
                    .where(places.c.library_no == library.number, where())
                    .order_by(places.c.place_no)
                    .limit(BATCH)
                ).all()
                if not rows:
                    return removed
                revision = begin_change(connection, library)
                numbers = [row.place_no for row in rows]
                connection.execute(delete(places).where(places.c.place_no.in_(numbers)))
                owners = [row.asset_no for row in rows if row.asset_no is not None]
                removed += self.orphans(connection, library, owners, revision=revision).assets

    def orphans(
        self,
        connection: Connection,
        library: Library,
        asset_numbers: Iterable[int],
        *,
        revision: int,
    ) -> Receipt:
        """Of these assets remove those that lie nowhere any more; the others are published anew,
        for their names changed."""
        numbers = sorted(set(asset_numbers))
        if not numbers:
            return Receipt()
        still = set(
            connection.scalars(select(places.c.asset_no).where(places.c.asset_no.in_(numbers)))
        )
        if still:
            connection.execute(
                update(assets).where(assets.c.asset_no.in_(still)).values(revision=revision)
            )
            kept = sorted(still)
            self._database.after_commit(lambda: self._publisher.publish(library, kept))
        gone = connection.execute(
            select(assets).where(assets.c.asset_no.in_([n for n in numbers if n not in still]))
        ).all()
        return self.within(connection, library, gone, remember=False)

    def within(
        self, connection: Connection, library: Library, rows: Sequence[Row[Any]], *, remember: bool
    ) -> Receipt:
        """Remove assets in the caller's write; the index follows its commit, before the caller's
        `write` ends. remember: keep their places as removed."""
        if not rows:
            return Receipt()
        revision = begin_change(connection, library)
        numbers = [int(row.asset_no) for row in rows]
        faces_gone, people = self._remove_faces(connection, library, rows)
        lay_at = self._let_go_of_places(connection, library, rows, remember=remember)
        connection.execute(delete(assets).where(assets.c.asset_no.in_(numbers)))
        connection.execute(
            asset_departures.insert(),
            [
                {"asset_no": number, "library_no": library.number, "revision": revision}
                for number in numbers
            ],
        )
        erase_after_commit(self._database, connection)
        self._database.after_commit(lambda: self._publisher.withdraw(library, numbers))
        # before the commit, or a process killed behind it would leave files that nobody knows of
        gone = [AssetId(row.asset_id) for row in rows]
        for asset_id in gone:
            self._blobs.drop(library, asset_id)
        # and behind it, or a face that was just being cut out of a film would stay
        self._database.after_commit(lambda: self._drop_crops(library, gone))
        return Receipt(len(rows), lay_at, faces_gone, people)

    def _drop_crops(self, library: Library, asset_ids: Sequence[AssetId]) -> None:
        for asset_id in asset_ids:
            self._blobs.drop_crops(library, asset_id)

    def _let_go_of_places(
        self, connection: Connection, library: Library, rows: Sequence[Row[Any]], *, remember: bool
    ) -> int:
        """How many there were. A removed place keeps a sealed digest of what lay there."""
        contents = {row.asset_no: row.content_sha256 for row in rows}
        found = connection.execute(
            select(places.c.place_no, places.c.asset_no).where(
                places.c.asset_no.in_(list(contents))
            )
        ).all()
        for place in found if remember else ():
            digest = sealed_digest(self._vault, library, place.place_no, contents[place.asset_no])
            connection.execute(
                update(places)
                .where(places.c.place_no == place.place_no)
                .values(asset_no=None, state=REMOVED, message=digest)
            )
        if not remember:
            connection.execute(delete(places).where(places.c.asset_no.in_(list(contents))))
        return len(found)

    def _remove_faces(
        self, connection: Connection, library: Library, rows: Sequence[Row[Any]]
    ) -> tuple[int, int]:
        """How many faces went, and how many people lost one. Tags that were drawn go too."""
        drawn = _remove_drawn(connection, library, rows)
        found = [face for row in rows for face in _faces_of(connection, library, row)]
        owners: dict[UserId, list[FaceId]] = {}
        for face_id, user_id in found:
            if user_id is not None:
                owners.setdefault(user_id, []).append(face_id)
        if owners:  # whoever has no other face goes with the last one, name and all
            named = [face_id for own in owners.values() for face_id in own]
            self._persons.unname_faces(library.scope, library.collection_id, named)
        if alone := [user_id for user_id in drawn if user_id not in owners]:
            self._persons.let_go(library.scope, library.collection_id, alone)
        if found:
            ids = [face_id for face_id, _ in found]
            self._faces.delete(library.scope, library.collection_id, ids)
        return len(found), len(owners)


def _faces_of(
    connection: Connection, library: Library, row: Row[Any]
) -> list[tuple[FaceId, UserId | None]]:
    """The faces that the library's collection keeps of an asset, and whose they are."""
    query = (
        select(faces.c.face_id, users.c.user_id)
        .join(collections, collections.c.collection_no == faces.c.collection_no)
        .outerjoin(users, users.c.user_no == faces.c.user_no)
        .where(
            collections.c.account_id == library.scope.account_id,
            collections.c.region == library.scope.region,
            collections.c.collection_id == library.collection_id,
            faces.c.image_id == image_id(bytes.fromhex(row.content_sha256)),
            faces.c.external_image_id == row.asset_id,
        )
    )
    return [
        (FaceId(face_id), None if user_id is None else UserId(user_id))
        for face_id, user_id in connection.execute(query)
    ]


def _remove_drawn(
    connection: Connection, library: Library, rows: Sequence[Row[Any]]
) -> list[UserId]:
    """Take out the faces that somebody drew into the pictures; whose they were."""
    collection_no = connection.scalar(
        select(collections.c.collection_no).where(
            collections.c.account_id == library.scope.account_id,
            collections.c.region == library.scope.region,
            collections.c.collection_id == library.collection_id,
        )
    )
    if collection_no is None:
        return []
    pictures = [image_id(bytes.fromhex(row.content_sha256)) for row in rows]
    drawn = tags_in(connection, collection_no, pictures)
    remove_tags(connection, collection_no, pictures)
    return list(dict.fromkeys(tag.user_id for tag in drawn))


def sealed_digest(vault: Vault, library: Library, place_no: int, content_sha256: str) -> str:
    """The digest of what lay at a place, for `same_digest` only."""
    sealer = vault.collection(library.scope.account_id, library.key_id)
    sealed = sealer.seal(bytes.fromhex(content_sha256), bound_to=f"removed {place_no}".encode())
    return base64.b64encode(sealed).decode("ascii")


def same_digest(
    vault: Vault, library: Library, place_no: int, kept: str, content_sha256: str
) -> bool:
    """Whether the content that was removed from a place is this one."""
    sealer = vault.collection(library.scope.account_id, library.key_id)
    opened = sealer.open(base64.b64decode(kept), bound_to=f"removed {place_no}".encode())
    return opened == bytes.fromhex(content_sha256)
