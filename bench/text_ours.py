"""One process of Eyebright for `bench.text_speed`: decode and read, one thread.

Speaks lines: prints "ready", then for every line on its input reads its pictures and prints JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from eyebright.analysis.text.reader import PaddleReader
from eyebright.imaging.crops import use_one_thread_per_call
from eyebright.imaging.decode import decode_image
from eyebright.packs.pack import load_pack
from eyebright.runtime.session import Runtime


def main() -> None:
    home, pictures = Path(sys.argv[1]), [Path(path) for path in sys.argv[2:]]
    use_one_thread_per_call()
    reader = PaddleReader.load(load_pack(home / "packs", "text"), Runtime(slots=1))

    def work(picture: Path) -> list[list[float]]:
        lines = reader.read(decode_image(picture.read_bytes()))
        return [list(line.polygon_xy[0]) for line in lines]

    found = [work(picture) for picture in pictures]
    print("ready", flush=True)
    for _ in sys.stdin:
        start, busy = time.perf_counter(), time.process_time()
        for picture in pictures:
            work(picture)
        seconds, processor = time.perf_counter() - start, time.process_time() - busy
        answer = {"seconds": seconds, "processor_seconds": processor, "found": found}
        print(json.dumps(answer), flush=True)
    os._exit(0)  # sessions take a second to take down, and nothing waits for it


if __name__ == "__main__":
    main()
