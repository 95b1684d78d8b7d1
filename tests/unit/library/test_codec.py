from __future__ import annotations

import pytest

from eyebright.errors import StorageError
from eyebright.library.codec import LibrarySeal
from eyebright.library.values import AssetId, FacesFound, Labels
from eyebright.testing.library import Shelf

ONE, OTHER = AssetId("one"), AssetId("other")


def test_what_is_kept_opens_only_in_its_place_and_as_its_type(shelf: Shelf) -> None:
    asset = shelf.add("a.jpg", "Ada")
    found = shelf.detail(asset).found["labels"]
    seal = LibrarySeal(shelf.rooms.vault, shelf.mine)
    sealed = seal.seal(ONE, "labels", found)
    assert b"Dog" not in sealed
    assert seal.open(ONE, "labels", sealed, kind=Labels) == found
    for asset_id, stage in ((OTHER, "labels"), (ONE, "text")):
        with pytest.raises(StorageError):
            seal.open(asset_id, stage, sealed, kind=Labels)
    with pytest.raises(StorageError, match="cannot be read"):
        seal.open(ONE, "labels", sealed, kind=FacesFound)
