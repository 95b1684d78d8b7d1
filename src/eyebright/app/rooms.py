"""All rooms over one home, wired.

Nothing is loaded that is not used: models come with the first picture (or with `preload`), so
that listing collections does not wait for them.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import Self

from eyebright.analysis.faces.vision import FaceVision
from eyebright.analysis.sight import Sight
from eyebright.app.sight import InstalledPacks, LazyScale, LazyVision, installed_sight
from eyebright.clock import Clock, SystemClock
from eyebright.db.engine import Database
from eyebright.governance.accounts import Accounts
from eyebright.governance.idempotency import Idempotency
from eyebright.governance.keys import KEY_DIRECTORY, master_key
from eyebright.governance.usage import Usage
from eyebright.governance.vault import Vault
from eyebright.ids import AccountId, Ids, RandomIds
from eyebright.imaging.crops import use_one_thread_per_call
from eyebright.imaging.metadata import keep_quiet_about_broken_metadata
from eyebright.jobs.desk import JobDesk
from eyebright.jobs.outbox import Outbox
from eyebright.jobs.queue import JobQueue, QueueRules
from eyebright.jobs.values import Deadlines, Job
from eyebright.library.libraries import sweep_directories
from eyebright.people.celebrities import Celebrities
from eyebright.people.collections import Collections
from eyebright.people.faces import Faces
from eyebright.people.follower import Follower
from eyebright.people.forget import Forgetting
from eyebright.people.indexing import Indexing
from eyebright.people.name_table import NameTables
from eyebright.people.search import FaceSearch
from eyebright.people.tags import Tags
from eyebright.people.users import Users
from eyebright.runtime.session import Runtime, usable_processors
from eyebright.settings import Settings
from eyebright.sources.topics import Topics
from eyebright.streams.processors import StreamProcessors
from eyebright.vectors.int8 import Int8Index
from eyebright.videojobs.desk import VideoDesk
from eyebright.videojobs.notices import Notices


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
    sight: Sight
    accounts: Accounts
    idempotency: Idempotency
    collections: Collections
    faces: Faces
    indexing: Indexing
    users: Users
    search: FaceSearch
    names: NameTables
    celebrities: Celebrities
    scanners: ThreadPoolExecutor
    tags: Tags
    queue: JobQueue
    jobs: JobDesk
    videos: VideoDesk
    notices: Notices
    streams: StreamProcessors
    usage: Usage
    forgetting: Forgetting
    cursor_secret: bytes = field(repr=False)

    def close(self) -> None:
        self.scanners.shutdown()
        self.usage.close()
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
    sight: Sight | None = None,
) -> Eyebright:
    """Wire the rooms over the home of `settings`, making home, database and keys if need be.

    vision, sight: instead of the installed face pack, or of all installed packs, for tests.
    Raises ConfigurationError or StorageError when the home cannot be used.
    """
    clock, ids = clock or SystemClock(), ids or RandomIds()
    keep_quiet_about_broken_metadata()
    use_one_thread_per_call()  # pictures run side by side, each on one processor
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.effective_database_url)
    database.migrate()
    key = master_key(settings.home, settings.master_key)
    vault = Vault(settings.home / KEY_DIRECTORY, master_key=key)
    runtime = Runtime(provider=settings.provider, slots=settings.slots)
    lazy, seeing = _seeing(settings, runtime, vision=vision, sight=sight)
    scale = LazyScale(lazy)
    scanners = ThreadPoolExecutor(usable_processors(), thread_name_prefix="scan")
    search = FaceSearch(
        database, vault, scale=scale, new_index=partial(Int8Index, workers=scanners)
    )
    names = NameTables(vault)
    memory: list[Follower] = [search.projections, names]  # who must let go at once
    collections = Collections(database, vault, clock=clock, followers=memory)
    faces = Faces(database, vault, clock=clock, ids=ids, followers=memory)
    sweep = partial(sweep_directories, database, settings.home)
    accounts = Accounts(database, vault, clock=clock, departed=sweep)
    users = Users(database, vault, clock=clock, scale=scale)
    notices = _notices(settings, database, vault, clock=clock)
    rules = QueueRules(deadlines=_deadlines(settings))
    usage = Usage(database, clock=clock)
    queue = JobQueue(database, clock=clock, rules=rules, ended=_all(notices.ended, usage.job_ended))
    rooms = Eyebright(
        settings=settings,
        clock=clock,
        ids=ids,
        database=database,
        vault=vault,
        runtime=runtime,
        vision=lazy,
        sight=seeing,
        accounts=accounts,
        idempotency=Idempotency(database, vault, clock=clock),
        collections=collections,
        faces=faces,
        indexing=Indexing(lazy, collections=collections, faces=faces),
        users=users,
        search=search,
        names=names,
        celebrities=Celebrities(database, vault, users=users, search=search, scale=scale),
        scanners=scanners,
        tags=Tags(database),
        queue=queue,
        jobs=JobDesk(database, queue),
        videos=VideoDesk(database, vault, queue=queue, ids=ids),
        notices=notices,
        streams=StreamProcessors(
            database, vault, clock=clock, ids=ids, limit=settings.stream_processors
        ),
        usage=usage,
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


def _seeing(
    settings: Settings, runtime: Runtime, *, vision: FaceVision | None, sight: Sight | None
) -> tuple[LazyVision, Sight]:
    """Faces, and all that can be seen; what was handed in goes before what is installed."""
    given = vision or (sight.faces if sight else None)
    lazy = LazyVision((lambda: given) if given else InstalledPacks(settings, runtime).faces)
    if sight is not None:
        return lazy, replace(sight, faces=lazy)
    return lazy, installed_sight(settings, runtime, faces=lazy)


def _all(*told: Callable[[Job], None]) -> Callable[[Job], None]:
    def ended(job: Job) -> None:
        for tell in told:
            tell(job)

    return ended


def _deadlines(settings: Settings) -> Deadlines:
    spans = {
        AccountId(account): timedelta(hours=hours) if hours else None
        for account, hours in settings.job_hours_of_accounts.items()
    }
    return Deadlines(spans.pop(AccountId("")), spans)


def _notices(settings: Settings, database: Database, vault: Vault, *, clock: Clock) -> Notices:
    publisher = Topics(
        endpoint=settings.sns_endpoint,
        region=settings.region,
        webhooks=settings.webhook_addresses,
    )
    return Notices(Outbox(database, clock=clock), vault, clock=clock, publisher=publisher)
