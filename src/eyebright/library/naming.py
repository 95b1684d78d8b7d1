"""Names for the faces of a library: given, taken back, guessed.

Names are decisions as all others are, see `deciding`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select, union

from eyebright.db.engine import Database
from eyebright.db.tables import assets, drawn_tags, faces, users
from eyebright.errors import CollectionNotFound, FaceNotInCollection
from eyebright.ids import FaceId, UserId
from eyebright.library.deciding import Deciding
from eyebright.library.values import Guess, Library
from eyebright.people.facts import NewFacts, require_aliases
from eyebright.people.persons import Person, Persons
from eyebright.people.rows import find_collection
from eyebright.people.search import FaceSearch
from eyebright.people.similarity import SimilarityScale, percent_at

STRANGERS_GUESSED = 0.01
"""0-1: of faces of people who have no name, the share for which a name may be guessed."""
LEAST_PERCENT = 80.0
"""No guess below it, however few people have names."""
SOMEBODY = "local"
"""Who decides when nobody says who it is."""


class Naming:
    """Safe to share between threads and processes."""

    def __init__(
        self,
        database: Database,
        *,
        persons: Persons,
        search: FaceSearch,
        scale: SimilarityScale,
        deciding: Deciding,
    ) -> None:
        self._database = database
        self._persons = persons
        self._search = search
        self._scale = scale
        self._deciding = deciding

    def name(
        self,
        library: Library,
        faces: Sequence[FaceId] | int,
        *,
        name: str,
        role: str = "",
        actor: str = SOMEBODY,
        override: bool = False,
    ) -> Person:
        """Say who these faces are, or all of a group of unknown ones (its number).

        Raises FaceNotInCollection when none of them is in the library, InvalidInput for what is no
        name, TwiceInPhoto unless `override`.
        """
        desk = self._deciding.by(library, actor)
        with self._database.write():
            done = desk.name(faces, name=name, role=role, override=override).done
            person = self._persons.find(library.scope, library.collection_id, name=name, role=role)
            if isinstance(faces, int):
                is_there = done.event_id is not None or done.skipped > 0
            else:
                is_there = done.skipped < len(set(faces))
            if person is None or not is_there:
                raise FaceNotInCollection("There is no such face in the library.")
            return person

    def unname(
        self, library: Library, face_ids: Sequence[FaceId], *, actor: str = SOMEBODY
    ) -> None:
        """These faces are nobody's any more. Raises FaceNotInCollection as `name` does."""
        done = self._deciding.by(library, actor).unname(face_ids).done
        if done.skipped == len(set(face_ids)):
            raise FaceNotInCollection("There is no such face in the library.")

    def rename(
        self,
        library: Library,
        user_id: UserId,
        *,
        name: str,
        role: str,
        version: int,
        actor: str = SOMEBODY,
    ) -> Person:
        """Give a person another name and role. Raises as `people.decisions.Decisions.change`."""
        new = NewFacts(name=name, role=role)
        self._deciding.by(library, actor).change(user_id, new, version=version)
        return self._persons.get(library.scope, library.collection_id, user_id)

    def also_called(
        self,
        library: Library,
        aliases: Sequence[str],
        *,
        name: str,
        role: str = "",
        actor: str = SOMEBODY,
    ) -> bool:
        """Other names of somebody, beside those that are known; whether there is such a person.
        Raises InvalidInput."""
        where = library.scope, library.collection_id
        with self._database.write():
            person = self._persons.find(*where, name=name, role=role)
            if person is None:
                return False
            known = (*person.facts.aliases, person.name)
            new = [one for one in require_aliases(aliases) if one not in known]
            if new:
                both = NewFacts(aliases=[*person.facts.aliases, *new])
                self._deciding.by(library, actor).change(person.user_id, both, version=None)
            return True

    def guesses(self, library: Library, face_ids: Iterable[FaceId]) -> dict[FaceId, Guess]:
        """Whom faces without a name look like, those with a likely person only. The more people
        have names, the more alike a face must be."""
        found: dict[FaceId, Guess] = {}
        try:
            with self._database.read() as connection:
                collection = find_collection(connection, library.scope, library.collection_id)
        except CollectionNotFound:
            return found
        people = collection.value.user_count
        if not people:
            return found
        least = percent_at(self._scale, STRANGERS_GUESSED / people, least=LEAST_PERCENT)
        for face_id in face_ids:
            guess = self._guess(library, face_id, least)
            if guess is not None:
                found[face_id] = guess
        return found

    def assets_of(self, library: Library, user_id: UserId) -> list[int]:
        """Numbers of the assets in which a person was named, oldest first. Raises UserNotFound."""
        self._persons.get(library.scope, library.collection_id, user_id)
        with self._database.read() as connection:
            collection = find_collection(connection, library.scope, library.collection_id)
            shown = union(
                *(
                    select(table.c.external_image_id)
                    .join(users, users.c.user_no == table.c.user_no)
                    .where(users.c.collection_no == collection.number, users.c.user_id == user_id)
                    for table in (faces, drawn_tags)
                )
            )
            query = select(assets.c.asset_no).where(
                assets.c.library_no == library.number, assets.c.asset_id.in_(shown)
            )
            return list(connection.scalars(query.order_by(assets.c.asset_no)))

    def _guess(self, library: Library, face_id: FaceId, least: float) -> Guess | None:
        try:
            matches = self._search.users_by_face(
                library.scope, library.collection_id, face_id, max_users=1, min_percent=least
            )
        except FaceNotInCollection:  # deleted meanwhile
            return None
        return Guess(face_id, matches[0].user.user_id, matches[0].percent) if matches else None
