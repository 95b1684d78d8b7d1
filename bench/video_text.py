"""What can be read in films: which texts are found, and whether they begin and end when they do.

    python -m bench.video_text --data ../shared/data/dev --home "$EYEBRIGHT_HOME"

The composites hold captions and cards whose frames are known; a text is found if a line of the same
letters is told, and in time if that line begins and ends within a second of when it does. Of the
real films only some texts are noted, by eye, and with what times roughly; of those it is judged
whether they are read while they are there. What else is read in the pictures is nowhere noted, so
there is no precision; how many more lines are told is. Prints tables and writes
bench/results/video_text-DATE.json.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.evidence import options, table, write
from bench.recognition import Share, share
from eyebright.api.film_sightings import Sighting, SightingOptions
from eyebright.api.local import LocalEyebright, open_local
from eyebright.settings import read_settings
from eyebright.video.sampling import parse_policy

POLICIES = ("1fps", "2fps", "4fps")
TOLERANCE_MS = 1000


@dataclass(frozen=True, slots=True)
class Shown:
    """exact: whether its times are known to the frame."""

    film: Path
    text: str
    start_ms: int
    end_ms: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """read, in_time: of the texts of composites. read_in_real: of those noted in real films.
    others: lines that are no noted text."""

    read: Share
    in_time: Share
    read_in_real: Share
    others: int


def main() -> None:
    """Read, judge, print and write."""
    chosen = options(__doc__)
    shown = [*composite_texts(chosen.data), *noted_texts(chosen.data)]
    films = sorted({one.film for one in shown})
    findings: dict[str, object] = {"films": len(films), "tolerance_ms": TOLERANCE_MS}
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        (home / "packs").symlink_to((chosen.home / "packs").absolute())
        with open_local(replace(read_settings(), home=home)) as eyebright:
            for policy in POLICIES:
                findings[policy] = judged = judge(eyebright, films, shown, policy)
                rows.append(_row(policy, judged))
    header = ("looks", "read", "in time", "read in real films", "other lines")
    table(f"{len(films)} films", header, rows)
    write("video_text", findings)


def composite_texts(data: Path) -> Iterator[Shown]:
    """Texts whose frames are known."""
    for path in sorted((data / "ground_truth").glob("video_composite_*.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        for one in said["texts"]:
            yield Shown(data / said["video"], one["text"], one["start_ms"], one["end_ms"], True)


def noted_texts(data: Path) -> Iterator[Shown]:
    """Texts of real films, by eye."""
    with (data / "ground_truth/video_text.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            times = int(row["start_ms"]), int(row["end_ms"])
            yield Shown(data / row["video"], row["text"], *times, exact=False)


def judge(
    eyebright: LocalEyebright, films: Sequence[Path], shown: Sequence[Shown], policy: str
) -> Judged:
    """All texts of all films together."""
    read, in_time, real, others = [], [], [], 0
    for film in films:
        told = eyebright.video_text(film, options=SightingOptions(parse_policy(policy))).sightings
        own = [one for one in shown if one.film == film]
        for text in own:
            found = [one for one in told if is_same(one, text)]
            if text.exact:
                read.append(bool(found))
                in_time.append(any(_is_in_time(one, text) for one in found))
            else:
                real.append(_is_read(told, text))
        others += sum(not any(is_same(one, text) for text in own) for one in told)
    return Judged(_share(read), _share(in_time), _share(real), others)


def is_same(told: Sighting, shown: Shown) -> bool:
    """Letters and digits are the same, and both are there at some moment."""
    return plain(told.name) == plain(shown.text) and _overlap(told, shown)


def plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _is_in_time(told: Sighting, shown: Shown) -> bool:
    return (
        abs(told.start_ms - shown.start_ms) <= TOLERANCE_MS
        and abs(told.end_ms - shown.end_ms) <= TOLERANCE_MS
    )


def _is_read(told: Sequence[Sighting], shown: Shown) -> bool:
    """One line or several: what is noted may be broken where lines break."""
    together = {plain(one.name) for one in told if _overlap(one, shown)}
    rest = plain(shown.text)
    while rest:
        piece = max((one for one in together if one and rest.startswith(one)), key=len, default="")
        if not piece:
            return False
        rest = rest.removeprefix(piece)
    return True


def _overlap(told: Sighting, shown: Shown) -> bool:
    return told.start_ms < shown.end_ms and shown.start_ms < told.end_ms


def _share(hits: Sequence[bool]) -> Share:
    return share(np.array(hits or [False], np.bool_))


def _row(policy: str, judged: Judged) -> list[str]:
    shares = (judged.read, judged.in_time, judged.read_in_real)
    said = [f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}] {one.count}" for one in shares]
    return [policy, *said, str(judged.others)]


if __name__ == "__main__":
    main()
