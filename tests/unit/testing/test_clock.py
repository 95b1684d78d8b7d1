from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from eyebright.clock import SystemClock
from eyebright.testing.clock import FixedClock


def test_it_stands_still_until_it_is_moved() -> None:
    clock = FixedClock(datetime(2026, 5, 1, tzinfo=UTC))
    assert clock.now() == clock.now()
    clock.advance(timedelta(days=1))
    assert clock.advance(1.5) == datetime(2026, 5, 2, 0, 0, 1, 500_000, tzinfo=UTC)


def test_a_start_without_a_timezone_is_refused() -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        FixedClock(datetime(2026, 5, 1))  # noqa: DTZ001 (the point of the test)


def test_the_real_clock_speaks_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
