from __future__ import annotations

import threading
import time
from pathlib import Path

from eyebright.packs.locking import locked


def test_the_second_waits_for_the_first(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with locked(tmp_path / "a" / "lock"):
            order.append("second")

    thread = threading.Thread(target=second)
    with locked(tmp_path / "a" / "lock"):
        thread.start()
        time.sleep(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    for _ in range(2):
        try:
            with locked(tmp_path / "lock"):
                raise ValueError
        except ValueError:
            continue
