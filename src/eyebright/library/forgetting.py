"""To forget a person of a library: faces, vectors, name, decisions, and what stages had seen of the
faces. The photos stay; a later look at them may see the faces again, as those of nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

from sqlalchemy import Connection, select, update

from eyebright.db.engine import Database
from eyebright.db.tables import assets, stage_runs
from eyebright.governance.erasure import erase_after_commit
from eyebright.governance.vault import Vault
from eyebright.ids import FaceId, UserId
from eyebright.library.codec import LibrarySeal
from eyebright.library.film_crops import FilmCrops
from eyebright.library.findings import DRAWN, FINDINGS
from eyebright.library.removal import Publisher
from eyebright.library.rows import begin_change
from eyebright.library.values import AssetId, FacesFound, Lanes, Library, Media
from eyebright.people.forget import Departing, Forgetting, Proof
from eyebright.people.rows import batches

_OF_PHOTOS = ("faces", DRAWN)
_OF_FILMS = ("film-faces",)


class ForgettingPeople:
    """Safe to share between threads and processes."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        forgetting: Forgetting,
        publisher: Publisher,
        crops: FilmCrops,
    ) -> None:
        self._database = database
        self._vault = vault
        self._forgetting = forgetting
        self._publisher = publisher
        self._crops = crops

    def forget(self, library: Library, user_id: UserId) -> Proof:
        """For ever; then every file of the home is searched for what is left. No search finds the
        person when this returns; the bytes of the name leave a large index within some minutes.

        Raises CollectionNotFound, UserNotFound.
        """

        def also(connection: Connection, departing: Departing) -> None:
            self._let_go(connection, library, user_id, departing)

        return self._forgetting.user(library.scope, library.collection_id, user_id, also=also)

    def _let_go(
        self, connection: Connection, library: Library, user_id: UserId, departing: Departing
    ) -> None:
        """What the library knows of the faces."""
        revision = begin_change(connection, library)
        seal = LibrarySeal(self._vault, library)
        gone = set(departing.face_ids)
        films = select(assets.c.asset_id).where(
            assets.c.library_no == library.number, assets.c.media == Media.VIDEO.value
        )
        shown = {AssetId(one) for one in departing.external_image_ids}
        for some in batches(sorted(shown)):
            self._strip(connection, library, seal, some, _OF_PHOTOS, gone, user_id)
            _raise(connection, library, some, revision)
        for some in batches([AssetId(one) for one in connection.scalars(films)]):
            self._strip(connection, library, seal, some, _OF_FILMS, gone, user_id)
            _raise(connection, library, some, revision)
        erase_after_commit(self._database, connection)
        self._database.after_commit(lambda: self._publisher.withdraw(library, ()))
        # before the commit, for this process may be killed behind it; and behind it, for a face may
        # be cut out of a film meanwhile
        self._crops.drop(library, gone)
        self._database.after_commit(lambda: self._crops.drop(library, gone))

    def _strip(
        self,
        connection: Connection,
        library: Library,
        seal: LibrarySeal,
        asset_ids: Sequence[AssetId],
        stages: Sequence[str],
        gone: Set[FaceId],
        user_id: UserId,
    ) -> None:
        """Write what stages found without these faces and this person."""
        query = (
            select(
                assets.c.asset_id, stage_runs.c.asset_no, stage_runs.c.stage, stage_runs.c.sealed
            )
            .join(assets, assets.c.asset_no == stage_runs.c.asset_no)
            .where(
                assets.c.library_no == library.number,
                assets.c.asset_id.in_(asset_ids),
                stage_runs.c.stage.in_(stages),
                stage_runs.c.sealed.is_not(None),
            )
        )
        for row in connection.execute(query).all():
            asset_id, stage = AssetId(row.asset_id), row.stage
            before: object = seal.open(asset_id, stage, row.sealed, kind=FINDINGS[stage])
            after = _without(before, gone, user_id)
            if after != before:
                connection.execute(
                    update(stage_runs)
                    .where(stage_runs.c.asset_no == row.asset_no, stage_runs.c.stage == stage)
                    .values(sealed=seal.seal(asset_id, stage, after))
                )


def _without(found: object, gone: Set[FaceId], user_id: UserId) -> object:
    if isinstance(found, FacesFound):
        return FacesFound(tuple(face for face in found.faces if face.face_id not in gone))
    if isinstance(found, Lanes):
        lanes = [
            replace(lane, user_id=None, face_id=None, name="")
            if lane.user_id == user_id or lane.face_id in gone
            else lane
            for lane in found.lanes
        ]
        return replace(found, lanes=tuple(lanes))
    return found


def _raise(
    connection: Connection, library: Library, asset_ids: Iterable[AssetId], revision: int
) -> None:
    connection.execute(
        update(assets)
        .where(assets.c.library_no == library.number, assets.c.asset_id.in_(list(asset_ids)))
        .values(revision=revision)
    )
