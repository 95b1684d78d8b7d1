"""What is decided about the people of a library, from Python: reached as `library.people`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from eyebright.app.library import MediaLibrary
from eyebright.errors import CollectionNotFound, Conflict, InvalidInput, UserNotFound
from eyebright.ids import FaceId, UserId
from eyebright.library.deciding import Decided, Desk
from eyebright.library.reviewing import Review
from eyebright.library.values import Library
from eyebright.people.bands import Band
from eyebright.people.biographies import plain_name
from eyebright.people.events import Event
from eyebright.people.facts import NewFacts
from eyebright.people.forget import Proof
from eyebright.people.persons import Person
from eyebright.people.values import Page, Position

_ROWS = 1_000
_FACES_IN_ROW = 5_000
_TOLD = 5


@dataclass(frozen=True, slots=True)
class Accepted:
    """Suggestions that were confirmed. skipped: faces that were left as they were, because their
    photo shows the person already or somebody decided meanwhile."""

    people: int
    faces: int
    skipped: int


class PeopleDeciding:
    """Somebody who decides about the people of one library."""

    def __init__(self, *, media: MediaLibrary, library: Library, actor: str) -> None:
        """actor: whose decisions these are, such as an access key's id."""
        self._media = media
        self._library = library
        self._actor = actor

    @property
    def desk(self) -> Desk:
        """Every decision, by ids."""
        return self._media.deciding.by(self._library, self._actor)

    def everybody(self) -> list[Person]:
        """Most faces first."""
        try:
            return self._media.persons.all(self._library.scope, self._library.collection_id)
        except CollectionNotFound:  # no face was seen yet
            return []

    def find(self, who: str) -> Person:
        """By user id, by name, by "Name (Role)" or "name, role", or else by an alias. Raises
        UserNotFound; InvalidInput when several are called so."""
        everybody = self.everybody()
        exact = [one for one in everybody if who in (one.user_id, *_called(one))]
        found = exact or [one for one in everybody if plain_name(one.name) == plain_name(who)]
        found = found or [
            one
            for one in everybody
            if plain_name(who) in {plain_name(alias) for alias in one.facts.aliases}
        ]
        if not found:
            raise UserNotFound(f"Nobody in the library {self._library.name!r} is called {who!r}.")
        if len(found) > 1:
            ids = "; ".join(f"{_called(one)[0]} is {one.user_id}" for one in found[:_TOLD])
            raise InvalidInput(f"{len(found)} people are called {who!r}; say which: {ids}.")
        return found[0]

    def merge(self, who: str, into: str, *, override: bool = False) -> Decided:
        """The first is the second, who keeps the name. Raises as `Desk.merge` and `find` do."""
        one, other = self.find(who), self.find(into)
        return self.desk.merge(
            one.user_id,
            other.user_id,
            version=one.version,
            into_version=other.version,
            override=override,
        )

    def describe(self, who: str, new: NewFacts) -> Decided:
        """What is known of somebody. Raises as `Desk.change` and `find` do."""
        person = self.find(who)
        return self.desk.change(person.user_id, new, version=person.version)

    def forget(self, who: str) -> Proof:
        """For ever, and with a proof. Raises as `find` does."""
        return self._media.forgetting.forget(self._library, self.find(who).user_id)

    def review(self, who: str | None = None, *, limit: int = _ROWS) -> Review:
        """Who unknown faces may be, of everybody or of one person. limit: people at most."""
        found = self._media.reviewing.review(self._library, limit=limit, faces=_FACES_IN_ROW)
        if who is None:
            return found
        user_id = self.find(who).user_id
        mine = tuple(row for row in found.rows if row.person.somebody.user_id == user_id)
        return Review(mine, more=False)

    def accept(self, review: Review, bands: Collection[Band]) -> Accepted:
        """Confirm the suggestions of these bands, each person in one event."""
        people = faces = skipped = 0
        for row in review.rows:
            wanted = [one.seen.face_id for one in row.suggested if one.band in bands]
            ids = [face_id for face_id in wanted if face_id is not None]
            done = self._confirm(ids, row.person.somebody.user_id) if ids else 0
            people, faces, skipped = people + bool(done), faces + done, skipped + len(ids) - done
        return Accepted(people, faces, skipped)

    def history(self, *, limit: int = 50, after: Position | None = None) -> Page[Event]:
        """What was decided, the latest first."""
        try:
            return self._media.deciding.history(self._library, limit=limit, after=after)
        except CollectionNotFound:  # no face was seen yet
            return Page((), None)

    def undo(self) -> Decided:
        """Take back the last that this actor did."""
        return self.desk.undo()

    def redo(self) -> Decided:
        """Do again what this actor undid last."""
        return self.desk.redo()

    def revert(self, event_id: int) -> Decided:
        """Take back an older event, as far as it still holds."""
        return self.desk.revert(event_id)

    def _confirm(self, ids: Sequence[FaceId], user_id: UserId) -> int:
        """How many; all at once, or else one by one, those that can be."""
        desk = self.desk
        try:
            return desk.confirm(ids, user_id).done.faces
        except Conflict:
            if len(ids) == 1:
                return 0
        return sum(self._confirm([one], user_id) for one in ids)


def _called(person: Person) -> tuple[str, str]:
    """Name and role, as people write them."""
    if not person.role:
        return person.name, person.name
    return f"{person.name} ({person.role})", f"{person.name}, {person.role}"
