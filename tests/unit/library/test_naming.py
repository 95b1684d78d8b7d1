"""Names for the faces of a library, and what they change for search and for other photos."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eyebright.errors import FaceNotInCollection, StaleWrite
from eyebright.ids import FaceId
from eyebright.library.values import Asset, FacesFound
from eyebright.search.values import Field, Query
from eyebright.testing.library import Shelf, open_shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = open_shelf(tmp_path)
    yield shelf
    shelf.close()


def faces_of(shelf: Shelf, asset: Asset) -> list[FaceId]:
    found = shelf.detail(asset).found["faces"]
    assert isinstance(found, FacesFound)
    return [face.face_id for face in found.faces if face.face_id is not None]


def people_found(shelf: Shelf, words: str) -> list[str]:
    return [hit.key for hit in shelf.media.finding.search(shelf.mine, Query(words)).hits]


def test_a_name_is_searchable_when_the_call_returns(shelf: Shelf) -> None:
    photo, other = shelf.add("a.jpg", "Ada"), shelf.add("b.jpg", "Ben")
    (face,) = faces_of(shelf, photo)
    person = shelf.media.naming.name(shelf.mine, [face], name="Ada Lovelace", role="Guest")
    assert person.name == "Ada Lovelace"
    assert people_found(shelf, "lovelace") == [photo.asset_id]
    by_role = Query(only={Field.ROLE: ("Guest",)})
    assert [hit.key for hit in shelf.media.finding.search(shelf.mine, by_role).hits] == [
        photo.asset_id
    ]
    assert other.asset_id not in people_found(shelf, "lovelace")


def test_names_given_from_anywhere_are_events_that_their_giver_can_undo(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada")
    naming, faces = shelf.media.naming, faces_of(shelf, photo)
    ada = naming.name(shelf.mine, faces, name="Ada", actor="me")
    naming.rename(shelf.mine, ada.user_id, name="Eve", role="", version=ada.version, actor="you")
    assert naming.also_called(shelf.mine, ["Evie", "Eve"], name="Eve", actor="import")
    assert not naming.also_called(shelf.mine, ["Evie"], name="Nobody", actor="import")
    (eve,) = shelf.media.persons.all(shelf.scope, shelf.mine.collection_id)
    assert eve.facts.aliases == ("Evie",)
    naming.unname(shelf.mine, faces, actor="me")
    events = shelf.media.deciding.history(shelf.mine, limit=9).items
    assert [(one.actor, one.says) for one in events] == [
        ("me", "1 face is no longer Eve"),
        ("import", "Eve: aliases changed"),
        ("you", "Ada is called Eve"),
        ("me", "1 face is Ada"),
    ]
    shelf.media.deciding.by(shelf.mine, "me").undo()
    assert people_found(shelf, "person:Eve") == [photo.asset_id]


def test_a_name_that_is_taken_back_finds_nothing(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada")
    faces = faces_of(shelf, photo)
    shelf.media.naming.name(shelf.mine, faces, name="Ada")
    shelf.media.naming.unname(shelf.mine, faces)
    assert people_found(shelf, "person:Ada") == []
    assert shelf.media.persons.all(shelf.scope, shelf.mine.collection_id) == []


def test_another_photo_of_somebody_with_a_name_is_guessed_and_nobody_else(shelf: Shelf) -> None:
    first, again, other = (
        shelf.add("a.jpg", "Ada"),
        shelf.add("b.jpg", "Ada"),
        shelf.add("c.jpg", "Ben"),
    )
    person = shelf.media.naming.name(shelf.mine, faces_of(shelf, first), name="Ada")
    (face,), (stranger,) = faces_of(shelf, again), faces_of(shelf, other)
    guesses = shelf.media.naming.guesses(shelf.mine, [face, stranger])
    assert list(guesses) == [face]
    assert guesses[face].user_id == person.user_id
    assert people_found(shelf, "person:Ada") == [first.asset_id]  # nobody is tagged by a guess


def test_a_new_name_is_in_every_photo_and_a_stale_one_in_none(shelf: Shelf) -> None:
    photos = [shelf.add("a.jpg", "Ada"), shelf.add("b.jpg", "Ada")]
    faces = [face for photo in photos for face in faces_of(shelf, photo)]
    person = shelf.media.naming.name(shelf.mine, faces, name="Ada")
    shelf.media.naming.rename(
        shelf.mine, person.user_id, name="Augusta", role="", version=person.version
    )
    assert set(people_found(shelf, "augusta")) == {photo.asset_id for photo in photos}
    assert people_found(shelf, "person:Ada") == []
    with pytest.raises(StaleWrite):
        shelf.media.naming.rename(
            shelf.mine, person.user_id, name="Eve", role="", version=person.version
        )


def test_unknown_faces_of_one_person_are_one_group(shelf: Shelf) -> None:
    photos = [shelf.add(f"{n}.jpg", "Ada", "Ben") for n in range(3)]
    groups = shelf.media.grouping.groups(shelf.scope, shelf.mine.collection_id, limit=9)
    assert [group.faces for group in groups] == [3, 3]
    ada = {faces_of(shelf, photo)[0] for photo in photos}
    members = [
        set(shelf.media.grouping.faces_of(shelf.scope, shelf.mine.collection_id, group.number))
        for group in groups
    ]
    assert ada in members


def test_a_face_of_another_account_cannot_be_named(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("a.jpg", "Ada")
    with pytest.raises(FaceNotInCollection):
        shelf.media.naming.name(
            shelf.mine, [FaceId("00000000-0000-4000-8000-000000000000")], name="Ada"
        )


def test_a_photo_in_several_files_is_one_choice_with_the_largest_first(shelf: Shelf) -> None:
    from eyebright.imaging.crops import resize
    from eyebright.imaging.encode import encode_jpeg
    from eyebright.testing.library import named_picture

    pixels = named_picture("a.jpg", ["Ada"])
    large = resize(pixels, (2 * pixels.shape[1], 2 * pixels.shape[0]))
    shelf.write("large.jpg", encode_jpeg(large, quality=95))
    shelf.write("small.jpg", encode_jpeg(pixels, quality=60))
    ids = [shelf.arrive(name).asset_id for name in ("small.jpg", "large.jpg")]
    shelf.add("other.jpg", "Ben", "Cleo")
    (choice,) = shelf.media.choosing.duplicates(shelf.mine)
    assert [shot.asset_id for shot in choice.shots] == [ids[1], ids[0]]
