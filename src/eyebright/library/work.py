"""One asset while its stages run: what is opened and looked at once, for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from eyebright.analysis.faceless import faceless
from eyebright.analysis.observations import Observations
from eyebright.analysis.sight import Sight
from eyebright.db.tables import asset_vectors
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.formats import decode_picture
from eyebright.imaging.image import Image
from eyebright.library.blobs import Blobs
from eyebright.library.codec import LibrarySeal
from eyebright.library.films import FilmWatcher
from eyebright.library.originals import Originals
from eyebright.library.projection import vector_place
from eyebright.library.values import Asset, FaceLooks, Library
from eyebright.people.collections import Collections
from eyebright.people.faces import Faces
from eyebright.people.grouping import Grouping
from eyebright.people.values import Collection
from eyebright.sources.objects import StoredObject

FRAME_PX = 2000
"""A larger JPEG is decoded at half its size as long as its longer side keeps so many pixels: the
nets see at most 1536, and decoding 12 megapixels takes as long as looking for faces in them."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What stages work with. packs: capability -> "pack@version" of those that are installed."""

    originals: Originals
    sight: Sight
    blobs: Blobs
    collections: Collections
    faces: Faces
    grouping: Grouping
    watcher: FilmWatcher | None
    packs: Mapping[str, str]


@dataclass
class StageWork:
    """found: what earlier stages found, by stage. alive: called now and then by what takes long,
    to keep the claim. Not shared between threads, but that two may read `image` once it was made.
    """

    library: Library
    asset: Asset
    tools: Tools
    found: dict[str, object] = field(default_factory=dict)
    alive: Callable[[], object] = lambda: None

    @cached_property
    def original(self) -> bytes:
        """Raises SourceUnavailable."""
        return self.tools.originals.read(self.library, self.asset)

    @cached_property
    def image(self) -> Image:
        """The frame that is analysed. Raises InvalidImage and what `original` raises."""
        return decode_picture(self.original, longest_side=FRAME_PX)

    @property
    def may_look_for_faces(self) -> bool:
        """Whether the library always does, or somebody asked."""
        return self.library.faces is FaceLooks.ALWAYS or self.asset.faces_asked

    @cached_property
    def seen(self) -> Observations:
        sight = self.tools.sight if self.may_look_for_faces else faceless(self.tools.sight)
        return sight.observe(self.image)

    @contextmanager
    def film(self) -> Iterator[StoredObject]:
        """Raises SourceUnavailable."""
        opened = self.tools.originals.open(self.library, self.asset)
        with opened.file:
            yield opened

    def collection(self) -> Collection:
        """The library's collection, made when the first face is seen."""
        tools, library = self.tools, self.library
        return tools.collections.open(
            library.scope, library.collection_id, space=tools.sight.faces.space
        )


@dataclass(frozen=True, slots=True)
class Keeping:
    """The transaction in which what was found of an asset is written. revision: the library's.
    before: what the stage had found earlier, or None. columns: of the asset's row, to be written
    with the rest."""

    connection: Connection
    work: StageWork
    seal: LibrarySeal
    revision: int
    before: object | None
    columns: dict[str, Any] = field(default_factory=dict)

    def set_asset(self, **columns: Any) -> None:
        self.columns.update(columns)

    def set_vector(self, vector: FloatArray, space: str) -> None:
        """vector: (256,) float32, as `projection.compact` makes it."""
        number = self.work.asset.number
        sealed = self.seal.sealer.seal_vector(vector, bound_to=vector_place(number))
        self.connection.execute(asset_vectors.delete().where(asset_vectors.c.asset_no == number))
        self.connection.execute(
            asset_vectors.insert().values(
                asset_no=number,
                library_no=self.work.library.number,
                space=space,
                revision=self.revision,
                sealed=sealed,
            )
        )
