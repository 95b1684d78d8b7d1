"""Who is on camera when: intervals at one second's tolerance, and whether people keep their index.

    python -m bench.who --data ../shared/data/dev --home "$EYEBRIGHT_HOME"

The films are composites whose shots are known to the frame; one picture of each of 150 people is
enrolled, most of whom are in no film, and other pictures of 21 of them are in the films. An
interval is right if somebody of that name is there and it begins and ends within a second of when
they do. Shares of time count tenths of seconds; shots of two seconds are too short for a look
every six. Prints tables and writes bench/results/who-DATE.json.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from bench.evidence import options, table, write
from bench.recognition import Flags, Share, share
from eyebright.api.local import LocalEyebright, open_local
from eyebright.api.videos import WhoOptions
from eyebright.settings import read_settings
from eyebright.video.reader import VideoReader
from eyebright.video.sampling import parse_policy
from eyebright.videojobs.face_search import TWICE_A_SECOND
from eyebright.videojobs.followed_faces import FollowedFace, FollowedFaces, FollowingRules
from eyebright.videojobs.persons import Box, PersonWork
from eyebright.videojobs.work import Timed

COLLECTION = "gallery"
POLICIES = ("4fps", "2fps", "1fps")
PERCENTS = (80.0, 90.0, 95.0)
TOLERANCE_MS = 1000
STEP_MS = 100
_COUNTS = ("looks", "switches", "returns", "returned_as_another", "indexes", "shared")
DISSOLVE_MS = 700
"""Before and after a dissolve begins, who is where is not counted: two people are in one place."""


@dataclass(frozen=True, slots=True)
class Interval:
    """region: left, top, width, height in pixels, where the person is; None for what was found."""

    person: str
    start_ms: int
    end_ms: int
    region: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Film:
    """dissolves_ms: when they begin."""

    path: Path
    shown: tuple[Interval, ...]
    dissolves_ms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """precision, recall: of intervals. time_precision, time_recall: of time, with the tolerance."""

    precision: Share
    recall: Share
    time_precision: float
    time_recall: float


@dataclass(frozen=True, slots=True)
class Seen:
    """One face or person at one look."""

    at_ms: int
    index: int
    box_xyxy: Box


@dataclass(frozen=True, slots=True)
class Indexes:
    """switches: an index that changes while somebody stays in the picture, of `looks` pairs of
    looks. returned_as_another: of `returns`. shared: indexes that more than one person had."""

    looks: int
    switches: int
    returns: int
    returned_as_another: int
    indexes: int
    shared: int


def main() -> None:
    """Enrol, look, judge, print and write."""
    chosen = options(__doc__)
    films = list(composites(chosen.data))
    findings: dict[str, object] = {"films": len(films), "tolerance_ms": TOLERANCE_MS}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        (home / "packs").symlink_to((chosen.home / "packs").absolute())
        with open_local(replace(read_settings(), home=home)) as eyebright:
            enrolled = enrol(eyebright, chosen.data, Path(folder) / "people")
            findings["people_enrolled"] = enrolled
            rows = []
            for policy in POLICIES:
                for percent in PERCENTS:
                    judged = judge_all(eyebright, films, policy, percent)
                    findings[f"{policy} at {percent:.0f}"] = judged
                    rows.append(_row(policy, percent, judged))
            faces = follow_all(films, lambda film: faces_of(eyebright, film))
            persons = follow_all(films, lambda film: persons_of(eyebright, film))
            findings["indexes"] = {"faces": faces, "persons": persons}
    header = ("looks", "at", "precision", "recall", "time precision", "time recall")
    table(f"{len(films)} films, {enrolled} people enrolled", header, rows)
    table("indexes", ("", *_COUNTS), [_counts("faces", faces), _counts("persons", persons)])
    write("who", findings)


def composites(data: Path) -> Iterator[Film]:
    """Films whose persons are known to the frame; shots of one person that meet are one."""
    for path in sorted((data / "ground_truth").glob("video_composite_*.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        shown = [
            Interval(
                one["identity"],
                one["start_ms"],
                one["end_ms"],
                (one["region"][0], one["region"][1], one["region"][2], one["region"][3]),
            )
            for one in said["persons"]
        ]
        dissolves = [one["start_ms"] for one in said["shots"] if one["transition_in"] == "dissolve"]
        yield Film(data / said["video"], tuple(shown), tuple(dissolves))


def enrol(eyebright: LocalEyebright, data: Path, folder: Path) -> int:
    """The gallery's pictures; how many people have one."""
    with (data / "ground_truth/face_identities_celeba.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["role"] == "gallery":
                own = folder / row["identity"]
                own.mkdir(parents=True, exist_ok=True)
                (own / Path(row["image"]).name).symlink_to((data / row["image"]).absolute())
    eyebright.create_collection(COLLECTION)
    return eyebright.enrol(folder, COLLECTION).people


def judge_all(
    eyebright: LocalEyebright, films: Sequence[Film], policy: str, percent: float
) -> Judged:
    """All intervals of all films together."""
    right: list[bool] = []
    found_again: list[bool] = []
    times = np.zeros(4)
    for film in films:
        said = eyebright.who_is_on_camera(
            film.path, COLLECTION, options=WhoOptions(parse_policy(policy), percent)
        )
        found = [Interval(one.person, one.start_ms, one.end_ms) for one in said.appearances]
        shown = joined(film.shown)
        right += [any(same(one, other) for other in shown) for one in found]
        found_again += [any(same(one, other) for other in found) for one in shown]
        times += shares_of_time(found, shown, said.length_ms)
    return Judged(
        share(_flags(right)),
        share(_flags(found_again)),
        float(times[0] / max(times[1], 1)),
        float(times[2] / max(times[3], 1)),
    )


def joined(shown: Sequence[Interval]) -> list[Interval]:
    """Intervals of one person that are closer than the tolerance become one."""
    whole: list[Interval] = []
    for one in sorted(shown, key=lambda one: (one.person, one.start_ms)):
        last = whole[-1] if whole else None
        if last and last.person == one.person and one.start_ms - last.end_ms < TOLERANCE_MS:
            whole[-1] = replace(last, end_ms=max(last.end_ms, one.end_ms))
        else:
            whole.append(one)
    return whole


def same(one: Interval, other: Interval) -> bool:
    return (
        one.person == other.person
        and abs(one.start_ms - other.start_ms) <= TOLERANCE_MS
        and abs(one.end_ms - other.end_ms) <= TOLERANCE_MS
    )


def shares_of_time(
    found: Sequence[Interval], shown: Sequence[Interval], length_ms: int
) -> tuple[int, int, int, int]:
    """Tenths of seconds found that are right, found, shown that are found, shown."""
    counts = [0, 0, 0, 0]
    for person in {one.person for one in (*found, *shown)}:
        own_found = [one for one in found if one.person == person]
        own_shown = [one for one in shown if one.person == person]
        is_found, near_found = (_tenths(own_found, length_ms, by) for by in (0, TOLERANCE_MS))
        is_shown, near_shown = (_tenths(own_shown, length_ms, by) for by in (0, TOLERANCE_MS))
        counts[0] += int((is_found & near_shown).sum())
        counts[1] += int(is_found.sum())
        counts[2] += int((is_shown & near_found).sum())
        counts[3] += int(is_shown.sum())
    return counts[0], counts[1], counts[2], counts[3]


def follow_all(films: Sequence[Film], watch: Callable[[Film], Iterable[Seen]]) -> Indexes:
    """How well indexes are kept over all films."""
    total = np.zeros(6, np.intp)
    for film in films:
        total += np.array(_indexes(film, watch(film)))
    return Indexes(*(int(count) for count in total))


def faces_of(eyebright: LocalEyebright, film: Film) -> Iterator[Seen]:
    """As face search does."""
    followed = FollowedFaces(eyebright.rooms.vision, lambda _vector: (), rules=FollowingRules())
    with VideoReader.open(film.path) as video:
        for frame in video.frames(TWICE_A_SECOND):
            yield from (_seen_face(one) for one in followed.look(frame))
    yield from (_seen_face(one) for one in followed.finish())


def persons_of(eyebright: LocalEyebright, film: Film) -> Iterator[Seen]:
    """As person tracking does; largest boxes first."""
    work = PersonWork(eyebright.rooms.sight)
    with VideoReader.open(film.path) as video:
        for frame in video.frames(work.policy):
            found = work.look(frame)
            seen = [Seen(one.at_ms, one.item.index, one.item.box_xyxy) for one in found]
            yield from sorted(seen, key=lambda one: -_area(one.box_xyxy))


def _seen_face(one: Timed[FollowedFace]) -> Seen:
    return Seen(one.at_ms, one.item.person, one.item.box_xyxy)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _indexes(film: Film, watched: Iterable[Seen]) -> tuple[int, int, int, int, int, int]:
    seen: dict[int, dict[int, int]] = {place: {} for place in range(len(film.shown))}
    """Place of an interval -> look -> the index of the largest, who comes first."""
    for one in watched:
        left, top, right, bottom = one.box_xyxy
        middle = ((left + right) / 2, (top + bottom) / 2)
        places = [
            place
            for place, shown in enumerate(film.shown)
            if shown.start_ms <= one.at_ms < shown.end_ms and _inside(middle, shown)
        ]
        if len(places) == 1 and not any(
            abs(one.at_ms - begins) < DISSOLVE_MS for begins in film.dissolves_ms
        ):
            seen[places[0]].setdefault(one.at_ms, one.index)
    sequences = [(film.shown[place].person, list(own.values())) for place, own in seen.items()]
    switches = sum(a != b for _, own in sequences for a, b in pairwise(own))
    looks = sum(max(len(own) - 1, 0) for _, own in sequences)
    returns = another = 0
    before: dict[str, set[int]] = {}
    owners: dict[int, set[str]] = {}
    for person, own in sequences:
        if own and person in before:
            returns += 1
            another += own[0] not in before[person]
        before.setdefault(person, set()).update(own)
        for index in own:
            owners.setdefault(index, set()).add(person)
    shared = sum(len(people) > 1 for people in owners.values())
    return looks, switches, returns, another, len(owners), shared


def _inside(point: tuple[float, float], shown: Interval) -> bool:
    assert shown.region is not None
    left, top, width, height = shown.region
    return left <= point[0] < left + width and top <= point[1] < top + height


def _tenths(own: Sequence[Interval], length_ms: int, wider_ms: int) -> Flags:
    flags = np.zeros(length_ms // STEP_MS + 1, np.bool_)
    for one in own:
        start = max(0, one.start_ms - wider_ms) // STEP_MS
        flags[start : (one.end_ms + wider_ms) // STEP_MS] = True
    return flags


def _flags(hits: Sequence[bool]) -> Flags:
    """One miss for nothing at all."""
    return np.array(hits or [False], np.bool_)


def _counts(name: str, indexes: Indexes) -> list[str]:
    return [name, *(str(getattr(indexes, count)) for count in _COUNTS)]


def _row(policy: str, percent: float, judged: Judged) -> list[str]:
    shares = (judged.precision, judged.recall)
    said = [f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}] {one.count}" for one in shares]
    times = [f"{judged.time_precision:.3f}", f"{judged.time_recall:.3f}"]
    return [policy, f"{percent:.0f}", *said, *times]


if __name__ == "__main__":
    main()
