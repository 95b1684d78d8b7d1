"""Readers share, a writer is alone, and neither waits for ever."""

from __future__ import annotations

import threading

import pytest

from eyebright.vectors.lock import SharedLock


def test_readers_share() -> None:
    lock = SharedLock()
    together = threading.Barrier(3, timeout=120)

    def read() -> None:
        with lock.reading():
            together.wait()

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not together.broken


def test_a_writer_waits_for_readers_and_holds_off_new_ones() -> None:
    lock = SharedLock()
    order: list[str] = []
    reading, leave = threading.Event(), threading.Event()

    def first_reader() -> None:
        with lock.reading():
            reading.set()
            leave.wait(120)
            order.append("first reader")

    def writer() -> None:
        with lock.writing():
            order.append("writer")

    def second_reader() -> None:
        with lock.reading():
            order.append("second reader")

    threads = [threading.Thread(target=each) for each in (first_reader, writer, second_reader)]
    threads[0].start()
    assert reading.wait(120)
    threads[1].start()
    while not lock._writers_waiting:
        pass
    threads[2].start()
    leave.set()
    for thread in threads:
        thread.join(120)
    assert order == ["first reader", "writer", "second reader"]


def test_an_error_inside_releases_the_lock() -> None:
    lock = SharedLock()
    with pytest.raises(RuntimeError), lock.writing():
        raise RuntimeError
    with pytest.raises(RuntimeError), lock.reading():
        raise RuntimeError
    with lock.writing():
        pass
    with lock.reading():
        pass
