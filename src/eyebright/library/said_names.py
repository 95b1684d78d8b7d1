"""Names that somebody else gave to faces of a library: taken over, or not, and why.

A face that has a name keeps it, unless it is to be overwritten. Nobody is in a picture twice. A
name without a role means the person of that name, if there is one only. Where no face was seen, one
is drawn. All that is taken over are decisions, which the history tells and which can be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from eyebright.errors import AssetNotFound, CollectionNotFound, InvalidInput, TwiceInPhoto
from eyebright.ids import FaceId
from eyebright.library.name_wishes import Drawer, Fate, Namer, NameReport, Wish
from eyebright.library.pictured import Pictured, PicturedFace
from eyebright.library.region_matching import is_same_place
from eyebright.library.values import AssetId, Library
from eyebright.library.xmp import Box
from eyebright.people.biographies import plain_name
from eyebright.people.facts import require_aliases, require_name, require_role
from eyebright.people.persons import Person
from eyebright.people.verdicts import PUT_ASIDE

IMPORT = "import"
"""Who decided, in the history."""
LEAST_PX = 8
"""Of a face that is drawn, on each side: in fewer pixels nobody is made out."""
_AT_ONCE = 500
"""Faces named in one transaction."""


@dataclass(frozen=True, slots=True)
class _ToDraw:
    where: str
    asset_id: AssetId
    box_ltrb: Box
    key: tuple[str, str]


@dataclass(slots=True)
class _InPicture:
    """What holds of one picture while its wishes are considered. there: whose face is which, None
    for a drawn one. given: names by face. drawn: where faces are drawn, and whose they are."""

    picture: Pictured
    there: dict[tuple[str, str], FaceId | None]
    drawn: list[tuple[Box, str, str]]
    given: dict[FaceId, str] = field(default_factory=dict)


class SaidNames:
    """Collects what is to be named in one run, then names it. Not for several threads at once."""

    def __init__(
        self, library: Library, known: Sequence[Person], *, overwrite: bool = False
    ) -> None:
        """known: everybody of the library."""
        self._library = library
        self._overwrite = overwrite
        self._to_name: dict[tuple[str, str], list[FaceId]] = {}
        self._to_draw: list[_ToDraw] = []
        self._aliases: dict[tuple[str, str], list[str]] = {}
        self._by_name: dict[str, list[Person]] = {}
        for person in known:
            self._by_name.setdefault(plain_name(person.name), []).append(person)

    def consider(self, picture: Pictured, wishes: Sequence[Wish]) -> list[NameReport]:
        """All that is said of one picture."""
        moving: set[FaceId] = set()
        if self._overwrite:
            faces = [wish.face for wish in wishes if wish.face is not None]
            moving = {face.face_id for face in faces if face.face_id is not None}
        named = [(face, face.person) for face in picture.faces if face.person is not None]
        known = _InPicture(
            picture,
            {
                _key(who.name, who.role): face.face_id
                for face, who in named
                if face.face_id not in moving
            },
            [(face.box_ltrb, who.name, who.role) for face, who in named if face.is_drawn],
        )
        return [self._consider(wish, known) for wish in wishes]

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

    def apply(self, namer: Namer, drawer: Drawer, *, actor: str = IMPORT) -> list[NameReport]:
        """Name and draw them; which could not be after all, because somebody decided meanwhile."""
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
        reports += (lost for one in self._to_draw for lost in self._drawn(drawer, one, actor))
        for (name, role), aliases in self._aliases.items():
            reports += self._called(namer, name, role, aliases, actor)
        self._to_name.clear()
        self._to_draw.clear()
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

    def _drawn(self, drawer: Drawer, one: _ToDraw, actor: str) -> list[NameReport]:
        name, role = one.key
        try:
            drawer.draw(
                self._library, one.asset_id, one.box_ltrb, actor=actor, name=name, role=role
            )
        except TwiceInPhoto:
            why = "another face of the picture has this name by now"
            return [NameReport(one.where, name, Fate.TWICE, why)]
        except (AssetNotFound, InvalidInput) as error:  # gone meanwhile
            return [NameReport(one.where, name, Fate.UNFIT, error.message)]
        return []

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
        said = dict.fromkeys([*self._to_name, *(one.key for one in self._to_draw)])
        for name, role in said:
            if role or plain_name(name) in self._by_name:
                continue
            with_role = [key for key in said if key[1] and plain_name(key[0]) == plain_name(name)]
            if len({_key(*key) for key in with_role}) == 1:
                self._become((name, role), with_role[0])

    def _become(self, key: tuple[str, str], other: tuple[str, str]) -> None:
        """Whoever was one is the other."""
        if key in self._to_name:
            self._to_name.setdefault(other, []).extend(self._to_name.pop(key))
        if key in self._aliases:
            self._aliases.setdefault(other, []).extend(self._aliases.pop(key))
        self._to_draw = [
            replace(one, key=other) if one.key == key else one for one in self._to_draw
        ]

    def _consider(self, wish: Wish, known: _InPicture) -> NameReport:
        def report(fate: Fate, message: str = "") -> NameReport:
            return NameReport(wish.where, wish.name, fate, message)

        try:
            name, role = self._meant(require_name(wish.name), require_role(wish.role))
        except InvalidInput as error:
            return report(Fate.UNFIT, error.message)
        there, given = known.there, known.given
        face_id = None if wish.face is None else wish.face.face_id
        if wish.face is not None and wish.face.is_drawn and wish.face.person is not None:
            drawn = wish.face.person
            return report(*_beside_drawn(drawn.name, drawn.role, name=name, role=role))
        if wish.face is None or face_id is None:
            return report(*self._place(wish, known, name, role))
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
        refused = None if self._overwrite else self._refused(wish.face, name, role)
        if refused is not None:
            return report(Fate.CONFLICT, refused)
        if there.get(_key(name, role), face_id) != face_id:
            return report(Fate.TWICE, "another face of the picture has this name")
        there[_key(name, role)] = face_id
        given[face_id] = name
        self._to_name.setdefault((name, role), []).append(face_id)
        return report(Fate.NAMED, wish.message)

    def _place(self, wish: Wish, known: _InPicture, name: str, role: str) -> tuple[Fate, str]:
        """A name where no face was seen, or one that is too poor to be kept."""
        box = wish.place()
        width, height = known.picture.size_wh
        if box is None:
            return Fate.FACELESS, "nobody says where"
        for other, called, their_role in known.drawn:
            if is_same_place(box, other):
                return _beside_drawn(called, their_role, name=name, role=role)
        if _key(name, role) in known.there:
            return Fate.TWICE, "another face of the picture has this name"
        if min((box[2] - box[0]) * width, (box[3] - box[1]) * height) < LEAST_PX:
            return Fate.UNFIT, f"its region has less than {LEAST_PX} pixels on a side"
        if not self._overwrite and any(is_same_place(box, one) for one in known.picture.taken_back):
            return (
                Fate.FACELESS,
                "a face was drawn there and taken back; --overwrite draws it again",
            )
        known.there[_key(name, role)] = None
        known.drawn.append((box, name, role))
        asset_id = known.picture.asset.asset_id
        self._to_draw.append(_ToDraw(wish.where, asset_id, box, (name, role)))
        poor = "the face is too small or too blurred to be kept"
        return Fate.DRAWN, poor if wish.face is not None else wish.message

    def _refused(self, face: PicturedFace, name: str, role: str) -> str | None:
        """What somebody said here of a face without a name, if it is that it is not this one."""
        if face.said.verdict in PUT_ASIDE:
            return f"the face was put aside here: {face.said.verdict}"
        meant = self._by_name.get(plain_name(name), [])
        if any(one.role == role and one.user_id in face.said.not_these for one in meant):
            return f"somebody said here that it is not {_called(name, role)}"
        return None

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


def _beside_drawn(called: str, their_role: str, *, name: str, role: str) -> tuple[Fate, str]:
    is_same = plain_name(called) == plain_name(name)
    if is_same and (not role or not their_role or plain_name(role) == plain_name(their_role)):
        return Fate.KNOWN, ""
    return Fate.CONFLICT, f"the face that was drawn there is {_called(called, their_role)} here"


def _again(given: str, *, is_same: bool) -> tuple[Fate, str]:
    if is_same:
        return Fate.KNOWN, ""
    return Fate.CONFLICT, f"the same face is said to be {given}"


def _called(name: str, role: str) -> str:
    return f"{name} ({role})" if role else name
