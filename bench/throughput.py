"""Photos a second from JPEG to vectors, beside the `face_recognition` package and the bare nets.

python -m bench.throughput [--data FOLDER] [--home HOME] [--photos 100] [--rounds 3]

Photos are portraits of 640x480, letterboxed (from the CelebA part of the labelled data when it is
there, else from the pack `samples`). Each side runs in as many processes as there are processors,
one thread each; the sides take turns in one run, so that a machine whose speed drifts favours
nobody. The peer lives in .venv-peer, made at first use with dlib-bin.

Prints a table and writes bench/results/throughput-DATE.json. Run it on a machine that does nothing
else.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from bench.evidence import table, write
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.crops import resize
from eyebright.imaging.decode import decode_image
from eyebright.imaging.encode import encode_jpeg
from eyebright.packs.pack import load_pack
from eyebright.runtime.session import usable_processors

ROOT = Path(__file__).parent.parent
PEER_VENV = ROOT / ".venv-peer"
PEER_PACKAGES = ("dlib-bin==20.0.1.post1", "face_recognition==1.3.0", "face_recognition_models")
PEER_NEEDS = ("numpy", "pillow", "click", "setuptools<81")
SIZE_WH = (640, 480)
QUALITY = 90
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Side:
    """One contestant: how a process of it is started, and what it is told to do."""

    name: str
    command: tuple[str, ...]
    order: str


@dataclass(frozen=True, slots=True)
class Speed:
    """photos a second of all processes together, the median round; found: the share of photos
    in which a face was found (each shows one or more)."""

    photos_per_second: float
    rounds: tuple[float, ...]
    found: float
    processor_ms_per_photo: float


class Worker:
    """A process that has loaded its models and waits for orders."""

    def __init__(self, side: Side, photos: Sequence[Path]) -> None:
        self.photos = photos
        self._process = subprocess.Popen(
            [*side.command, *map(str, photos)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, **ONE_THREAD},
        )

    def await_ready(self) -> None:
        if (line := self._line()) != "ready":
            raise RuntimeError(f"A process said {line!r} instead of being ready.")

    def start(self, order: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()

    def finish(self) -> Mapping[str, object]:
        answer: Mapping[str, object] = json.loads(self._line())
        return answer

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def main() -> None:
    said = read_arguments()
    make_peer()
    home = said.home.expanduser()
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        photos = write_photos(Path(scratch), said.data, home, said.photos)
        teams = {
            side: stack.enter_context(team(side, photos)) for side in sides(home, said.peer_rounds)
        }
        rounds: dict[Side, list[list[Mapping[str, object]]]] = {side: [] for side in teams}
        for number in range(said.rounds):
            for side, workers in teams.items():
                rounds[side].append(run_together(workers, side.order))
                print(f"round {number + 1}: {side.name}", flush=True)
        speeds = {
            side.name: speed_of(side_rounds, len(photos)) for side, side_rounds in rounds.items()
        }
    report(speeds, photos=len(photos))


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data/dev"))
    home = os.environ.get("EYEBRIGHT_HOME", "~/.eyebright")
    parser.add_argument("--home", type=Path, default=Path(home))
    parser.add_argument("--photos", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--peer-rounds", type=int, nargs="*", default=[1, 0], help="enlargements of the peer"
    )
    return parser.parse_args()


def make_peer() -> None:
    """The peer's virtual environment; dlib comes ready built, so its packages go without needs."""
    if (PEER_VENV / "ready").exists():
        return
    print("Making .venv-peer with face_recognition ...", flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(PEER_VENV)], check=True)
    pip = [str(PEER_VENV / "bin/python"), "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "install", "--no-deps", *PEER_PACKAGES], check=True)
    subprocess.run([*pip, "install", *PEER_NEEDS], check=True)
    (PEER_VENV / "ready").touch()


def sides(home: Path, peer_enlargements: Sequence[int]) -> Iterator[Side]:
    ours = (sys.executable, "-m", "bench.throughput_ours", str(home))
    yield Side("eyebright", ours, "pipeline")
    yield Side("bare onnxruntime", ours, "bare")
    peer = (str(PEER_VENV / "bin/python"), str(ROOT / "bench/throughput_peer.py"))
    for times in peer_enlargements:
        yield Side(f"face_recognition, enlarged {times}x", (*peer, str(times)), "go")


def write_photos(folder: Path, data: Path, home: Path, count: int) -> list[Path]:
    """Letterboxed JPEGs; sources are repeated when there are too few."""
    sources = sorted((data / "faces/celeba").glob("*/*.jpg"))
    if not sources:
        sources = list(load_pack(home / "packs", "samples").photos())
    step = max(1, len(sources) // count)
    chosen = (sources[::step] * count)[:count]
    photos = []
    for number, source in enumerate(chosen):
        canvas = centred(decode_image(source.read_bytes()).pixels)
        path = folder / f"{number:04d}.jpg"
        path.write_bytes(encode_jpeg(canvas, quality=QUALITY))
        photos.append(path)
    return photos


def centred(pixels: ByteArray) -> ByteArray:
    """The picture as large as it fits into the middle of a black one of SIZE_WH."""
    scale = min(SIZE_WH[0] / pixels.shape[1], SIZE_WH[1] / pixels.shape[0])
    size_wh = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    left, top = (SIZE_WH[0] - size_wh[0]) // 2, (SIZE_WH[1] - size_wh[1]) // 2
    canvas = np.zeros((SIZE_WH[1], SIZE_WH[0], 3), np.uint8)
    canvas[top : top + size_wh[1], left : left + size_wh[0]] = resize(pixels, size_wh)
    return canvas


@contextmanager
def team(side: Side, photos: Sequence[Path]) -> Iterator[list[Worker]]:
    """One process for each processor, the photos dealt out among them."""
    count = usable_processors()
    workers = [Worker(side, photos[start::count]) for start in range(count)]
    try:
        for worker in workers:
            worker.await_ready()
        yield workers
    finally:
        for worker in workers:
            worker.stop()


def run_together(workers: Sequence[Worker], order: str) -> list[Mapping[str, object]]:
    for worker in workers:
        worker.start(order)
    return [worker.finish() for worker in workers]


def speed_of(rounds: Sequence[Sequence[Mapping[str, object]]], photos: int) -> Speed:
    """Each process has its own speed; together they have the sum."""
    per_round = []
    for answers in rounds:
        shares = [(len(_found(answer)), _number(answer, "seconds")) for answer in answers]
        per_round.append(sum(count / seconds for count, seconds in shares))
    processor = statistics.median(
        sum(_number(answer, "processor_seconds") for answer in answers) for answers in rounds
    )
    hits = sum(len(boxes) > 0 for answer in rounds[0] for boxes in _found(answer))
    return Speed(
        photos_per_second=round(statistics.median(per_round), 2),
        rounds=tuple(round(value, 2) for value in per_round),
        found=round(hits / photos, 4),
        processor_ms_per_photo=round(1000 * processor / photos, 2),
    )


def report(speeds: Mapping[str, Speed], *, photos: int) -> None:
    ours, bare = speeds["eyebright"], speeds["bare onnxruntime"]
    rows = [
        [
            name,
            f"{speed.photos_per_second:.1f}",
            f"{ours.photos_per_second / speed.photos_per_second:.2f}",
            f"{speed.processor_ms_per_photo:.1f}",
            f"{speed.found:.3f}",
        ]
        for name, speed in speeds.items()
    ]
    header = ["", "photos/s", "eyebright is x times", "processor ms", "face found"]
    table(f"{photos} photos of 640x480, {usable_processors()} processes", header, rows)
    write(
        "throughput",
        {
            "photos": photos,
            "processes": usable_processors(),
            "peer": {"dlib-bin": PEER_PACKAGES[0], "face_recognition": PEER_PACKAGES[1]},
            "share_of_bare": round(ours.photos_per_second / bare.photos_per_second, 3),
            "times_peer": {
                name: round(ours.photos_per_second / speed.photos_per_second, 2)
                for name, speed in speeds.items()
                if name.startswith("face_recognition")
            },
            "speeds": speeds,
            "onnxruntime": version("onnxruntime"),
        },
    )


def _found(answer: Mapping[str, object]) -> list[list[list[float]]]:
    found = answer["found"]
    assert isinstance(found, list)
    return found


def _number(answer: Mapping[str, object], key: str) -> float:
    value = answer[key]
    assert isinstance(value, float | int)
    return float(value)


if __name__ == "__main__":
    main()
