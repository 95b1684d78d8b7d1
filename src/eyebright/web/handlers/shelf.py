"""The library that a request is about, and cards of its assets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from eyebright.errors import AssetNotFound, InvalidInput
from eyebright.ids import FaceId
from eyebright.library.libraries import NAME
from eyebright.library.values import Asset, AssetId, Library
from eyebright.web.answers import Asked
from eyebright.web.door import WebDoor
from eyebright.web.shapes.assets import base_name

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def library_of(door: WebDoor, asked: Asked) -> Library:
    """The account's library: that which `library` names, or its first one, made if need be.
    Raises LibraryNotFound."""
    name = asked.query.text("library", NAME, most=100)
    libraries = door.library.libraries
    scope = asked.whose.scope
    return libraries.open(scope) if name == NAME else libraries.get(scope, name)


def asset_id_of(asked: Asked) -> AssetId:
    """The id in the path. Raises AssetNotFound for what cannot be one."""
    text = asked.names["asset_id"]
    if not _UUID.fullmatch(text):
        raise AssetNotFound("There is no such asset.")
    return AssetId(text)


def face_id_of(asked: Asked) -> FaceId:
    """The id in the path. Raises InvalidInput for what cannot be one."""
    text = asked.names["face_id"]
    if not _UUID.fullmatch(text):
        raise InvalidInput("There is no such face.")
    return FaceId(text)


def is_uuid(text: str) -> bool:
    """Whether this can be the id of an asset or of a face."""
    return _UUID.fullmatch(text) is not None


def asset_of(door: WebDoor, asked: Asked) -> tuple[Library, Asset]:
    """The asset in the path; another account's is one that is not there. Raises AssetNotFound."""
    library = library_of(door, asked)
    return library, door.library.assets.get(library, asset_id_of(asked))


def named(door: WebDoor, library: Library, assets: Iterable[Asset]) -> dict[int, str]:
    """What people call assets, by number."""
    wanted = list(assets)
    paths = door.library.assets.names(library, [asset.number for asset in wanted])
    return {
        asset.number: base_name(paths.get(asset.number, "")) or asset.asset_id for asset in wanted
    }


def known(door: WebDoor, library: Library, numbers: Sequence[int]) -> dict[int, tuple[Asset, str]]:
    """Assets that are there, each with its name, by number."""
    found = door.library.assets.by_numbers(library, numbers)
    names = named(door, library, found.values())
    return {number: (asset, names[number]) for number, asset in found.items()}
