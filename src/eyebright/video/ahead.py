"""Reading ahead: what one thread makes while another looks at what came before."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class ReadAhead(Generic[T]):
    """Iterates over items that a thread of its own takes from a source, in order, `depth` of them
    ahead at most. What the source raises is raised here, after the items before it.

    Close it before anything that the source needs is closed.
    """

    def __init__(self, source: Iterable[T], *, depth: int) -> None:
        self._made: queue.Queue[T | _End] = queue.Queue(depth)
        self._closed = threading.Event()
        self._thread = threading.Thread(
            target=self._make, args=(source,), name="read-ahead", daemon=True
        )
        self._thread.start()

    def __iter__(self) -> Iterator[T]:
        while not self._closed.is_set():
            item = self._made.get()
            if isinstance(item, _End):
                self.close()
                if item.error is not None:
                    raise item.error
                return
            yield item

    def close(self) -> None:
        """Returns when the thread has ended; that takes as long as making one item."""
        self._closed.set()
        while self._thread.is_alive():
            self._drain()
            self._thread.join(0.05)
        self._drain()

    def _drain(self) -> None:
        try:
            while True:
                self._made.get_nowait()
        except queue.Empty:
            return

    def _make(self, source: Iterable[T]) -> None:
        error: BaseException | None = None
        try:
            for item in source:
                self._made.put(item)
                if self._closed.is_set():
                    return
        except BaseException as raised:  # noqa: BLE001 - it is raised again where it is read
            error = raised
        self._made.put(_End(error))


class _End:
    """Comes after the last item. error: why it ended, or None."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error
