"""Shots and technical pictures: are they found, to the frame, and how fast?

    python -m bench.shots --data ../shared/data/dev --home "$EYEBRIGHT_HOME"

A boundary is found if one is told within 3 (or 8) frames of it; each counts once. Of a dissolve the
truth is its first mixed frame. Hard cuts are measured alone, too, as they are found without the
pack. Black frames and colour bars are right to half a second at both ends; two thirds of the truth
comes from films whose every frame is known, the rest was confirmed by eye. Slates and credits are
measured on films that `title_films.py` makes, half of them with other writing;
they are right to a second and a half at both ends, since credits that roll begin and end without
any writing. Prints tables and writes bench/results/shots-DATE.json.
"""

from __future__ import annotations

import csv
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.evidence import options, table, write
from bench.title_films import RATE, TitleFilm, title_films
from eyebright.analysis.segments.values import THUMBNAIL_WH, CueKind
from eyebright.analysis.sight import Sight
from eyebright.api.film_segments import FilmSegments, film_segments
from eyebright.api.local import open_local
from eyebright.errors import PackNotInstalled
from eyebright.settings import read_settings
from eyebright.video.reader import VideoReader
from eyebright.video.sampling import EveryFrame
from eyebright.videojobs.segments import SegmentKind, SegmentSettings

TOLERANCES = (3, 8)
CUE_TOLERANCE_MS = 500
TITLE_TOLERANCE_MS = 1_500
CUES = {"BlackFrames": CueKind.BLACK, "ColorBars": CueKind.COLOUR_BARS}
TITLES = (
    CueKind.SLATE,
    CueKind.STUDIO_LOGO,
    CueKind.OPENING_CREDITS,
    CueKind.END_CREDITS,
)
TITLE_FILMS = 46


@dataclass(frozen=True, slots=True)
class Truth:
    """starts: first frames of all shots but the first. dissolves: those that begin slowly. cues:
    kind, start_ms, end_ms; None when the film is not marked for them."""

    path: Path
    starts: tuple[int, ...]
    dissolves: frozenset[int]
    cues: tuple[tuple[CueKind, int, int], ...] | None


@dataclass(frozen=True, slots=True)
class Found:
    """right of told ones, found of true ones."""

    right: int
    told: int
    true: int

    @property
    def precision(self) -> float:
        return self.right / self.told if self.told else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.right / max(self.told + self.true, 1)

    def plus(self, other: Found) -> Found:
        return Found(self.right + other.right, self.told + other.told, self.true + other.true)

    def findings(self) -> dict[str, float]:
        numbers = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {**numbers, "right": self.right, "told": self.told, "true": self.true}


def films_of(data: Path) -> list[Truth]:
    """The real clips with confirmed boundaries, and the composites."""
    starts: dict[str, list[int]] = defaultdict(list)
    with (data / "ground_truth" / "video_shots.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            starts[row["video"]] += [int(row["start_frame"])] if int(row["shot"]) else []
    films = [
        Truth(data / name, tuple(frames), frozenset(), None) for name, frames in starts.items()
    ]
    for path in sorted((data / "ground_truth").glob("video_composite_*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        shots = told["shots"][1:]
        films.append(
            Truth(
                data / told["video"],
                tuple(one["start_frame"] for one in shots),
                frozenset(
                    one["start_frame"] for one in shots if one["transition_in"] == "dissolve"
                ),
                tuple(
                    (CUES[one["type"]], one["start_ms"], one["end_ms"])
                    for one in told["technical_cues"]
                ),
            )
        )
    return films


def matched(told: Sequence[int], true: Iterable[int], tolerance: int) -> list[int]:
    """The true ones that were told; each told one counts once, for the nearest."""
    left, hits = sorted(told), []
    for one in sorted(true):
        near = [other for other in left if abs(other - one) <= tolerance]
        if near:
            left.remove(min(near, key=lambda other: abs(other - one)))
            hits.append(one)
    return hits


def starts_of(seen: FilmSegments) -> list[int]:
    return [shot.start_frame for shot in seen.shots[1:]]


def boundaries(films: Sequence[tuple[Truth, FilmSegments]], tolerance: int) -> Found:
    found = Found(0, 0, 0)
    for truth, seen in films:
        told = starts_of(seen)
        hits = matched(told, truth.starts, tolerance)
        found = found.plus(Found(len(hits), len(told), len(truth.starts)))
    return found


def dissolves(films: Sequence[tuple[Truth, FilmSegments]], tolerance: int) -> dict[str, int]:
    hits = [
        one in truth.dissolves
        for truth, seen in films
        for one in matched(starts_of(seen), truth.starts, tolerance)
    ]
    return {"found": sum(hits), "true": sum(len(truth.dissolves) for truth, _ in films)}


def cues_of(films: Sequence[tuple[Truth, FilmSegments]], kind: CueKind) -> Found:
    found = Found(0, 0, 0)
    for truth, seen in films:
        if truth.cues is None:
            continue
        told = [(one.start_ms, one.end_ms) for one in seen.cues if one.kind is kind]
        true = [(start, end) for named, start, end in truth.cues if named is kind]
        right = [one for one in true if any(_same(one, other) for other in told)]
        found = found.plus(Found(len(right), len(told), len(true)))
    return found


def _same(one: tuple[int, int], other: tuple[int, int], within: int = CUE_TOLERANCE_MS) -> bool:
    return all(abs(a - b) <= within for a, b in zip(one, other, strict=True))


def titles_of(films: Sequence[tuple[TitleFilm, FilmSegments]], kind: CueKind) -> Found:
    found = Found(0, 0, 0)
    for film, seen in films:
        told = [(one.start_frame, one.end_frame) for one in seen.cues if one.kind is kind]
        true = [(start, end) for named, start, end in film.cues if named is kind]
        within = TITLE_TOLERANCE_MS * RATE // 1000
        right = [one for one in true if any(_same(one, other, within) for other in told)]
        found = found.plus(Found(len(right), len(told), len(true)))
    return found


def titles(sight: Sight, data: Path, count: int) -> dict[str, dict[str, float]]:
    """Slates and credits in films that are made for it."""
    with tempfile.TemporaryDirectory() as folder:
        made = title_films(data, Path(folder), count=count)
        settings = SegmentSettings(kinds=(SegmentKind.CUE,))
        films = [(film, film_segments(sight, film.path, settings=settings)) for film in made]
    return {kind.value: titles_of(films, kind).findings() for kind in TITLES}


def decode_seconds(films: Sequence[Truth]) -> float:
    began = time.monotonic()
    for film in films:
        with VideoReader.open(film.path) as video:
            for _ in video.frames(EveryFrame(), thumbnail_wh=THUMBNAIL_WH):
                pass
    return time.monotonic() - began


def speed(films: Sequence[FilmSegments]) -> dict[str, float]:
    seconds = sum(one.length_ms / 1000 for one in films)
    elapsed = sum(one.elapsed for one in films)
    frames = sum(one.frames for one in films)
    return {
        "film_seconds": seconds,
        "frames": frames,
        "elapsed_seconds": elapsed,
        "real_time": seconds / elapsed,
        "frames_per_second": frames / elapsed,
    }


def without_the_pack(sight: Sight) -> Sight:
    def missing() -> None:
        raise PackNotInstalled("left out on purpose")

    return replace(sight, transitions=missing)  # type: ignore[arg-type]


def measured(
    sight: Sight, films: Sequence[Truth], *kinds: SegmentKind
) -> list[tuple[Truth, FilmSegments]]:
    settings = SegmentSettings(kinds=kinds)
    return [(film, film_segments(sight, film.path, settings=settings)) for film in films]


def accuracy(films: Sequence[tuple[Truth, FilmSegments]]) -> dict[str, object]:
    return {
        f"within_{tolerance}": boundaries(films, tolerance).findings()
        | {"dissolves": dissolves(films, tolerance)}
        for tolerance in TOLERANCES
    }


def misses(films: Sequence[tuple[Truth, FilmSegments]]) -> list[dict[str, object]]:
    """Where the whole detector and the truth differ, for people to look at."""
    rows: list[dict[str, object]] = []
    for truth, seen in films:
        told = starts_of(seen)
        hits = matched(told, truth.starts, TOLERANCES[0])
        missed = [one for one in truth.starts if one not in hits]
        extra = [one for one in told if not matched([one], truth.starts, TOLERANCES[0])]
        if missed or extra:
            rows.append({"film": truth.path.name, "missed": missed, "extra": extra})
    return rows


def say(findings: Mapping[str, Mapping[str, Mapping[str, float]]]) -> None:
    table(
        "Shot boundaries",
        ("detector", "within", "precision", "recall", "F1", "told", "true"),
        [
            (name, within.removeprefix("within_"), *_numbers(one))
            for name in ("whole", "cuts_only")
            for within, one in findings[name].items()
        ],
    )
    table(
        "Technical pictures",
        ("kind", "precision", "recall", "F1", "told", "true"),
        [(kind, *_numbers(one)) for kind, one in findings["cues"].items()],
    )
    table(
        "Slates and credits, in films made for it",
        ("kind", "precision", "recall", "F1", "told", "true"),
        [(kind, *_numbers(one)) for kind, one in findings["titles"].items()],
    )
    table(
        "Speed",
        ("detector", "frames a second", "times real time"),
        [
            (name, f"{one['frames_per_second']:.0f}", f"{one['real_time']:.1f}")
            for name, one in findings["speed"].items()
        ],
    )


def _numbers(one: Mapping[str, float]) -> tuple[str, ...]:
    shares = (f"{one[name]:.3f}" for name in ("precision", "recall", "f1"))
    return (*shares, str(one["told"]), str(one["true"]))


def main() -> None:
    said = options(__doc__)
    films = films_of(said.data)
    with open_local(replace(read_settings(), home=said.home)) as eyebright:
        sight = eyebright.rooms.sight
        sight.transitions(), sight.text()  # loading them is no part of a film's time
        whole = measured(sight, films, SegmentKind.SHOT)
        cuts_only = measured(without_the_pack(sight), films, SegmentKind.SHOT)
        cues = measured(sight, films, SegmentKind.CUE)
        made = titles(sight, said.data, TITLE_FILMS)
    decoding = decode_seconds(films)
    pace = {"whole": speed([seen for _, seen in whole])}
    pace["cuts_only"] = speed([seen for _, seen in cuts_only])
    pace["cues"] = speed([seen for _, seen in cues])
    seconds, frames = pace["whole"]["film_seconds"], pace["whole"]["frames"]
    pace["decoding"] = {
        "elapsed_seconds": decoding,
        "real_time": seconds / decoding,
        "frames_per_second": frames / decoding,
    }
    findings = {
        "films": len(films),
        "whole": accuracy(whole),
        "cuts_only": accuracy(cuts_only),
        "cues": {kind.value: cues_of(cues, kind).findings() for kind in (*CUES.values(), *TITLES)},
        "titles": made,
        "differences": misses(whole),
        "speed": pace,
    }
    say(findings)  # type: ignore[arg-type]
    for row in misses(whole):
        print(row)
    write("shots", findings)


if __name__ == "__main__":
    main()
