from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eyebright.testing.library import Shelf, open_shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = open_shelf(tmp_path)
    yield shelf
    shelf.close()
