"""The composition root: settings become wired objects, here and nowhere else.

Nothing is loaded that is not used: models come with the first picture (or with `preload`), so
that listing collections does not wait for them.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from eyebright.analysis.faces.observation import Detections, FaceAttribute, FaceDescription
from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.analysis.faces.vision import FaceVision, Similarity
from eyebright.clock import Clock, SystemClock
from eyebright.db.engine import Database
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Accounts
from eyebright.governance.idempotency import Idempotency
from eyebright.governance.keys import KEY_DIRECTORY, master_key
from eyebright.governance.vault import Vault
from eyebright.ids import Ids, RandomIds
from eyebright.imaging.crops import use_one_thread_per_call
from eyebright.imaging.image import Image
from eyebright.people.collections import Collections
from eyebright.people.faces import Faces
from eyebright.people.forget import Forgetting
from eyebright.people.indexing import Indexing
from eyebright.people.search import FaceSearch
from eyebright.people.tags import Tags
from eyebright.people.users import Users
from eyebright.rekognition.cursors import Cursors
from eyebright.rekognition.door import Door
from eyebright.runtime.session import Runtime, usable_processors
from eyebright.settings import Settings
from eyebright.sources.reader import Sources
from eyebright.vectors.int8 import Int8Index

FACE_PACK = "faces"


class LazyVision:
    """A `FaceVision` that is loaded when it is first asked for something, once."""

    def __init__(self, load: Callable[[], FaceVision]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._loaded: FaceVision | None = None

    def preload(self) -> FaceVision:
        """The loaded vision. Raises PackError when its pack cannot be used."""
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    @property
    def space(self) -> EmbeddingSpace:
        return self.preload().space

    @property
    def similarity(self) -> Similarity:
        return self.preload().similarity

    def detect(self, image: Image) -> Detections:
        return self.preload().detect(image)

    def describe(
        self,
        image: Image,
        detections: Detections,
        *,
        wanted: frozenset[FaceAttribute] = frozenset(),
    ) -> list[FaceDescription]:
        return self.preload().describe(image, detections, wanted=wanted)

    def embed(self, image: Image, detections: Detections) -> FloatArray:
        return self.preload().embed(image, detections)


class _LazyScale:
    """The vision's similarity, for rooms that are wired before it is loaded."""

    def __init__(self, vision: LazyVision) -> None:
        self._vision = vision

    def to_percent(self, cosine: float, /) -> float:
        return self._vision.similarity.to_percent(cosine)

    def to_cosine(self, percent: float, /) -> float:
        return self._vision.similarity.to_cosine(percent)


@dataclass(frozen=True, slots=True)
class Eyebright:
    """All rooms, wired. Close it when done; a `with` block does."""

    settings: Settings
    clock: Clock
    ids: Ids
    database: Database
    vault: Vault
    runtime: Runtime
    vision: LazyVision
    accounts: Accounts
    idempotency: Idempotency
    collections: Collections
    faces: Faces
    indexing: Indexing
    users: Users
    search: FaceSearch
    scanners: ThreadPoolExecutor
    tags: Tags
    forgetting: Forgetting
    cursor_secret: bytes = field(repr=False)

    def close(self) -> None:
        self.scanners.shutdown()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()


def open_eyebright(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    vision: FaceVision | None = None,
) -> Eyebright:
    """Wire the rooms over the home of `settings`, making home, database and keys if need be.

    vision: instead of the installed face pack, for tests.
    Raises ConfigurationError or StorageError when the home cannot be used.
    """
    clock, ids = clock or SystemClock(), ids or RandomIds()
    use_one_thread_per_call()  # pictures run side by side, each on one processor
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.effective_database_url)
    database.migrate()
    key = master_key(settings.home, settings.master_key)
    vault = Vault(settings.home / KEY_DIRECTORY, master_key=key)
    runtime = Runtime(provider=settings.provider, slots=settings.slots)
    lazy = LazyVision((lambda: vision) if vision else _face_pack(settings, runtime))
    scale = _LazyScale(lazy)
    scanners = ThreadPoolExecutor(usable_processors(), thread_name_prefix="scan")
    search = FaceSearch(
        database, vault, scale=scale, new_index=partial(Int8Index, workers=scanners)
    )
    memory = [search.projections]  # what must let go at once of what is deleted
    collections = Collections(database, vault, clock=clock, followers=memory)
    faces = Faces(database, vault, clock=clock, ids=ids, followers=memory)
    accounts = Accounts(database, vault, clock=clock)
    users = Users(database, vault, clock=clock, scale=scale)
    rooms = Eyebright(
        settings=settings,
        clock=clock,
        ids=ids,
        database=database,
        vault=vault,
        runtime=runtime,
        vision=lazy,
        accounts=accounts,
        idempotency=Idempotency(database, vault, clock=clock),
        collections=collections,
        faces=faces,
        indexing=Indexing(lazy, collections=collections, faces=faces),
        users=users,
        search=search,
        scanners=scanners,
        tags=Tags(database),
        forgetting=Forgetting(
            database,
            vault,
            home=settings.home,
            accounts=accounts,
            collections=collections,
            faces=faces,
            users=users,
        ),
        cursor_secret=hmac.digest(key, b"eyebright paging tokens", "sha256"),
    )
    rooms.forgetting.finish()  # what a killed process began to delete
    return rooms


def build_door(eyebright: Eyebright, *, buckets: Mapping[str, Path]) -> Door:
    """What the AWS door hands to its handlers. buckets: bucket name -> folder that serves it."""
    return Door(
        settings=eyebright.settings,
        accounts=eyebright.accounts,
        vision=eyebright.vision,
        collections=eyebright.collections,
        faces=eyebright.faces,
        indexing=eyebright.indexing,
        users=eyebright.users,
        search=eyebright.search,
        tags=eyebright.tags,
        sources=Sources.open(
            buckets, s3_endpoint=eyebright.settings.s3_endpoint, region=eyebright.settings.region
        ),
        idempotency=eyebright.idempotency,
        cursors=Cursors(eyebright.cursor_secret, clock=eyebright.clock),
        clock=eyebright.clock,
        ids=eyebright.ids,
    )


def _face_pack(settings: Settings, runtime: Runtime) -> Callable[[], FaceVision]:
    def load() -> FaceVision:
        # Imported with the first picture: packs and models are not needed to list collections.
        from eyebright.analysis.faces.analyser import FaceAnalyser
        from eyebright.packs.pack import load_pack

        return FaceAnalyser.load(load_pack(settings.packs_directory, FACE_PACK), runtime)

    return load
