from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest

from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.errors import (
    CelebrityExists,
    CelebrityNotFound,
    CollectionNotFound,
    EmbeddingSpaceMismatch,
    EyebrightError,
    InvalidInput,
)
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.ids import CelebrityId, CollectionId, FaceId, ImageId, Region, UserId
from eyebright.people.biographies import Biography, Celebrity, KnownGender, NewCelebrity
from eyebright.people.celebrities import LEAST_PERCENT, recognition_percent
from eyebright.people.forget import search_for_traces
from eyebright.testing.analyser import FakeSimilarity
from eyebright.testing.rooms import SPACE, Rooms, new_face, open_rooms, unit_vector

STARS = CollectionId("stars")
ADA = NewCelebrity("Ada Lovelace", ("www.wikidata.org/wiki/Q7259",), KnownGender.FEMALE)


@pytest.fixture
def gallery(rooms: Rooms, scope: Scope) -> CollectionId:
    rooms.collections.create(scope, STARS, space=SPACE)
    return STARS


def portray(rooms: Rooms, scope: Scope, who: Celebrity, *seeds: int) -> list[FaceId]:
    """Faces of a celebrity, one for each seed."""
    kept = []
    for seed in seeds:
        (face,) = rooms.faces.enrol(
            scope,
            who.gallery,
            image_id=ImageId(f"image {seed}"),
            external_image_id=str(who.celebrity_id),
            new_faces=[new_face(unit_vector(seed))],
        )
        kept.append(face.face_id)
    user = UserId(who.celebrity_id)
    rooms.users.associate(scope, who.gallery, user, kept, min_percent=0)
    return kept


def names(rooms: Rooms, scope: Scope, *vectors: FloatArray) -> list[str | None]:
    found = rooms.celebrities.recognise(scope, np.stack(vectors), space=SPACE)
    return [None if one is None else one.celebrity.biography.name for one in found]


def test_a_celebrity_is_a_user_with_a_biography(
    rooms: Rooms, scope: Scope, gallery: CollectionId
) -> None:
    ada = rooms.celebrities.register(scope, gallery, ADA)
    assert ada.biography == Biography("Ada Lovelace", ADA.urls or (), KnownGender.FEMALE)
    assert (ada.gallery, ada.face_count) == (gallery, 0)
    assert [str(user.user_id) for user in rooms.users.list(scope, gallery, limit=9).items] == [
        ada.celebrity_id
    ]
    assert rooms.celebrities.get(scope, ada.celebrity_id) == ada
    assert rooms.celebrities.galleries(scope) == [gallery]


def test_a_name_has_one_id_in_an_account_however_it_is_written(
    rooms: Rooms, scope: Scope, gallery: CollectionId
) -> None:
    ada = rooms.celebrities.register(scope, gallery, ADA)
    again = rooms.celebrities.register(scope, gallery, NewCelebrity("ada  LOVELACE"))
    assert again.celebrity_id == ada.celebrity_id
    assert ada.celebrity_id.isalnum()
    assert len(ada.celebrity_id) == 10
    elsewhere = rooms.new_scope("another")
    rooms.collections.create(elsewhere, gallery, space=SPACE)
    other = rooms.celebrities.register(elsewhere, gallery, ADA)
    assert other.celebrity_id != ada.celebrity_id


def test_what_is_not_said_again_stays_and_what_is_said_replaces(
    rooms: Rooms, scope: Scope, gallery: CollectionId
) -> None:
    first = NewCelebrity("Ada", ("a.org",), KnownGender.FEMALE, CelebrityId("ada1"))
    rooms.celebrities.register(scope, gallery, first)
    kept = rooms.celebrities.register(
        scope, gallery, NewCelebrity("Ada King", celebrity_id=CelebrityId("ada1"))
    )
    assert kept.biography == Biography("Ada King", ("a.org",), KnownGender.FEMALE)
    changed = rooms.celebrities.register(
        scope, gallery, NewCelebrity("Ada King", (), celebrity_id=CelebrityId("ada1"))
    )
    assert changed.biography == Biography("Ada King", (), KnownGender.FEMALE)
    assert len(rooms.celebrities.list(scope, limit=9).items) == 1


def test_names_and_links_are_in_no_file_in_the_open(
    rooms: Rooms, scope: Scope, gallery: CollectionId
) -> None:
    ada = rooms.celebrities.register(scope, gallery, ADA)
    assert search_for_traces(rooms.home, [ada.celebrity_id.encode()])  # what is there is found
    assert not search_for_traces(rooms.home, [b"Lovelace", b"Ada Lo", b"wikidata", b"Q7259"])


def test_an_id_belongs_to_one_gallery(rooms: Rooms, scope: Scope, gallery: CollectionId) -> None:
    ada = rooms.celebrities.register(scope, gallery, ADA)
    second = CollectionId("second")
    rooms.collections.create(scope, second, space=SPACE)
    with pytest.raises(CelebrityExists, match="is in the gallery 'stars'"):
        rooms.celebrities.register(scope, second, ADA)
    assert rooms.collections.get(scope, second).user_count == 0
    rooms.collections.delete(scope, gallery)
    moved = rooms.celebrities.register(scope, second, ADA)
    assert (moved.celebrity_id, moved.gallery) == (ada.celebrity_id, second)


@pytest.mark.parametrize(
    "new",
    [
        NewCelebrity(""),
        NewCelebrity("  "),
        NewCelebrity("x" * 257),
        NewCelebrity("new\nline"),
        NewCelebrity("nul\0byte"),
        NewCelebrity("Ada", celebrity_id=CelebrityId("a-b")),
        NewCelebrity("Ada", celebrity_id=CelebrityId("")),
        NewCelebrity("Ada", celebrity_id=CelebrityId("x" * 65)),
        NewCelebrity("Ada", ("javascript:alert(1)",)),
        NewCelebrity("Ada", ("ftp://a.org",)),
        NewCelebrity("Ada", ("nonsense",)),
        NewCelebrity("Ada", ("a.org/two words",)),
        NewCelebrity("Ada", ("https://user:secret@a.org",)),
        NewCelebrity("Ada", ("a.org/" + "x" * 2048,)),
        NewCelebrity("Ada", ("a.org",) * 256),
    ],
)
def test_what_cannot_be_a_name_an_id_or_a_url_is_refused_briefly(
    rooms: Rooms, scope: Scope, gallery: CollectionId, new: NewCelebrity
) -> None:
    with pytest.raises(InvalidInput) as caught:
        rooms.celebrities.register(scope, gallery, new)
    assert len(caught.value.message) < 250
    assert rooms.collections.get(scope, gallery).user_count == 0


@pytest.mark.parametrize(
    "url",
    [
        "www.wikidata.org/wiki/Q42",
        "https://en.wikipedia.org/wiki/Ada_Lovelace?a=b#c",
        "http://localhost.localdomain:8080/x",
        "xn--bcher-kva.example",
        "bücher.example/straße",
    ],
)
def test_web_addresses_are_kept_as_they_are(
    rooms: Rooms, scope: Scope, gallery: CollectionId, url: str
) -> None:
    found = rooms.celebrities.register(scope, gallery, NewCelebrity("Ada", (url,)))
    assert found.biography.urls == (url,)


def test_faces_are_recognised_over_all_galleries(
    rooms: Rooms, scope: Scope, gallery: CollectionId
) -> None:
    second = CollectionId("second")
    rooms.collections.create(scope, second, space=SPACE)
    portray(rooms, scope, rooms.celebrities.register(scope, gallery, ADA), 1)
    ben = rooms.celebrities.register(scope, second, NewCelebrity("Ben"))
    portray(rooms, scope, ben, 2)
    rooms.celebrities.register(scope, second, NewCelebrity("Faceless"))
    known = names(rooms, scope, unit_vector(2), unit_vector(3), unit_vector(1))
    assert known == ["Ben", None, "Ada Lovelace"]
    (found,) = rooms.celebrities.recognise(scope, unit_vector(2)[None], space=SPACE)
    assert found is not None
    assert found.percent == pytest.approx(100.0, abs=0.01)
    assert rooms.celebrities.recognise(scope, np.zeros((0, 16), np.float32), space=SPACE) == []


def test_without_galleries_nobody_is_recognised(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    rooms.users.create(scope, staff, UserId("bob"))
    assert names(rooms, scope, unit_vector(1)) == [None]
    assert rooms.celebrities.galleries(scope) == []


def test_of_two_who_are_alike_the_better_is_named(
    rooms: Rooms, scope: Scope, gallery: CollectionId
) -> None:
    twins = [
        rooms.celebrities.register(scope, gallery, NewCelebrity(name)) for name in ("Eng", "Chang")
    ]
    near = unit_vector(1) + 0.1 * unit_vector(2)
    near = (near / np.linalg.norm(near)).astype(np.float32)
    portray(rooms, scope, twins[0], 1)
    (face,) = rooms.faces.enrol(
        scope,
        gallery,
        image_id=ImageId("twin"),
        external_image_id=None,
        new_faces=[new_face(near)],
    )
    user = UserId(twins[1].celebrity_id)
    rooms.users.associate(scope, gallery, user, [face.face_id], min_percent=0)
    assert names(rooms, scope, unit_vector(1), near) == ["Eng", "Chang"]


def test_a_user_of_the_gallery_who_is_no_celebrity_is_not_taken_for_one(
    rooms: Rooms, scope: Scope, gallery: CollectionId
) -> None:
    portray(rooms, scope, rooms.celebrities.register(scope, gallery, ADA), 1)
    double = UserId("double")
    rooms.users.create(scope, gallery, double)
    (face,) = rooms.faces.enrol(
        scope,
        gallery,
        image_id=ImageId("double"),
        external_image_id=None,
        new_faces=[new_face(unit_vector(2))],
    )
    rooms.users.associate(scope, gallery, double, [face.face_id], min_percent=0)
    assert names(rooms, scope, unit_vector(2), unit_vector(1)) == [None, "Ada Lovelace"]


def test_a_gallery_of_another_pack_is_not_compared(
    rooms: Rooms, scope: Scope, gallery: CollectionId
) -> None:
    rooms.celebrities.register(scope, gallery, ADA)
    other = EmbeddingSpace("other/1", 16, "6" * 64)
    with pytest.raises(EmbeddingSpaceMismatch):
        rooms.celebrities.recognise(scope, unit_vector(1)[None], space=other)


def test_the_threshold_rises_with_the_number_of_people() -> None:
    class Steep(FakeSimilarity):
        """95 percent is once in 10,000, each further percent a tenth of that."""

        def false_match_rate(self, percent: float) -> float:
            return float(10.0 ** (91.0 - percent))

    scale = Steep()
    assert recognition_percent(scale, 0) == LEAST_PERCENT
    assert recognition_percent(scale, 30) == LEAST_PERCENT
    assert recognition_percent(scale, 300) == pytest.approx(96.0)
    assert recognition_percent(scale, 30_000) == pytest.approx(98.0)
    assert recognition_percent(scale, 10**12) == 100.0


def test_lists_come_in_pages(rooms: Rooms, scope: Scope, gallery: CollectionId) -> None:
    made = [
        rooms.celebrities.register(scope, gallery, NewCelebrity(f"Person {n}")) for n in range(5)
    ]
    first = rooms.celebrities.list(scope, limit=3)
    rest = rooms.celebrities.list(scope, limit=3, after=first.next, gallery=gallery)
    assert [*first.items, *rest.items] == made
    assert rest.next is None
    with pytest.raises(CollectionNotFound):
        rooms.celebrities.list(scope, limit=3, gallery=CollectionId("nowhere"))


@pytest.mark.parametrize("other", ["another account", "another region"])
def test_galleries_are_seen_by_their_account_and_region_only(
    rooms: Rooms, scope: Scope, gallery: CollectionId, other: str
) -> None:
    theirs = (
        rooms.new_scope("another")
        if other == "another account"
        else Scope(scope.account_id, Region("eu-west-1"))
    )
    ada = rooms.celebrities.register(scope, gallery, ADA)
    portray(rooms, scope, ada, 1)
    assert names(rooms, theirs, unit_vector(1)) == [None]
    assert rooms.celebrities.list(theirs, limit=9).items == ()
    with pytest.raises(CelebrityNotFound):
        rooms.celebrities.get(theirs, ada.celebrity_id)
    with pytest.raises(CollectionNotFound):
        rooms.celebrities.register(theirs, gallery, ADA)
    rooms.collections.create(theirs, gallery, space=SPACE)
    same = NewCelebrity("Somebody else", celebrity_id=ada.celebrity_id)
    rooms.celebrities.register(theirs, gallery, same)
    assert (
        rooms.celebrities.get(scope, ada.celebrity_id)
        == rooms.celebrities.list(scope, limit=9).items[0]
    )
    assert rooms.celebrities.get(theirs, ada.celebrity_id).biography.name == "Somebody else"


FORGET: dict[str, Callable[[Rooms, Scope, Celebrity], int]] = {
    "the celebrity": lambda rooms, scope, ada: len(
        rooms.forgetting.user(scope, ada.gallery, UserId(ada.celebrity_id)).traces
    ),
    "the gallery": lambda rooms, scope, ada: len(
        rooms.forgetting.collection(scope, ada.gallery).traces
    ),
    "the account": lambda rooms, scope, _ada: len(
        rooms.forgetting.account(scope.account_id).traces
    ),
}


@pytest.mark.parametrize("what", FORGET)
def test_the_forgotten_leave_no_trace_and_others_stay(
    rooms: Rooms, scope: Scope, gallery: CollectionId, what: str
) -> None:
    ada = rooms.celebrities.register(scope, gallery, ADA)
    faces = portray(rooms, scope, ada, 1, 2)
    theirs = rooms.new_scope("another")
    rooms.collections.create(theirs, gallery, space=SPACE)
    other = rooms.celebrities.register(theirs, gallery, ADA)
    portray(rooms, theirs, other, 1)
    with rooms.database.read() as connection:
        from eyebright.db.tables import celebrities

        rows = connection.execute(celebrities.select()).all()
    mine = next(row.sealed for row in rows if row.celebrity_id == ada.celebrity_id)
    assert search_for_traces(rooms.home, [mine[:32]])
    assert FORGET[what](rooms, scope, ada) == 0
    needles = [mine[:32], mine[-32:], ada.celebrity_id.encode(), *(one.encode() for one in faces)]
    assert not search_for_traces(rooms.home, needles)
    with pytest.raises(CelebrityNotFound):
        rooms.celebrities.get(scope, ada.celebrity_id)
    assert rooms.celebrities.get(theirs, other.celebrity_id).face_count == 1
    assert names(rooms, theirs, unit_vector(1)) == ["Ada Lovelace"]


def test_a_proof_looks_for_biographies(rooms: Rooms, scope: Scope, gallery: CollectionId) -> None:
    ada = rooms.celebrities.register(scope, gallery, ADA)
    rooms.celebrities.register(scope, gallery, NewCelebrity("Ben"))
    assert rooms.forgetting.user(scope, gallery, UserId(ada.celebrity_id)).needles == 2
    assert rooms.forgetting.collection(scope, gallery).needles == 3  # a box has two ends; a key


def test_a_changed_name_leaves_no_trace_of_the_old_one(
    rooms: Rooms, scope: Scope, gallery: CollectionId
) -> None:
    from eyebright.db.tables import celebrities

    one = CelebrityId("one")
    rooms.celebrities.register(scope, gallery, NewCelebrity("Old", celebrity_id=one))
    with rooms.database.read() as connection:
        (before,) = connection.scalars(celebrities.select().with_only_columns(celebrities.c.sealed))
    rooms.celebrities.register(scope, gallery, NewCelebrity("New", celebrity_id=one))
    assert not search_for_traces(rooms.home, [before[:32], before[-32:]])


def test_a_deleted_user_is_a_celebrity_no_more(
    rooms: Rooms, scope: Scope, gallery: CollectionId
) -> None:
    ada = rooms.celebrities.register(scope, gallery, ADA)
    portray(rooms, scope, ada, 1)
    rooms.users.delete(scope, gallery, UserId(ada.celebrity_id))
    assert names(rooms, scope, unit_vector(1)) == [None]
    assert rooms.celebrities.galleries(scope) == []
    with pytest.raises(CelebrityNotFound):
        rooms.celebrities.get(scope, ada.celebrity_id)


def test_two_processes_that_register_the_same_people_register_them_once(
    rooms: Rooms, scope: Scope, gallery: CollectionId
) -> None:
    second = open_rooms(rooms.home)
    failures: list[EyebrightError] = []

    def register(where: Rooms) -> None:
        try:
            for number in range(20):
                where.celebrities.register(scope, gallery, NewCelebrity(f"Person {number}"))
        except EyebrightError as error:
            failures.append(error)

    threads = [threading.Thread(target=register, args=[one]) for one in (rooms, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(rooms.celebrities.list(scope, limit=99).items) == 20
    assert rooms.collections.get(scope, gallery).user_count == 20
    second.database.close()
