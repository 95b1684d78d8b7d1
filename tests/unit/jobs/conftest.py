from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eyebright.testing.jobs import JobBench, open_job_bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[JobBench]:
    opened = open_job_bench(tmp_path)
    yield opened
    opened.rooms.database.close()
