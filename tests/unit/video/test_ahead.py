from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from eyebright.video.ahead import ReadAhead


def test_everything_comes_in_order() -> None:
    assert list(ReadAhead(range(100), depth=3)) == list(range(100))


def test_what_the_source_raises_is_raised_after_what_came_before() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    items = iter(ReadAhead(broken(), depth=3))
    assert next(items) == 1
    with pytest.raises(ValueError, match="no more"):
        next(items)


def test_no_more_than_the_depth_is_made_ahead() -> None:
    made: list[int] = []

    def source() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    ahead = ReadAhead(source(), depth=3)
    items = iter(ahead)
    assert next(items) == 0
    ahead.close()
    assert len(made) <= 8


def test_closing_ends_the_thread_and_the_items() -> None:
    ahead = ReadAhead(iter(int, 1), depth=2)  # without end
    items = iter(ahead)
    assert next(items) == 0
    ahead.close()
    ahead.close()
    assert list(items) == []
    assert "read-ahead" not in [thread.name for thread in threading.enumerate()]
