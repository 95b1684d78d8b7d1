"""Importing and recognising celebrities over real rooms; only the models are fake."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from eyebright.api.local import LocalEyebright, open_local
from eyebright.api.values import EnrolmentProgress, ImportReport
from eyebright.errors import CelebrityNotFound
from eyebright.ids import CollectionId, UserId
from eyebright.imaging.encode import encode_jpeg
from eyebright.settings import Settings
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.pictures import picture_of


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
def listed(tmp_path: Path) -> Path:
    """A CSV file of three people, one line of it bad; of one there is no photo with a face."""
    for name, people in {"ada": ("Ada",), "two": ("Ada", "Ben"), "ben": ("Ben",)}.items():
        (tmp_path / f"{name}.jpg").write_bytes(jpeg_of(*people))
    (tmp_path / "wall.jpg").write_bytes(jpeg_of())
    file = tmp_path / "people.csv"
    file.write_text(
        "name,images,urls,gender,id\n"
        "Ada Lovelace,ada.jpg;two.jpg,www.wikidata.org/wiki/Q7259,female,\n"
        "Ben,ben.jpg,,,ben1\n"
        "Nobody,missing.jpg;wall.jpg,,,\n"
        "Bad,ben.jpg,nonsense,,\n"
    )
    return file


def names(eyebright: LocalEyebright, *people: str) -> list[str | None]:
    seen = eyebright.recognise_celebrities(jpeg_of(*people))
    return [None if one.celebrity is None else one.celebrity.biography.name for one in seen]


def test_a_file_becomes_a_gallery_and_its_people_are_recognised(
    eyebright: LocalEyebright, listed: Path
) -> None:
    told: list[EnrolmentProgress] = []
    report = eyebright.import_celebrities(listed, tell=told.append)
    assert (report.people, report.images, report.added, report.known) == (3, 5, 3, 0)
    assert [(one.where, one.path and one.path.name) for one in report.failures] == [
        ("line 5", None),
        ("line 4", "missing.jpg"),
        ("line 4", "wall.jpg"),
    ]
    assert report.failures[1].reason == "No such file or directory"
    assert [one.images for one in told] == [0, 1, 2, 3, 4, 5]
    assert told[-1].failures == 3
    assert names(eyebright, "Cleo", "Ben", "Ada") == [None, "Ben", "Ada Lovelace"]
    assert [one.face_count for one in eyebright.celebrities()] == [2, 1, 0]
    assert eyebright.celebrity("ben1").gallery == "celebrities"


def test_running_again_adds_nothing_looks_at_nothing_and_updates_names(
    eyebright: LocalEyebright, listed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed.write_text(listed.read_text().replace("missing.jpg;wall.jpg", "ada.jpg"))
    eyebright.import_celebrities(listed)
    before = eyebright.celebrities()
    listed.write_text(listed.read_text().replace("Ben,ben.jpg,", "Benjamin,ben.jpg,b.org"))
    monkeypatch.setattr(FakeAnalyser, "detect", None)
    again = eyebright.import_celebrities(listed)
    assert (again.added, again.known) == (0, 4)
    assert eyebright.celebrity("ben1").biography.name == "Benjamin"
    assert [one.celebrity_id for one in eyebright.celebrities()] == [
        one.celebrity_id for one in before
    ]


def test_a_folder_becomes_a_gallery_of_the_name_given(
    eyebright: LocalEyebright, tmp_path: Path
) -> None:
    for name in ("Ada", "Ben"):
        folder = tmp_path / "people" / f"{name} of {name}"
        folder.mkdir(parents=True)
        (folder / "1.jpg").write_bytes(jpeg_of(name))
    (tmp_path / "people" / "Ada of Ada" / "urls.txt").write_text("a.org\n")
    report = eyebright.import_celebrities(tmp_path / "people", "folk")
    assert (report.gallery, report.added, report.failures) == ("folk", 2, ())
    (face,) = eyebright.recognise_celebrities(jpeg_of("Ada"))
    assert face.celebrity is not None
    assert (face.celebrity.biography.name, face.celebrity.biography.urls) == (
        "Ada of Ada",
        ("a.org",),
    )
    assert face.percent is not None
    assert face.percent > 95
    assert face.face.description.emotions


def test_no_file_name_and_no_name_is_kept_in_the_open(
    eyebright: LocalEyebright, listed: Path, settings: Settings
) -> None:
    eyebright.import_celebrities(listed)
    eyebright.rooms.database.scrub()
    data = (settings.home / "eyebright.db").read_bytes()
    assert b"ben1" in data
    assert not [word for word in (b"Lovelace", b"ada.jpg", b"wikidata", b"Q7259") if word in data]


def test_ctrl_c_keeps_what_is_done_and_the_next_run_goes_on(
    eyebright: LocalEyebright, listed: Path
) -> None:
    def interrupt(progress: EnrolmentProgress) -> None:
        if progress.images == 1:
            raise KeyboardInterrupt

    assert eyebright.import_celebrities(listed, tell=interrupt).stopped
    rest = eyebright.import_celebrities(listed)
    assert (rest.stopped, rest.added + rest.known) == (False, 3)
    assert names(eyebright, "Ben", "Ada") == ["Ben", "Ada Lovelace"]
    assert all(face.user_id for face in eyebright.faces("celebrities"))


def test_two_imports_at_once_make_one_gallery(
    eyebright: LocalEyebright, listed: Path, settings: Settings
) -> None:
    reports: list[ImportReport] = []
    with open_local(settings, vision=FakeAnalyser()) as second:
        threads = [
            threading.Thread(target=lambda one=one: reports.append(one.import_celebrities(listed)))
            for one in (eyebright, second)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(reports) == 2
    assert all(report.people == 3 for report in reports)
    gallery = eyebright.collection("celebrities")
    assert (gallery.user_count, gallery.face_count) == (3, 3)
    assert all(face.user_id for face in eyebright.faces("celebrities"))
    assert names(eyebright, "Ben", "Ada") == ["Ben", "Ada Lovelace"]


KILLED = """
import os, signal, sys
from pathlib import Path
from eyebright.api.local import open_local
from eyebright.settings import Settings
from eyebright.testing.analyser import FakeAnalyser

def tell(progress):
    if progress.images == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

with open_local(Settings(home=Path(sys.argv[1]), slots=2), vision=FakeAnalyser()) as eyebright:
    eyebright.import_celebrities(Path(sys.argv[2]), tell=tell)
"""


def test_a_killed_import_goes_on_where_it_stopped(settings: Settings, listed: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(settings.home), str(listed), "2"], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    with open_local(settings, vision=FakeAnalyser()) as eyebright:
        report = eyebright.import_celebrities(listed)
        assert report.added + report.known == 3
        assert names(eyebright, "Ben", "Ada") == ["Ben", "Ada Lovelace"]
        assert all(face.user_id for face in eyebright.faces("celebrities"))
        gallery = eyebright.collection("celebrities")
        assert (gallery.user_count, gallery.face_count) == (3, 3)


def test_accounts_have_their_own_galleries(
    eyebright: LocalEyebright, listed: Path, settings: Settings
) -> None:
    eyebright.import_celebrities(listed)
    eyebright.rooms.accounts.create("other")
    with open_local(settings, account="other", vision=FakeAnalyser()) as other:
        assert other.celebrities() == []
        assert names(other, "Ada") == [None]
        with pytest.raises(CelebrityNotFound):
            other.celebrity("ben1")


def test_a_forgotten_celebrity_is_gone_without_a_trace(
    eyebright: LocalEyebright, listed: Path
) -> None:
    eyebright.import_celebrities(listed)
    (ada, _, _) = eyebright.celebrities()
    proof = eyebright.forget_celebrity(ada.celebrity_id)
    assert (proof.faces, proof.traces) == (2, ())
    assert names(eyebright, "Ben", "Ada") == ["Ben", None]
    with pytest.raises(CelebrityNotFound):
        eyebright.forget_celebrity(ada.celebrity_id)


def test_a_person_who_is_in_another_gallery_is_a_bad_line(
    eyebright: LocalEyebright, listed: Path
) -> None:
    eyebright.import_celebrities(listed, "first")
    report = eyebright.import_celebrities(listed, "second")
    assert report.added == 0
    assert "is in the gallery 'first'" in report.failures[-1].reason
    assert eyebright.collection("second").user_count == 0


def test_a_collection_of_ordinary_people_may_be_a_gallery_too(
    eyebright: LocalEyebright, listed: Path
) -> None:
    eyebright.create_collection("celebrities")
    eyebright.rooms.users.create(eyebright.scope, CollectionId("celebrities"), UserId("ben1"))
    assert eyebright.celebrities() == []
    eyebright.import_celebrities(listed)
    assert eyebright.celebrity("ben1").face_count == 1
