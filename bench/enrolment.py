"""How fast faces are enrolled, reopened and found: 97,000 generated templates through the rooms.

    python -m bench.enrolment [--faces 97000]

Templates are random directions, one for each of as many people; no picture is involved. What the
pictures would cost is a division by the photos per second that bench.throughput measured, and is
marked as such.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from bench import evidence
from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.app.rooms import Eyebright, open_eyebright
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, Region, image_id
from eyebright.people.values import Enrolment, NewFace
from eyebright.settings import Settings
from eyebright.testing.analyser import FakeAnalyser

PEOPLE = CollectionId("people")
BATCH = 500
SEARCHES = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faces", type=int, default=97_000)
    count: int = parser.parse_args().faces
    with tempfile.TemporaryDirectory() as folder:
        findings = measure(Path(folder), count)
    rows = [(name, f"{value:,.2f}") for name, value in findings.items()]
    evidence.table(f"{count:,} templates", ("", ""), rows)
    evidence.write("enrolment", {"faces": count, **findings})


def measure(home: Path, count: int) -> dict[str, float]:
    """Seconds, faces a second and milliseconds of every step."""
    vision = FakeAnalyser()
    vectors = templates(count, vision.space.dimension)
    with open_eyebright(Settings(home=home), vision=vision) as rooms:
        scope = Scope(rooms.accounts.create("bench").account_id, Region("us-east-1"))
        rooms.collections.create(scope, PEOPLE, space=vision.space)
        batch_seconds = timed(lambda: enrol(rooms, scope, vectors, space=vision.space))
        single_ms = one_by_one(rooms, scope, space=vision.space)
    with open_eyebright(Settings(home=home), vision=vision) as rooms:
        first = rooms.faces.list(scope, PEOPLE, limit=SEARCHES).items
        cold = timed(lambda: search(rooms, scope, first[0].face_id))
        warm = [timed(partial(search, rooms, scope, face.face_id)) for face in first]
    photos = photos_per_second()
    return {
        "enrol_in_batches_seconds": batch_seconds,
        "faces_per_second": count / batch_seconds,
        "enrol_one_by_one_p50_ms": single_ms,
        "first_search_after_restart_seconds": cold,
        "search_p50_ms": 1000 * float(np.median(warm)),
        **({"photos_would_take_minutes": count / photos / 60} if photos else {}),
    }


def templates(count: int, dimension: int) -> FloatArray:
    """(count, dimension) float32 unit vectors, the same in every run."""
    drawn = np.random.default_rng(97).standard_normal((count, dimension), np.float32)
    unit: FloatArray = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


def enrol(rooms: Eyebright, scope: Scope, vectors: FloatArray, *, space: EmbeddingSpace) -> None:
    """Every vector as the one face of its own picture, BATCH in a transaction."""
    for start in range(0, len(vectors), BATCH):
        batch = [
            enrolment(f"batch {start + place}", vector, space)
            for place, vector in enumerate(vectors[start : start + BATCH])
        ]
        rooms.faces.enrol_many(scope, PEOPLE, batch)


def one_by_one(rooms: Eyebright, scope: Scope, *, space: EmbeddingSpace) -> float:
    """Median milliseconds of a face in a transaction of its own, as IndexFaces does it."""
    extra = templates(SEARCHES, space.dimension)
    spent = []
    for place, vector in enumerate(extra):
        one = enrolment(f"single {place}", vector, space)
        spent.append(timed(partial(rooms.faces.enrol_many, scope, PEOPLE, [one])))
    return 1000 * float(np.median(spent))


def enrolment(name: str, vector: FloatArray, space: EmbeddingSpace) -> Enrolment:
    face = NewFace(vector, (10.0, 10.0, 90.0, 90.0), (100, 100), 0.99, space)
    return Enrolment(image_id(name.encode()), None, (face,))


def search(rooms: Eyebright, scope: Scope, face_id: FaceId) -> None:
    rooms.search.by_face(scope, PEOPLE, face_id, max_faces=10, min_percent=80.0)


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def photos_per_second() -> float | None:
    """From the newest result of bench.throughput, if there is one."""
    found = sorted(evidence.RESULTS.glob("throughput-*.json"))
    if not found:
        return None
    result = json.loads(found[-1].read_text(encoding="utf-8"))
    return float(result["speeds"]["eyebright"]["photos_per_second"])


if __name__ == "__main__":
    main()
