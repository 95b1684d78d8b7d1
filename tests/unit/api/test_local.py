"""The Python API over real rooms; only the models are fake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eyebright.analysis.faces.observation import ALL_ATTRIBUTES, FaceAttribute
from eyebright.api.local import LocalEyebright, open_local
from eyebright.api.values import EnrolmentProgress
from eyebright.errors import (
    AccountNotFound,
    CollectionExists,
    CollectionNotFound,
    InvalidImage,
    NoFaceInImage,
)
from eyebright.imaging.encode import encode_jpeg, encode_png
from eyebright.settings import Settings
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.pictures import picture_of
from eyebright.testing.sight import fake_sight


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", slots=2)


@pytest.fixture
def eyebright(settings: Settings) -> Iterator[LocalEyebright]:
    with open_local(settings, vision=FakeAnalyser()) as opened:
        yield opened


def jpeg_of(*names: str) -> bytes:
    return encode_jpeg(picture_of(*names).pixels)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Three people: Ada with two photos, one of them with Ben behind her."""
    photos = {
        "Ada Lovelace/1.jpg": jpeg_of("Ada"),
        "Ada Lovelace/2.png": encode_png(picture_of("Ada", "Ben").pixels),
        "Ben/1.jpg": jpeg_of("Ben"),
        "Cleo/1.jpg": jpeg_of("Cleo", "Dina"),
    }
    for name, data in photos.items():
        path = tmp_path / "people" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "people"


def test_faces_are_found_in_bytes_and_in_files(eyebright: LocalEyebright, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(jpeg_of("Ada", "Ben"))
    from_file = eyebright.detect_faces(photo)
    assert len(from_file) == 2
    assert [face.box_xyxy for face in eyebright.detect_faces(photo.read_bytes())] == [
        face.box_xyxy for face in from_file
    ]
    assert from_file[0].description.age is None


def test_attributes_are_said_when_asked_for(eyebright: LocalEyebright) -> None:
    (face,) = eyebright.detect_faces(jpeg_of("Ada"), attributes=ALL_ATTRIBUTES)
    assert face.description.age is not None
    assert FaceAttribute.SMILE in face.description.answers


def test_bytes_that_are_no_picture_say_so(eyebright: LocalEyebright) -> None:
    with pytest.raises(InvalidImage):
        eyebright.detect_faces(b"GIF89a")


def test_the_same_person_compares_high_and_comes_first(eyebright: LocalEyebright) -> None:
    first, second = eyebright.compare(jpeg_of("Ada"), jpeg_of("Ben", "Ada"))
    assert first.percent > 95 > 25 > second.percent
    assert first.face.box_xyxy[0] > second.face.box_xyxy[0], "Ada stands to the right of Ben"


def test_a_picture_without_a_face_cannot_be_compared(eyebright: LocalEyebright) -> None:
    with pytest.raises(NoFaceInImage):
        eyebright.compare(jpeg_of(), jpeg_of("Ada"))


def test_a_folder_of_people_is_enrolled_and_they_are_identified(
    eyebright: LocalEyebright, people: Path
) -> None:
    eyebright.create_collection("team")
    told: list[EnrolmentProgress] = []
    report = eyebright.enrol(people, "team", tell=told.append)
    assert (report.images, report.people, report.added, report.known) == (4, 3, 4, 0)
    assert report.failures == ()
    assert [one.images for one in told] == [1, 2, 3, 4]
    assert [user.user_id for user in eyebright.users("team")] == ["Ada_Lovelace", "Ben", "Cleo"]
    named = eyebright.identify(jpeg_of("Cleo", "Ada", "Emil"), "team")
    assert [one.person for one in named] == ["Cleo", "Ada_Lovelace", None]
    assert len(eyebright.faces("team", user="Ada_Lovelace")) == 2


def test_running_again_adds_nothing_and_looks_at_nothing(
    eyebright: LocalEyebright, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    eyebright.create_collection("team")
    eyebright.enrol(people, "team")
    monkeypatch.setattr(FakeAnalyser, "detect", None)
    again = eyebright.enrol(people, "team")
    assert (again.added, again.known, again.failures) == (0, 4, ())
    assert eyebright.collection("team").face_count == 4


def test_photos_that_fail_are_named_with_a_reason_and_the_rest_is_enrolled(
    eyebright: LocalEyebright, people: Path
) -> None:
    (people / "Ben" / "empty.jpg").write_bytes(b"")
    (people / "Ben" / "wall.jpg").write_bytes(jpeg_of())
    eyebright.create_collection("team")
    report = eyebright.enrol(people, "team")
    assert {one.path.name for one in report.failures} == {"empty.jpg", "wall.jpg"}
    assert all(one.reason for one in report.failures)
    assert report.added == 4


def test_ctrl_c_keeps_what_is_done_and_the_next_run_goes_on(
    eyebright: LocalEyebright, people: Path
) -> None:
    def interrupt(progress: EnrolmentProgress) -> None:
        if progress.images == 2:
            raise KeyboardInterrupt

    eyebright.create_collection("team")
    report = eyebright.enrol(people, "team", tell=interrupt)
    assert report.stopped
    assert [user.user_id for user in eyebright.users("team")] == ["Ada_Lovelace"]
    rest = eyebright.enrol(people, "team")
    assert not rest.stopped
    assert eyebright.collection("team").face_count == 4
    assert all(face.user_id for face in eyebright.faces("team"))


def test_a_photo_of_somebody_else_is_kept_without_the_name(
    eyebright: LocalEyebright, people: Path
) -> None:
    (people / "Ada Lovelace" / "3.jpg").write_bytes(jpeg_of("Fay"))
    eyebright.create_collection("team")
    report = eyebright.enrol(people, "team", min_percent=60)
    assert [one.path.name for one in report.failures] == ["3.jpg"]
    assert [face.user_id for face in eyebright.faces("team")].count(None) == 1


def test_collections_are_made_listed_and_deleted(eyebright: LocalEyebright) -> None:
    eyebright.create_collection("one")
    eyebright.create_collection("two")
    assert [one.collection_id for one in eyebright.collections()] == ["one", "two"]
    with pytest.raises(CollectionExists):
        eyebright.create_collection("one")
    eyebright.delete_collection("one")
    with pytest.raises(CollectionNotFound):
        eyebright.collection("one")
    with pytest.raises(CollectionNotFound):
        eyebright.identify(jpeg_of("Ada"), "one")


def test_a_new_home_has_an_account_and_a_private_credentials_file(
    eyebright: LocalEyebright, settings: Settings
) -> None:
    file = settings.home / "credentials"
    assert file.stat().st_mode & 0o777 == 0o600
    assert "[eyebright]" in file.read_text()
    assert [one.name for one in eyebright.rooms.accounts.list()] == ["default"]


def test_accounts_do_not_see_each_other(eyebright: LocalEyebright, settings: Settings) -> None:
    eyebright.create_collection("mine")
    eyebright.rooms.accounts.create("other")
    with open_local(settings, account="other", vision=FakeAnalyser()) as other:
        assert other.collections() == []
    with pytest.raises(AccountNotFound):
        open_local(settings, account="nobody", vision=FakeAnalyser())


def test_a_picture_is_measured(settings: Settings) -> None:
    with open_local(settings, sight=fake_sight()) as opened:
        found = opened.properties(jpeg_of("Ada"), max_colours=1)
    assert [colour.simplified for colour in found.colours] == ["grey"]
    assert found.foreground is not None
    assert [colour.simplified for colour in found.foreground.colours] == ["red"]
