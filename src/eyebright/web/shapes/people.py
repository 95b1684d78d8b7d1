"""Who is in the library, and photos that one chooses among."""

from __future__ import annotations

from typing import TypedDict

from eyebright.library.people_reading import Detail
from eyebright.library.view import Listed
from eyebright.people.consent import Consent
from eyebright.people.name_table import Somebody
from eyebright.people.persons import Person
from eyebright.web.shapes.cards import CardJson
from eyebright.web.shapes.values import maybe_moment


class KnownPersonJson(TypedDict):
    """version: what a change must name, so that who saw an older state changes nothing."""

    user_id: str
    name: str
    role: str | None
    faces: int
    version: int


class ListedPersonJson(KnownPersonJson):
    """classification: "key", "named", "unknown" or "ignored". face_id, asset_id: of a face that
    shows the person best; null when none is kept."""

    classification: str
    aliases: list[str]
    face_id: str | None
    asset_id: str | None


class PeopleJson(TypedDict):
    """total: of all that match, not of this part. next: what `after` is for the following page."""

    people: list[ListedPersonJson]
    total: int
    next: str | None


class ConsentJson(TypedDict):
    """Whether somebody agreed to be recognised: "given", "refused" or "unknown". day: on which it
    was said, YYYY-MM-DD. Written down for people; nothing follows from it."""

    status: str
    day: str | None
    note: str


class PersonDetailJson(ListedPersonJson):
    """photos: assets that show the person. drawn: faces that somebody drew. first_at, last_at: of
    the oldest and the newest photo."""

    notes: str
    birth_year: int | None
    project_roles: dict[str, str]
    consent: ConsentJson
    photos: int
    drawn: int
    first_at: str | None
    last_at: str | None


class PersonPhotosJson(TypedDict):
    """Newest first."""

    assets: list[CardJson]
    total: int
    next: str | None


class FaceName(TypedDict):
    """role: may be empty. Somebody of the same name and role is the same person."""

    name: str
    role: str


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


def known_json(one: Somebody) -> KnownPersonJson:
    return {
        "user_id": one.user_id,
        "name": one.facts.name,
        "role": one.facts.role or None,
        "faces": one.face_count,
        "version": one.version,
    }


def listed_json(listed: Listed) -> ListedPersonJson:
    one, portrait = listed.somebody, listed.portrait
    return {
        **known_json(one),
        "classification": one.facts.classification.value,
        "aliases": list(one.facts.aliases),
        "face_id": portrait[0] if portrait else None,
        "asset_id": portrait[1] if portrait else None,
    }


def _consent_json(consent: Consent) -> ConsentJson:
    day = None if consent.day is None else consent.day.isoformat()
    return {"status": consent.status.value, "day": day, "note": consent.note}


def detail_json(detail: Detail) -> PersonDetailJson:
    return {
        **listed_json(detail.listed),
        "notes": detail.facts.notes,
        "birth_year": detail.facts.birth_year,
        "project_roles": dict(detail.facts.project_roles),
        "consent": _consent_json(detail.facts.consent),
        "photos": detail.photos,
        "drawn": detail.drawn,
        "first_at": maybe_moment(detail.first_at),
        "last_at": maybe_moment(detail.last_at),
    }
