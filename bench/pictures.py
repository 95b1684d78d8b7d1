"""Pictures a second of every operation on pictures, beside its bare models; what sharing saves;
and memory.

    python -m bench.pictures [--home HOME] [--seconds 4] [--rounds 3]

One process with as many threads as processors, as the server runs. The bare models get the very
arrays that the operation gave them and run on as many threads; the two sides take turns in one run,
so that a machine whose speed drifts favours neither. Photographs are those of the pack `samples`
at two sizes, for text with twelve signs drawn on each; operations whose packs are not installed are
left out.

Prints tables and writes bench/results/pictures-DATE.json. Run it on a machine that does nothing
else.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.evidence import table, write
from bench.picture_work import (
    OPERATIONS,
    SEPARATELY,
    Bench,
    Cost,
    Operation,
    at_once,
    available,
    calls_of,
    cost_each,
    open_bench,
    photographs,
    replay,
    with_words,
)
from eyebright.imaging.crops import use_one_thread_per_call
from eyebright.imaging.decode import decode_image

SIZES_WH = ((640, 480), (1600, 1200))
Job = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Turns:
    """How long a turn of one side takes, about, and how many each side gets."""

    seconds: float
    rounds: int


@dataclass(frozen=True, slots=True)
class Pace:
    """From the JPEG (whole), from its pixels (decoded), and of the models alone (bare).

    shares: the part of the bare models' speed that is left; by processor time it is meaningful on a
    machine that does other things too.
    """

    pictures_per_second: float
    whole: Cost
    decoded: Cost
    bare: Cost
    share_of_bare: float
    share_of_bare_decoded: float
    processor_share: float
    processor_share_decoded: float
    runs_per_picture: float

    @classmethod
    def of(cls, costs: Mapping[str, Cost], *, runs: float) -> Pace:
        whole, decoded, bare = costs["whole"], costs["decoded"], costs["bare"]
        return cls(
            pictures_per_second=round(1000 / whole.wall_ms, 2),
            whole=whole,
            decoded=decoded,
            bare=bare,
            share_of_bare=round(bare.wall_ms / whole.wall_ms, 3),
            share_of_bare_decoded=round(bare.wall_ms / decoded.wall_ms, 3),
            processor_share=round(bare.processor_ms / whole.processor_ms, 3),
            processor_share_decoded=round(bare.processor_ms / decoded.processor_ms, 3),
            runs_per_picture=round(runs, 1),
        )

    def cells(self) -> list[str]:
        costs = (self.whole, self.decoded, self.bare)
        shares = (self.share_of_bare, self.share_of_bare_decoded)
        by_processor = (self.processor_share, self.processor_share_decoded)
        return [
            f"{self.pictures_per_second:.1f}",
            *(f"{cost.wall_ms:.1f}" for cost in costs),
            *(f"{share:.2f}" for share in (*shares, *by_processor)),
            f"{self.runs_per_picture}",
        ]


HEADER = (
    *("", "pictures/s", "ms", "decoded ms", "bare ms", "share", "decoded"),
    *("by processor", "decoded", "runs"),
)


def main() -> None:
    said = read_arguments()
    home = said.home.expanduser()
    use_one_thread_per_call()
    bench, turns = open_bench(home), Turns(said.seconds, said.rounds)
    findings: dict[str, object] = {"threads": bench.runtime.slots}
    findings["speeds"] = {
        _size(size_wh): speeds_of(bench, photographs(home, size_wh), turns, title=_size(size_wh))
        for size_wh in SIZES_WH
    }
    findings["shared"] = {
        _size(size_wh): shared_of(bench, photographs(home, size_wh), turns) for size_wh in SIZES_WH
    }
    findings["memory"] = memory(home)
    write("pictures", findings)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    home = os.environ.get("EYEBRIGHT_HOME", "~/.eyebright")
    parser.add_argument("--home", type=Path, default=Path(home))
    parser.add_argument("--seconds", type=float, default=4.0, help="of one turn, about")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each side")
    return parser.parse_args()


def speeds_of(
    bench: Bench, photos: Sequence[bytes], turns: Turns, *, title: str
) -> dict[str, Pace]:
    """Every installed operation on these photographs."""
    first = decode_image(photos[0])
    found = {
        name: pace_of(
            bench, OPERATIONS[name], with_words(photos) if name == "text" else photos, turns
        )
        for name in available(bench.sight, first, OPERATIONS)
    }
    rows = [[name, *pace.cells()] for name, pace in found.items()]
    about = f"{title}, {len(photos)} photographs, {bench.runtime.slots} threads"
    table(about, HEADER, rows)
    return found


def pace_of(bench: Bench, operation: Operation, photos: Sequence[bytes], turns: Turns) -> Pace:
    def from_jpeg(photo: bytes) -> object:
        return operation(bench.sight, decode_image(photo))

    images = [decode_image(photo) for photo in photos]
    calls = calls_of(from_jpeg, photos)
    sides: dict[str, list[Job]] = {
        "whole": [partial(from_jpeg, photo) for photo in photos],
        "decoded": [partial(operation, bench.sight, image) for image in images],
        "bare": [partial(replay, own) for own in calls],
    }
    costs = in_turns(sides, turns, threads=bench.runtime.slots)
    return Pace.of(costs, runs=sum(map(len, calls)) / len(calls))


def shared_of(bench: Bench, photos: Sequence[bytes], turns: Turns) -> dict[str, float]:
    """Labels, faces and moderation: at once, one after another as three requests, and the models
    that run when they are asked at once. Empty when one of them is not installed."""
    first = decode_image(photos[0])
    if set(available(bench.sight, first, SEPARATELY)) != set(SEPARATELY):
        return {}

    def together(photo: bytes) -> object:
        return at_once(bench.sight, decode_image(photo))

    def apart(photo: bytes) -> object:
        return [operation(bench.sight, decode_image(photo)) for operation in SEPARATELY.values()]

    sides: dict[str, list[Job]] = {
        "at_once": [partial(together, photo) for photo in photos],
        "separately": [partial(apart, photo) for photo in photos],
        "bare": [partial(replay, calls) for calls in calls_of(together, photos)],
    }
    costs = in_turns(sides, turns, threads=bench.runtime.slots)
    once, apart_cost, bare = costs["at_once"], costs["separately"], costs["bare"]
    found = {
        **{f"{name}_ms": round(cost.wall_ms, 2) for name, cost in costs.items()},
        "over_models": round(once.wall_ms / bare.wall_ms, 3),
        "over_models_by_processor": round(once.processor_ms / bare.processor_ms, 3),
        "of_separately": round(once.wall_ms / apart_cost.wall_ms, 3),
    }
    rows = [[name, f"{value:.2f}"] for name, value in found.items()]
    table("labels, faces and moderation of one picture", ["", ""], rows)
    return found


def in_turns(sides: Mapping[str, list[Job]], turns: Turns, *, threads: int) -> dict[str, Cost]:
    """The median turn of each side. Every side does each of its jobs equally often."""
    found: dict[str, list[Cost]] = {name: [] for name in sides}
    repeats = {
        name: max(1, round(1000 * turns.seconds / (_wall(jobs, threads) * len(jobs))))
        for name, jobs in sides.items()
    }
    for _ in range(turns.rounds):
        for name, jobs in sides.items():
            found[name].append(cost_each(jobs * repeats[name], threads=threads))
    return {name: _median(costs) for name, costs in found.items()}


def _wall(jobs: Sequence[Job], threads: int) -> float:
    return cost_each(jobs, threads=threads).wall_ms


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        round(statistics.median(cost.wall_ms for cost in costs), 3),
        round(statistics.median(cost.processor_ms for cost in costs), 3),
    )


def memory(home: Path) -> dict[str, object]:
    """Resident megabytes of a fresh process, as it loads one capability after another."""
    command = [sys.executable, "-m", "bench.picture_memory", str(home)]
    said = subprocess.check_output(command, text=True, cwd=Path(__file__).parents[1])
    found: dict[str, object] = json.loads(said.strip().splitlines()[-1])
    rows = [[name, json.dumps(value)] for name, value in found.items()]
    table("resident memory, MB", ["", ""], rows)
    return found


def _size(size_wh: tuple[int, int]) -> str:
    return f"{size_wh[0]}x{size_wh[1]}"


if __name__ == "__main__":
    main()
