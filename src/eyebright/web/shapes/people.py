"""Who is in the library, and photos that one chooses among."""

from __future__ import annotations

from typing import TypedDict

from eyebright.library.naming import Shown
from eyebright.people.persons import Person
from eyebright.web.shapes.cards import CardJson


class KnownPersonJson(TypedDict):
    """version: what a change must name, so that who saw an older state changes nothing."""

    user_id: str
    name: str
    role: str | None
    faces: int
    version: int


class ShownPersonJson(KnownPersonJson):
    """face_id, asset_id: of a face that shows the person best; null when none is kept."""

    face_id: str | None
    asset_id: str | None


class PeopleJson(TypedDict):
    """Most faces first."""

    people: list[ShownPersonJson]


class FaceName(TypedDict):
    """role: may be empty. Somebody of the same name and role is the same person."""

    name: str
    role: str


class PersonName(FaceName):
    version: int


class GroupJson(TypedDict):
    """Faces that are one person whom nobody named. face_ids: some of them, the best first; each is
    shown by the asset beside it in `asset_ids`."""

    group: int
    faces: int
    face_ids: list[str]
    asset_ids: list[str | None]


class GroupsJson(TypedDict):
    """Largest first."""

    groups: list[GroupJson]


class ShotJson(CardJson):
    """merit: how good a photo it is, 0-100."""

    merit: float


class ChoiceJson(TypedDict):
    """Photos that belong together, best first: the first is the one to keep."""

    shots: list[ShotJson]


class ChoicesJson(TypedDict):
    groups: list[ChoiceJson]


def person_json(person: Person) -> KnownPersonJson:
    return {
        "user_id": person.user_id,
        "name": person.name,
        "role": person.role or None,
        "faces": person.face_count,
        "version": person.version,
    }


def shown_json(shown: Shown) -> ShownPersonJson:
    return {
        **person_json(shown.person),
        "face_id": shown.face_id,
        "asset_id": shown.asset_id,
    }
