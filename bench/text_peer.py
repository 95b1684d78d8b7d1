"""One process of the `rapidocr` package for `bench.text_speed`, at its default setting.

Runs in a virtual environment of its own and imports nothing of Eyebright. Speaks the same lines as
`text_ours.py`. It looks at the same size (shorter side 736) with the same weights, one thread.
"""

import json
import logging
import os
import sys
import time

import rapidocr

ONE_THREAD = {
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


def main() -> None:
    pictures = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    reader = rapidocr.RapidOCR(params=ONE_THREAD)

    def work(picture: str) -> list[list[float]]:
        boxes = reader(picture).boxes
        return [] if boxes is None else [[float(x) for x in box[0]] for box in boxes]

    found = [work(picture) for picture in pictures]
    print("ready", flush=True)
    for _ in sys.stdin:
        start, busy = time.perf_counter(), time.process_time()
        for picture in pictures:
            work(picture)
        seconds, processor = time.perf_counter() - start, time.process_time() - busy
        answer = {"seconds": seconds, "processor_seconds": processor, "found": found}
        print(json.dumps(answer), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
