"""What is known of people goes with the photos, with the person, and with the account: every file
of the home is searched for names, ids, sealed vectors, decisions and pictures. Only sight is fake.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Column, ColumnElement, select

from eyebright.api.library import LocalLibrary
from eyebright.api.local import LocalEyebright, open_local
from eyebright.db.tables import (
    asset_vectors,
    drawn_tags,
    face_rejections,
    face_states,
    face_vectors,
    faces,
    people_events,
    people_of_events,
    persons,
    stage_runs,
    users,
)
from eyebright.errors import StaleWrite, UserNotFound
from eyebright.ids import FaceId, UserId, image_id
from eyebright.library.deciding import Desk
from eyebright.library.values import FacesFound
from eyebright.people.drawn import NewTag
from eyebright.people.events import Event
from eyebright.people.facts import Classification, NewFacts
from eyebright.people.forget import search_for_traces
from eyebright.settings import Settings
from eyebright.testing.library import picture_bytes
from eyebright.testing.scans import make_older
from eyebright.testing.sight import fake_sight

pytestmark = pytest.mark.slow

ADA, BEN, DORA = "Adalgisa Quillfeather", "Benedikt Ostrowetzky", "Dorothea Zwickelmann"
NOTES = "Plays the hurdy-gurdy on Thursdays"
PHOTOS = {
    "one.jpg": ("Ada",),
    "two.jpg": ("Ada", "Ben"),
    "three.jpg": ("Ben", "Cleo"),
    "four.jpg": ("Cleo",),
}
ENDS = 32
SHORT = 7
"""Words of as few letters are found by chance."""


@dataclass(frozen=True)
class Archive:
    """Four photos of three people; Ada and Ben have their names, Dora was drawn into the first."""

    eyebright: LocalEyebright
    library: LocalLibrary
    folder: Path

    @property
    def desk(self) -> Desk:
        return self.library.media.deciding.by(self.library.library, "AKIDJOURNEY")

    def faces_in(self, photo: str) -> list[FaceId]:
        """From left to right, as in PHOTOS."""
        found = self.library.show(self.folder / photo).found["faces"]
        assert isinstance(found, FacesFound)
        ordered = sorted(found.faces, key=lambda face: face.box_xyxy[0])
        return [FaceId(face.face_id) for face in ordered if face.face_id]

    def faces_of(self, who: str) -> list[FaceId]:
        return [
            self.faces_in(photo)[people.index(who)]
            for photo, people in PHOTOS.items()
            if who in people
        ]

    def user(self, name: str) -> UserId:
        return self.library.people.find(name).user_id

    def names(self) -> set[str]:
        return {one.name for one in self.library.people.everybody()}

    def found_by(self, name: str) -> int:
        """Photos that a search for the person finds."""
        return self.library.search(f'person:"{name}"').total

    def values(self, column: Column[object], *where: ColumnElement[bool]) -> list[object]:
        query = select(column).where(*where)
        with self.eyebright.rooms.database.read() as connection:
            return list(connection.scalars(query))

    def boxes(self, column: Column[object], *where: ColumnElement[bool]) -> list[bytes]:
        """Both ends of what is sealed."""
        sealed = [box for box in self.values(column, *where) if isinstance(box, bytes)]
        assert sealed
        return [end for box in sealed for end in (box[:ENDS], box[-ENDS:])]

    def numbers_of(self, face_ids: Sequence[FaceId]) -> list[object]:
        return self.values(faces.c.face_no, faces.c.face_id.in_(face_ids))

    def traces(self, needles: Sequence[bytes]) -> set[bytes]:
        """Those that are found in a file of the home."""
        home = self.eyebright.rooms.settings.home
        return {trace.needle for trace in search_for_traces(home, needles)}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    folder = tmp_path / "Pictures"
    folder.mkdir()
    for photo, people in PHOTOS.items():
        (folder / photo).write_bytes(picture_bytes(photo, *people))
        make_older(folder / photo, 60)
    with open_local(Settings(home=tmp_path / "home", slots=1), sight=fake_sight()) as eyebright:
        library = eyebright.library()
        assert library.index(folder).library.ready == len(PHOTOS)
        archive = Archive(eyebright, library, folder)
        decide_this_and_that(archive)
        yield archive


def decide_this_and_that(archive: Archive) -> None:
    desk = archive.desk
    desk.name(archive.faces_of("Ada")[:1], name=ADA)
    desk.name(archive.faces_of("Ben"), name=BEN)
    ada, ben = archive.user(ADA), archive.user(BEN)
    desk.confirm(archive.faces_of("Ada")[1:], ada)
    desk.reject(archive.faces_in("four.jpg"), ben)
    desk.ignore(archive.faces_in("four.jpg"))
    desk.undo()
    desk.change(ada, NewFacts(notes=NOTES), version=None)
    desk.tag(drawn_into(archive, "one.jpg"), name=DORA)
    assert archive.names() == {ADA, BEN, DORA}
    assert [archive.found_by(name) for name in (ADA, BEN, DORA)] == [2, 2, 1]


def drawn_into(archive: Archive, photo: str) -> NewTag:
    asset = archive.library.show(archive.folder / photo).asset
    picture = image_id(bytes.fromhex(asset.content_sha256))
    return NewTag(picture, asset.asset_id, (0.0, 0.0, 20.0, 20.0), asset.size_wh)


def kept_of_photo(archive: Archive, photo: str) -> list[bytes]:
    """Ids, digests, findings, vectors and small pictures; and the original, which never was."""
    asset = archive.library.show(archive.folder / photo).asset
    own = archive.faces_in(photo)
    media, mine = archive.library.media, archive.library.library
    files = [
        path.read_bytes()
        for path in media.blobs.directory(mine).rglob(f"{asset.asset_id}.*")  # proxy, thumbnail
    ]
    assert len(files) == 2
    needles = [
        asset.asset_id.encode(),
        asset.content_sha256.encode(),
        *(face_id.encode() for face_id in own),
        *archive.boxes(stage_runs.c.sealed, stage_runs.c.asset_no == asset.number),
        *archive.boxes(asset_vectors.c.sealed, asset_vectors.c.asset_no == asset.number),
        *archive.boxes(face_vectors.c.sealed, face_vectors.c.face_no.in_(archive.numbers_of(own))),
        *(end for content in files for end in (content[:ENDS], content[-ENDS:])),
    ]
    assert len(archive.traces(needles)) == len(needles), "they would be found"
    return [*needles, (archive.folder / photo).read_bytes()[-ENDS:]]


def kept_of_person(archive: Archive, name: str) -> list[bytes]:
    """Id, name, and everything that was decided of the person."""
    user_id = archive.user(name)
    (user_no,) = archive.values(users.c.user_no, users.c.user_id == user_id)
    events = archive.values(people_of_events.c.event_no, people_of_events.c.user_id == user_id)
    needles = [
        user_id.encode(),
        *archive.boxes(persons.c.sealed, persons.c.user_no == user_no),
        *archive.boxes(people_events.c.sealed, people_events.c.event_no.in_(events)),
        *(
            str(tag).encode()
            for tag in archive.values(drawn_tags.c.tag_id, drawn_tags.c.user_no == user_no)
        ),
    ]
    assert len(archive.traces(needles)) == len(needles), "they would be found"
    return [*needles, *spelled(name)]


def spelled(text: str) -> list[bytes]:
    """As it may stand in a file or in the words of an index."""
    words = [text, *(word for word in text.split() if len(word) > SHORT)]
    return [
        form.encode(code)
        for word in words
        for form in (word, word.lower())
        for code in ("utf-8", "utf-16-le")
    ]


def test_a_photo_takes_along_what_was_seen_in_it(archive: Archive) -> None:
    needles = [*kept_of_photo(archive, "one.jpg"), *kept_of_person(archive, DORA)]
    ada = kept_of_person(archive, ADA)
    archive.library.remove(archive.folder / "one.jpg")
    assert archive.traces(needles) == set(), "Dora was in this photo only, by a drawn tag"
    assert archive.names() == {ADA, BEN}
    assert [archive.found_by(name) for name in (ADA, BEN, DORA)] == [1, 2, 0]
    assert archive.traces(ada), "she is in another photo"


def test_the_last_photo_takes_the_person_along(archive: Archive) -> None:
    needles = [*kept_of_person(archive, ADA), *spelled(NOTES)]
    for photo in ("one.jpg", "two.jpg"):
        needles += kept_of_photo(archive, photo)
        archive.library.remove(archive.folder / photo)
    assert archive.traces(needles) == set()
    assert archive.names() == {BEN}
    assert archive.found_by(ADA) == 0
    assert [event.is_kept for event in events(archive) if ADA in event.people] == []


def test_a_key_person_keeps_the_name_and_no_likeness(archive: Archive) -> None:
    archive.desk.change(
        archive.user(ADA), NewFacts(classification=Classification.KEY), version=None
    )
    needles = []
    for photo in ("one.jpg", "two.jpg"):
        needles += kept_of_photo(archive, photo)
        archive.library.remove(archive.folder / photo)
    assert archive.traces(needles) == set()
    assert archive.names() == {ADA, BEN}
    assert archive.found_by(ADA) == 0
    assert (
        archive.values(faces.c.face_id, faces.c.user_no.is_not(None))
        == archive.faces_in("three.jpg")[:1]
    )


def test_a_forgotten_person_cannot_be_read_in_the_history(archive: Archive) -> None:
    needles = kept_of_person(archive, BEN)
    vectors = archive.numbers_of(archive.faces_of("Ben"))
    needles += archive.boxes(face_vectors.c.sealed, face_vectors.c.face_no.in_(vectors))
    needles += [face_id.encode() for face_id in archive.faces_of("Ben")]
    about = {one.event_id for one in events(archive) if BEN in one.people}
    forgetting = archive.library.media.forgetting
    proof = forgetting.forget(archive.library.library, archive.user(BEN))
    assert (proof.faces, proof.traces) == (2, ())
    assert archive.traces(needles) == set()
    with pytest.raises(UserNotFound):
        archive.user(BEN)
    assert archive.values(face_rejections.c.face_no) == []
    gone = [one for one in events(archive) if one.event_id in about]
    assert len(gone) == len(about) > 1
    assert [(one.is_kept, one.people) for one in gone] == [(False, ())] * len(gone)
    with pytest.raises(StaleWrite, match="forgotten"):
        archive.desk.revert(min(about))


def test_the_end_of_an_account_leaves_nothing(archive: Archive) -> None:
    needles = [need for photo in PHOTOS for need in kept_of_photo(archive, photo)]
    for name in (ADA, BEN, DORA):
        needles += kept_of_person(archive, name)
    mine = archive.library.library
    key = archive.eyebright.rooms.vault.wrapped_key(mine.scope.account_id, mine.key_id)
    assert key is not None
    proof = archive.eyebright.rooms.forgetting.account(mine.scope.account_id)
    assert proof.traces == ()
    assert archive.traces([*needles, *spelled(NOTES), key, mine.scope.account_id.encode()]) == set()
    for table in (faces, face_vectors, face_states, users, persons, drawn_tags, people_events):
        assert archive.values(next(iter(table.c))) == [], table.name


def events(archive: Archive) -> Sequence[Event]:
    return archive.library.media.deciding.history(archive.library.library, limit=100).items
