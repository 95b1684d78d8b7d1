from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eyebright.testing.videos_desk import Studio, open_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    opened = open_studio(tmp_path)
    yield opened
    opened.rooms.database.close()
