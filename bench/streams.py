"""Eight live streams at once: how far behind them the answers are.

    python -m bench.streams --data ../shared/data/dev --home "$EYEBRIGHT_HOME"

Eight stations on loopback, in a process of their own, play a film of people at 720p and 25 frames a
second as MPEG-TS over HTTP, as fast as time goes. Eight face searches in a gallery of 150 people
look at them every six seconds, as `eyebright serve` runs them. Lag is from when the last byte of a
frame came to when its record was written; late is by how much the step from one record to the next
was longer than six seconds. Prints tables and writes bench/results/streams-DATE.json.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import cycle, islice, pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.stream import VideoStream

from bench.evidence import options, table, write
from bench.who import COLLECTION, enrol
from eyebright.api.local import LocalEyebright, open_local
from eyebright.app.rooms import Eyebright
from eyebright.app.streams import build_stream_worker
from eyebright.geometry.arrays import ByteArray
from eyebright.ids import CollectionId
from eyebright.imaging.crops import resize
from eyebright.settings import read_settings
from eyebright.streams.values import FaceSearchPlan, StartRequest, StreamPlan
from eyebright.testing.streams import LiveStation
from eyebright.video.reader import VideoReader
from eyebright.video.sampling import EveryFrame

STREAMS = 8
EVERY_SECONDS = 6.0
SECONDS = 120.0
FILM = "video/composite_dev_1.mp4"
SIZE_WH = (1280, 720)
FRAME_RATE = 25
KEYFRAME_EVERY = 50
ROLE = "arn:aws:iam::123456789012:role/bench"


@dataclass(frozen=True, slots=True)
class Heard:
    """Of one stream, the first record left out. lags, late: seconds."""

    records: int
    faces: int
    known: int
    lags: tuple[float, ...]
    late: tuple[float, ...]


def main() -> None:
    """Film, play, listen, print and write."""
    chosen = options(__doc__)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = folder / "home"
        home.mkdir()
        (home / "packs").symlink_to((chosen.home / "packs").absolute())
        with VideoReader.open(chosen.data / FILM) as video:
            pictures = [frame.pixels for frame in video.frames(EveryFrame())]
        film = write_film(folder / "film.ts", pictures, seconds=SECONDS + 30)
        settings = replace(read_settings(), home=home, stream_every=f"{EVERY_SECONDS:g}s")
        with stations(film) as addresses, open_local(settings) as eyebright:
            enrol(eyebright, chosen.data, folder / "people")
            sink = Stopwatch()
            cpu_seconds = listen(eyebright, addresses, sink)
    tell([hear(sink.written[str(number)]) for number in range(STREAMS)], cpu_seconds)


def write_film(path: Path, pictures: Sequence[ByteArray], *, seconds: float) -> Path:
    """The pictures at 720p, over and over."""
    count = round(seconds * FRAME_RATE)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "libx264", rate=FRAME_RATE, options={"preset": "ultrafast", "b": "4000000"}
        )
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = SIZE_WH
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = KEYFRAME_EVERY
        for number, pixels in enumerate(islice(cycle(pictures), count)):
            frame = av.VideoFrame.from_ndarray(resize(pixels, SIZE_WH), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FRAME_RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@contextmanager
def stations(film: Path, *, seconds: float = SECONDS + 30) -> Iterator[list[str]]:
    """The addresses of stations that play the film in so many seconds, in another process."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_play, args=(film, seconds, theirs)
    )
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("enough")
        process.join()


def _play(film: Path, seconds: float, line: Connection) -> None:
    content = film.read_bytes()
    with ExitStack() as stack:
        playing = [
            stack.enter_context(LiveStation.of_film(content, seconds=seconds))
            for _ in range(STREAMS)
        ]
        line.send([station.address for station in playing])
        line.recv()


class Stopwatch:
    """Takes records and says when each came: stream -> (seconds since 1970, record)."""

    def __init__(self) -> None:
        self.written: dict[str, list[tuple[float, Any]]] = defaultdict(list)

    def put(self, _stream_arn: str, text: str, *, key: str) -> None:
        self.written[key].append((time.time(), json.loads(text)))


def listen(eyebright: LocalEyebright, addresses: Iterable[str], sink: Stopwatch) -> float:
    """Run the face searches for a while; seconds of processor time that this process took."""
    rooms = processors(eyebright, addresses)
    before = time.process_time()
    with build_stream_worker(rooms, sink=sink):
        time.sleep(SECONDS)
        return time.process_time() - before


def processors(eyebright: LocalEyebright, addresses: Iterable[str]) -> Eyebright:
    """Started face searches, one for each address, and the rooms that know the addresses."""
    scope, pairs = eyebright.scope, []
    for number, address in enumerate(addresses):
        video = f"arn:aws:kinesisvideo:{scope.region}:{scope.account_id}:stream/{number}/1"
        data = f"arn:aws:kinesis:{scope.region}:{scope.account_id}:stream/{number}"
        pairs.append(f"{video}={address}")
        plan = StreamPlan(
            video,
            ROLE,
            face_search=FaceSearchPlan(CollectionId(COLLECTION)),
            records_arn=data,
        )
        eyebright.rooms.streams.create(scope, str(number), plan=plan)
        eyebright.rooms.streams.start(scope, str(number), StartRequest())
    settings = replace(eyebright.rooms.settings, streams=" ".join(pairs))
    eyebright.rooms.vision.preload()
    return replace(eyebright.rooms, settings=settings)


def hear(told: Sequence[tuple[float, Any]]) -> Heard:
    """What the records of a stream say of themselves."""
    written, records = [at for at, _ in told[1:]], [record for _, record in told[1:]]
    faces = [face for record in records for face in record["FaceSearchResponse"]]
    stamps = [record["InputInformation"]["KinesisVideo"] for record in records]
    return Heard(
        records=len(records),
        faces=len(faces),
        known=sum(bool(face["MatchedFaces"]) for face in faces),
        lags=tuple(
            at - stamp["ServerTimestamp"] for at, stamp in zip(written, stamps, strict=True)
        ),
        late=tuple(after - before - EVERY_SECONDS for before, after in pairwise(written)),
    )


def tell(heard: Sequence[Heard], cpu_seconds: float) -> None:
    lags = np.array([lag for one in heard for lag in one.lags])
    late = np.array([step for one in heard for step in one.late])
    findings: dict[str, object] = {
        "streams": STREAMS,
        "every_seconds": EVERY_SECONDS,
        "seconds": SECONDS,
        "size_wh": SIZE_WH,
        "records": sum(one.records for one in heard),
        "faces": sum(one.faces for one in heard),
        "known": sum(one.known for one in heard),
        "lag_seconds": _spread(lags),
        "late_seconds": _spread(late),
        "processors_used": cpu_seconds / SECONDS,
        "processors": os.cpu_count(),
    }
    rows = [
        (str(number), str(one.records), str(one.faces), str(one.known), f"{max(one.lags):.2f} s")
        for number, one in enumerate(heard)
    ]
    table("streams", ("stream", "records", "faces", "known", "longest lag"), rows)
    print(json.dumps(findings, indent=1))
    write("streams", findings)


def _spread(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> dict[str, float]:
    return {
        "median": float(np.median(values)),
        "95th": float(np.quantile(values, 0.95)),
        "most": float(values.max()),
        "count": len(values),
    }


if __name__ == "__main__":
    main()
