"""What is to be looked at: suggestions, groups of unknown faces, lists of faces, how far all is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from eyebright.errors import CollectionNotFound, InvalidInput
from eyebright.ids import FaceId, UserId
from eyebright.library.unknown_reading import FaceListed, SeenFaces, no_group
from eyebright.library.values import Library
from eyebright.library.view import no_face
from eyebright.web.answers import Answer, Asked, json_answer
from eyebright.web.door import WebDoor
from eyebright.web.handlers.shelf import is_uuid, library_of
from eyebright.web.shapes.workspace import (
    GroupsJson,
    ReviewJson,
    SeenFacesJson,
    explained_json,
    face_explained_json,
    group_json,
    review_row_json,
    seen_json,
    standing_json,
)

MOST_ROWS = 100
ROWS = 10
MOST_IN_ROW = 500
IN_ROW = 60
MOST_LEFT_OUT = 20_000
"""People; their ids are less than a megabyte."""
MOST_GROUPS = 500
MOST_FACES = 5000
"""Where they are seen is little: the end of a long list is there after few answers."""


def standing(door: WebDoor, asked: Asked) -> Answer:
    """Of a large library suggested and unknown are estimated from a sample."""
    library = library_of(door, asked)
    may = (False, False)
    with suppress(CollectionNotFound):  # no face was seen yet
        may = door.library.deciding.may(library, actor=asked.whose.principal.access_key_id)
    return json_answer(standing_json(door.library.reviewing.standing(library), may=may))


def review(door: WebDoor, asked: Asked) -> Answer:
    """Each face is suggested for one person only, the one it is most like; `rivals` are the
    others. In very large libraries not all unknown faces are looked at: then there is `more`."""
    said = asked.query
    return _reviewed(
        door,
        asked,
        limit=said.whole("limit", ROWS, low=1, high=MOST_ROWS),
        faces=said.whole("faces", IN_ROW, low=1, high=MOST_IN_ROW),
        without=said.many("without"),
    )


def review_without(door: WebDoor, asked: Asked) -> Answer:
    """The same; the people to leave out may be more than fit into an address."""
    given = asked.json()
    without = given.get("without", [])
    if (
        not isinstance(without, list)
        or len(without) > MOST_LEFT_OUT
        or not all(isinstance(one, str) for one in without)
    ):
        raise InvalidInput(f"without must be a list of at most {MOST_LEFT_OUT} ids of people.")
    return _reviewed(
        door,
        asked,
        limit=_whole(given, "limit", ROWS, high=MOST_ROWS),
        faces=_whole(given, "faces", IN_ROW, high=MOST_IN_ROW),
        without=without,
    )


def groups(door: WebDoor, asked: Asked) -> Answer:
    """Faces that are one person whom nobody named, the largest groups first."""
    library, said = library_of(door, asked), asked.query
    least = said.whole("min_faces", 2, low=1, high=1_000_000)
    listed = f"groups {library.number} {least}"
    found = door.library.unknown.groups(
        library,
        least_faces=least,
        limit=said.whole("limit", 100, low=1, high=MOST_GROUPS),
        after=door.cursors.read(library.scope, listed, said.text("after")),
    )
    body: GroupsJson = {
        "groups": [group_json(group) for group in found.items],
        "total": found.total,
        "single": found.single,
        "next": door.cursors.write(library.scope, listed, found.next),
    }
    return json_answer(body)


def group_faces(door: WebDoor, asked: Asked) -> Answer:
    """The best first."""
    library, said = library_of(door, asked), asked.query
    text = asked.names["group"]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise no_group()
    listed = f"faces of group {text} {library.number}"
    found = door.library.unknown.group_faces(
        library,
        int(text),
        limit=said.whole("limit", 200, low=1, high=MOST_FACES),
        after=door.cursors.read(library.scope, listed, said.text("after")),
    )
    return _faces(door, library, listed, found)


def faces(door: WebDoor, asked: Asked) -> Answer:
    """single: open ones in no group, or alone in one. Newest first."""
    library, said = library_of(door, asked), asked.query
    state = FaceListed(said.choice("state", tuple(FaceListed), default=FaceListed.SINGLE))
    listed = f"{state} faces {library.number}"
    found = door.library.unknown.listed(
        library,
        state,
        limit=said.whole("limit", 200, low=1, high=MOST_FACES),
        after=door.cursors.read(library.scope, listed, said.text("after")),
    )
    return _faces(door, library, listed, found)


def face(door: WebDoor, asked: Asked) -> Answer:
    found = door.library.explaining.face(library_of(door, asked), _face_id(asked))
    return json_answer(face_explained_json(found))


def explain(door: WebDoor, asked: Asked) -> Answer:
    """Also of a face that is the person's already: then it is compared with the others."""
    user_id = asked.query.text("person", most=256)
    if not user_id:
        raise InvalidInput("Say in `person` whose face it may be.")
    found = door.library.explaining.explain(
        library_of(door, asked), _face_id(asked), UserId(user_id)
    )
    return json_answer(explained_json(found))


def _face_id(asked: Asked) -> FaceId:
    text = asked.names["face_id"]
    if not is_uuid(text):
        raise no_face()
    return FaceId(text)


def _faces(door: WebDoor, library: Library, listed: str, found: SeenFaces) -> Answer:
    body: SeenFacesJson = {
        "faces": [seen_json(seen) for seen in found.items],
        "total": found.total,
        "next": door.cursors.write(library.scope, listed, found.next),
    }
    return json_answer(body)


def _reviewed(
    door: WebDoor, asked: Asked, *, limit: int, faces: int, without: Sequence[str]
) -> Answer:
    found = door.library.reviewing.review(
        library_of(door, asked),
        limit=limit,
        faces=faces,
        without=[UserId(one) for one in without],
    )
    body: ReviewJson = {"rows": [review_row_json(row) for row in found.rows], "more": found.more}
    return json_answer(body)


def _whole(given: Mapping[str, Any], name: str, default: int, *, high: int) -> int:
    value = given.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= high:
        raise InvalidInput(f"{name} must be a whole number of 1 to {high}.")
    return value
