from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eyebright.testing.streams_desk import Control, open_control


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    monkeypatch.setattr("eyebright.streams.worker.IDLE_SECONDS", 0.2)
    with open_control(tmp_path) as opened:
        yield opened
