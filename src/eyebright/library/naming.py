"""Names for the faces of a library: given, taken back, guessed; and who is in it.

A name is written once, in the people room; here the assets that show the person are told, so that
search finds them by the name when the call returns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from eyebright.db.engine import Database
from eyebright.db.tables import assets, face_states, faces, users
from eyebright.errors import CollectionNotFound, FaceNotInCollection
from eyebright.ids import FaceId, UserId
from eyebright.library.removal import Publisher
from eyebright.library.rows import begin_change
from eyebright.library.values import AssetId, Guess, Library, Media
from eyebright.people.persons import Person, Persons
from eyebright.people.rows import batches, faces_by_id, find_collection
from eyebright.people.search import FaceSearch
from eyebright.people.similarity import SimilarityScale, percent_at

STRANGERS_GUESSED = 0.01
"""0-1: of faces of people who have no name, the share for which a name may be guessed."""
LEAST_PERCENT = 80.0
"""No guess below it, however few people have names."""


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
        publisher: Publisher,
    ) -> None:
        self._database = database
        self._persons = persons
        self._search = search
        self._scale = scale
        self._publisher = publisher

    def name(
        self, library: Library, face_ids: Sequence[FaceId], *, name: str, role: str = ""
    ) -> Person:
        """Say who these faces are. Raises FaceNotInCollection when none of them is in the library,
        InvalidInput for what is no name."""
        with self._database.write() as connection:
            touched = self._assets_of(connection, library, face_ids)
            person = self._persons.name_faces(
                library.scope, library.collection_id, face_ids, name=name, role=role
            )
            self._touch(connection, library, touched)
        return person

    def unname(self, library: Library, face_ids: Sequence[FaceId]) -> None:
        """These faces are nobody's any more. Raises FaceNotInCollection as `name` does."""
        with self._database.write() as connection:
            touched = self._assets_of(connection, library, face_ids)
            self._persons.unname_faces(library.scope, library.collection_id, face_ids)
            self._touch(connection, library, touched)

    def rename(
        self, library: Library, user_id: UserId, *, name: str, role: str, version: int
    ) -> Person:
        """Give a person another name and role. Raises as `Persons.rename` does."""
        with self._database.write() as connection:
            person = self._persons.rename(
                library.scope, library.collection_id, user_id, name=name, role=role, version=version
            )
            collection = find_collection(connection, library.scope, library.collection_id)
            mine = (
                select(faces.c.external_image_id)
                .join(users, users.c.user_no == faces.c.user_no)
                .where(users.c.collection_no == collection.number, users.c.user_id == user_id)
                .distinct()
            )
            touched = {AssetId(one) for one in connection.scalars(mine) if one is not None}
            self._touch(connection, library, touched, films=True)
        return person

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
            query = (
                select(assets.c.asset_no)
                .join(faces, faces.c.external_image_id == assets.c.asset_id)
                .join(users, users.c.user_no == faces.c.user_no)
                .where(users.c.collection_no == collection.number, users.c.user_id == user_id)
                .where(assets.c.library_no == library.number)
                .distinct()
                .order_by(assets.c.asset_no)
            )
            return list(connection.scalars(query))

    def assets_with(self, library: Library, face_ids: Sequence[FaceId]) -> dict[FaceId, AssetId]:
        """The asset that each face is in; faces that are not there are left out."""
        with self._database.read() as connection:
            collection = find_collection(connection, library.scope, library.collection_id)
            rows = faces_by_id(connection, collection.number, face_ids)
        return {
            FaceId(face_id): AssetId(row.external_image_id)
            for face_id, row in rows.items()
            if row.external_image_id is not None
        }

    def shown_by(self, library: Library, face_ids: Sequence[FaceId]) -> dict[FaceId, AssetId]:
        """The assets in which faces are seen; faces that are gone are left out."""
        with self._database.read() as connection:
            collection = find_collection(connection, library.scope, library.collection_id)
            rows = faces_by_id(connection, collection.number, face_ids)
        return {
            FaceId(face_id): AssetId(row.external_image_id)
            for face_id, row in rows.items()
            if row.external_image_id is not None
        }

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

    def _assets_of(
        self, connection: Connection, library: Library, face_ids: Sequence[FaceId]
    ) -> set[AssetId]:
        collection = find_collection(connection, library.scope, library.collection_id)
        rows = faces_by_id(connection, collection.number, face_ids)
        if not rows:
            raise FaceNotInCollection("There is no such face in the library.")
        return {
            AssetId(row.external_image_id)
            for row in rows.values()
            if row.external_image_id is not None
        }

    def _touch(
        self,
        connection: Connection,
        library: Library,
        asset_ids: Collection[AssetId],
        *,
        films: bool = False,
    ) -> None:
        """What is published of these assets changed. films: of all films too, where a person may
        have been recognised whose face is in none of them."""
        revision = begin_change(connection, library)
        for some in batches(sorted(asset_ids)):
            connection.execute(
                update(assets)
                .where(assets.c.library_no == library.number, assets.c.asset_id.in_(some))
                .values(revision=revision)
            )
        if films:
            connection.execute(
                update(assets)
                .where(assets.c.library_no == library.number, assets.c.media == Media.VIDEO.value)
                .values(revision=revision)
            )
        self._database.after_commit(lambda: self._publisher.publish(library, ()))
