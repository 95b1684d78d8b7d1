"""How long a search takes against the time to read the codes once, and whether it misses anything.

    python -m bench.search [--count 1000000] [--rounds 15]

Everything is measured side by side in one run: each round reads the int8 matrix, searches it and
searches the float32 oracle, so that ratios hold on a machine whose speed drifts. Vectors are
generated: identities with several samples each, whose cosines lie where those of faces do.
Prints tables and writes bench/results/search-DATE.json.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from bench.evidence import table, write
from eyebright.geometry.arrays import FloatArray
from eyebright.vectors.exact import ExactIndex
from eyebright.vectors.int8 import Int8Index
from eyebright.vectors.products import CodeArray
from eyebright.vectors.quantise import quantise

DIMENSION = 320
SAMPLES_PER_IDENTITY = 5
SAME_IDENTITY_COSINE = 0.6
PIECE = 50_000
MIN_SCORE = 0.45
MAX_FACES = 100
MISS_QUERIES = 100
BATCH = 64
COLLECTIONS, FACES_PER_COLLECTION = 10_000, 10


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds per call: the best and the middle of all rounds."""

    best: float
    median: float

    @classmethod
    def of(cls, seconds: list[float]) -> Timing:
        return cls(min(seconds), statistics.median(seconds))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    said = parser.parse_args()
    threads = os.cpu_count() or 1
    tiny = measure_tiny()  # first, while no freed memory can hide what they take
    with ThreadPoolExecutor(threads) as workers:
        large = measure_large(said.count, said.rounds, workers)
    write(
        "search",
        {
            "numkong": version("numkong"),
            "count": said.count,
            "dimension": DIMENSION,
            "min_score": MIN_SCORE,
            "max_faces": MAX_FACES,
            "threads": threads,
            **large,
            "tiny_collections": tiny,
        },
    )


def measure_large(count: int, rounds: int, workers: Executor) -> dict[str, object]:
    """One large collection: read, search, oracle, in turn; then misses."""
    single, shared, oracle = (
        Int8Index(DIMENSION),
        Int8Index(DIMENSION, workers=workers),
        ExactIndex(DIMENSION),
    )
    codes: list[CodeArray] = []
    started = time.perf_counter()
    for start, rows in generated(count):
        keys = [f"{at:036d}" for at in range(start, start + len(rows))]
        single.add(keys, rows)
        oracle.add(keys, rows)
        codes.append(quantise(rows).codes)
    # the second index shares the first one's memory: 1.6 GB are enough
    shared._segments, shared._keys = single._segments, single._keys
    built = time.perf_counter() - started
    queries = probes(MISS_QUERIES)

    def found(index: Int8Index | ExactIndex, at: int) -> object:
        query = queries[at % len(queries)]
        return index.search(query, k=MAX_FACES, min_score=MIN_SCORE)

    tasks: dict[str, Callable[[int], object]] = {
        "read, one thread": lambda _: [read(piece) for piece in codes],
        "read, all threads": lambda _: list(workers.map(read, codes)),
        "search, one thread": lambda at: found(single, at),
        "search, all threads": lambda at: found(shared, at),
        "oracle": lambda at: found(oracle, at),
        f"batch of {BATCH}": lambda _: single.search_many(
            queries[:BATCH], k=MAX_FACES, min_score=MIN_SCORE
        ),
    }
    timings = in_turn(tasks, rounds)
    show(timings)
    return {
        "seconds": timings,
        "ratio_one_thread": ratio(timings, "search, one thread", "read, one thread"),
        "ratio_all_threads": ratio(timings, "search, all threads", "read, all threads"),
        "ratio_all_threads_to_one_read": ratio(timings, "search, all threads", "read, one thread"),
        "build_seconds_of_three_indexes": built,
        "oracle_agreement": agreement(single, oracle, queries),
    }


def generated(count: int) -> Iterator[tuple[int, FloatArray]]:
    """Unit rows (n, DIMENSION) in pieces, each with its first position."""
    for start in range(0, count, PIECE):
        identities = np.arange(start, min(start + PIECE, count)) // SAMPLES_PER_IDENTITY
        yield start, samples(identities, np.random.default_rng(1000 + start))


def probes(count: int) -> FloatArray:
    """New samples of the first identities."""
    return samples(np.arange(count), np.random.default_rng(1))


def samples(identities: np.ndarray, random: np.random.Generator) -> FloatArray:
    """One unit row per identity number: its centre, and noise of its own."""
    distinct, position = np.unique(identities, return_inverse=True)
    centres = np.stack([_unit(np.random.default_rng([7, int(each)])) for each in distinct])
    noise = random.standard_normal((len(identities), DIMENSION), dtype=np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    share = np.float32(SAME_IDENTITY_COSINE)
    rows: FloatArray = np.sqrt(share) * centres[position] + np.sqrt(1 - share) * noise
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def _unit(random: np.random.Generator) -> FloatArray:
    vector = random.standard_normal(DIMENSION, dtype=np.float32)
    # people are more alike in some directions than in others
    vector[: DIMENSION // 4] *= 2
    unit: FloatArray = vector / np.linalg.norm(vector)
    return unit


def read(codes: CodeArray) -> int:
    """Touch every byte once, with vector instructions."""
    return int(codes.view(np.int64).sum())


def in_turn(tasks: dict[str, Callable[[int], object]], rounds: int) -> dict[str, Timing]:
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(rounds + 1):
        for name, task in tasks.items():
            started = time.perf_counter()
            task(number)
            if number:  # the first round warms up
                seconds[name].append(time.perf_counter() - started)
    return {name: Timing.of(values) for name, values in seconds.items()}


def ratio(timings: dict[str, Timing], name: str, base: str) -> dict[str, float]:
    return {
        "best": timings[name].best / timings[base].best,
        "median": timings[name].median / timings[base].median,
    }


def agreement(index: Int8Index, oracle: ExactIndex, queries: FloatArray) -> dict[str, object]:
    """Both indexes' answers at the threshold, and at no threshold, for every query."""
    result: dict[str, object] = {"queries": len(queries)}
    for name, min_score in (("above_threshold", MIN_SCORE), ("best_100", -1.0)):
        expected = [oracle.search(each, k=MAX_FACES, min_score=min_score) for each in queries]
        found = [index.search(each, k=MAX_FACES, min_score=min_score) for each in queries]
        batch = index.search_many(queries, k=MAX_FACES, min_score=min_score)
        pairs = list(zip(expected, found, strict=True))
        matches = sum(map(len, expected))
        missed = sum(len(set(right) - set(said)) for right, said in pairs)
        print(f"{name}: {matches} matches, {missed} missed, batch equal: {batch == expected}")
        result[name] = {
            "matches": matches,
            "missed": missed,
            "identical_to_the_last_bit": expected == found,
            "batch_identical": batch == expected,
        }
    return result


def measure_tiny() -> dict[str, object]:
    """Ten thousand collections of ten faces: what each costs to have and to search."""
    rows = samples(np.arange(FACES_PER_COLLECTION), np.random.default_rng(3))
    keys = [f"{at:036d}" for at in range(FACES_PER_COLLECTION)]
    before, started = resident_bytes(), time.perf_counter()
    indexes = [Int8Index(DIMENSION) for _ in range(COLLECTIONS)]
    for index in indexes:
        index.add(keys, rows)
    built, held = time.perf_counter() - started, resident_bytes() - before
    started = time.perf_counter()
    for index in indexes:
        index.search(rows[0], k=MAX_FACES, min_score=MIN_SCORE)
    searched = time.perf_counter() - started
    print(
        f"{COLLECTIONS} collections of {FACES_PER_COLLECTION}: "
        f"{held / COLLECTIONS / 1024:.1f} KiB and {built / COLLECTIONS * 1e6:.0f} us each to make, "
        f"{searched / COLLECTIONS * 1e6:.0f} us to search"
    )
    return {
        "collections": COLLECTIONS,
        "faces_each": FACES_PER_COLLECTION,
        "bytes_each": held / COLLECTIONS,
        "build_seconds_each": built / COLLECTIONS,
        "search_seconds_each": searched / COLLECTIONS,
    }


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def show(timings: dict[str, Timing]) -> None:
    table(
        "milliseconds",
        ["task", "best", "median"],
        [[name, f"{t.best * 1e3:.2f}", f"{t.median * 1e3:.2f}"] for name, t in timings.items()],
    )


if __name__ == "__main__":
    main()
