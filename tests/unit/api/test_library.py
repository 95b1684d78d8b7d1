"""A library from Python; only the models are fake."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from eyebright.api.library import LocalLibrary
from eyebright.api.local import LocalEyebright, open_local
from eyebright.errors import AssetNotFound, InvalidInput, SourceNotFound
from eyebright.library.index_run import IndexProgress
from eyebright.library.values import AssetState, FacesFound
from eyebright.people.forget import search_for_traces
from eyebright.settings import Settings
from eyebright.testing.library import picture_bytes
from eyebright.testing.scans import make_older
from eyebright.testing.sight import fake_sight


@pytest.fixture
def eyebright(tmp_path: Path) -> Iterator[LocalEyebright]:
    with open_local(Settings(home=tmp_path / "home"), sight=fake_sight()) as opened:
        yield opened


@pytest.fixture
def library(eyebright: LocalEyebright) -> LocalLibrary:
    return eyebright.library()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for name, people in (
        ("one.jpg", ("Ada",)),
        ("in/two.jpg", ("Ada", "Ben")),
        ("none.png", ()),
    ):
        write(folder / name, *people)
    return folder


def write(path: Path, *people: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture_bytes(path.name, *people))
    make_older(path, 60)
    return path


def test_a_folder_is_indexed_found_and_shown(library: LocalLibrary, photos: Path) -> None:
    told: list[IndexProgress] = []
    report = library.index(photos, tell=told.append)
    assert (report.progress.done, report.progress.faces, report.later) == (3, 3, 0)
    assert not report.stopped
    assert not report.errors
    assert told[-1] == report.progress
    assert float(report.progress.usd) == pytest.approx(3 * (4 * 0.001 + 0.00075))
    assert [one.added for one in report.scans] == [3]
    found = library.search("beagle")
    assert found.total == 3
    detail = library.show(photos / "in" / "two.jpg")
    faces = detail.found["faces"]
    assert isinstance(faces, FacesFound)
    assert len(faces.faces) == 2
    assert library.show(detail.asset.asset_id[:8]).asset == detail.asset
    assert {one.state for one in library.assets()} == {AssetState.READY}
    assert set(library.places(library.assets()).values()) == {
        str(photos / name) for name in ("one.jpg", "in/two.jpg", "none.png")
    }


def test_indexing_again_does_only_what_is_new(library: LocalLibrary, photos: Path) -> None:
    library.index(photos)
    again = library.index(photos)
    assert (again.progress.done, again.scans[0].unchanged) == (0, 3)
    write(photos / "new.jpg", "Cleo")
    (photos / "one.jpg").unlink()
    third = library.index()
    assert (third.scans[0].added, third.scans[0].vanished) == (1, 1)
    assert library.stats().progress.total == 3


def test_single_files_are_indexed_without_their_neighbours(
    library: LocalLibrary, photos: Path
) -> None:
    report = library.index(photos / "one.jpg", str(photos / "in" / "two.jpg"))
    assert report.progress.done == 2
    assert library.stats().progress.total == 2
    assert not any(source.is_watched for source in library.sources())


def test_what_is_removed_is_gone_and_stays_out(library: LocalLibrary, photos: Path) -> None:
    library.index(photos)
    receipt = library.remove(photos / "in", library.show(photos / "one.jpg").asset.asset_id)
    assert (receipt.assets, receipt.faces) == (2, 3)
    assert library.search("beagle").total == 1
    assert (photos / "in" / "two.jpg").exists()
    library.index(photos)
    assert library.stats().progress.total == 1
    library.index(photos, again=True)
    assert library.stats().progress.total == 3
    for unknown in ("/nowhere/a.jpg", photos / "gone.jpg", "abcdef"):
        with pytest.raises(AssetNotFound):
            library.remove(unknown)


def test_a_name_of_several_is_refused(library: LocalLibrary, photos: Path) -> None:
    library.index(photos)
    with pytest.raises(InvalidInput, match="3 assets"):
        library.show(photos)


def test_broken_files_are_reasons_and_do_not_stop_the_others(
    library: LocalLibrary, photos: Path
) -> None:
    broken = photos / "broken.jpg"
    broken.write_bytes(picture_bytes("x.jpg", "Ada")[:300])
    (photos / "notes.txt").write_text("hello")
    report = library.index(photos)
    assert (report.library.ready, report.library.failed, report.later) == (3, 1, 0)
    reasons = {(one.what, one.count) for one in library.reasons()}
    assert reasons >= {("decode", 1), ("unsupported", 1)}
    broken.write_bytes(picture_bytes("x.jpg", "Ada"))
    make_older(broken, 30)
    assert library.retry() == 1
    assert library.index(photos).library.failed == 0


def test_sources_are_added_and_forgotten(
    library: LocalLibrary, photos: Path, tmp_path: Path
) -> None:
    source = library.add(photos)
    assert (source.is_watched, source.location) == (True, str(photos))
    with pytest.raises(InvalidInput):
        library.add(tmp_path / "nowhere")
    with pytest.raises(InvalidInput):
        library.add(photos, queue="http://queue")
    bucket = library.add("s3://photos/2024", queue="http://127.0.0.1/queue")
    assert (bucket.location, bucket.queue) == ("photos/2024/", "http://127.0.0.1/queue")
    report = library.index()
    assert [bool(one.away) for one in report.scans] == [False, True]
    assert library.remove_source(photos) == 3
    assert library.stats().progress.total == 0
    with pytest.raises(SourceNotFound):
        library.remove_source(photos)


def test_a_folder_with_our_own_files_is_refused(library: LocalLibrary, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "home", tmp_path / "home" / "keys"):
        folder.mkdir(exist_ok=True)
        with pytest.raises(InvalidInput, match="own files"):
            library.add(folder)
    (tmp_path / ".eyebright").mkdir()
    with open_local(Settings(home=tmp_path / ".eyebright"), sight=fake_sight()) as hidden:
        assert hidden.library().add(tmp_path).location == str(tmp_path)


def test_a_folder_plays_a_bucket(eyebright: LocalEyebright, photos: Path) -> None:
    library = eyebright.library(buckets={"photos": photos})
    assert library.index("s3://photos/in").progress.done == 1
    assert library.show("s3://photos/in/two.jpg").places[0].path == "two.jpg"
    assert library.remove("s3://photos/in/two.jpg").assets == 1


def test_what_changes_is_followed(library: LocalLibrary, photos: Path) -> None:
    import time

    library.add(photos)
    with library.following():
        deadline = time.monotonic() + 120
        while library.stats().progress.ready < 3:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        shutil.rmtree(photos / "in")
        while library.stats().progress.total > 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_forgotten_user_leaves_the_library_too(
    eyebright: LocalEyebright, library: LocalLibrary, photos: Path
) -> None:
    library.index(photos)
    name = "Adalgisa Quillfeather"
    ids = [face.face_id for face in eyebright.faces(library.library.collection_id)]
    library.people.desk.name(ids[:1], name=name)
    (user,) = eyebright.users(library.library.collection_id)
    assert len(library.search("quillfeather").hits) == 1
    proof = eyebright.forget_user(library.library.collection_id, user.user_id)
    assert (proof.faces, proof.traces) == (1, ())
    assert not library.search("quillfeather").hits
    home = eyebright.rooms.settings.home
    assert search_for_traces(home, [b"Quillfeather", b"quillfeather"]) == []
