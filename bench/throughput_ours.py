"""One process of Eyebright for `bench.throughput`: decode, detect, align, embed, one thread.

Speaks lines: prints "ready", then for every line on its input works through its photos and prints
JSON. The line says what to do: "pipeline", or "bare" for the nets alone on the arrays that the
pipeline fed them.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from eyebright.analysis.faces.analyser import FaceAnalyser
from eyebright.geometry.arrays import AnyArray, ByteArray, FloatArray
from eyebright.imaging.crops import use_one_thread_per_call
from eyebright.imaging.decode import decode_image
from eyebright.packs.pack import load_pack
from eyebright.runtime.session import OnnxModel, Runtime

Feed = ByteArray | Mapping[str, AnyArray]


def main() -> None:
    home, photos = Path(sys.argv[1]), [Path(path) for path in sys.argv[2:]]
    use_one_thread_per_call()
    analyser = FaceAnalyser.load(load_pack(home / "packs", "faces"), Runtime(slots=1))
    encoded = [photo.read_bytes() for photo in photos]
    with recording() as calls:
        found = [boxes_of(analyser, data) for data in encoded]
    work: dict[str, Callable[[], None]] = {
        "pipeline": lambda: run_pipeline(analyser, encoded),
        "bare": lambda: run_bare(calls),
    }
    print("ready", flush=True)
    for line in sys.stdin:
        start, busy = time.perf_counter(), time.process_time()
        work[line.strip()]()
        seconds, processor = time.perf_counter() - start, time.process_time() - busy
        answer = {"seconds": seconds, "processor_seconds": processor, "found": found}
        print(json.dumps(answer), flush=True)
    os._exit(0)  # sessions take a second to take down, and nothing waits for it


def run_pipeline(analyser: FaceAnalyser, encoded: list[bytes]) -> None:
    for data in encoded:
        image = decode_image(data)
        analyser.embed(image, analyser.detect(image))


def run_bare(calls: list[tuple[OnnxModel, Feed]]) -> None:
    for model, feed in calls:
        model.run(feed)


def boxes_of(analyser: FaceAnalyser, data: bytes) -> list[list[float]]:
    """Boxes of one photo; embeds as well, so that the nets' inputs are all recorded."""
    image = decode_image(data)
    detections = analyser.detect(image)
    vectors: FloatArray = analyser.embed(image, detections)
    assert len(vectors) == len(detections)
    boxes: list[list[float]] = detections.boxes_xyxy.round(1).astype(float).tolist()
    return boxes


@contextmanager
def recording() -> Iterator[list[tuple[OnnxModel, Feed]]]:
    """Every run of a net with a copy of its input, in order."""
    calls: list[tuple[OnnxModel, Feed]] = []
    plain = OnnxModel.run

    def run(model: OnnxModel, images: Feed) -> dict[str, AnyArray]:
        kept = images if isinstance(images, Mapping) else np.array(images)
        calls.append((model, kept))
        return plain(model, images)

    OnnxModel.run = run  # type: ignore[method-assign, assignment]
    try:
        yield calls
    finally:
        OnnxModel.run = plain  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
