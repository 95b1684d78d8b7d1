from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import select, update

from eyebright.analysis.sight import Sight
from eyebright.app.library import wired
from eyebright.db.tables import asset_vectors, assets, revisions, stage_runs
from eyebright.errors import InvalidImage, PackNotInstalled, QuotaExceeded, StorageError
from eyebright.library import indexer
from eyebright.library.blobs import Blobs
from eyebright.library.claims import Claims, IndexRules
from eyebright.library.projection import DIMENSION
from eyebright.library.stages import STAGES
from eyebright.library.values import (
    Asset,
    AssetState,
    Decoded,
    FacesFound,
    Labels,
    Media,
    Moderated,
    StageState,
    TextFound,
)
from eyebright.people.faces import Faces
from eyebright.search.values import Query
from eyebright.testing.clock import FixedClock
from eyebright.testing.library import PACKS, Shelf, open_shelf
from eyebright.testing.sight import fake_sight
from eyebright.testing.videos import numbered_picture, write_video

PHOTO_STAGES = [stage.name for stage in STAGES if Media.IMAGE in stage.media]


def _runs(shelf: Shelf, asset: Asset) -> dict[str, tuple[str, int, str]]:
    return {
        run.stage: (run.state.value, run.attempts, run.message) for run in shelf.detail(asset).runs
    }


def _asset(shelf: Shelf, name: str, *people: str) -> Asset:
    """Told, not indexed."""
    shelf.photo(name, *people)
    arrival = shelf.arrive(name)
    assert arrival.asset_id is not None
    return shelf.media.assets.get(shelf.mine, arrival.asset_id)


def test_every_stage_of_a_photo_is_recorded_with_what_it_found(shelf: Shelf) -> None:
    asset = shelf.add("a.jpg", "Ada", "Ben")
    assert asset.state is AssetState.READY
    assert asset.size_wh == (224, 160)
    detail = shelf.detail(asset)
    assert {run.stage for run in detail.runs} == {*PHOTO_STAGES, "publish"}
    assert all(run.state is StageState.DONE for run in detail.runs)
    labels, faces = detail.found["labels"], detail.found["faces"]
    assert isinstance(labels, Labels)
    assert "Dog" in {label.name for label in labels.labels}
    assert isinstance(faces, FacesFound)
    assert len(faces.faces) == 2
    assert all(face.face_id and face.age and face.emotions for face in faces.faces)
    assert isinstance(detail.found["decode"], Decoded)
    assert isinstance(detail.found["text"], TextFound)
    assert isinstance(detail.found["moderation"], Moderated)


def test_faces_are_in_the_collection_under_the_assets_id(shelf: Shelf) -> None:
    asset = shelf.add("a.jpg", "Ada", "Ben")
    page = shelf.rooms.faces.list(shelf.scope, shelf.mine.collection_id, limit=10)
    assert [face.external_image_id for face in page.items] == [asset.asset_id] * 2
    assert shelf.mine.collection_id == "library"


def test_a_library_does_not_take_over_a_collection_of_somebody(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path)
    space = shelf.rooms.sight.faces.space
    shelf.rooms.collections.create(shelf.scope, shelf.mine.collection_id, space=space)
    shelf.media.libraries.delete(shelf.mine)
    shelf.rooms.collections.create(shelf.scope, shelf.mine.collection_id, space=space)
    assert shelf.media.libraries.open(shelf.scope).collection_id == "library.2"
    shelf.close()


def test_a_vector_for_finding_similar_is_kept_sealed(shelf: Shelf) -> None:
    asset = shelf.add("a.jpg", "Ada")
    with shelf.rooms.database.read() as connection:
        row = connection.execute(select(asset_vectors)).one()
    assert row.asset_no == asset.number
    assert len(row.sealed) == 4 * DIMENSION + 28
    assert row.space.startswith("labels@1/")


def test_nothing_is_done_twice(shelf: Shelf) -> None:
    asset = shelf.add("a.jpg", "Ada")
    before = shelf.detail(asset)
    assert shelf.media.indexer.run_once() == 0
    assert shelf.detail(asset) == before


def test_a_new_pack_runs_its_stages_again_and_no_others(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path)
    asset = shelf.add("a.jpg", "Ada")
    before = {run.stage: run.ended_at for run in shelf.detail(asset).runs}
    shelf.close()
    clock = FixedClock()
    clock.advance(100)
    newer = open_shelf(tmp_path, clock=clock, packs={**PACKS, "text": "text@2"})
    assert newer.media.indexer.run_once() == 1
    after = {run.stage: run.ended_at for run in newer.detail(asset).runs}
    assert {stage for stage in after if after[stage] != before[stage]} == {"text", "publish"}
    assert newer.media.indexer.run_once() == 0
    newer.close()


def test_a_stage_that_is_new_to_the_program_runs_over_what_is_there(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path)
    asset = shelf.add("a.jpg", "Ada")
    with shelf.rooms.database.write() as connection:  # as before there was such a stage
        connection.execute(stage_runs.delete().where(stage_runs.c.stage == "group"))
        connection.execute(revisions.delete().where(revisions.c.name == "stage group"))
    assert shelf.media.indexer.run_once() == 1
    assert _runs(shelf, asset)["group"][0] == "done"
    shelf.close()


def test_faces_seen_again_keep_their_ids(shelf: Shelf) -> None:
    asset = shelf.add("a.jpg", "Ada", "Ben")
    before = shelf.detail(asset).found["faces"]
    assert shelf.media.indexer.rerun(shelf.mine, ["faces"]) == 1
    assert shelf.media.indexer.run_once(shelf.mine) == 1
    assert shelf.detail(asset).found["faces"] == before
    assert shelf.media.libraries.progress(shelf.mine).faces == 2


def test_what_builds_on_a_stage_runs_again_with_it(shelf: Shelf) -> None:
    asset = shelf.add("a.jpg", "Ada")
    shelf.clock.advance(10)  # type: ignore[attr-defined]
    shelf.media.indexer.rerun(shelf.mine, ["decode"])
    shelf.media.indexer.run_once()
    assert {run.ended_at for run in shelf.detail(asset).runs} == {shelf.clock.now()}


class _Broken:
    """Reads nothing, each time for another reason."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.asked = 0

    def read(self, _image: object) -> NoReturn:
        self.asked += 1
        raise self.error


def _with_reader(reader: object) -> Sight:
    return replace(fake_sight(), text=lambda: reader)  # type: ignore[arg-type, return-value]


def test_a_stage_that_fails_is_tried_again_after_pauses_and_the_others_go_on(
    tmp_path: Path,
) -> None:
    reader, clock = _Broken(RuntimeError("a fault")), FixedClock()
    shelf = open_shelf(tmp_path, sight=_with_reader(reader), clock=clock)
    asset = _asset(shelf, "a.jpg", "Ada")
    indexer = shelf.media.indexer
    assert indexer.run_once() == 1
    assert _runs(shelf, asset)["text"] == ("failed", 1, "Internal error: RuntimeError")
    assert _runs(shelf, asset)["labels"][0] == "done"
    assert shelf.detail(asset).asset.state is AssetState.WAITING
    assert indexer.run_once() == 0  # not before the pause is over
    for pause in (5, 30, 180):
        clock.advance(pause)
        assert indexer.run_once() == 1
    assert _runs(shelf, asset)["text"] == ("failed", 4, "Internal error: RuntimeError")
    assert shelf.detail(asset).asset.state is AssetState.FAILED
    assert reader.asked == 4
    failures = shelf.media.assets.failures(shelf.mine, limit=10).items
    assert [one.asset.asset_id for one in failures] == [asset.asset_id]
    clock.advance(10_000)
    assert indexer.run_once() == 0
    shelf.close()


def test_a_stage_that_was_given_up_can_be_asked_for_again(tmp_path: Path) -> None:
    reader = _Broken(InvalidImage("It cannot be read."))
    shelf = open_shelf(tmp_path, sight=_with_reader(reader))
    asset = shelf.add("a.jpg", "Ada")
    assert asset.state is AssetState.FAILED
    assert reader.asked == 1  # waiting makes no other picture of it
    assert _runs(shelf, asset)["text"] == ("failed", 4, "It cannot be read.")
    assert shelf.media.indexer.retry(shelf.mine) == 1
    shelf.media.indexer.run_once()
    assert reader.asked == 2
    shelf.close()


def test_a_pack_that_is_installed_later_is_used_by_itself(tmp_path: Path) -> None:
    reader = _Broken(PackNotInstalled("The pack text is not installed."))
    packs = {name: version for name, version in PACKS.items() if name != "text"}
    shelf = open_shelf(tmp_path, sight=_with_reader(reader), packs=packs)
    asset = shelf.add("a.jpg", "Ada")
    assert asset.state is AssetState.READY
    assert _runs(shelf, asset)["text"] == ("lacking", 1, "The pack text is not installed.")
    shelf.close()
    whole = open_shelf(tmp_path)
    assert whole.media.indexer.run_once() == 1
    assert whole.detail(asset).asset.state is AssetState.READY
    assert _runs(whole, asset)["text"] == ("done", 1, "")
    whole.close()


def test_what_an_earlier_version_found_stays_while_the_new_one_fails(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path)
    asset = shelf.add("a.jpg", "Ada")
    before = shelf.detail(asset).found["text"]
    shelf.close()
    reader = _Broken(RuntimeError("a fault"))
    newer = open_shelf(tmp_path, sight=_with_reader(reader), packs={**PACKS, "text": "text@2"})
    newer.media.indexer.run_once()
    assert newer.detail(asset).found["text"] == before
    assert _runs(newer, asset)["text"][0] == "failed"
    newer.close()


def test_a_file_that_is_no_picture_fails_with_a_reason_and_is_not_tried_again(
    shelf: Shelf,
) -> None:
    shelf.write("a.jpg", b"\xff\xd8\xff broken")
    arrival = shelf.arrive("a.jpg")
    assert arrival.asset_id is not None
    shelf.media.indexer.run_once()
    asset = shelf.media.assets.get(shelf.mine, arrival.asset_id)
    assert asset.state is AssetState.FAILED
    runs = _runs(shelf, asset)
    assert set(runs) == {"decode", "publish"}  # it can still be found by its name
    assert "The image cannot be read: a segment of the JPEG" in runs["decode"][2]


def test_a_file_that_is_gone_or_changed_is_said_to_be_so(shelf: Shelf) -> None:
    gone, changed = _asset(shelf, "a.jpg", "Ada"), _asset(shelf, "b.jpg", "Ben")
    (shelf.folder / "a.jpg").unlink()
    shelf.write("b.jpg", shelf.photo("c.jpg", "Cleo").read_bytes())
    shelf.media.indexer.run_once()
    assert "a.jpg: it cannot be opened (No such file" in _runs(shelf, gone)["decode"][2]
    assert "b.jpg: its content changed" in _runs(shelf, changed)["decode"][2]


def test_another_place_of_the_same_content_is_read_when_one_is_gone(shelf: Shelf) -> None:
    content = shelf.photo("a.jpg", "Ada").read_bytes()
    shelf.write("b.jpg", content)
    arrival = shelf.arrive("a.jpg")
    shelf.arrive("b.jpg")
    (shelf.folder / "a.jpg").unlink()
    shelf.media.indexer.run_once()
    assert arrival.asset_id is not None
    assert shelf.media.assets.get(shelf.mine, arrival.asset_id).state is AssetState.READY


def test_two_indexers_do_not_work_on_the_same_asset(shelf: Shelf) -> None:
    for number in range(6):
        _asset(shelf, f"{number}.jpg", "Ada")
    claims = shelf.media.claims
    first = claims.claim("one", limit=4)
    second = claims.claim("two", limit=4)
    assert len(first) == 4
    assert len(second) == 2
    assert not {one.asset.number for one in first} & {one.asset.number for one in second}
    assert [one.asset.number for one in first] == sorted(
        (one.asset.number for one in first), reverse=True
    )  # the newest first


def test_a_dead_indexers_assets_are_taken_when_its_lease_is_over(shelf: Shelf) -> None:
    asset = _asset(shelf, "a.jpg", "Ada")
    claims = shelf.media.claims
    assert len(claims.claim("dies", limit=4)) == 1
    assert shelf.media.indexer.run_once() == 0
    shelf.clock.advance(61)  # type: ignore[attr-defined]
    assert shelf.media.indexer.run_once() == 1
    assert shelf.detail(asset).asset.state is AssetState.READY


def test_a_clock_that_was_put_back_holds_nothing_up(shelf: Shelf) -> None:
    _asset(shelf, "a.jpg", "Ada")
    assert len(shelf.media.claims.claim("dies", limit=4)) == 1
    shelf.clock.advance(-3600)  # type: ignore[attr-defined]
    assert shelf.media.indexer.run_once() == 1


class _Slow:
    """Takes a text reader's part, and lets somebody in between."""

    def __init__(self) -> None:
        self.between: Callable[[], object] = lambda: None

    def read(self, _image: object) -> tuple[()]:
        self.between()
        return ()


def test_an_asset_that_is_removed_while_it_is_worked_on_leaves_nothing(tmp_path: Path) -> None:
    reader = _Slow()
    shelf = open_shelf(tmp_path, sight=_with_reader(reader))
    asset = _asset(shelf, "a.jpg", "Ada")
    reader.between = lambda: shelf.media.removal.remove(shelf.mine, asset.asset_id)
    shelf.media.indexer.run_once()
    assert shelf.media.libraries.progress(shelf.mine).total == 0
    assert not list(shelf.media.blobs.directory(shelf.mine).rglob("*.proxy"))
    page = shelf.rooms.faces.list(shelf.scope, shelf.mine.collection_id, limit=10)
    assert page.items == ()
    shelf.close()


def test_whoever_lost_the_claim_writes_nothing(tmp_path: Path) -> None:
    reader = _Slow()
    shelf = open_shelf(tmp_path, sight=_with_reader(reader))
    asset = _asset(shelf, "a.jpg", "Ada")

    def another_takes_it() -> None:
        with shelf.rooms.database.write() as connection:
            connection.execute(update(assets).values(claim_no=assets.c.claim_no + 1))

    reader.between = another_takes_it
    shelf.media.indexer.run_once(limit=1)
    soon = {stage.name for stage in STAGES if stage.soon}  # may have been written before
    assert {run.stage for run in shelf.detail(asset).runs} <= soon
    assert shelf.media.assets.get(shelf.mine, asset.asset_id).state is AssetState.WAITING
    shelf.close()


class _Waiting:
    """Moderation that waits until it is told to go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def moderate(self, _seen: object) -> NoReturn:
        assert self.go_on.wait(120)
        raise InvalidImage("It cannot be moderated.")


def test_a_photo_that_came_alone_is_found_before_all_stages_have_ended(tmp_path: Path) -> None:
    waiting = _Waiting()
    sight = replace(fake_sight(), moderation=lambda: waiting)
    shelf = open_shelf(tmp_path, sight=sight)
    asset = _asset(shelf, "a.jpg", "Ada")
    with shelf.media.indexer:
        _wait_until(lambda: {"decode", "labels", "faces"} <= set(_runs(shelf, asset)))
        assert shelf.media.finding.search(shelf.mine, Query(text="a.jpg")).total == 1
        found = shelf.detail(asset)
        assert "moderation" not in {run.stage for run in found.runs}
        assert found.asset.state is AssetState.WAITING
        waiting.go_on.set()
        _wait_until(lambda: "moderation" in _runs(shelf, asset))
    assert _runs(shelf, asset)["moderation"][0] == "failed"
    assert {tried for state, tried, _ in _runs(shelf, asset).values() if state == "done"} == {1}
    page = shelf.rooms.faces.list(shelf.scope, shelf.mine.collection_id, limit=10)
    assert len(page.items) == 1  # and not one for each time that something was written down
    shelf.close()


def test_what_cannot_be_kept_at_once_is_kept_with_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = open_shelf(tmp_path)
    asset = _asset(shelf, "a.jpg", "Ada")
    enrol, calls = Faces.enrol, []

    def refuse_once(faces: Faces, *given: Any, **named: Any) -> Any:
        calls.append(given)
        if len(calls) == 1:
            raise QuotaExceeded("No room for a moment.")
        return enrol(faces, *given, **named)

    monkeypatch.setattr(Faces, "enrol", refuse_once)
    shelf.media.indexer.run_once()
    assert len(calls) == 2
    assert {state for state, _, _ in _runs(shelf, asset).values()} == {"done"}
    assert {tried for _, tried, _ in _runs(shelf, asset).values()} == {1}
    shelf.close()


def _wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_full_disk_is_no_fault_of_the_asset(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = _asset(shelf, "a.jpg", "Ada")

    def full(*_: object) -> NoReturn:
        raise StorageError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Blobs, "put", full)
        with pytest.raises(StorageError):
            shelf.media.indexer.run_once()
    assert shelf.detail(asset).runs == ()
    shelf.clock.advance(61)  # type: ignore[attr-defined]
    shelf.media.indexer.run_once()
    assert shelf.detail(asset).asset.state is AssetState.READY


def test_threads_index_what_arrives_and_stop_when_told(shelf: Shelf) -> None:
    told = threading.Event()
    shelf.media.indexer.listen(lambda _indexed: told.set())
    with shelf.media.indexer:
        asset = _asset(shelf, "a.jpg", "Ada")
        assert told.wait(120)
    assert shelf.detail(asset).asset.state is AssetState.READY


def test_a_fault_of_ours_does_not_end_a_thread(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, claim = threading.Event(), Claims.claim
    faults = iter([RuntimeError("a fault")])

    def faulty(*args: object, **named: object) -> object:
        for fault in faults:
            raise fault
        return claim(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Claims, "claim", faulty)
    monkeypatch.setattr(indexer, "IDLE_SECONDS", 0.05)
    shelf.media.indexer.listen(lambda _indexed: told.set())
    with shelf.media.indexer:
        _asset(shelf, "a.jpg", "Ada")
        assert told.wait(120)


def test_a_collection_of_another_space_fails_the_faces_with_a_reason(shelf: Shelf) -> None:
    space = replace(shelf.rooms.sight.faces.space, digest="0" * 64)
    shelf.rooms.collections.create(shelf.scope, shelf.mine.collection_id, space=space)
    asset = shelf.add("a.jpg", "Ada")
    runs = _runs(shelf, asset)
    assert runs["faces"][0] == "failed"
    assert runs["labels"][0] == "done"


def test_a_deleted_library_is_not_indexed(shelf: Shelf) -> None:
    _asset(shelf, "a.jpg", "Ada")
    shelf.media.libraries.delete(shelf.mine)
    assert shelf.media.indexer.run_once() == 0


class _EndlessFilms:
    """Watches until it is told that nobody wants to know."""

    def __init__(self) -> None:
        self.looking = threading.Event()
        self.ended = threading.Event()

    def watch(self, film: object, *, tell: Callable[[], object], **_: object) -> NoReturn:
        self.looking.set()
        try:
            while True:
                tell()
        finally:
            self.ended.set()


def test_a_film_is_given_back_when_the_indexer_is_to_stop(tmp_path: Path) -> None:
    watcher = _EndlessFilms()
    shelf = open_shelf(tmp_path, wire=partial(wired, watcher=watcher))
    write_video(shelf.folder / "a.mp4", [numbered_picture(n) for n in range(5)], frame_rate=5)
    arrival = shelf.arrive("a.mp4", media=Media.VIDEO)
    with shelf.media.indexer:
        assert watcher.looking.wait(120)
    assert arrival.asset_id is not None
    asset = shelf.media.assets.get(shelf.mine, arrival.asset_id)
    assert asset.state is AssetState.WAITING
    assert len(shelf.media.claims.claim("next", limit=1)) == 1  # at once, not after the lease
    shelf.close()


def test_a_film_that_is_removed_while_it_is_watched_is_watched_no_longer(tmp_path: Path) -> None:
    watcher = _EndlessFilms()
    rules = IndexRules(lease_seconds=0.0)
    shelf = open_shelf(tmp_path, wire=partial(wired, watcher=watcher, rules=rules))
    write_video(shelf.folder / "a.mp4", [numbered_picture(n) for n in range(5)], frame_rate=5)
    arrival = shelf.arrive("a.mp4", media=Media.VIDEO)
    assert arrival.asset_id is not None
    with shelf.media.indexer:
        assert watcher.looking.wait(120)
        shelf.media.removal.remove(shelf.mine, arrival.asset_id)
        assert watcher.ended.wait(120)
    shelf.close()
