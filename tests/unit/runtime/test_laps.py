from __future__ import annotations

import threading
import time

from eyebright.runtime.laps import lap, measured


def test_parts_add_up_to_no_more_than_the_total() -> None:
    with measured() as laps, lap("outer"):
        time.sleep(0.01)
        with lap("inner"):
            time.sleep(0.02)
        with lap("inner"):
            time.sleep(0.01)
    said = laps.milliseconds
    assert list(said) == ["outer", "inner", "total"]
    assert said["inner"] >= 30
    assert said["outer"] >= 10
    assert said["outer"] + said["inner"] <= said["total"] + 0.01


def test_nothing_is_kept_where_nobody_measures() -> None:
    with lap("before"):
        pass
    with measured() as laps:
        pass
    with lap("after"):
        pass
    assert list(laps.milliseconds) == ["total"]


def test_threads_measure_apart() -> None:
    seen = []

    def work() -> None:
        with measured() as laps, lap("there"):
            pass
        seen.append(list(laps.milliseconds))

    with measured() as laps, lap("here"):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert seen == [["there", "total"]]
    assert list(laps.milliseconds) == ["here", "total"]


def test_a_part_that_fails_is_counted_too() -> None:
    try:
        with measured() as laps, lap("broken"):
            raise ValueError
    except ValueError:
        pass
    assert list(laps.milliseconds) == ["broken", "total"]
