"""Names out of tables: faces, aliases, exchanges; all of them decisions that can be undone."""

from __future__ import annotations

from collections.abc import Sequence

from eyebright.ids import FaceId
from eyebright.library.name_wishes import Fate, NameReport
from eyebright.library.people_files import ListedFace
from eyebright.library.people_import import TableImport, listed_faces
from eyebright.library.pictured import Gallery
from eyebright.library.said_names import SaidNames
from eyebright.library.values import Asset, FacesFound
from eyebright.testing.library import Shelf


def faces_of(shelf: Shelf, asset: Asset) -> list[FaceId]:
    found = shelf.detail(asset).found["faces"]
    assert isinstance(found, FacesFound)
    return [face.face_id for face in found.faces if face.face_id is not None]


def take_over(
    shelf: Shelf, rows: Sequence[ListedFace], *, overwrite: bool = False
) -> list[NameReport]:
    known = shelf.media.persons.all(shelf.scope, shelf.mine.collection_id)
    names = SaidNames(shelf.mine, known, overwrite=overwrite)
    gallery = Gallery(shelf.rooms.database, shelf.media.assets, shelf.media.persons)
    reports = TableImport(list(gallery.pictures(shelf.mine)), names).read(rows)
    return [*reports, *names.apply(shelf.media.naming, shelf.media.drawing)]


def who(shelf: Shelf, asset: Asset) -> list[str]:
    people = shelf.detail(asset).people
    return [people[face].name if face in people else "" for face in faces_of(shelf, asset)]


def test_aliases_of_a_table_are_taken_over_beside_those_that_are_known(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada", "Ben")
    one, other = faces_of(shelf, photo)
    rows = [
        ListedFace("Ada", "Guest", ("Augusta", "Countess"), face_id=one),
        ListedFace("Ben", aliases=("Benno",), face_id=other),
        ListedFace("Cleo", aliases=("C",)),  # nobody here
        ListedFace("Dina", aliases=("D\u202e",)),
    ]
    reports = take_over(shelf, rows)
    assert [one.fate for one in reports] == [
        Fate.UNFIT,
        Fate.FACELESS,
        Fate.FACELESS,
        Fate.NAMED,
        Fate.NAMED,
    ]
    take_over(shelf, [ListedFace("Ada", aliases=("Lady L",), face_id=one)])
    people = {
        one.name: one.facts.aliases
        for one in shelf.media.persons.all(shelf.scope, shelf.mine.collection_id)
    }
    assert people == {"Ada": ("Augusta", "Countess", "Lady L"), "Ben": ("Benno",)}
    events = shelf.media.deciding.history(shelf.mine, limit=9).items
    assert {event.actor for event in events} == {"import"}
    desk = shelf.media.deciding.by(shelf.mine, "import")
    assert len([one for one in events if desk.undo().done.event_id is not None]) == len(events)
    assert who(shelf, photo) == ["", ""]


def test_two_who_were_mistaken_for_each_other_are_exchanged(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada", "Ben")
    one, other = faces_of(shelf, photo)
    take_over(shelf, [ListedFace("Ben", face_id=one), ListedFace("Ada", face_id=other)])
    rows = [ListedFace("Ada", face_id=one), ListedFace("Ben", face_id=other)]
    assert [report.fate for report in take_over(shelf, rows)] == [Fate.CONFLICT] * 2
    assert [report.fate for report in take_over(shelf, rows, overwrite=True)] == [Fate.NAMED] * 2
    assert who(shelf, photo) == ["Ada", "Ben"]


def test_a_row_of_a_place_where_no_face_was_seen_draws_one(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada")
    shelf.media.drawing.draw(
        shelf.mine, photo.asset_id, (0.75, 0.05, 0.95, 0.4), actor="me", name="Eve"
    )
    gallery = Gallery(shelf.rooms.database, shelf.media.assets, shelf.media.persons)
    people = shelf.media.persons.all(shelf.scope, shelf.mine.collection_id)
    rows = list(listed_faces(list(gallery.pictures(shelf.mine)), people))
    assert [(row.name, row.face_id) for row in rows] == [("Eve", "")]
    assert [one.fate for one in take_over(shelf, rows)] == [Fate.KNOWN]
    (tag,) = shelf.detail(photo).drawn
    shelf.media.deciding.by(shelf.mine, "me").untag([tag.tag_id])
    assert [one.fate for one in take_over(shelf, rows)] == [Fate.FACELESS]
    assert [one.fate for one in take_over(shelf, rows, overwrite=True)] == [Fate.DRAWN]
    assert [tag.person.name for tag in shelf.detail(photo).drawn] == ["Eve"]
