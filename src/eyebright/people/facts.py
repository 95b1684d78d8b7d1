"""What is known of a person beside the faces: name, role, and what somebody wrote down."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from eyebright.errors import InvalidInput
from eyebright.governance.sealing import Sealer
from eyebright.ids import FaceId, UserId
from eyebright.people.biographies import plain_name
from eyebright.people.consent import Consent, ConsentStatus, require_consent

MAX_NAME_CHARACTERS = 256
MAX_NOTES_CHARACTERS = 4_000
MAX_ALIASES = 50
MAX_PROJECTS = 200
YEARS = range(1000, 3000)
"""Years somebody can be born in, to tell a year from a mistyped one."""


class Classification(StrEnum):
    """KEY: somebody the job is about; stays without a face. UNKNOWN: kept, but nobody knows who it
    is. IGNORED: known, and of no interest."""

    KEY = "key"
    NAMED = "named"
    UNKNOWN = "unknown"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """portrait: the face to show; it may be gone by now. project_roles: role in each project that
    has one of its own, by the project's name."""

    name: str
    role: str = ""
    aliases: tuple[str, ...] = ()
    notes: str = ""
    birth_year: int | None = None
    portrait: FaceId | None = None
    classification: Classification = Classification.NAMED
    project_roles: Mapping[str, str] = field(default_factory=dict)
    consent: Consent = Consent()  # noqa: RUF009 - it is frozen

    def digest(self, sealer: Sealer) -> bytes:
        """Equal for the same name and role, however they are spaced and capitalised."""
        return name_digest(sealer, self.name, self.role)

    def to_json(self) -> dict[str, Any]:
        """Only what is said."""
        said = {
            "aliases": list(self.aliases),
            "notes": self.notes,
            "birth_year": self.birth_year,
            "portrait": self.portrait,
            "project_roles": dict(self.project_roles),
        }
        told = {name: value for name, value in said.items() if value}
        if self.classification is not Classification.NAMED:
            told["classification"] = self.classification.value
        if self.consent.status is not ConsentStatus.UNKNOWN:
            told["consent"] = self.consent.to_json()
        return {"name": self.name, "role": self.role, **told}

    @staticmethod
    def from_json(content: Mapping[str, Any]) -> PersonFacts:
        """What `to_json` said; what it left out is the default."""
        portrait = content.get("portrait")
        return PersonFacts(
            name=content["name"],
            role=content["role"],
            aliases=tuple(content.get("aliases", ())),
            notes=content.get("notes", ""),
            birth_year=content.get("birth_year"),
            portrait=None if portrait is None else FaceId(portrait),
            classification=Classification(content.get("classification", Classification.NAMED)),
            project_roles=dict(content.get("project_roles", {})),
            consent=Consent.from_json(content.get("consent")),
        )


@dataclass(frozen=True, slots=True)
class NewFacts:
    """What is to be known of a person from now on; None leaves a thing as it is. birth_year: 0
    takes it away. consent: replaces status, day and note."""

    name: str | None = None
    role: str | None = None
    aliases: Sequence[str] | None = None
    notes: str | None = None
    birth_year: int | None = None
    classification: Classification | None = None
    project_roles: Mapping[str, str] | None = None
    portrait: FaceId | None = None
    consent: Consent | None = None

    def over(self, known: PersonFacts) -> PersonFacts:
        """Raises InvalidInput for what cannot be kept."""
        said: dict[str, Any] = {
            "name": None if self.name is None else require_name(self.name),
            "role": None if self.role is None else require_role(self.role),
            "aliases": None if self.aliases is None else require_aliases(self.aliases),
            "notes": None if self.notes is None else require_notes(self.notes),
            "classification": self.classification,
            "project_roles": None
            if self.project_roles is None
            else require_project_roles(self.project_roles),
            "portrait": self.portrait,
            "consent": None if self.consent is None else require_consent(self.consent),
        }
        facts = replace(known, **{name: value for name, value in said.items() if value is not None})
        if self.birth_year is not None:
            facts = replace(facts, birth_year=require_birth_year(self.birth_year))
        return facts


def seal_facts(sealer: Sealer, user_id: UserId, facts: PersonFacts) -> bytes:
    content = json.dumps(facts.to_json(), ensure_ascii=False, separators=(",", ":"))
    return sealer.seal(content.encode(), bound_to=_place(user_id))


def open_facts(sealer: Sealer, user_id: UserId, sealed: bytes) -> PersonFacts:
    return PersonFacts.from_json(json.loads(sealer.open(sealed, bound_to=_place(user_id))))


def name_digest(sealer: Sealer, name: str, role: str) -> bytes:
    return sealer.digest(f"{plain_name(name)}\n{plain_name(role)}".encode())


def require_name(name: str) -> str:
    """The name without blanks around it. Raises InvalidInput for what cannot be one."""
    return _require(name, "name", least=1)


def require_role(role: str) -> str:
    """The role, which may be empty. Raises InvalidInput."""
    return _require(role, "role", least=0)


def require_aliases(aliases: Sequence[str]) -> tuple[str, ...]:
    """Other names, each once. Raises InvalidInput."""
    cleaned = tuple(dict.fromkeys(_require(alias, "alias", least=1) for alias in aliases))
    if len(cleaned) > MAX_ALIASES:
        raise InvalidInput(f"{len(cleaned)} aliases; a person has at most {MAX_ALIASES}.")
    return cleaned


def require_notes(notes: str) -> str:
    """Several lines at most MAX_NOTES_CHARACTERS long together. Raises InvalidInput."""
    if len(notes) > MAX_NOTES_CHARACTERS:
        raise InvalidInput(
            f"Notes of {len(notes)} characters; at most {MAX_NOTES_CHARACTERS} are kept."
        )
    for line in notes.replace("\t", " ").split("\n"):
        _require_visible(line, "note")
    return notes


def require_birth_year(year: int) -> int | None:
    """0 says that it is not known. Raises InvalidInput."""
    if year and year not in YEARS:
        raise InvalidInput(f"{year} is no year of birth; use {YEARS[0]} to {YEARS[-1]}, or 0.")
    return year or None


def require_project_roles(roles: Mapping[str, str]) -> dict[str, str]:
    """Without projects in which the role is empty. Raises InvalidInput."""
    if len(roles) > MAX_PROJECTS:
        raise InvalidInput(f"Roles in {len(roles)} projects; at most {MAX_PROJECTS} are kept.")
    cleaned = {_require(p, "project", least=1): require_role(role) for p, role in roles.items()}
    return {project: role for project, role in cleaned.items() if role}


def _require(text: str, what: str, *, least: int) -> str:
    cleaned = " ".join(text.split())
    if not least <= len(cleaned) <= MAX_NAME_CHARACTERS:
        raise InvalidInput(
            f"A {what} has {least} to {MAX_NAME_CHARACTERS} characters; this one has "
            f"{len(cleaned)}."
        )
    return _require_visible(cleaned, what)


def _require_visible(text: str, what: str) -> str:
    if not text.isprintable():
        # marks of writing direction and other characters that cannot be seen would make two
        # names look alike that are not
        hidden = next(character for character in text if not character.isprintable())
        called = unicodedata.name(hidden, "a control character").lower()
        raise InvalidInput(
            f"A {what} holds only characters that can be seen; leave out U+{ord(hidden):04X}, "
            f"{called}."
        )
    return text


def _place(user_id: UserId) -> bytes:
    return f"person {user_id}".encode()
