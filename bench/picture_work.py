"""What `bench.pictures` measures: pictures, the operations on them, and their models alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.throughput_ours import Feed, recording
from eyebright.analysis.faces.observation import ALL_ATTRIBUTES
from eyebright.analysis.observations import PERSON_ATTRIBUTES
from eyebright.analysis.sight import Sight
from eyebright.app.sight import InstalledPacks, LazyVision, installed_sight
from eyebright.errors import PackNotInstalled
from eyebright.imaging.crops import resize
from eyebright.imaging.decode import decode_image
from eyebright.imaging.draw import Mark, draw_marks
from eyebright.imaging.encode import encode_jpeg
from eyebright.imaging.image import Image
from eyebright.packs.pack import load_pack
from eyebright.runtime.session import OnnxModel, Runtime
from eyebright.settings import Settings

QUALITY = 90
SIGNS = (
    "Platform 9", "to the station", "OPEN 8-18 h", "Bakery", "No parking", "Rue du Port 14",
    "Fresh bread", "exit", "Tickets 4.50", "please ring twice", "Hotel Meridian", "2026",
)  # fmt: skip
GRID = (3, 4)
"""Signs across and down."""
Calls = list[tuple[OnnxModel, Feed]]
Operation = Callable[[Sight, Image], object]


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """What the server is made of, without the server."""

    sight: Sight
    runtime: Runtime


def open_bench(home: Path, *, slots: int = 0) -> Bench:
    settings = Settings(home=home)
    runtime = Runtime(slots=slots)
    faces = LazyVision(InstalledPacks(settings, runtime).faces)
    return Bench(installed_sight(settings, runtime, faces=faces), runtime)


def detect_faces(sight: Sight, image: Image) -> object:
    found = sight.faces.detect(image)
    return sight.faces.describe(image, found, wanted=ALL_ATTRIBUTES)


def recognise_faces(sight: Sight, image: Image) -> object:
    """What RecognizeCelebrities does before it searches."""
    return sight.faces.embed(image, sight.faces.detect(image))


def labels(sight: Sight, image: Image) -> object:
    return sight.labels().label(sight.observe(image))


def moderation(sight: Sight, image: Image) -> object:
    return sight.moderation().moderate(sight.observe(image))


OPERATIONS: Mapping[str, Operation] = {
    "labels": labels,
    "properties": lambda sight, image: sight.properties().measure(image),
    "text": lambda sight, image: sight.text().read(image),
    "moderation": moderation,
    "equipment": lambda sight, image: sight.equipment().inspect(sight.observe(image)),
    "faces": detect_faces,
    "celebrities": recognise_faces,
}


def at_once(sight: Sight, image: Image) -> object:
    """Labels, faces and moderation of one picture, each model asked once."""
    seen = sight.observe(image)
    return sight.labels().label(seen), seen.described_faces, sight.moderation().moderate(seen)


def described(sight: Sight, image: Image) -> object:
    """The faces of `at_once`, asked for alone."""
    return sight.faces.describe(image, sight.faces.detect(image), wanted=PERSON_ATTRIBUTES)


SEPARATELY: Mapping[str, Operation] = {
    "labels": labels,
    "faces": described,
    "moderation": moderation,
}


def available(sight: Sight, image: Image, operations: Mapping[str, Operation]) -> Iterator[str]:
    """Those whose packs are installed; each is loaded by being tried."""
    for name, operation in operations.items():
        try:
            operation(sight, image)
        except PackNotInstalled as error:
            print(f"{name} is left out: {error.message}", flush=True)
        else:
            yield name


def photographs(home: Path, size_wh: tuple[int, int]) -> list[bytes]:
    """The sample photographs as JPEGs of one size, cut to its shape around their middle."""
    encoded = []
    for path in load_pack(home / "packs", "samples").photos():
        pixels = decode_image(path.read_bytes()).pixels
        height, width = pixels.shape[:2]
        scale = max(size_wh[0] / width, size_wh[1] / height)
        cut = (round(size_wh[0] / scale), round(size_wh[1] / scale))
        left, top = (width - cut[0]) // 2, (height - cut[1]) // 2
        inner = pixels[top : top + cut[1], left : left + cut[0]]
        encoded.append(encode_jpeg(resize(inner, size_wh), quality=QUALITY))
    return encoded


def with_words(photos: Sequence[bytes]) -> list[bytes]:
    """The same with a sign in each part of a grid: photographs of people have nothing to read."""
    across, down = GRID
    written = []
    for photo in photos:
        pixels = decode_image(photo).pixels
        height, width = pixels.shape[0] / down, pixels.shape[1] / across
        marks = [
            Mark((x * width, (y + 0.5) * height, (x + 0.8) * width, (y + 0.9) * height), sign)
            for sign, (y, x) in zip(SIGNS, np.ndindex(down, across), strict=True)
        ]
        written.append(encode_jpeg(draw_marks(pixels, marks), quality=QUALITY))
    return written


def calls_of(work: Callable[[bytes], object], photos: Sequence[bytes]) -> list[Calls]:
    """For each photograph, the models that run on it and what they are given."""
    found = []
    for photo in photos:
        with recording() as calls:
            work(photo)
        found.append(list(calls))
    return found


def replay(calls: Calls) -> None:
    """The models alone, on what they were given."""
    for model, feed in calls:
        model.run(feed)


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds a picture: of wall time with all threads busy, and of processor time, which
    other programs on the machine hardly change."""

    wall_ms: float
    processor_ms: float


def cost_each(jobs: Sequence[Callable[[], object]], *, threads: int) -> Cost:
    """Of all jobs on so many threads, divided by their number."""
    with ThreadPoolExecutor(threads) as pool:
        start, busy = time.perf_counter(), time.process_time()
        for done in [pool.submit(job) for job in jobs]:
            done.result()
        wall, processor = time.perf_counter() - start, time.process_time() - busy
    return Cost(1000 * wall / len(jobs), 1000 * processor / len(jobs))
