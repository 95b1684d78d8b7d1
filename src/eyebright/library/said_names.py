"""Names that somebody else gave to faces of a library: taken over, or not, and why.

A face that has a name keeps it, unless it is to be overwritten. Nobody is in a picture twice. A
name without a role means the person of that name, if there is one only. All that is taken over are
decisions, which the history tells and which can be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from eyebright.errors import CollectionNotFound, InvalidInput, TwiceInPhoto
from eyebright.ids import FaceId
from eyebright.library.pictured import Pictured, PicturedFace
from eyebright.library.values import Library
from eyebright.people.biographies import plain_name
from eyebright.people.facts import require_aliases, require_name, require_role
from eyebright.people.persons import Person

IMPORT = "import"
"""Who decided, in the history."""
_AT_ONCE = 500
"""Faces named in one transaction."""


class Fate(StrEnum):
    """NAMED: it has the name now. KNOWN: it had it before. CONFLICT: it has another. TWICE: the
    person is in the picture already. FACELESS: no face was found for the name. UNFIT: the name is
    none, or nobody can tell whose it is."""

    NAMED = "named"
    KNOWN = "known"
    CONFLICT = "conflict"
    TWICE = "twice"
    FACELESS = "faceless"
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True)
class NameReport:
    """One name. where: the file or line that said it. message: why, for people."""

    where: str
    name: str
    fate: Fate
    message: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody says that a face is of this name. message: how the face was found, for people."""

    where: str
    face: PicturedFace
    name: str
    role: str = ""
    message: str = ""


class Namer(Protocol):
    """Gives names to faces, see `naming.Naming`."""

    def name(
        self,
        library: Library,
        faces: Sequence[FaceId],
        /,
        *,
        name: str,
        role: str = "",
        actor: str,
        override: bool = False,
    ) -> Person: ...

    def also_called(
        self, library: Library, aliases: Sequence[str], /, *, name: str, role: str = "", actor: str
    ) -> bool: ...


class SaidNames:
    """Collects what is to be named in one run, then names it. Not for several threads at once."""

    def __init__(
        self, library: Library, known: Sequence[Person], *, overwrite: bool = False
    ) -> None:
        """known: everybody of the library."""
        self._library = library
        self._overwrite = overwrite
        self._to_name: dict[tuple[str, str], list[FaceId]] = {}
        self._aliases: dict[tuple[str, str], list[str]] = {}
        self._by_name: dict[str, list[Person]] = {}
        for person in known:
            self._by_name.setdefault(plain_name(person.name), []).append(person)

    def consider(self, picture: Pictured, wishes: Sequence[Wish]) -> list[NameReport]:
        """All that is said of one picture."""
        moving = {wish.face.face_id for wish in wishes} if self._overwrite else set()
        there = {
            _key(face.person.name, face.person.role): face.face_id
            for face in picture.faces
            if face.person is not None and face.face_id not in moving
        }
        given: dict[FaceId, str] = {}
        return [self._consider(wish, there, given) for wish in wishes]

    def also_called(
        self, where: str, name: str, role: str, aliases: Sequence[str]
    ) -> list[NameReport]:
        """Somebody says that a person has other names, too; what cannot be kept of them."""
        try:
            key = self._meant(require_name(name), require_role(role))
            said = require_aliases(aliases)
        except InvalidInput as error:
            return [NameReport(where, name, Fate.UNFIT, error.message)]
        known = self._aliases.setdefault(key, [])
        known += [one for one in said if one not in known]
        return []

    def apply(self, namer: Namer, *, actor: str = IMPORT) -> list[NameReport]:
        """Name them; which could not be named after all, because somebody decided meanwhile."""
        self._join_roles()
        refused = [
            (key, some)
            for key, face_ids in self._to_name.items()
            for start in range(0, len(face_ids), _AT_ONCE)
            if not self._named(namer, key, some := face_ids[start : start + _AT_ONCE], actor)
        ]
        # two who are exchanged are in each other's way, until both have moved
        reports = [
            NameReport("", key[0], Fate.TWICE, "another face of a picture has this name by now")
            for key, some in refused
            if not self._named(namer, key, some, actor, override=self._overwrite)
        ]
        for (name, role), aliases in self._aliases.items():
            reports += self._called(namer, name, role, aliases, actor)
        self._to_name.clear()
        self._aliases.clear()
        return reports

    def _named(
        self,
        namer: Namer,
        key: tuple[str, str],
        face_ids: Sequence[FaceId],
        actor: str,
        *,
        override: bool = False,
    ) -> bool:
        name, role = key
        try:
            namer.name(
                self._library, face_ids, name=name, role=role, actor=actor, override=override
            )
        except TwiceInPhoto:
            return False
        return True

    def _called(
        self, namer: Namer, name: str, role: str, aliases: Sequence[str], actor: str
    ) -> list[NameReport]:
        try:
            namer.also_called(self._library, aliases, name=name, role=role, actor=actor)
        except (InvalidInput, CollectionNotFound) as error:  # too many, or nobody was seen yet
            return [NameReport("", name, Fate.UNFIT, error.message)]
        return []

    def _join_roles(self) -> None:
        """A new name that is said with a role here and without one there is one person's."""
        for name, role in list(self._to_name):
            if role or plain_name(name) in self._by_name:
                continue
            with_role = [
                key for key in self._to_name if key[1] and plain_name(key[0]) == plain_name(name)
            ]
            if len({_key(*key) for key in with_role}) == 1:
                self._to_name[with_role[0]] += self._to_name.pop((name, role))
                if (name, role) in self._aliases:
                    self._aliases.setdefault(with_role[0], []).extend(
                        self._aliases.pop((name, role))
                    )

    def _consider(
        self, wish: Wish, there: dict[tuple[str, str], FaceId | None], given: dict[FaceId, str]
    ) -> NameReport:
        def report(fate: Fate, message: str = "") -> NameReport:
            return NameReport(wish.where, wish.name, fate, message)

        try:
            name, role = self._meant(require_name(wish.name), require_role(wish.role))
        except InvalidInput as error:
            return report(Fate.UNFIT, error.message)
        face_id = wish.face.face_id
        if wish.face.is_drawn and wish.face.person is not None:
            drawn = wish.face.person
            if (drawn.name, drawn.role) == (name, role):
                return report(Fate.KNOWN)
            return report(Fate.CONFLICT, f"the face that was drawn there is {drawn.name} here")
        if face_id is None:
            return report(Fate.FACELESS, "the face is too small or too blurred to be kept")
        if face_id in given:
            same = given[face_id] == name
            return report(*_again(given[face_id], is_same=same))
        has = wish.face.person
        if has is not None and (has.name, has.role) == (name, role):
            given[face_id] = name
            there[_key(name, role)] = face_id
            return report(Fate.KNOWN)
        if has is not None and not self._overwrite:
            return report(Fate.CONFLICT, f"the face is {_called(has.name, has.role)} here")
        if there.get(_key(name, role), face_id) != face_id:
            return report(Fate.TWICE, "another face of the picture has this name")
        there[_key(name, role)] = face_id
        given[face_id] = name
        self._to_name.setdefault((name, role), []).append(face_id)
        return report(Fate.NAMED, wish.message)

    def _meant(self, name: str, role: str) -> tuple[str, str]:
        """Name and role as the library writes them. Raises InvalidInput for a name that several
        have."""
        known = self._by_name.get(plain_name(name), [])
        alike = [one for one in known if plain_name(one.role) == plain_name(role)]
        if not alike and not role:
            alike = known
        if len(alike) > 1:
            raise InvalidInput(f"{len(alike)} people are called {name!r}; say the role.")
        return (alike[0].name, alike[0].role) if alike else (name, role)


def _key(name: str, role: str) -> tuple[str, str]:
    return plain_name(name), plain_name(role)


def _again(given: str, *, is_same: bool) -> tuple[Fate, str]:
    if is_same:
        return Fate.KNOWN, ""
    return Fate.CONFLICT, f"the same face is said to be {given}"


def _called(name: str, role: str) -> str:
    return f"{name} ({role})" if role else name
