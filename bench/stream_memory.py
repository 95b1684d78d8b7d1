"""A long run of live streams: does memory stay where it is?

    python -m bench.stream_memory --data ../shared/data/dev --home "$EYEBRIGHT_HOME" --minutes 20

The eight streams of `bench.streams`, played several times as fast as time goes and looked at as
much oftener, so that twenty minutes are hours of streams. Each station hangs up at the end of its
film, so that every stream is connected again and again. Resident memory is read every ten seconds.
Growth is the median of the last third less that of the middle one: the first is warming up. Prints
a table and writes bench/results/stream_memory-DATE.json.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from bench.evidence import table, write
from bench.picture_memory import resident_mb
from bench.streams import EVERY_SECONDS, FILM, STREAMS, processors, stations, write_film
from bench.who import enrol
from eyebright.api.local import open_local
from eyebright.app.streams import build_stream_worker
from eyebright.settings import read_settings
from eyebright.video.reader import VideoReader
from eyebright.video.sampling import EveryFrame

FILM_SECONDS = 240.0
READ_SECONDS = 10.0


class Counter:
    """Takes records and keeps none."""

    def __init__(self) -> None:
        self.records = 0
        self._lock = threading.Lock()

    def put(self, _stream_arn: str, _text: str, *, key: str) -> None:  # noqa: ARG002 (a sink's)
        with self._lock:
            self.records += 1


def main() -> None:
    """Film, play, listen, print and write."""
    chosen = _options()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = folder / "home"
        home.mkdir()
        (home / "packs").symlink_to((chosen.home / "packs").absolute())
        with VideoReader.open(chosen.data / FILM) as video:
            pictures = [frame.pixels for frame in video.frames(EveryFrame())]
        film = write_film(folder / "film.ts", pictures, seconds=FILM_SECONDS)
        del pictures
        settings = replace(read_settings(), home=home, stream_every=f"{EVERY_SECONDS:g}s")
        counter = Counter()
        with (
            stations(film, seconds=FILM_SECONDS / chosen.speed) as addresses,
            open_local(settings) as eyebright,
        ):
            enrol(eyebright, chosen.data, folder / "people")
            rooms = processors(eyebright, addresses)
            with build_stream_worker(rooms, sink=counter) as worker:
                readings = watch(60 * chosen.minutes)
                running = worker.running
    tell(readings, chosen, records=counter.records, running=running)


def watch(seconds: float) -> list[float]:
    """Resident memory in megabytes, again and again."""
    readings, end = [], time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(READ_SECONDS, left))
        readings.append(resident_mb())
    return readings


def tell(readings: list[float], chosen: argparse.Namespace, *, records: int, running: int) -> None:
    third = max(1, len(readings) // 3)
    middle, last = median(readings[third : 2 * third] or readings), median(readings[-third:])
    findings: dict[str, object] = {
        "streams": STREAMS,
        "streams_still_running": running,
        "minutes": chosen.minutes,
        "speed": chosen.speed,
        "hours_of_streams": STREAMS * chosen.speed * chosen.minutes / 60,
        "records": records,
        "memory": {
            "first_mb": readings[0],
            "middle_mb": middle,
            "last_mb": last,
            "growth_mb": round(last - middle, 1),
            "most_mb": max(readings),
            "readings_mb": readings,
        },
        "processors": os.cpu_count(),
    }
    rows = [
        ("hours of streams", f"{findings['hours_of_streams']:.1f}"),
        ("records", str(records)),
        ("streams still running", f"{running} of {STREAMS}"),
        ("resident, middle third", f"{middle:.0f} MB"),
        ("resident, last third", f"{last:.0f} MB"),
        ("growth", f"{last - middle:+.1f} MB"),
        ("most", f"{max(readings):.0f} MB"),
    ]
    table("memory of a long run", ("what", ""), rows)
    write("stream_memory", findings)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data/dev"))
    home = os.environ.get("EYEBRIGHT_HOME", "~/.eyebright")
    parser.add_argument("--home", type=Path, default=Path(home).expanduser())
    parser.add_argument("--minutes", type=float, default=20.0, help="of the run")
    parser.add_argument("--speed", type=float, default=6.0, help="times as fast as time goes")
    return parser.parse_args()


if __name__ == "__main__":
    main()
