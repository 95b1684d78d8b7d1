"""People of a library: who they are, the names of faces, and faces that nobody named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eyebright.errors import CollectionNotFound, FaceNotInCollection, InvalidInput, NotFound
from eyebright.ids import FaceId, UserId
from eyebright.library.people_reading import SORTS
from eyebright.people.facts import Classification
from eyebright.people.name_table import PeopleOrder
from eyebright.people.persons import Person
from eyebright.web.answers import Answer, Asked, json_answer, text_of
from eyebright.web.door import WebDoor
from eyebright.web.handlers.shelf import face_id_of, library_of, named
from eyebright.web.shapes.cards import card_json
from eyebright.web.shapes.people import (
    PeopleJson,
    PersonPhotosJson,
    detail_json,
    listed_json,
    person_json,
)
from eyebright.web.shapes.values import DoneJson
from eyebright.web.shapes.workspace import (
    DoubtsJson,
    PersonFacesJson,
    bands_json,
    own_face_json,
)

MOST_PEOPLE = 5000
MOST_FACES = 1000
MOST_LISTED = 5000
MOST_PHOTOS = 1000
MOST_DOUBTS = 24
MAX_NAME = 256


def people(door: WebDoor, asked: Asked) -> Answer:
    """q: part of a name, an alias or a role; the best matches come first."""
    library, said = library_of(door, asked), asked.query
    typed = said.text("q", most=MAX_NAME)
    kind = said.choice("classification", ("", *Classification), default="")
    order = PeopleOrder(said.choice("sort", tuple(PeopleOrder), default="faces"))
    listed = f"people {library.number} {kind} {order} {typed}"
    found = door.library.people.people(
        library,
        limit=said.whole("limit", 1000, low=1, high=MOST_PEOPLE),
        typed=typed,
        classification=Classification(kind) if kind else None,
        order=order,
        after=door.cursors.read(library.scope, listed, said.text("after")),
    )
    body: PeopleJson = {
        "people": [listed_json(one) for one in found.items],
        "total": found.total,
        "next": door.cursors.write(library.scope, listed, found.next),
    }
    return json_answer(body)


def person(door: WebDoor, asked: Asked) -> Answer:
    detail = door.library.people.person(library_of(door, asked), _user_id(asked))
    return json_answer(detail_json(detail))


def faces(door: WebDoor, asked: Asked) -> Answer:
    """Those that somebody drew come last."""
    library, said = library_of(door, asked), asked.query
    user_id = _user_id(asked)
    sort = said.choice("sort", SORTS, default="similarity")
    listed = f"faces of {user_id} {library.number} {sort}"
    found = door.library.people.faces(
        library,
        user_id,
        sort=sort,
        limit=said.whole("limit", 200, low=1, high=MOST_LISTED),
        after=door.cursors.read(library.scope, listed, said.text("after")),
    )
    body: PersonFacesJson = {
        "faces": [own_face_json(one) for one in found.items],
        "total": found.total,
        "next": door.cursors.write(library.scope, listed, found.next),
    }
    return json_answer(body)


def photos(door: WebDoor, asked: Asked) -> Answer:
    """Newest first; of films those in which somebody's face was named."""
    library, said = library_of(door, asked), asked.query
    user_id = _user_id(asked)
    listed = f"photos of {user_id} {library.number}"
    found = door.library.people.photos(
        library,
        user_id,
        limit=said.whole("limit", 100, low=1, high=MOST_PHOTOS),
        after=door.cursors.read(library.scope, listed, said.text("after")),
    )
    names = named(door, library, found.items)
    body: PersonPhotosJson = {
        "assets": [card_json(asset, name=names[asset.number]) for asset in found.items],
        "total": found.total,
        "next": door.cursors.write(library.scope, listed, found.next),
    }
    return json_answer(body)


def doubts(door: WebDoor, asked: Asked) -> Answer:
    """Each is compared with the person's others; nothing for somebody with fewer than three."""
    limit = asked.query.whole("limit", MOST_DOUBTS, low=1, high=MOST_FACES)
    found = door.library.people.doubts(library_of(door, asked), _user_id(asked), limit=limit)
    body: DoubtsJson = {"faces": [own_face_json(one) for one in found]}
    return json_answer(body)


def suggestions(door: WebDoor, asked: Asked) -> Answer:
    """Without those that were said not to be, that were put aside, or whose photo shows the person
    already."""
    limit = asked.query.whole("limit", 100, low=1, high=MOST_FACES)
    found = door.library.reviewing.suggestions(
        library_of(door, asked), _user_id(asked), limit=limit
    )
    return json_answer(bands_json(found))


def name_face(door: WebDoor, asked: Asked) -> Answer:
    """Say who a face is, whoever it was said to be before."""
    return json_answer(person_json(_named(door, asked, [face_id_of(asked)])))


def unname_face(door: WebDoor, asked: Asked) -> Answer:
    """A face is nobody's any more; who has no face left goes, name and all."""
    try:
        door.library.naming.unname(
            library_of(door, asked),
            [face_id_of(asked)],
            actor=asked.whose.principal.access_key_id,
        )
    except (FaceNotInCollection, CollectionNotFound) as error:
        raise _no_face() from error
    done: DoneJson = {"done": True}
    return json_answer(done)


def name_group(door: WebDoor, asked: Asked) -> Answer:
    """Say who all faces of a group are."""
    number = asked.names["group"]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NotFound("There is no such group.")
    return json_answer(person_json(_named(door, asked, int(number))))


def _named(door: WebDoor, asked: Asked, faces: Sequence[FaceId] | int) -> Person:
    given = asked.json()
    name, role = text_of(given, "name", most=MAX_NAME), _role(given)
    try:
        return door.library.naming.name(
            library_of(door, asked),
            faces,
            name=name,
            role=role,
            actor=asked.whose.principal.access_key_id,
        )
    except (FaceNotInCollection, CollectionNotFound) as error:
        raise _no_face() from error


def _role(given: Mapping[str, Any]) -> str:
    role = given.get("role") or ""
    if not isinstance(role, str) or len(role) > MAX_NAME:
        raise InvalidInput(f"role must be text of at most {MAX_NAME} characters.")
    return role


def _user_id(asked: Asked) -> UserId:
    return UserId(asked.names["user_id"])


def _no_face() -> NotFound:
    return NotFound("There is no such face in the library.")
