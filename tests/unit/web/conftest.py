"""Accounts over a folder, and a clock that is moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from eyebright.testing.clock import FixedClock
from eyebright.testing.rooms import Rooms, open_rooms


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def rooms(tmp_path: Path, clock: FixedClock) -> Rooms:
    return open_rooms(tmp_path, clock=clock)
