"""The face by which a person of a library is shown."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.sql.expression import Select

from eyebright.db.tables import assets, face_states, faces
from eyebright.ids import FaceId
from eyebright.library.values import AssetId, Library
from eyebright.people.name_table import Somebody
from eyebright.people.rows import CollectionRow, batches

Portrait = tuple[FaceId, AssetId] | None
"""None for somebody without a face in the library."""
MOST_KEPT = 100_000


class Portraits:
    """Chosen ones, or else the faces of the best quality. Remembers them for as long as the
    person's faces stay as they are. Safe to share between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[int, Portrait]] = OrderedDict()
        self._lock = threading.Lock()

    def of(
        self,
        connection: Connection,
        library: Library,
        collection: CollectionRow,
        people: Sequence[Somebody],
    ) -> Mapping[int, Portrait]:
        """By the person's number."""
        found: dict[int, Portrait] = {}
        with self._lock:
            for one in people:
                kept = self._kept.get(one.number)
                if kept is not None and kept[0] == one.revision:
                    found[one.number] = kept[1]
        unknown = [one for one in people if one.number not in found]
        read = dict(_read(connection, library, collection, unknown))
        with self._lock:
            for one in unknown:
                portrait = found[one.number] = read.get(one.number)
                self._kept[one.number] = (one.revision, portrait)
                self._kept.move_to_end(one.number)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found


def _read(
    connection: Connection,
    library: Library,
    collection: CollectionRow,
    people: Sequence[Somebody],
) -> Iterator[tuple[int, Portrait]]:
    with_faces = [one for one in people if one.face_count]
    for some in batches([one.number for one in with_faces]):
        for row in connection.execute(_best(library, some)):
            yield row.user_no, (FaceId(row.face_id), AssetId(row.external_image_id))
    chosen = {one.facts.portrait: one.number for one in with_faces if one.facts.portrait}
    for some_ids in batches(list(chosen)):
        mine = _with_asset(library).where(
            faces.c.collection_no == collection.number, faces.c.face_id.in_(some_ids)
        )
        for row in connection.execute(mine):
            if chosen[row.face_id] == row.user_no:  # it may be somebody else's by now
                yield row.user_no, (FaceId(row.face_id), AssetId(row.external_image_id))


def _best(library: Library, user_numbers: Sequence[int]) -> Select[Any]:
    rank = func.row_number().over(
        partition_by=faces.c.user_no,
        order_by=(func.coalesce(face_states.c.quality, 0).desc(), faces.c.face_no),
    )
    ranked = (
        _with_asset(library)
        .add_columns(rank.label("place"))
        .outerjoin(face_states, face_states.c.face_no == faces.c.face_no)
        .where(faces.c.user_no.in_(user_numbers))
        .subquery()
    )
    return select(ranked).where(ranked.c.place == 1)


def _with_asset(library: Library) -> Select[Any]:
    return (
        select(faces.c.user_no, faces.c.face_id, faces.c.external_image_id)
        .join(assets, assets.c.asset_id == faces.c.external_image_id)
        .where(assets.c.library_no == library.number)
    )
