"""Help in choosing: near-duplicates, bursts, and the best photo of several.

Everything here works on a few numbers per photo, which the library keeps in its rows; no picture is
opened.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from eyebright.db.engine import Database
from eyebright.db.tables import assets, moment_of
from eyebright.imaging.fingerprint import BITS
from eyebright.library.values import AssetId, Library, Media

NEAR_BITS = 8
"""Bits in which two fingerprints of one picture may differ. On 590 photographs and receipts, saved
at quality 40, halved, brightened by a quarter, or cut by 2 % at each side, 92.7 to 100 % stay
within it; of 173,755 pairs of different ones 1 came within it: two receipts of one shop. So few
would still be many in a large library, and `same_pictures` is asked about each pair."""
BURST_BITS = 22
"""The same for photos of one scene within moments: people move, the camera too."""
BURST_SECONDS = 3.0
_BANDS = NEAR_BITS + 1
"""Two numbers that differ in fewer bits than there are bands are equal in one band at least."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo as it is chosen among others. taken_ms: UTC; None if nobody knows. merit: 0-1."""

    number: int
    asset_id: AssetId
    fingerprint: int
    taken_ms: int | None
    merit: float
    pixels: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Photos that belong together, best first: the first is the one to keep."""

    shots: tuple[Shot, ...]

    @property
    def best(self) -> Shot:
        return self.shots[0]


class Choosing:
    """Groups the photos of libraries. Safe to share between threads.

    same_pictures: gives, for a library, what is asked about two assets, by number, whose
        fingerprints are near: whether they show the same.
    """

    def __init__(
        self, database: Database, *, same_pictures: Callable[[Library], Callable[[int, int], bool]]
    ) -> None:
        self._database = database
        self._same_pictures = same_pictures

    def duplicates(self, library: Library, *, limit: int = 200) -> list[Choice]:
        """Groups of one picture in several files: resized, saved again, retouched. Largest first.

        Of a group the largest picture is best, then the better one, then the older asset.
        """
        near = near_pairs(self._shots(library))
        same = self._same_pictures(library)
        groups = grouped((one, two) for one, two in near if same(one.number, two.number))
        choices = [Choice(tuple(sorted(group, key=_original_first))) for group in groups]
        return sorted(choices, key=lambda choice: -len(choice.shots))[:limit]

    def bursts(self, library: Library, *, limit: int = 200) -> list[Choice]:
        """Photos of one scene taken within moments of each other, newest burst first."""
        groups = grouped(burst_pairs(self._shots(library)))
        choices = [Choice(tuple(sorted(group, key=_best_first))) for group in groups]
        return sorted(choices, key=_when, reverse=True)[:limit]

    def best_of(self, library: Library, asset_numbers: Sequence[int]) -> Choice | None:
        """These photos, best first; None if none of them can be judged."""
        wanted = set(asset_numbers)
        shots = [shot for shot in self._shots(library) if shot.number in wanted]
        return Choice(tuple(sorted(shots, key=_best_first))) if shots else None

    def _shots(self, library: Library) -> list[Shot]:
        query = (
            select(
                assets.c.asset_no,
                assets.c.asset_id,
                assets.c.picture_hash,
                assets.c.taken_at,
                assets.c.quality,
                assets.c.width,
                assets.c.height,
            )
            .where(
                assets.c.library_no == library.number,
                assets.c.media == Media.IMAGE.value,
                assets.c.picture_hash.is_not(None),
            )
            .order_by(assets.c.asset_no)
        )
        with self._database.read() as connection:
            return [
                Shot(
                    number=row.asset_no,
                    asset_id=AssetId(row.asset_id),
                    fingerprint=from_column(row.picture_hash),
                    taken_ms=row.taken_at,
                    merit=row.quality or 0.0,
                    pixels=row.width * row.height,
                )
                for row in connection.execute(query)
            ]


def near_pairs(shots: Sequence[Shot], *, most_bits: int = NEAR_BITS) -> Iterator[tuple[Shot, Shot]]:
    """All pairs whose fingerprints differ in at most `most_bits` (up to 8) bits.

    Fingerprints are compared within buckets that are equal in one of nine bands of bits, in which
    every such pair meets: 100,000 photos take about a second.
    """
    if most_bits >= _BANDS:
        raise ValueError(f"At most {_BANDS - 1} bits can differ; {most_bits} were asked for.")
    prints = np.array([shot.fingerprint for shot in shots], np.uint64)
    seen: set[tuple[int, int]] = set()
    for first_bit, past_bit in _band_edges():
        mask = np.uint64((1 << (past_bit - first_bit)) - 1)
        keys = (prints >> np.uint64(first_bit)) & mask
        for bucket in _buckets(keys):
            for pair in _near_in(prints, bucket, most_bits):
                if pair not in seen:
                    seen.add(pair)
                    yield shots[pair[0]], shots[pair[1]]


def burst_pairs(shots: Sequence[Shot]) -> Iterator[tuple[Shot, Shot]]:
    """Each photo with the one taken next, if that is soon and looks like it."""
    timed = sorted(
        (shot for shot in shots if shot.taken_ms is not None),
        key=lambda shot: (shot.taken_ms or 0, shot.number),
    )
    for one, other in itertools.pairwise(timed):
        gap = ((other.taken_ms or 0) - (one.taken_ms or 0)) / 1000
        if gap <= BURST_SECONDS and differing_bits(one, other) <= BURST_BITS:
            yield one, other


def grouped(pairs: Iterable[tuple[Shot, Shot]]) -> list[list[Shot]]:
    """Photos that a chain of pairs connects, each group in order of number."""
    parents: dict[int, int] = {}
    known: dict[int, Shot] = {}

    def root(number: int) -> int:
        while parents[number] != number:
            parents[number] = number = parents[parents[number]]
        return number

    for pair in pairs:
        for shot in pair:
            known[shot.number] = shot
            parents.setdefault(shot.number, shot.number)
        one, other = root(pair[0].number), root(pair[1].number)
        parents[max(one, other)] = min(one, other)
    groups: dict[int, list[Shot]] = {}
    for number in sorted(known):
        groups.setdefault(root(number), []).append(known[number])
    return list(groups.values())


def differing_bits(one: Shot, other: Shot) -> int:
    """0-64."""
    return (one.fingerprint ^ other.fingerprint).bit_count()


def to_column(fingerprint: int) -> int:
    """As the database keeps it: signed."""
    return fingerprint if fingerprint < 1 << (BITS - 1) else fingerprint - (1 << BITS)


def from_column(number: int) -> int:
    """What `to_column` was given."""
    return number % (1 << BITS)


def taken(shot: Shot) -> str:
    """When, for people."""
    return "" if shot.taken_ms is None else moment_of(shot.taken_ms).isoformat()


def _band_edges() -> list[tuple[int, int]]:
    edges = [BITS * band // _BANDS for band in range(_BANDS + 1)]
    return list(itertools.pairwise(edges))


def _buckets(keys: NDArray[np.uint64]) -> Iterator[NDArray[np.intp]]:
    """Places of equal keys, two or more at a time."""
    order = np.argsort(keys, kind="stable")
    edges = np.flatnonzero(np.diff(keys[order])) + 1
    for bucket in np.split(order, edges):
        if len(bucket) > 1:
            yield bucket


def _near_in(
    prints: NDArray[np.uint64], bucket: NDArray[np.intp], most_bits: int
) -> Iterator[tuple[int, int]]:
    mine = prints[bucket]
    for place in range(len(bucket) - 1):
        bits = np.bitwise_count(mine[place + 1 :] ^ mine[place])
        for other in np.flatnonzero(bits <= most_bits):
            pair = sorted((int(bucket[place]), int(bucket[place + 1 + other])))
            yield pair[0], pair[1]


def _original_first(shot: Shot) -> tuple[float, float, int]:
    return (-shot.pixels, -shot.merit, shot.number)


def _best_first(shot: Shot) -> tuple[float, float, int]:
    return (-shot.merit, -shot.pixels, shot.number)


def _when(choice: Choice) -> tuple[int, int]:
    return (max(shot.taken_ms or 0 for shot in choice.shots), -choice.shots[0].number)
