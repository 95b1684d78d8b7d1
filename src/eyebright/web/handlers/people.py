"""People of a library: who they are, the names of faces, and faces that nobody named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eyebright.errors import CollectionNotFound, FaceNotInCollection, InvalidInput, NotFound
from eyebright.ids import FaceId, UserId
from eyebright.people.persons import Person
from eyebright.web.answers import Answer, Asked, json_answer, text_of
from eyebright.web.door import WebDoor
from eyebright.web.handlers.shelf import face_id_of, library_of
from eyebright.web.shapes.people import GroupsJson, PeopleJson, person_json, shown_json
from eyebright.web.shapes.values import DoneJson

MOST_PEOPLE = 5000
MOST_GROUPS = 500
FACES_SHOWN = 6
"""Of a group."""
MAX_NAME = 256


def people(door: WebDoor, asked: Asked) -> Answer:
    library = library_of(door, asked)
    limit = asked.query.whole("limit", 1000, low=1, high=MOST_PEOPLE)
    found = door.library.naming.people(library, limit=limit)
    body: PeopleJson = {"people": [shown_json(one) for one in found]}
    return json_answer(body)


def name_face(door: WebDoor, asked: Asked) -> Answer:
    """Say who a face is, whoever it was said to be before."""
    return json_answer(person_json(_named(door, asked, [face_id_of(asked)])))


def unname_face(door: WebDoor, asked: Asked) -> Answer:
    """A face is nobody's any more; who has no face left goes, name and all."""
    try:
        door.library.naming.unname(library_of(door, asked), [face_id_of(asked)])
    except (FaceNotInCollection, CollectionNotFound) as error:
        raise _no_face() from error
    done: DoneJson = {"done": True}
    return json_answer(done)


def rename(door: WebDoor, asked: Asked) -> Answer:
    """Give somebody another name; 409 when somebody else changed it meanwhile."""
    given = asked.json()
    version = given.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise InvalidInput("version must be the number that the person was shown with.")
    person = door.library.naming.rename(
        library_of(door, asked),
        UserId(asked.names["user_id"]),
        name=text_of(given, "name", most=MAX_NAME),
        role=_role(given),
        version=version,
    )
    return json_answer(person_json(person))


def groups(door: WebDoor, asked: Asked) -> Answer:
    """Faces that are one person whom nobody named, the largest groups first."""
    library = library_of(door, asked)
    scope, collection_id = library.scope, library.collection_id
    limit = asked.query.whole("limit", 100, low=1, high=MOST_GROUPS)
    body: GroupsJson = {"groups": []}
    try:
        found = door.library.grouping.groups(scope, collection_id, limit=limit)
    except CollectionNotFound:  # no face was seen yet
        return json_answer(body)
    for group in found:
        faces = door.library.grouping.faces_of(
            scope, collection_id, group.number, limit=FACES_SHOWN
        )
        shown = door.library.naming.shown_by(library, faces)
        body["groups"].append(
            {
                "group": group.number,
                "faces": group.faces,
                "face_ids": list(faces),
                "asset_ids": [shown.get(face_id) for face_id in faces],
            }
        )
    return json_answer(body)


def name_group(door: WebDoor, asked: Asked) -> Answer:
    """Say who all faces of a group are."""
    library = library_of(door, asked)
    number = asked.names["group"]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NotFound("There is no such group.")
    try:
        faces = door.library.grouping.faces_of(library.scope, library.collection_id, int(number))
    except CollectionNotFound:
        faces = []
    if not faces:
        raise NotFound("There is no such group.")
    return json_answer(person_json(_named(door, asked, faces)))


def _named(door: WebDoor, asked: Asked, faces: Sequence[FaceId]) -> Person:
    given = asked.json()
    name, role = text_of(given, "name", most=MAX_NAME), _role(given)
    try:
        return door.library.naming.name(library_of(door, asked), faces, name=name, role=role)
    except (FaceNotInCollection, CollectionNotFound) as error:
        raise _no_face() from error


def _role(given: Mapping[str, Any]) -> str:
    role = given.get("role") or ""
    if not isinstance(role, str) or len(role) > MAX_NAME:
        raise InvalidInput(f"role must be text of at most {MAX_NAME} characters.")
    return role


def _no_face() -> NotFound:
    return NotFound("There is no such face in the library.")
