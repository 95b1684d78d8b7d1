"""Which assets a person means: by id, by the beginning of one, or by where they lie."""

from __future__ import annotations

import os
import re
from pathlib import Path

from sqlalchemy import ColumnElement, select

from eyebright.db.engine import Database
from eyebright.db.tables import assets, places
from eyebright.errors import AssetNotFound, InvalidInput
from eyebright.library.libraries import Libraries
from eyebright.library.values import AssetId, Library, LibrarySource, SourceKind

S3 = "s3://"
_AN_ID = re.compile(r"[0-9a-f-]{4,36}")


class AssetNames:
    """Of one library."""

    def __init__(self, database: Database, libraries: Libraries, library: Library) -> None:
        self._database = database
        self._libraries = libraries
        self._library = library

    def one(self, name: str) -> AssetId:
        """The asset that is meant. Raises AssetNotFound; InvalidInput when it may be several."""
        found = self.all_of(name)
        if len(found) > 1:
            raise InvalidInput(f"{name} names {len(found)} assets; say more of the id or the path.")
        return found[0]

    def all_of(self, name: str) -> list[AssetId]:
        """The asset with this id, or all at or below this path. Raises AssetNotFound."""
        by_id = self.by_id(name)
        if by_id is not None:
            return [by_id]
        lies = self._places_of(name)
        found = [one for source, path in lies for one in self._at(source, path)]
        if not found:
            why = next((why for one in lies if (why := self._why_not(*one))), "")
            raise AssetNotFound(
                f"The library {self._library.name!r} has nothing of {name}{why and ': ' + why}."
            )
        return list(dict.fromkeys(found))

    def by_id(self, name: str) -> AssetId | None:
        """None for what is no id of the library. Raises InvalidInput for the beginning of
        several."""
        if not _AN_ID.fullmatch(name.lower()):
            return None
        found = self._ids(assets.c.asset_id.startswith(name.lower(), autoescape=True))
        if len(found) > 1:
            raise InvalidInput(f"{len(found)} assets have ids that begin with {name}; say more.")
        return found[0] if found else None

    def _ids(self, *where: ColumnElement[bool]) -> list[AssetId]:
        query = select(assets.c.asset_id).where(assets.c.library_no == self._library.number, *where)
        with self._database.read() as connection:
            return [AssetId(one) for one in connection.scalars(query.order_by(assets.c.asset_no))]

    def _places_of(self, name: str) -> list[tuple[LibrarySource, bytes]]:
        """Sources that a path lies in, and the path below each; "" for a source itself."""
        is_bucket = name.startswith(S3)
        kind = SourceKind.BUCKET if is_bucket else SourceKind.FOLDER
        # the folder may be reached through links, the file itself is taken as it is
        path = Path(name).expanduser()
        whole = (
            name.removeprefix(S3).encode()
            if is_bucket
            else os.fsencode(path.parent.resolve() / path.name)
        )
        found = []
        for source in self._libraries.sources(self._library):
            root = os.fsencode(source.location).rstrip(b"/")
            if source.kind is kind and (whole.rstrip(b"/") + b"/").startswith(root + b"/"):
                found.append((source, whole[len(root) :].strip(b"/")))
        return found

    def _at(self, source: LibrarySource, path: bytes) -> list[AssetId]:
        query = (
            select(assets.c.asset_id)
            .join(places, places.c.asset_no == assets.c.asset_no)
            .where(places.c.source_no == source.number)
        )
        if path:
            below = (places.c.path > path + b"/") & (places.c.path < path + b"0")
            query = query.where((places.c.path == path) | below)
        with self._database.read() as connection:
            return [AssetId(one) for one in connection.scalars(query.order_by(assets.c.asset_no))]

    def _why_not(self, source: LibrarySource, path: bytes) -> str:
        """Why a file that is known is no asset."""
        query = select(places.c.message).where(
            places.c.source_no == source.number,
            places.c.path == path,
            places.c.asset_no.is_(None),
        )
        with self._database.read() as connection:
            return (connection.scalar(query) or "").rstrip(".")
