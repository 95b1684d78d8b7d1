"""Decisions about a library's people: whatever is decided, undone or done again, search and assets
are as if the index had been made anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from eyebright.errors import InvalidInput, StaleWrite, TwiceInPhoto, UserNotFound
from eyebright.ids import FaceId, UserId, image_id
from eyebright.library import deciding
from eyebright.library.blobs import library_directory
from eyebright.library.deciding import Decided, Desk
from eyebright.library.finding import DIRECTORY
from eyebright.library.publishing import document_of
from eyebright.library.publishing_aside import PublishingAside
from eyebright.library.removal import Unpublished
from eyebright.library.values import Asset, FacesFound, LaneKind, Lanes, Library, Media
from eyebright.people.biographies import NewCelebrity
from eyebright.people.drawn import NewTag
from eyebright.people.facts import NewFacts
from eyebright.people.forget import search_for_traces
from eyebright.search.index import MediaIndex
from eyebright.search.kept import as_kept
from eyebright.search.values import Document, Query
from eyebright.testing.library import Shelf, open_shelf
from eyebright.testing.videos import write_video
from eyebright.testing.videos_desk import shot

ME, YOU = "AKIDME", "AKIDYOU"
PHOTOS = (("Ada", "Ben"), ("Ada", "Cleo"), ("Ada", "Ben"), ("Cleo", "Emil"), ("Ben",))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = open_shelf(tmp_path)
    yield shelf
    shelf.close()


def faces_of(shelf: Shelf, asset: Asset) -> list[FaceId]:
    """From left to right."""
    found = shelf.detail(asset).found["faces"]
    assert isinstance(found, FacesFound)
    ordered = sorted(found.faces, key=lambda face: face.box_xyxy[0])
    return [face.face_id for face in ordered if face.face_id is not None]


def lanes_of(shelf: Shelf, asset: Asset) -> list[FaceId]:
    found = shelf.detail(asset).found["film-faces"]
    assert isinstance(found, Lanes)
    people = [lane for lane in found.lanes if lane.kind is LaneKind.PERSON]
    return [lane.face_id for lane in people if lane.face_id is not None]


def film(shelf: Shelf, name: str, *people: str) -> Asset:
    """One after the other."""
    pictures = [shot((one,)) for one in people for _ in range(12)]
    write_video(shelf.folder / name, pictures, frame_rate=5, keyframe_every=5)
    arrival = shelf.arrive(name, media=Media.VIDEO)
    assert arrival.asset_id is not None
    shelf.media.indexer.run_once()
    return shelf.media.assets.get(shelf.mine, arrival.asset_id)


def found(shelf: Shelf, words: str) -> set[str]:
    return {hit.key for hit in shelf.media.finding.search(shelf.mine, Query(words)).hits}


def user(shelf: Shelf, name: str) -> UserId:
    everybody = shelf.media.persons.all(shelf.scope, shelf.mine.collection_id)
    return next(one.user_id for one in everybody if one.name == name)


def desk(shelf: Shelf, actor: str = ME) -> Desk:
    return shelf.media.deciding.by(shelf.mine, actor)


def as_found(shelf: Shelf) -> dict[str, Document]:
    """The documents of the index, as it is after whatever was published."""
    folder = library_directory(shelf.rooms.settings.home, shelf.mine.number) / DIRECTORY
    index = MediaIndex.open(folder)
    return {one.key: one for one in index.documents()}


def as_made_anew(shelf: Shelf) -> dict[str, Document]:
    listed = shelf.media.assets.list(shelf.mine, limit=100).items
    details = shelf.media.assets.details(shelf.mine, [asset.number for asset in listed])
    return {one.asset.asset_id: as_kept(document_of(one)) for one in details}


class Aside:
    """Remembers who asked."""

    def __init__(self) -> None:
        self.asked: list[Library] = []
        self.behind = False

    def ask(self, library: Library, /) -> None:
        self.asked.append(library)

    def is_behind(self, _library: Library, /) -> bool:
        return self.behind


class Tale:
    """Five photos and a film; decides, and looks at the index after each step."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.photos = [shelf.add(f"{n}.jpg", *who) for n, who in enumerate(PHOTOS)]
        self.film = film(shelf, "walk.mp4", "Ada", "Ben")
        self.faces = {
            (who, at): face
            for at, photo in enumerate(self.photos)
            for who, face in zip(PHOTOS[at], faces_of(shelf, photo), strict=True)
        }
        self.lanes = lanes_of(shelf, self.film)
        self.desk = desk(shelf)

    def of(self, who: str) -> list[FaceId]:
        return [face for (name, _), face in self.faces.items() if name == who]

    def group_of(self, who: str) -> int:
        grouping, mine = self.shelf.media.grouping, self.shelf.mine
        for group in grouping.groups(mine.scope, mine.collection_id, limit=99, least_faces=1):
            if set(grouping.faces_of(mine.scope, mine.collection_id, group.number)) & set(
                self.of(who)
            ):
                return group.number
        raise AssertionError(f"{who} is in no group.")

    def level(self) -> None:
        assert as_found(self.shelf) == as_made_anew(self.shelf)

    def step(self, decide: Callable[[], Decided]) -> Decided:
        """Decide, take it back, do it again; each time the index must be as new."""
        before = as_found(self.shelf)
        decided = decide()
        assert decided.done.event_id is not None, decided
        self.level()
        after = as_found(self.shelf)
        assert self.desk.undo().done.event_id == decided.done.event_id
        self.level()
        assert as_found(self.shelf) == before
        assert self.desk.redo().done.event_id == decided.done.event_id
        self.level()
        assert as_found(self.shelf) == after
        return decided


def test_every_decision_leaves_the_index_as_a_new_one_would_be(shelf: Shelf) -> None:
    tale = Tale(shelf)
    one = tale.desk
    drawn = NewTag(
        image_id(bytes.fromhex(tale.photos[4].content_sha256)),
        tale.photos[4].asset_id,
        (150.0, 4.0, 170.0, 20.0),
        (224, 160),
    )
    step = tale.step
    named = step(lambda: one.name([tale.faces["Ada", 0]], name="Ada", role="Bride"))
    assert found(shelf, "person:Ada") == {tale.photos[0].asset_id}
    ada = user(shelf, "Ada")
    step(lambda: one.confirm([tale.faces["Ada", 1]], ada))
    step(lambda: one.name(tale.group_of("Ben"), name="Ben"))
    step(lambda: one.move([tale.faces["Ben", 4]], ada))
    step(lambda: one.reject([tale.faces["Ben", 4]], ada))
    step(lambda: one.unname([tale.faces["Ada", 1]]))
    step(lambda: one.split([tale.faces["Ben", 2]]))
    step(lambda: one.ignore([tale.faces["Emil", 3]]))
    step(lambda: one.reopen([tale.faces["Emil", 3]]))
    step(lambda: one.not_a_face([tale.faces["Emil", 3]]))
    step(lambda: one.undecided([tale.faces["Ada", 2]]))
    step(lambda: one.tag(drawn, name="Eve", role="Aunt"))
    assert found(shelf, "person:Eve") == {tale.photos[4].asset_id}
    step(lambda: one.name(tale.lanes, name="Ben"))  # both lanes of a film are one person
    step(lambda: one.change(ada, NewFacts(name="Ada King", role="Guest"), version=None))
    step(lambda: one.change(ada, NewFacts(notes="x", aliases=["Countess"]), version=None))
    portrait = NewFacts(portrait=tale.faces["Ada", 0])
    step(lambda: one.change(ada, portrait, version=None))
    step(lambda: one.merge(user(shelf, "Eve"), ada))
    assert found(shelf, 'person:"Ada King"') == {
        tale.photos[0].asset_id,
        tale.photos[4].asset_id,
    }
    step(lambda: one.merge(user(shelf, "Ben"), ada, override=True))
    assert tale.film.asset_id in found(shelf, 'person:"Ada King"')
    (tag,) = shelf.detail(tale.photos[4]).drawn
    step(lambda: one.untag([tag.tag_id]))
    event_id = named.done.event_id
    assert event_id is not None
    step(lambda: one.revert(event_id))


def test_a_film_shows_whoever_the_recognised_became(shelf: Shelf) -> None:
    photo, other = shelf.add("a.jpg", "Ada"), shelf.add("b.jpg", "Cleo")
    desk(shelf).name(faces_of(shelf, photo), name="Ada")
    walk = film(shelf, "walk.mp4", "Ada", "Ben")
    assert found(shelf, "person:Ada") == {photo.asset_id, walk.asset_id}
    desk(shelf).change(user(shelf, "Ada"), NewFacts(name="Ana"), version=None)
    assert found(shelf, "person:Ana") == {photo.asset_id, walk.asset_id}
    desk(shelf).name(faces_of(shelf, other), name="Anna")
    desk(shelf).merge(user(shelf, "Ana"), user(shelf, "Anna"))
    everywhere = {photo.asset_id, other.asset_id, walk.asset_id}
    assert found(shelf, "person:Anna") == everywhere
    assert as_found(shelf) == as_made_anew(shelf)
    desk(shelf).undo()
    assert found(shelf, "person:Ana") == {photo.asset_id, walk.asset_id}


def test_who_is_looked_at_again_finds_the_group_again(shelf: Shelf) -> None:
    tale = Tale(shelf)
    group = tale.group_of("Ada")
    grouping, mine = shelf.media.grouping, shelf.mine
    members = set(grouping.faces_of(mine.scope, mine.collection_id, group))
    assert len(members) > 2
    tale.desk.ignore(group)
    shelf.add("late.jpg", "Ada")
    assert tale.group_of("Cleo") != group
    tale.desk.reopen(sorted(members))
    together = grouping.faces_of(mine.scope, mine.collection_id, tale.group_of("Ada"))
    assert members < set(together)
    assert len(together) == len(members) + 1
    tale.desk.undo()
    assert not members & {
        face
        for one in grouping.groups(mine.scope, mine.collection_id, limit=99, least_faces=1)
        for face in grouping.faces_of(mine.scope, mine.collection_id, one.number)
    }


def test_many_assets_are_published_afterwards_and_found_all_the_same(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "AT_ONCE", 1)
    later = Aside()
    monkeypatch.setattr(shelf.media.deciding, "_later", later)
    photos = [shelf.add(f"{n}.jpg", "Ada") for n in range(3)]
    ada = [face for photo in photos for face in faces_of(shelf, photo)]
    decided = desk(shelf).name(ada, name="Ada")
    assert (decided.assets, later.asked) == (3, [shelf.mine])
    assert as_found(shelf) != as_made_anew(shelf)
    assert found(shelf, "person:Ada") == {photo.asset_id for photo in photos}
    assert as_found(shelf) == as_made_anew(shelf)
    later.behind = True
    desk(shelf).unname(ada[:1])  # does not wait for the many either
    assert len(later.asked) == 2
    assert found(shelf, "person:Ada") == {photo.asset_id for photo in photos[1:]}


def test_what_is_published_aside_is_published_once_by_a_thread_of_its_own(shelf: Shelf) -> None:
    published: list[Library] = []
    ended = threading.Event()

    class Slow(Unpublished):
        def publish(self, library: Library, numbers: Sequence[int], /) -> None:
            published.append(library)
            assert aside.is_behind(library)
            ended.set()

    aside = PublishingAside(Slow())
    aside.ask(shelf.mine)  # nobody works: the next search does it
    assert not aside.is_behind(shelf.mine)
    with aside:
        aside.ask(shelf.mine)
        assert ended.wait(120)
    assert published == [shelf.mine]
    assert not aside.is_behind(shelf.mine)


def test_two_people_at_once_do_not_overwrite_each_other(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada")
    desk(shelf).name(faces_of(shelf, photo), name="Ada")
    ada = user(shelf, "Ada")
    version = shelf.media.persons.get(shelf.scope, shelf.mine.collection_id, ada).version
    desk(shelf, YOU).change(ada, NewFacts(notes="tall"), version=version)
    with pytest.raises(StaleWrite):
        desk(shelf).change(ada, NewFacts(notes="small"), version=version)
    with pytest.raises(StaleWrite):
        desk(shelf).undo()  # somebody changed whom I named
    assert desk(shelf, YOU).undo().done.event_id is not None
    assert desk(shelf).undo().says == "Undone: 1 face is Ada"


def test_undo_after_the_photo_is_gone_skips_it(shelf: Shelf) -> None:
    photos = [shelf.add("a.jpg", "Ada"), shelf.add("b.jpg", "Ada")]
    ada = [face for photo in photos for face in faces_of(shelf, photo)]
    desk(shelf).name(ada, name="Ada")
    desk(shelf).unname(ada)
    shelf.media.removal.remove(shelf.mine, photos[0].asset_id)
    undone = desk(shelf).undo()
    assert (undone.done.faces, undone.done.skipped) == (1, 1)
    assert undone.says == "Undone: 1 face is no longer Ada; 1 was left out"
    assert as_found(shelf) == as_made_anew(shelf)


def test_a_celebrity_is_not_merged_away_and_keeps_the_biography(shelf: Shelf) -> None:
    photos = [shelf.add("a.jpg", "Ada"), shelf.add("b.jpg", "Ben")]
    one = desk(shelf)
    one.name(faces_of(shelf, photos[0]), name="Ada")
    one.name(faces_of(shelf, photos[1]), name="Ben")
    ada, ben = user(shelf, "Ada"), user(shelf, "Ben")
    famous = NewCelebrity("Ada Lovelace")
    celebrity = shelf.rooms.celebrities.register(shelf.scope, shelf.mine.collection_id, famous)
    star = UserId(celebrity.celebrity_id)
    one.change(star, NewFacts(name="Ada Lovelace"), version=None)
    with pytest.raises(InvalidInput, match="celebrity"):
        one.merge(star, ada)
    one.merge(ada, star)
    one.unname(faces_of(shelf, photos[0]))  # whoever has no face left would go, but not a star
    assert shelf.rooms.celebrities.get(shelf.scope, celebrity.celebrity_id).face_count == 0
    one.move(faces_of(shelf, photos[0]), star)
    shelf.media.removal.remove(shelf.mine, photos[0].asset_id)
    assert shelf.rooms.celebrities.get(shelf.scope, celebrity.celebrity_id).face_count == 0
    with pytest.raises(UserNotFound):
        one.merge(ben, ada)


def test_a_forgotten_person_is_in_no_finding_no_index_and_no_file(shelf: Shelf) -> None:
    photo, other = shelf.add("a.jpg", "Ada", "Ben"), shelf.add("b.jpg", "Ada")
    ada = [faces_of(shelf, photo)[0], *faces_of(shelf, other)]
    name = "Adalgisa Quillfeather"
    desk(shelf).name(ada, name=name)
    desk(shelf).name(faces_of(shelf, photo)[1:], name="Ben")
    drawn = NewTag(
        image_id(bytes.fromhex(photo.content_sha256)), photo.asset_id, (0, 0, 9, 9), (224, 160)
    )
    with pytest.raises(TwiceInPhoto):
        desk(shelf).tag(drawn, name=name)
    desk(shelf).tag(drawn, name=name, override=True)
    walk = film(shelf, "walk.mp4", "Ada")
    assert found(shelf, "quillfeather") == {photo.asset_id, other.asset_id, walk.asset_id}
    proof = shelf.media.forgetting.forget(shelf.mine, user(shelf, name))
    assert (proof.faces, proof.traces) == (2, ())
    assert proof.needles > 6
    assert faces_of(shelf, other) == []
    assert len(faces_of(shelf, photo)) == 1
    assert shelf.detail(photo).drawn == ()
    assert found(shelf, "quillfeather") == set()
    assert as_found(shelf) == as_made_anew(shelf)
    home = shelf.rooms.settings.home
    assert search_for_traces(home, [b"Quillfeather", b"quillfeather"]) == []
    assert [event.is_kept for event in shelf.media.deciding.history(shelf.mine, limit=9).items] == [
        False,
        True,
        False,
    ]
    assert desk(shelf).undo().says == "Undone: 1 face is Ben"


def test_bad_names_and_merges_with_oneself_change_nothing(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada", "Ben")
    one, faces = desk(shelf), faces_of(shelf, photo)
    for name in ("", " ", "x" * 10_000, "Ada\u202eevE", "A\x00da", "Ada\nEve"):
        if name.split() and name.replace("\n", " ").isprintable() and len(name) < 256:
            continue  # a new line is a blank in a name
        with pytest.raises(InvalidInput):
            one.name(faces[:1], name=name)
    with pytest.raises(TwiceInPhoto):
        one.name(faces, name="Ada")
    one.name(faces[:1], name="Ada")
    ada = user(shelf, "Ada")
    with pytest.raises(InvalidInput):
        one.merge(ada, ada)
    with pytest.raises(UserNotFound):
        one.confirm(faces[1:], UserId("nobody"))
    nobodys = FaceId("00000000-0000-4000-8000-000000000000")
    assert one.ignore([nobodys]).says == "Nothing changed; 1 was left out"
    assert as_found(shelf) == as_made_anew(shelf)
