"""Select, then recognise, over real rooms and fake sight: who asked, and what is counted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import func, select, update

from eyebright.db.tables import assets, recognition_assets, stage_runs
from eyebright.errors import InvalidInput, RecognitionNotFound
from eyebright.imaging.image import Image
from eyebright.library import recognising, recognition_choice
from eyebright.library.recognition_runs import Recognition, RunState
from eyebright.library.totals import library_totals
from eyebright.library.values import Asset, AssetId, AssetState, FaceLooks, Labels, Media
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.clock import FixedClock
from eyebright.testing.library import PACKS, Shelf, open_shelf
from eyebright.testing.sight import fake_sight
from eyebright.testing.videos import write_video
from eyebright.testing.videos_desk import shot


@pytest.fixture
def asked(shelf: Shelf) -> Shelf:
    """A library that waits to be asked."""
    shelf.media.face_setting.set(shelf.mine, FaceLooks.ASKED)
    return shelf


def _clock(shelf: Shelf) -> FixedClock:
    assert isinstance(shelf.clock, FixedClock)
    return shelf.clock


def _stages(shelf: Shelf, asset: Asset) -> set[str]:
    return {run.stage for run in shelf.detail(asset).runs}


def _faces(shelf: Shelf) -> int:
    return shelf.media.libraries.progress(shelf.mine).faces


def _start(shelf: Shelf, *chosen: Asset) -> Recognition:
    return shelf.media.recognising.start(shelf.mine, [asset.asset_id for asset in chosen])


def _now(shelf: Shelf, run: Recognition) -> Recognition:
    return shelf.media.recognising.get(shelf.mine, run.run_id)


def _work(shelf: Shelf) -> int:
    return shelf.media.indexer.run_once(shelf.mine)


def _photos(shelf: Shelf, names: str, *people: str) -> list[Asset]:
    """A photo of these people for each letter, looked at all together."""
    ids = []
    for name in names:
        shelf.photo(f"{name}.jpg", *people)
        ids.append(shelf.arrive(f"{name}.jpg").asset_id)
    _work(shelf)
    return [shelf.media.assets.get(shelf.mine, one) for one in ids if one is not None]


def test_a_library_looks_for_faces_unless_it_is_told_to_wait(shelf: Shelf) -> None:
    assert shelf.mine.faces is FaceLooks.ALWAYS
    assert "faces" in _stages(shelf, shelf.add("a.jpg", "Ada"))


def test_a_library_that_waits_looks_for_nobodys_face(asked: Shelf) -> None:
    asset = asked.add("a.jpg", "Ada", "Ben")
    assert asset.state is AssetState.READY
    assert _stages(asked, asset) >= {"decode", "labels", "text", "moderation", "properties"}
    assert "faces" not in _stages(asked, asset)
    assert _faces(asked) == 0


class _Forbidden(FakeAnalyser):
    def detect(self, image: Image) -> NoReturn:
        raise AssertionError("Somebody looks for faces.")


def test_no_stage_of_a_library_that_waits_looks_at_faces(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path, sight=replace(fake_sight(), faces=_Forbidden()))
    shelf.media.face_setting.set(shelf.mine, FaceLooks.ASKED)
    asset = shelf.add("a.jpg", "Ada")
    labels = shelf.detail(asset).found["labels"]
    assert isinstance(labels, Labels)
    assert "Dog" in {label.name for label in labels.labels}
    assert asset.state is AssetState.READY
    shelf.close()


def test_nobody_looks_again_and_again_at_assets_that_were_not_asked_for(asked: Shelf) -> None:
    asked.add("a.jpg", "Ada")
    assert _work(asked) == 0
    assert not asked.media.claims.waiting(asked.mine)


def test_a_new_pack_of_faces_leaves_those_alone_that_nobody_asked_for(tmp_path: Path) -> None:
    first = open_shelf(tmp_path)
    first.media.face_setting.set(first.mine, FaceLooks.ASKED)
    first.add("a.jpg", "Ada")
    wanted = first.add("b.jpg", "Ben")
    _start(first, wanted)
    _work(first)
    first.close()
    newer = open_shelf(tmp_path, packs={**PACKS, "shots": "shots@2", "faces": "faces@2"})
    newer.media.indexer.run_once(newer.mine)
    with newer.rooms.database.read() as connection:
        query = select(stage_runs.c.asset_no, stage_runs.c.version)
        ran = connection.execute(query.where(stage_runs.c.stage == "faces")).all()
    assert [tuple(row) for row in ran] == [(wanted.number, "1+faces@2")]
    newer.close()


def test_a_run_looks_for_the_faces_of_its_photos_only(asked: Shelf) -> None:
    chosen, other = asked.add("a.jpg", "Ada", "Ben"), asked.add("b.jpg", "Cleo")
    run = _start(asked, chosen)
    assert (run.state, run.photos, run.done, run.already) == (RunState.RUNNING, 1, 0, 0)
    assert _work(asked) == 1
    run = _now(asked, run)
    assert (run.state, run.done, run.failed, run.faces) == (RunState.DONE, 1, 0, 2)
    assert "faces" in _stages(asked, chosen)
    assert "faces" not in _stages(asked, other)


def test_everything_at_once(asked: Shelf) -> None:
    _photos(asked, "abc", "Ada")
    run = asked.media.recognising.start(asked.mine)
    _work(asked)
    run = _now(asked, run)
    assert (run.photos, run.done, run.faces) == (3, 3, 3)


def test_what_was_looked_through_is_left_out(asked: Shelf) -> None:
    one, two = asked.add("a.jpg", "Ada"), asked.add("b.jpg", "Ben")
    _start(asked, one)
    _work(asked)
    estimate = asked.media.recognising.estimate(asked.mine, [one.asset_id, two.asset_id])
    assert (estimate.photos, estimate.already, estimate.to_do) == (2, 1, 1)
    run = _start(asked, one, two)
    assert (run.photos, run.already) == (1, 1)
    assert _work(asked) == 1
    assert _now(asked, run).faces == 1
    empty = _start(asked, one, two)
    assert (empty.state, empty.photos, empty.already) == (RunState.DONE, 0, 2)
    assert _work(asked) == 0


def test_a_photo_in_two_runs_is_looked_at_once_and_counts_in_both(asked: Shelf) -> None:
    one, two, three = _photos(asked, "abc", "Ada")
    first, second = _start(asked, one, two), _start(asked, two, three)
    assert (first.photos, second.photos) == (2, 2)
    assert _work(asked) == 3
    assert [(_now(asked, run).done, _now(asked, run).faces) for run in (first, second)] == [
        (2, 2),
        (2, 2),
    ]
    assert _faces(asked) == 3


def test_naming_an_asset_twice_or_one_that_is_not_there_counts_once(asked: Shelf) -> None:
    asset = asked.add("a.jpg", "Ada")
    ids = [asset.asset_id, asset.asset_id, AssetId("00000000-0000-4000-8000-000000000000")]
    assert asked.media.recognising.estimate(asked.mine, ids).photos == 1
    assert asked.media.recognising.start(asked.mine, ids).photos == 1


def test_many_assets_are_read_all_at_once(asked: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = _photos(asked, "abc", "Ada")[:2]
    monkeypatch.setattr(recognition_choice, "MANY", 1)
    assert _start(asked, *chosen).photos == 2
    _work(asked)
    assert _faces(asked) == 2


def test_an_asset_that_is_removed_meanwhile_leaves_its_runs(asked: Shelf) -> None:
    one, two = asked.add("a.jpg", "Ada"), asked.add("b.jpg", "Ben")
    run = _start(asked, one, two)
    asked.media.removal.remove(asked.mine, one.asset_id)
    assert _now(asked, run).photos == 1
    _work(asked)
    run = _now(asked, run)
    assert (run.state, run.photos, run.done, run.faces) == (RunState.DONE, 1, 1, 1)


def test_a_photo_that_cannot_be_read_is_one_that_failed(asked: Shelf) -> None:
    good = asked.add("a.jpg", "Ada")
    asked.write("broken.jpg", b"\xff\xd8\xff no picture")
    broken_id = asked.arrive("broken.jpg").asset_id
    assert broken_id is not None
    _work(asked)
    broken = asked.media.assets.get(asked.mine, broken_id)
    assert broken.state is AssetState.FAILED
    run = _start(asked, good, broken)
    _work(asked)
    run = _now(asked, run)
    assert (run.state, run.photos, run.done, run.failed) == (RunState.DONE, 2, 1, 1)


def test_one_that_failed_and_succeeds_later_is_counted_once(asked: Shelf) -> None:
    asset = asked.add("a.jpg", "Ada")
    content = (asked.folder / "a.jpg").read_bytes()
    (asked.folder / "a.jpg").unlink()
    run = _start(asked, asset)
    for _ in range(asked.media.claims.rules.attempts):
        _work(asked)
        _clock(asked).advance(200)
    assert (_now(asked, run).done, _now(asked, run).failed) == (0, 1)
    asked.write("a.jpg", content)
    asked.media.indexer.retry(asked.mine)
    _work(asked)
    assert (_now(asked, run).done, _now(asked, run).failed, _now(asked, run).faces) == (1, 0, 1)


def test_what_is_not_begun_when_a_run_is_cancelled_is_not_done(
    asked: Shelf,
) -> None:
    photos = _photos(asked, "abcd", "Ada")
    run = _start(asked, *photos)
    asked.media.indexer.run_once(asked.mine, limit=1)
    cancelled = asked.media.recognising.cancel(asked.mine, run.run_id)
    assert (cancelled.state, cancelled.photos, cancelled.done) == (RunState.CANCELLED, 4, 1)
    _work(asked)
    assert _now(asked, run) == cancelled
    assert _faces(asked) == 1
    assert asked.media.libraries.progress(asked.mine).ready == 4
    assert asked.media.recognising.cancel(asked.mine, run.run_id) == cancelled


def test_a_picture_at_work_when_its_run_is_cancelled_gives_no_face(asked: Shelf) -> None:
    asset = asked.add("a.jpg", "Ada")
    run = _start(asked, asset)
    claims = asked.media.claims.claim("somebody", limit=10, library=asked.mine)
    assert claims[0].asset.faces_asked
    asked.media.recognising.cancel(asked.mine, run.run_id)
    assert asked.media.claims.renew(claims) == 0


def test_cancelling_one_run_leaves_what_another_asked_for(asked: Shelf) -> None:
    one, two = asked.add("a.jpg", "Ada"), asked.add("b.jpg", "Ben")
    first, second = _start(asked, one, two), _start(asked, two)
    asked.media.recognising.cancel(asked.mine, first.run_id)
    _work(asked)
    assert (_now(asked, first).done, _now(asked, second).done) == (0, 1)
    assert "faces" not in _stages(asked, one)
    assert _start(asked, one).photos == 1


def test_a_run_goes_on_in_another_process(tmp_path: Path) -> None:
    killed = open_shelf(tmp_path)
    killed.media.face_setting.set(killed.mine, FaceLooks.ASKED)
    photos = _photos(killed, "abc", "Ada")
    run = _start(killed, *photos)
    killed.media.claims.claim("killed", limit=1, library=killed.mine)  # and never heard of again
    killed.media.indexer.run_once(killed.mine, limit=1)
    clock = FixedClock()
    clock.advance(1 + killed.media.claims.rules.lease_seconds)
    successor = open_shelf(tmp_path, clock=clock)
    assert successor.mine.faces is FaceLooks.ASKED
    _work(successor)
    found = _now(successor, run)
    assert (found.state, found.photos, found.done, found.faces) == (RunState.DONE, 3, 3, 3)
    successor.close()
    killed.close()


def test_switching_to_always_looks_through_all(asked: Shelf) -> None:
    photos = _photos(asked, "ab", "Ada")
    asked.media.face_setting.set(asked.mine, FaceLooks.ALWAYS)
    assert _work(asked) == 2
    assert all("faces" in _stages(asked, photo) for photo in photos)


def test_switching_to_asked_keeps_what_was_found_and_up_to_date(tmp_path: Path) -> None:
    first = open_shelf(tmp_path)
    first.add("a.jpg", "Ada")
    first.media.face_setting.set(first.mine, FaceLooks.ASKED)
    assert _faces(first) == 1
    first.close()
    newer = open_shelf(tmp_path, packs={**PACKS, "faces": "faces@2"})
    assert newer.media.indexer.run_once(newer.mine) == 1
    assert _faces(newer) == 1
    newer.close()


def test_switching_to_asked_stops_what_is_at_work(shelf: Shelf) -> None:
    shelf.photo("a.jpg", "Ada")
    shelf.arrive("a.jpg")
    claims = shelf.media.claims.claim("somebody", limit=10, library=shelf.mine)
    assert claims
    shelf.media.face_setting.set(shelf.mine, FaceLooks.ASKED)
    assert shelf.media.claims.renew(claims) == 0
    _work(shelf)
    assert _faces(shelf) == 0


def test_switching_to_asked_forgets_attempts_that_failed(shelf: Shelf) -> None:
    asset = shelf.add("a.jpg", "Ada")
    with shelf.rooms.database.write() as connection:
        connection.execute(
            update(stage_runs)
            .where(stage_runs.c.stage == "faces")
            .values(state="failed", attempts=4, sealed=None, message="It rained.")
        )
        connection.execute(update(assets).values(state="failed"))
    shelf.media.face_setting.set(shelf.mine, FaceLooks.ASKED)
    _work(shelf)
    assert shelf.media.assets.get(shelf.mine, asset.asset_id).state is AssetState.READY
    assert "faces" not in _stages(shelf, asset)


def test_a_run_goes_on_when_its_library_is_told_to_wait(shelf: Shelf) -> None:
    shelf.photo("a.jpg", "Ada")
    asset_id = shelf.arrive("a.jpg").asset_id
    assert asset_id is not None
    run = shelf.media.recognising.start(shelf.mine, [asset_id])
    shelf.media.face_setting.set(shelf.mine, FaceLooks.ASKED)
    _work(shelf)
    assert _now(shelf, run).faces == 1


def test_a_library_that_always_looks_counts_for_runs_too(shelf: Shelf) -> None:
    shelf.photo("a.jpg", "Ada", "Ben")
    asset_id = shelf.arrive("a.jpg").asset_id
    assert asset_id is not None
    run = shelf.media.recognising.start(shelf.mine, [asset_id])
    _work(shelf)
    assert (_now(shelf, run).done, _now(shelf, run).faces) == (1, 2)


def test_what_it_will_take_is_measured_elsewhere_until_the_library_knows(
    asked: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    _photos(asked, "abc", "Ada")
    before = asked.media.recognising.estimate(asked.mine)
    assert (before.faces_expected, before.is_measured) == (6, False)
    assert before.seconds_expected == pytest.approx(0.15)
    assert before.aws_usd == Decimal("0.009")
    assert before.per_face_usd == Decimal("0.126")
    monkeypatch.setattr("eyebright.library.recognition_outlook.ENOUGH", 3)
    run = asked.media.recognising.start(asked.mine)
    _clock(asked).advance(12)
    _work(asked)
    assert _now(asked, run).faces_per_second == pytest.approx(3 / 12)
    asked.add("d.jpg", "Ada")
    after = asked.media.recognising.estimate(asked.mine)
    assert (after.photos, after.already, after.to_do) == (4, 3, 1)
    assert (after.faces_expected, after.is_measured) == (1, True)
    assert after.seconds_expected == pytest.approx(4.0)


def test_labels_tell_how_fast_a_machine_is_before_faces_were_looked_for(
    asked: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eyebright.library.recognition_outlook.ENOUGH", 2)
    _photos(asked, "ab", "Ada")
    with asked.rooms.database.write() as connection:
        connection.execute(update(stage_runs).values(took_ms=0))
        labels = stage_runs.c.stage == "labels"
        connection.execute(update(stage_runs).where(labels).values(took_ms=1010))
    expected = asked.media.recognising.estimate(asked.mine).seconds_expected
    assert expected == pytest.approx(2 * 0.44 / asked.rooms.runtime.slots)


def test_a_run_says_how_fast_it_is_and_how_long_it_will_take(asked: Shelf) -> None:
    photos = _photos(asked, "abcd", "Ada", "Ben")
    run = _start(asked, *photos)
    assert (run.faces_per_second, run.seconds_left) == (None, None)
    _clock(asked).advance(4)
    asked.media.indexer.run_once(asked.mine, limit=2)
    run = _now(asked, run)
    assert run.faces_per_second == pytest.approx(1.0)
    assert run.seconds_left == pytest.approx(4.0)


def test_what_became_of_the_faces_of_a_run(asked: Shelf) -> None:
    one, two = asked.add("a.jpg", "Ada", "Ben"), asked.add("b.jpg", "Ada")
    run = _start(asked, one, two)
    _work(asked)
    known = asked.media.recognising
    assert known.outcome(asked.mine, _now(asked, run)).found.unknown == 3
    faces = asked.rooms.faces.list(asked.scope, asked.mine.collection_id, limit=10).items
    first = next(face for face in faces if face.external_image_id == two.asset_id)
    asked.media.naming.name(asked.mine, [first.face_id], name="Ada")
    found = known.outcome(asked.mine, _now(asked, run))
    assert (found.found.named, found.found.suggested, found.found.unknown) == (1, 1, 1)
    assert not found.is_estimate


def test_of_a_large_run_a_sample_says_what_became_of_it(
    asked: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognising, "SAMPLE", 2)
    run = _start(asked, *_photos(asked, "abcd", "Ada"))
    _work(asked)
    outcome = asked.media.recognising.outcome(asked.mine, _now(asked, run))
    assert (outcome.is_estimate, outcome.found.unknown) == (True, 4)


def test_runs_are_listed_newest_first_and_others_are_not_found(asked: Shelf) -> None:
    asset = asked.add("a.jpg", "Ada")
    first, second = _start(asked, asset), _start(asked, asset)
    found = asked.media.recognising.runs(asked.mine)
    assert [run.run_id for run in found] == [second.run_id, first.run_id]
    other = asked.media.libraries.open(asked.scope, "other")
    with pytest.raises(RecognitionNotFound):
        asked.media.recognising.get(other, first.run_id)


def test_more_assets_than_one_call_may_name_are_refused(
    asked: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition_choice, "MOST_ASSETS", 1)
    with pytest.raises(InvalidInput):
        asked.media.recognising.start(asked.mine, [AssetId("a"), AssetId("b")])


def test_a_deleted_library_takes_its_runs_along(asked: Shelf) -> None:
    _start(asked, asked.add("a.jpg", "Ada"))
    asked.media.libraries.delete(asked.mine)
    with asked.rooms.database.read() as connection:
        assert not connection.scalar(select(func.count()).select_from(recognition_assets))


def test_a_film_waits_to_be_asked_for_too(asked: Shelf) -> None:
    pictures = [shot(people) for people in ((), ("Ada",), ("Ada",)) for _ in range(5)]
    write_video(asked.folder / "a.mp4", pictures, frame_rate=5, keyframe_every=5)
    asset_id = asked.arrive("a.mp4", media=Media.VIDEO).asset_id
    assert asset_id is not None
    _work(asked)
    film = asked.media.assets.get(asked.mine, asset_id)
    assert _stages(asked, film) >= {"film-shots", "film-sights"}
    assert "film-faces" not in _stages(asked, film)
    outlook = asked.media.recognising.estimate(asked.mine, [asset_id])
    assert (outlook.to_do, outlook.aws_usd) == (1, Decimal("0.007"))
    run = _start(asked, film)
    _work(asked)
    assert (_now(asked, run).done, _now(asked, run).faces) == (1, 1)


def test_what_the_service_would_have_charged_leaves_out_faces_that_nobody_asked_for(
    asked: Shelf,
) -> None:
    photo = asked.add("a.jpg", "Ada")
    library = asked.media.libraries.get(asked.scope)
    before = library_totals(asked.rooms.database, library).usd
    _start(asked, photo)
    _work(asked)
    assert library_totals(asked.rooms.database, library).usd - before == Decimal("0.001")
