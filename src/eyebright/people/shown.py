"""Libraries whose search finds photos by who is on them.

A library raises the revision of the photos itself when somebody decides there. Here it is told of
what comes through another door: its collection is one like all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select, update

from eyebright.db.tables import assets, drawn_tags, faces, libraries
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId
from eyebright.people.rows import batches

_FILM = "video"


@dataclass(frozen=True, slots=True)
class Showing:
    """Numbers of the libraries of one collection, one at most, with their next revisions."""

    revisions: tuple[tuple[int, int], ...]

    def touch_faces(self, connection: Connection, face_numbers: Sequence[int]) -> None:
        """The photos and films of these faces, which are still there, are to be published anew."""
        for some in batches(face_numbers) if self.revisions else ():
            self._touch(
                connection, select(faces.c.external_image_id).where(faces.c.face_no.in_(some))
            )

    def touch_user(self, connection: Connection, user_no: int) -> None:
        """The same of all photos of a user, who is still there, and of all films: they may show
        somebody by a likeness."""
        for table in (faces, drawn_tags):
            self._touch(
                connection, select(table.c.external_image_id).where(table.c.user_no == user_no)
            )
        for library_no, revision in self.revisions:
            connection.execute(
                update(assets)
                .where(assets.c.library_no == library_no, assets.c.media == _FILM)
                .values(revision=revision)
            )

    def _touch(self, connection: Connection, asset_ids: Select[Any]) -> None:
        for library_no, revision in self.revisions:
            connection.execute(
                update(assets)
                .where(assets.c.library_no == library_no, assets.c.asset_id.in_(asset_ids))
                .values(revision=revision)
            )


def begin_telling(connection: Connection, scope: Scope, collection_id: CollectionId) -> Showing:
    """To be called before the collection's own `begin_change`: libraries are locked before their
    collections, everywhere."""
    rows = connection.execute(
        update(libraries)
        .where(
            libraries.c.account_id == scope.account_id,
            libraries.c.region == scope.region,
            libraries.c.collection_id == collection_id,
            libraries.c.condemned_at.is_(None),
        )
        .values(revision=libraries.c.revision + 1)
        .returning(libraries.c.library_no, libraries.c.revision)
    ).all()
    return Showing(tuple((row[0], row[1]) for row in rows))
