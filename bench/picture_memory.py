"""One process for `bench.pictures`: resident memory as capabilities are first asked for.

    python -m bench.picture_memory HOME

Prints one line of JSON, megabytes: at the start, what each capability adds when it is asked about
one large photograph for the first time (its models are loaded then), with everything loaded, after
all operations ran on all threads at once, and the most there ever was.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path

from bench.picture_work import (
    OPERATIONS,
    available,
    cost_each,
    open_bench,
    photographs,
    with_words,
)
from eyebright.imaging.crops import use_one_thread_per_call
from eyebright.imaging.decode import decode_image

SIZE_WH = (1600, 1200)
_TIMES = 3


def main() -> None:
    home = Path(sys.argv[1])
    use_one_thread_per_call()
    bench = open_bench(home)
    photos = with_words(photographs(home, SIZE_WH))
    first = decode_image(photos[0])
    added: dict[str, float] = {}
    start = before = resident_mb()
    for name in available(bench.sight, first, OPERATIONS):
        now = resident_mb()
        added[name], before = round(now - before, 1), now

    def work(name: str, photo: bytes) -> object:
        return OPERATIONS[name](bench.sight, decode_image(photo))

    jobs = [partial(work, name, photo) for name in added for photo in photos]
    cost_each(jobs * _TIMES, threads=bench.runtime.slots)
    print(
        json.dumps(
            {
                "start_mb": start,
                "added_mb": added,
                "all_loaded_mb": before,
                "after_work_mb": resident_mb(),
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
            }
        )
    )


def resident_mb() -> float:
    """Of this process, now."""
    said = subprocess.check_output(["ps", "-o", "rss=", "-p", str(os.getpid())])
    return round(int(said) / 1024, 1)


if __name__ == "__main__":
    main()
