"""Unknown faces put together by person: how purely, how completely, and at what cost.

    python -m bench.grouping --data ../shared/data/dev --home "$EYEBRIGHT_HOME" [--faces 100000]

The faces of LFW and CelebA come in a random order, one by one, as photos come into a library; then
DBSCAN, HDBSCAN (scikit-learn) and Chinese whispers see all of them at once. DBSCAN and Chinese
whispers get the threshold that our rule gives at the end, and the one that would have been best in
hindsight. Pairwise scores count pairs of faces; BCubed ones (Bagga and Baldwin, 1998) count faces,
so that large groups do not drown small ones. Intervals resample people. Then the cost of a face, as
the library grows, on generated vectors. Writes bench/results/grouping-DATE.json.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import DBSCAN, HDBSCAN

from bench import identities
from bench.evidence import table, write
from bench.face_vectors import open_analyser, vectors_of
from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.clock import SystemClock
from eyebright.db.engine import Database
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Accounts, Scope
from eyebright.governance.keys import KEY_DIRECTORY, master_key
from eyebright.governance.vault import Vault
from eyebright.ids import CollectionId, FaceId, ImageId, RandomIds, Region
from eyebright.people.collections import Collections
from eyebright.people.faces import Faces
from eyebright.people.grouping import STRANGERS_JOINED, Grouping, Unplaced
from eyebright.people.similarity import SimilarityScale, percent_at
from eyebright.people.values import Enrolment, NewFace
from eyebright.vectors.int8 import Int8Index

SHELF = CollectionId("library")
ORDERS = 3
"""Random orders in which the faces come; the middle one by pairwise F is told."""
BATCH = 500
HINDSIGHT = np.arange(0.70, 0.901, 0.01)
RESAMPLED = 1_000
FACES_PER_PERSON = 5
STEPS = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)

Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scores:
    """All 0-1 but the counts. groups: of two faces and more; mixed: of these, with two people."""

    pairwise_f: float
    pairwise_precision: float
    pairwise_recall: float
    bcubed_f: float
    bcubed_precision: float
    bcubed_recall: float
    groups: int
    mixed: int
    bcubed_f_interval: tuple[float, float]

    @property
    def pure(self) -> float:
        return 1.0 - self.mixed / self.groups if self.groups else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data/dev"))
    home = os.environ.get("EYEBRIGHT_HOME", "~/.eyebright")
    parser.add_argument("--home", type=Path, default=Path(home).expanduser())
    parser.add_argument("--cache", type=Path, help="folder that keeps vectors between runs")
    parser.add_argument("--faces", type=int, default=100_000, help="for the curve of cost")
    chosen = parser.parse_args()
    analyser = open_analyser(chosen.home)
    findings: dict[str, object] = {"space": analyser.space.name}
    for faces in (identities.lfw(chosen.data), identities.celeba(chosen.data)):
        paths = [chosen.data / image for image in faces.images]
        vectors, seen = vectors_of(analyser, paths, cache=chosen.cache)
        people = faces.people[seen].astype(np.int64)
        findings[faces.name] = compare(faces.name, vectors[seen], people, analyser.similarity)
    findings["cost"] = cost(chosen.faces, analyser.similarity)
    write("grouping", findings)


def compare(
    name: str, vectors: FloatArray, people: Labels, scale: SimilarityScale
) -> Mapping[str, object]:
    """Ours and the others on one set."""
    runs = sorted(
        (scores(grouped(vectors, scale, seed=seed), people) for seed in range(ORDERS)),
        key=lambda run: run.pairwise_f,
    )
    ours = runs[ORDERS // 2]
    many = len(np.unique(people))
    rule = scale.to_cosine(percent_at(scale, STRANGERS_JOINED / many))
    found: dict[str, Scores] = {"one by one (ours)": ours}
    for title, method in (("DBSCAN", dbscan), ("Chinese whispers", chinese_whispers)):
        found[f"{title}, our threshold"] = scores(method(vectors, rule), people)
        found[f"{title}, best in hindsight"] = max(
            (scores(method(vectors, float(least)), people) for least in HINDSIGHT),
            key=lambda one: one.pairwise_f,
        )
    found["HDBSCAN"] = scores(hdbscan(vectors), people)
    table(
        f"{name}: {len(people)} faces of {many} people",
        ("method", "pairwise F", "P", "R", "BCubed F", "95 %", "groups", "mixed", "pure"),
        [_row(title, one) for title, one in found.items()],
    )
    return {
        "faces": len(people),
        "people": many,
        "threshold": rule,
        "orders": [asdict(run) for run in runs],
        **{title: {**asdict(one), "pure": one.pure} for title, one in found.items()},
    }


def _row(title: str, one: Scores) -> tuple[str, ...]:
    return (
        title,
        f"{one.pairwise_f:.3f}",
        f"{one.pairwise_precision:.3f}",
        f"{one.pairwise_recall:.3f}",
        f"{one.bcubed_f:.3f}",
        f"[{one.bcubed_f_interval[0]:.3f}, {one.bcubed_f_interval[1]:.3f}]",
        f"{one.groups}",
        f"{one.mixed}",
        f"{one.pure:.3f}",
    )


def grouped(vectors: FloatArray, scale: SimilarityScale, *, seed: int) -> Labels:
    """What our rooms make of the faces, in a random order, over a real database."""
    order = np.random.default_rng(seed).permutation(len(vectors))
    labels = np.zeros(len(vectors), np.int64)
    with tempfile.TemporaryDirectory() as home:
        shelf = open_shelf(Path(home), scale, dimension=vectors.shape[1])
        numbers: dict[FaceId, int] = {}
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            ids = shelf.enrol(vectors[some], first=start)
            shelf.place(ids)
            numbers.update(zip(ids, some.tolist(), strict=True))
        placed = shelf.place(list(numbers))
        for (_, at), group in zip(numbers.items(), placed, strict=True):
            labels[at] = group if group is not None else -1 - at
    return labels


@dataclass(frozen=True, slots=True)
class Shelf:
    """The rooms that grouping needs."""

    scope: Scope
    faces: Faces
    grouping: Grouping
    space: EmbeddingSpace

    def enrol(self, vectors: FloatArray, *, first: int) -> list[FaceId]:
        """Each face in a photo of its own."""
        new = [
            Enrolment(
                ImageId(f"{first + at:036d}"),
                None,
                (NewFace(vector, (0.0, 0.0, 100.0, 100.0), (200, 200), 1.0, self.space),),
            )
            for at, vector in enumerate(vectors)
        ]
        kept = self.faces.enrol_many(self.scope, SHELF, new)
        return [face.face_id for (face,) in kept]

    def place(self, ids: Sequence[FaceId]) -> list[int | None]:
        return self.grouping.place(self.scope, SHELF, [Unplaced(one, 1.0) for one in ids])


def open_shelf(home: Path, scale: SimilarityScale, *, dimension: int) -> Shelf:
    database = Database(f"sqlite:///{home / 'bench.db'}")
    database.migrate()
    clock, vault = SystemClock(), Vault(home / KEY_DIRECTORY, master_key=master_key(home, ""))
    account = Accounts(database, vault, clock=clock).create("bench")
    scope = Scope(account.account_id, Region("us-east-1"))
    space = EmbeddingSpace("bench/1", dimension, "0" * 64)
    Collections(database, vault, clock=clock).create(scope, SHELF, space=space)
    return Shelf(
        scope,
        Faces(database, vault, clock=clock, ids=RandomIds()),
        Grouping(database, vault, scale=scale, new_index=Int8Index),
        space,
    )


def dbscan(vectors: FloatArray, least: float) -> Labels:
    """Two faces at `least` are linked; alone is alone."""
    method = DBSCAN(  # type: ignore[no-untyped-call]
        eps=1.0 - least, min_samples=2, metric="cosine"
    )
    found = method.fit_predict(vectors)  # type: ignore[no-untyped-call]
    return _alone_apart(found)


def hdbscan(vectors: FloatArray) -> Labels:
    """It takes no threshold."""
    method = HDBSCAN(min_cluster_size=2, copy=True)  # type: ignore[no-untyped-call]
    return _alone_apart(method.fit_predict(vectors))  # type: ignore[no-untyped-call]


def chinese_whispers(vectors: FloatArray, least: float, *, rounds: int = 20) -> Labels:
    """Biemann (2006): each face takes the label that its linked neighbours give most weight to."""
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, 0.0)
    neighbours = [np.flatnonzero(row >= least) for row in cosines]
    labels = np.arange(len(vectors), dtype=np.int64)
    random = np.random.default_rng(0)
    for _ in range(rounds):
        before = labels.copy()
        for at in random.permutation(len(vectors)):
            if len(neighbours[at]):
                near = neighbours[at]
                weight: dict[int, float] = defaultdict(float)
                for label, cosine in zip(labels[near], cosines[at, near], strict=True):
                    weight[int(label)] += float(cosine)
                labels[at] = max(weight, key=lambda label: (weight[label], -label))
        if (before == labels).all():
            break
    return labels


def _alone_apart(labels: NDArray[np.integer]) -> Labels:
    alone = -1 - np.arange(len(labels), dtype=np.int64)
    return np.where(labels < 0, alone, labels).astype(np.int64)


def scores(labels: Labels, people: Labels) -> Scores:
    """How well the groups are the people."""
    pairs = Counter(zip(labels.tolist(), people.tolist(), strict=True))
    sizes, persons = Counter(labels.tolist()), Counter(people.tolist())
    right = sum(map(_pairs, pairs.values()))
    precision = right / max(sum(map(_pairs, sizes.values())), 1)
    recall = right / max(sum(map(_pairs, persons.values())), 1)
    of_face = [pairs[pair] for pair in zip(labels.tolist(), people.tolist(), strict=True)]
    face_precision = np.array(of_face) / [sizes[label] for label in labels.tolist()]
    face_recall = np.array(of_face) / [persons[person] for person in people.tolist()]
    of_group: dict[int, set[int]] = defaultdict(set)
    for label, person in pairs:
        of_group[label].add(person)
    groups = [label for label, size in sizes.items() if size > 1]
    return Scores(
        pairwise_f=_f(precision, recall),
        pairwise_precision=precision,
        pairwise_recall=recall,
        bcubed_f=_f(float(face_precision.mean()), float(face_recall.mean())),
        bcubed_precision=float(face_precision.mean()),
        bcubed_recall=float(face_recall.mean()),
        groups=len(groups),
        mixed=sum(len(of_group[label]) > 1 for label in groups),
        bcubed_f_interval=_interval(face_precision, face_recall, people),
    )


def _interval(
    precision: NDArray[np.float64], recall: NDArray[np.float64], people: Labels
) -> tuple[float, float]:
    """95 % of bootstrap samples of people, each with all of his or her faces."""
    _, place = np.unique(people, return_inverse=True)
    count = np.bincount(place).astype(float)
    sums = np.stack([count, np.bincount(place, precision), np.bincount(place, recall)])
    random = np.random.default_rng(0)
    drawn = []
    for _ in range(RESAMPLED):
        faces, right, found = sums[:, random.integers(0, len(count), len(count))].sum(axis=1)
        drawn.append(_f(right / faces, found / faces))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def _pairs(count: int) -> float:
    return count * (count - 1) / 2


def _f(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def cost(most: int, scale: SimilarityScale) -> list[Mapping[str, float]]:
    """Faces of a growing library: milliseconds for each, in batches as an archive comes in, and for
    one alone, as a photo comes in."""
    curve: list[Mapping[str, float]] = []
    with tempfile.TemporaryDirectory() as home:
        shelf = open_shelf(Path(home), scale, dimension=128)
        source, done, spent = faces_of_a_library(), 0, 0.0
        for step in [one for one in STEPS if one <= most]:
            while done < step:
                vectors = np.stack([next(source) for _ in range(min(BATCH, step - done))])
                ids = shelf.enrol(vectors, first=done)
                begun = time.perf_counter()
                shelf.place(ids)
                last = time.perf_counter() - begun
                spent += last
                done += len(ids)
            alone = []
            for at in range(20):
                (one,) = shelf.enrol(next(source)[np.newaxis], first=10_000_000 + done + at)
                begun = time.perf_counter()
                shelf.place([one])
                alone.append(time.perf_counter() - begun)
            curve.append(
                {
                    "faces": step,
                    "ms_a_face_in_batches": 1000 * last / BATCH,
                    "ms_one_alone": 1000 * float(np.median(alone)),
                    "seconds_so_far": spent,
                }
            )
    table(
        "What one more face costs",
        ("faces", "ms in batches", "ms alone", "seconds for all so far"),
        [
            (
                f"{one['faces']:,.0f}",
                f"{one['ms_a_face_in_batches']:.2f}",
                f"{one['ms_one_alone']:.1f}",
                f"{one['seconds_so_far']:.0f}",
            )
            for one in curve
        ],
    )
    return curve


def faces_of_a_library() -> Iterator[FloatArray]:
    """Unit vectors (128,): new people come as the library grows, and come again."""
    random = np.random.default_rng(0)
    people: list[NDArray[np.float32]] = []
    common = random.normal(size=128)
    while True:
        if not people or random.random() < 1 / FACES_PER_PERSON:
            people.append(_unit(1.0 * common / np.linalg.norm(common) + _noise(random, 1.0)))
        person = people[int(random.integers(len(people)))]
        yield _unit(person + _noise(random, 0.45))


def _noise(random: np.random.Generator, length: float) -> NDArray[np.float64]:
    noise = random.normal(size=128)
    scaled: NDArray[np.float64] = length * noise / np.linalg.norm(noise)
    return scaled


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float32]:
    return (vector / np.linalg.norm(vector)).astype(np.float32)


if __name__ == "__main__":
    main()
