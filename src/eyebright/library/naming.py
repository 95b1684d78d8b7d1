"""Names for the faces of a library: given, taken back, guessed; and who is in it.

Names are decisions as all others are, see `deciding`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, union

from eyebright.db.engine import Database
from eyebright.db.tables import assets, drawn_tags, face_states, faces, users
from eyebright.errors import CollectionNotFound, FaceNotInCollection
from eyebright.ids import FaceId, UserId
from eyebright.library.deciding import Deciding
from eyebright.library.values import AssetId, Guess, Library
from eyebright.people.facts import NewFacts, require_aliases
from eyebright.people.persons import Person, Persons
from eyebright.people.rows import batches, find_collection
from eyebright.people.search import FaceSearch
from eyebright.people.similarity import SimilarityScale, percent_at

STRANGERS_GUESSED = 0.01
"""0-1: of faces of people who have no name, the share for which a name may be guessed."""
LEAST_PERCENT = 80.0
"""No guess below it, however few people have names."""
SOMEBODY = "local"
"""Who decides when nobody says who it is."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A person and a face that shows them best, or the first that was kept; None for nobody."""

    person: Person
    face_id: FaceId | None
    asset_id: AssetId | None


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

    def people(self, library: Library, *, limit: int = 1000) -> list[Shown]:
        """Who is in the library, most faces first."""
        try:
            known = self._persons.all(library.scope, library.collection_id)[:limit]
        except CollectionNotFound:  # no face was seen yet
            return []
        best = self._best_faces(library, known)
        return [Shown(person, *best.get(person.user_id, (None, None))) for person in known]

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

    def _best_faces(
        self, library: Library, known: Sequence[Person]
    ) -> dict[UserId, tuple[FaceId, AssetId | None]]:
        """Of each person the face of the best quality."""
        found: dict[UserId, tuple[FaceId, AssetId | None]] = {}
        rank = func.row_number().over(
            partition_by=faces.c.user_no,
            order_by=(func.coalesce(face_states.c.quality, 0).desc(), faces.c.face_no),
        )
        with self._database.read() as connection:
            collection = find_collection(connection, library.scope, library.collection_id)
            for some in batches([person.user_id for person in known]):
                ranked = (
                    select(
                        users.c.user_id,
                        faces.c.face_id,
                        faces.c.external_image_id,
                        rank.label("place"),
                    )
                    .join(users, users.c.user_no == faces.c.user_no)
                    .outerjoin(face_states, face_states.c.face_no == faces.c.face_no)
                    .where(users.c.collection_no == collection.number, users.c.user_id.in_(some))
                    .subquery()
                )
                for row in connection.execute(select(ranked).where(ranked.c.place == 1)):
                    asset = row.external_image_id
                    found[UserId(row.user_id)] = (FaceId(row.face_id), asset and AssetId(asset))
        return found
