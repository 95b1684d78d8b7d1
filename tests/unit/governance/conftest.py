from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId
from eyebright.testing.rooms import SPACE, Rooms, open_rooms


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Rooms]:
    opened = open_rooms(tmp_path / "home")
    yield opened
    opened.database.close()


@pytest.fixture
def scope(rooms: Rooms) -> Scope:
    return rooms.new_scope("someone")


@pytest.fixture
def staff(rooms: Rooms, scope: Scope) -> CollectionId:
    """An empty collection of the scope."""
    collection_id = CollectionId("staff")
    rooms.collections.create(scope, collection_id, space=SPACE)
    return collection_id
