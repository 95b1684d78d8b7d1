"""What the orders of time go by, and months."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

import numpy as np

NO_DATE = -(1 << 63)
EARLIEST, _LATEST = -(1 << 62), 1 << 62
_YEAR_ZERO = 62_167_219_200
"""Seconds from the year 0 to 1970."""
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799
"""Of the years 1 to 9999."""
_NUMBER_BITS = 27
_NUMBERS = (1 << _NUMBER_BITS) - 1
_SECONDS = (1 << 36) - 1
"""More than 2,000 years of them."""
_UNDATED = -(1 << 62)
_DAY_MS = 86_400_000


def held(date: int | None) -> int:
    """A date as the index can compare it; NO_DATE for none."""
    return NO_DATE if date is None else max(EARLIEST, min(_LATEST, date))


def newest_keys(numbers: np.ndarray, dates: np.ndarray) -> np.ndarray:
    """int64 (n,). Rises with the second, then with the number; least without a date."""
    seconds = np.clip(dates // 1000 + _YEAR_ZERO, 0, _SECONDS)
    keys = (seconds << _NUMBER_BITS) | (numbers & _NUMBERS)
    return np.where(dates == NO_DATE, _UNDATED + numbers, keys)


def oldest_keys(numbers: np.ndarray, dates: np.ndarray) -> np.ndarray:
    """int64 (n,). Falls as the second rises, then rises with the number; least without a date."""
    seconds = _SECONDS - np.clip(dates // 1000 + _YEAR_ZERO, 0, _SECONDS)
    keys = (seconds << _NUMBER_BITS) | (numbers & _NUMBERS)
    return np.where(dates == NO_DATE, _UNDATED + numbers, keys)


def month_of(date: int | None) -> str:
    """Such as "2026-11" (UTC), or nothing."""
    return "" if date is None else _month_of_day(date // _DAY_MS)


@lru_cache(maxsize=65_536)
def _month_of_day(day: int) -> str:
    second = min(max(day * (_DAY_MS // 1000), _FIRST_SECOND), _LAST_SECOND)
    moment = datetime.fromtimestamp(second, UTC)
    return f"{moment.year:04d}-{moment.month:02d}"
