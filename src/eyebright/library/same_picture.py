"""When a file of an asset got other bytes that are the same picture: the asset stays what it is.

Its id, faces, names and all that was found in it are kept; only the digests by which the library
knows the content are written anew, in the transaction of whoever changed the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from eyebright.db.tables import assets, collections, drawn_tags, faces, places
from eyebright.errors import StaleWrite
from eyebright.ids import image_id
from eyebright.library.rows import begin_change
from eyebright.library.values import Asset, AssetState, Library


@dataclass(frozen=True, slots=True)
class NewBytes:
    """content_sha256: 64 hex digits. versions: number of a place -> the version of its file."""

    content_sha256: str
    byte_count: int
    versions: Sequence[tuple[int, str]]


def begin_same_picture(connection: Connection, library: Library, asset: Asset) -> None:
    """Lock the library, and make sure that the asset is what was read and nobody works on it.
    Raises StaleWrite."""
    begin_change(connection, library)
    row = connection.execute(
        select(assets.c.content_sha256, assets.c.state).where(assets.c.asset_no == asset.number)
    ).one_or_none()
    if row is None or row.content_sha256 != asset.content_sha256:
        raise StaleWrite("The library knows other content of it meanwhile.")
    if row.state == AssetState.WAITING.value:
        raise StaleWrite("It is still being looked through; `eyebright library index` ends that.")


def keep_same_picture(
    connection: Connection, library: Library, asset: Asset, new: NewBytes
) -> None:
    """Have the asset stand for the new bytes. Raises StaleWrite when another asset does."""
    other = connection.scalar(
        select(assets.c.asset_id).where(
            assets.c.library_no == library.number,
            assets.c.content_sha256 == new.content_sha256,
            assets.c.asset_no != asset.number,
        )
    )
    if other is not None:
        raise StaleWrite(f"The asset {other} has these very bytes already.")
    connection.execute(
        update(assets)
        .where(assets.c.asset_no == asset.number)
        .values(content_sha256=new.content_sha256, byte_count=new.byte_count)
    )
    for number, version in new.versions:
        connection.execute(
            update(places)
            .where(places.c.place_no == number)
            .values(version=version, byte_count=new.byte_count)
        )
    # not of the library's collection only: another may be on its way to take that one's place
    theirs = select(collections.c.collection_no).where(
        collections.c.account_id == library.scope.account_id,
        collections.c.region == library.scope.region,
    )
    for table in (faces, drawn_tags):
        connection.execute(
            update(table)
            .where(
                table.c.collection_no.in_(theirs),
                table.c.image_id == image_id(bytes.fromhex(asset.content_sha256)),
                table.c.external_image_id == asset.asset_id,
            )
            .values(image_id=image_id(bytes.fromhex(new.content_sha256)))
        )
