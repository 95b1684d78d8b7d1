"""The indexing of an archive is killed again and again, or done by two at once: in the end all is
there, once, as if nothing had happened."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from eyebright.api.library import LocalLibrary
from eyebright.api.local import open_local
from eyebright.library.values import AssetState, FacesFound, Labels
from eyebright.search.values import Query
from eyebright.settings import Settings
from eyebright.testing.library import picture_bytes
from eyebright.testing.pictures import PEOPLE
from eyebright.testing.scans import make_older
from eyebright.testing.sight import fake_sight

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("library_indexer.py")
PICTURES, KILLS, SECONDS = 200, 4, 900
MOST = 120
"""Pictures that a process looks at before it only waits to be killed."""


@dataclass(frozen=True)
class Outcome:
    """What a library came to. assets: content -> names of labels, boxes of faces, stages, places;
    kept: faces of the collection."""

    assets: dict[str, tuple[object, ...]]
    kept: int
    found: int
    dogs: int


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures in folders, some of them twice."""
    folder = tmp_path_factory.mktemp("archive")
    names = list(PEOPLE)
    for number in range(PICTURES):
        path = folder / f"{number % 7}" / f"{number}.jpg"
        path.parent.mkdir(exist_ok=True)
        shown = number - number % 10 // 9  # every tenth shows what the one before it shows
        path.write_bytes(picture_bytes(f"{shown}.jpg", *names[: shown % 4]))
        make_older(path, 60)
    return folder


@pytest.fixture(scope="module")
def undisturbed(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    home = tmp_path_factory.mktemp("undisturbed")
    finish(indexer(home, archive))
    return outcome(home)


def indexer(home: Path, archive: Path, *most: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(SCRIPT), str(home), str(archive), *map(str, most)])


def finish(process: subprocess.Popen[bytes]) -> None:
    assert process.wait(SECONDS) == 0


def outcome(home: Path) -> Outcome:
    with open_local(Settings(home=home), sight=fake_sight()) as eyebright:
        library = eyebright.library()
        return Outcome(
            assets=dict(seen(library)),
            kept=len(eyebright.faces(library.library.collection_id)),
            found=library.search(Query()).total,
            dogs=library.search("dog").total,
        )


def seen(library: LocalLibrary) -> list[tuple[str, tuple[object, ...]]]:
    answers: list[tuple[str, tuple[object, ...]]] = []
    for asset in library.assets(10 * PICTURES):
        assert asset.state is AssetState.READY
        detail = library.show(asset.asset_id)
        labels, faces = detail.found["labels"], detail.found["faces"]
        assert isinstance(labels, Labels)
        assert isinstance(faces, FacesFound)
        answer = (
            sorted(label.name for label in labels.labels),
            [(face.box_xyxy, face.face_id is not None) for face in faces.faces],
            sorted((run.stage, run.version, run.state.value) for run in detail.runs),
            sorted(place.path for place in detail.places),
        )
        answers.append((asset.content_sha256, answer))
    return answers


def ready(home: Path) -> int:
    with open_local(Settings(home=home), sight=fake_sight()) as eyebright:
        return eyebright.library().stats().progress.ready


def wait_for_some(process: subprocess.Popen[bytes], home: Path, total: int) -> None:
    """Until a good part more is done than was, or all of it."""
    wanted = min(ready(home) + PICTURES // 10, total)
    deadline = time.monotonic() + SECONDS
    while ready(home) < wanted:
        assert process.poll() in (None, 0), "it ended with an error"
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_killed_run_is_taken_up_without_doing_anything_twice(
    archive: Path, undisturbed: Outcome, tmp_path: Path
) -> None:
    assert len(undisturbed.assets) == PICTURES * 9 // 10
    assert undisturbed.found == len(undisturbed.assets)
    chance = random.Random(5)
    done = []
    for _ in range(KILLS):
        with indexer(tmp_path, archive, MOST) as process:
            try:
                wait_for_some(process, tmp_path, len(undisturbed.assets))
                time.sleep(chance.random() / 2)
            finally:
                process.kill()
        done.append(ready(tmp_path))
    assert done == sorted(done), "what is done stays done"
    assert done[0] < len(undisturbed.assets), "it was killed in the middle"
    finish(indexer(tmp_path, archive))
    assert outcome(tmp_path) == undisturbed


def test_two_at_once_do_everything_once(
    archive: Path, undisturbed: Outcome, tmp_path: Path
) -> None:
    both = [indexer(tmp_path, archive) for _ in range(2)]
    for process in both:
        finish(process)
    assert outcome(tmp_path) == undisturbed
