"""What is decided about people: faces, groups, persons, and all of it taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from eyebright.errors import CollectionNotFound, InvalidInput, NotFound
from eyebright.ids import FaceId, UserId
from eyebright.library.deciding import Decided, Desk
from eyebright.people.consent import Consent, ConsentStatus, require_day
from eyebright.people.facts import MAX_NAME_CHARACTERS, Classification, NewFacts
from eyebright.web.answers import Answer, Asked, flag_of, json_answer, text_of
from eyebright.web.door import WebDoor
from eyebright.web.handlers.shelf import asset_id_of, is_uuid, library_of
from eyebright.web.shapes.decisions import (
    DrawnJson,
    ForgottenJson,
    HistoryJson,
    decided_json,
    event_json,
)

MOST_FACES = 20_000
"""Decided in one request; their ids are some 800 kB."""
MOST_EVENTS = 200
LONGEST_NAME = MAX_NAME_CHARACTERS
"""Read at all; what is too long for a name is refused by the room, which says how long one is."""
LONGEST_NOTES = 16_000
MOST_LISTED = 1_000
_LARGEST_NUMBER = 2**53


def decide_faces(door: WebDoor, asked: Asked) -> Answer:
    """Name, confirm, move, reject, split or put aside faces; faces that are gone are skipped."""
    given = asked.json()
    faces = _face_ids(given)
    acts: Mapping[str, Callable[[Desk], Decided]] = {
        "name": lambda desk: desk.name(faces, **_called(given), override=_override(given)),
        "confirm": lambda desk: desk.confirm(faces, _user(given), override=_override(given)),
        "move": lambda desk: desk.move(faces, _user(given), override=_override(given)),
        "reject": lambda desk: desk.reject(faces, _user(given)),
        "unname": lambda desk: desk.unname(faces),
        "split": lambda desk: desk.split(faces),
        "ignore": lambda desk: desk.ignore(faces),
        "not_a_face": lambda desk: desk.not_a_face(faces),
        "undecided": lambda desk: desk.undecided(faces),
        "reopen": lambda desk: desk.reopen(faces),
    }
    return _decided(door, asked, _chosen(given, acts))


def decide_group(door: WebDoor, asked: Asked) -> Answer:
    """The same of all faces of a group of unknown ones."""
    given = asked.json()
    group = _number(asked.names["group"], "group")
    acts: Mapping[str, Callable[[Desk], Decided]] = {
        "name": lambda desk: desk.name(group, **_called(given), override=_override(given)),
        "confirm": lambda desk: desk.confirm(group, _user(given), override=_override(given)),
        "ignore": lambda desk: desk.ignore(group),
        "not_a_face": lambda desk: desk.not_a_face(group),
        "undecided": lambda desk: desk.undecided(group),
    }
    decided = _made(door, asked, _chosen(given, acts))
    if decided.done.event_id is None and not decided.done.skipped:
        raise NotFound("There is no such group, or it has no face any more.")
    return json_answer(decided_json(decided))


def change_person(door: WebDoor, asked: Asked) -> Answer:
    """What is known of somebody, as one event; 409 when somebody else changed it meanwhile."""
    given = asked.json()
    version, new = _whole(given, "version"), _facts(given)
    return _decided(door, asked, lambda desk: desk.change(_person(asked), new, version=version))


def merge_people(door: WebDoor, asked: Asked) -> Answer:
    """The person in the path becomes `into`, who keeps the name and gets all faces."""
    given = asked.json()
    into = UserId(text_of(given, "into", most=200))
    version, into_version = _whole(given, "version"), _whole(given, "into_version")
    override = _override(given)
    return _decided(
        door,
        asked,
        lambda desk: desk.merge(
            _person(asked), into, version=version, into_version=into_version, override=override
        ),
    )


def forget(door: WebDoor, asked: Asked) -> Answer:
    """For ever: faces, vectors, name and decisions are gone when this answers."""
    try:
        proof = door.library.forgetting.forget(library_of(door, asked), _person(asked))
    except CollectionNotFound as error:
        raise _nobody() from error
    body: ForgottenJson = {
        "faces": proof.faces,
        "needles": proof.needles,
        "traces": len(proof.traces),
    }
    return json_answer(body)


def draw(door: WebDoor, asked: Asked) -> Answer:
    """A face that somebody drew. If one is seen inside the box it is kept as all faces are; else
    the box is kept with the name."""
    given = asked.json()
    drawn = door.library.drawing.draw(
        library_of(door, asked),
        asset_id_of(asked),
        _box(given),
        actor=_actor(asked),
        **_called(given),
        override=_override(given),
    )
    body: DrawnJson = {
        **decided_json(drawn.decided),
        "face_id": drawn.face_id,
        "tag_id": drawn.tag_id,
        "searchable": drawn.face_id is not None,
    }
    return json_answer(body)


def remove_tag(door: WebDoor, asked: Asked) -> Answer:
    """Take back a face that was drawn and that no likeness finds."""
    tag_id = asked.names["tag_id"]
    decided = _made(door, asked, lambda desk: desk.untag([tag_id]))
    if decided.done.event_id is None:
        raise NotFound("There is no such drawn face.")
    return json_answer(decided_json(decided))


def undo(door: WebDoor, asked: Asked) -> Answer:
    """Take back the last that this key did."""
    return _decided(door, asked, lambda desk: desk.undo())


def redo(door: WebDoor, asked: Asked) -> Answer:
    """Do again what this key undid last, unless it did something else since."""
    return _decided(door, asked, lambda desk: desk.redo())


def revert(door: WebDoor, asked: Asked) -> Answer:
    """Take back an older event, for whatever still is as it left it; the rest is skipped."""
    number = _number(asked.names["event_id"], "event")
    return _decided(door, asked, lambda desk: desk.revert(number))


def history(door: WebDoor, asked: Asked) -> Answer:
    """What was decided, by whom, the latest first."""
    library = library_of(door, asked)
    listed = f"history {library.number}"
    limit = asked.query.whole("limit", 50, low=1, high=MOST_EVENTS)
    after = door.cursors.read(library.scope, listed, asked.query.text("after"))
    body: HistoryJson = {"events": [], "next": None}
    try:
        page = door.library.deciding.history(library, limit=limit, after=after)
    except CollectionNotFound:  # no face was seen yet
        return json_answer(body)
    body["events"] = [event_json(one, actor=_actor(asked)) for one in page.items]
    body["next"] = door.cursors.write(library.scope, listed, page.next)
    return json_answer(body)


def _decided(door: WebDoor, asked: Asked, decide: Callable[[Desk], Decided]) -> Answer:
    return json_answer(decided_json(_made(door, asked, decide)))


def _made(door: WebDoor, asked: Asked, decide: Callable[[Desk], Decided]) -> Decided:
    try:
        return decide(door.library.deciding.by(library_of(door, asked), _actor(asked)))
    except CollectionNotFound as error:
        raise _nobody() from error


def _nobody() -> NotFound:
    return NotFound("No face was seen in the library yet.")


def _actor(asked: Asked) -> str:
    return asked.whose.principal.access_key_id


def _person(asked: Asked) -> UserId:
    return UserId(asked.names["user_id"])


def _chosen(
    given: Mapping[str, Any], acts: Mapping[str, Callable[[Desk], Decided]]
) -> Callable[[Desk], Decided]:
    act = acts.get(text_of(given, "do", most=40))
    if act is None:
        raise InvalidInput(f"do must be one of {', '.join(acts)}.")
    return act


def _face_ids(given: Mapping[str, Any]) -> list[FaceId]:
    ids = given.get("face_ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= MOST_FACES:
        raise InvalidInput(f"face_ids must be a list of 1 to {MOST_FACES} ids.")
    for one in ids:
        if not isinstance(one, str) or not is_uuid(one):
            raise InvalidInput(f"{str(one)[:40]!r} is no id of a face.")
    return [FaceId(one) for one in ids]


def _box(given: Mapping[str, Any]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    box = given.get("box")
    if not isinstance(box, dict):
        raise InvalidInput("box must have left, top, width and height.")
    left, top, width, height = (_ratio(box, edge) for edge in ("left", "top", "width", "height"))
    # what was rounded may reach out of the picture by a little
    return (left, top, min(left + width, 1.0), min(top + height, 1.0))


def _ratio(box: Mapping[str, Any], edge: str) -> float:
    value = box.get(edge)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise InvalidInput(f"{edge} of the box must be 0 to 1.")
    return float(value)


def _called(given: Mapping[str, Any]) -> dict[str, str]:
    return {"name": text_of(given, "name", most=LONGEST_NAME), "role": _text(given, "role") or ""}


def _user(given: Mapping[str, Any]) -> UserId:
    return UserId(text_of(given, "user_id", most=200))


def _override(given: Mapping[str, Any]) -> bool:
    return flag_of(given, "override", default=False)


def _facts(given: Mapping[str, Any]) -> NewFacts:
    kind = _text(given, "classification")
    portrait = _text(given, "portrait")
    if kind is not None and kind not in list(Classification):
        raise InvalidInput(f"classification must be one of {', '.join(Classification)}.")
    if portrait is not None and not is_uuid(portrait):
        raise InvalidInput("portrait must be the id of a face.")
    return NewFacts(
        name=_text(given, "name"),
        role=_text(given, "role"),
        aliases=_texts(given, "aliases"),
        notes=_text(given, "notes", most=LONGEST_NOTES),
        birth_year=_whole(given, "birth_year") if given.get("birth_year") is not None else None,
        classification=None if kind is None else Classification(kind),
        project_roles=_roles(given),
        portrait=None if portrait is None else FaceId(portrait),
        consent=_consent(given),
    )


def _consent(given: Mapping[str, Any]) -> Consent | None:
    said = given.get("consent")
    if said is None:
        return None
    if not isinstance(said, dict) or said.get("status") not in list(ConsentStatus):
        raise InvalidInput(f"consent must have a status: {', '.join(ConsentStatus)}.")
    day = _text(said, "day")
    note = _text(said, "note", most=LONGEST_NOTES) or ""
    return Consent(ConsentStatus(said["status"]), require_day(day) if day else None, note)


def _text(given: Mapping[str, Any], name: str, *, most: int = LONGEST_NAME) -> str | None:
    value = given.get(name)
    if value is not None and not (isinstance(value, str) and len(value) <= most):
        raise InvalidInput(f"{name} must be text of at most {most} characters.")
    return value


def _texts(given: Mapping[str, Any], name: str) -> list[str] | None:
    values = given.get(name)
    if values is None:
        return None
    if not isinstance(values, list) or len(values) > MOST_LISTED:
        raise InvalidInput(f"{name} must be a list of at most {MOST_LISTED} texts.")
    return [text_of({name: one}, name, most=LONGEST_NAME) for one in values]


def _roles(given: Mapping[str, Any]) -> dict[str, str] | None:
    roles = given.get("project_roles")
    if roles is None:
        return None
    if not isinstance(roles, dict) or len(roles) > MOST_LISTED:
        raise InvalidInput("project_roles must be an object of roles by project.")
    return {project: _text(roles, project) or "" for project in roles}


def _whole(given: Mapping[str, Any], name: str) -> int:
    value = given.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST_NUMBER:
        raise InvalidInput(f"{name} must be a whole number.")
    return value


def _number(text: str, what: str) -> int:
    """A number in the path. Raises NotFound for what cannot be one."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound(f"There is no such {what}.")
    return int(text)
