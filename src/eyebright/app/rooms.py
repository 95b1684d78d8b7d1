"""All rooms over one home, wired.

Nothing is loaded that is not used: models come with the first picture (or with `preload`), so
that listing collections does not wait for them.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from functools import cached_property, partial
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
    keep_quiet_about_broken_metadata()
    use_one_thread_per_call()  # pictures run side by side, each on one processor
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    parts = _Parts(settings, clock or SystemClock(), ids or RandomIds(), vision, sight)
    rooms = Eyebright(**{one.name: getattr(parts, one.name) for one in fields(Eyebright)})
    rooms.forgetting.finish()  # what a killed process began to delete
    return rooms


@dataclass(frozen=True)
class _Parts:
    """The rooms; each is made when the first other one asks for it. Every field of Eyebright has
    its property here."""

    settings: Settings
    clock: Clock
    ids: Ids
    given_vision: FaceVision | None
    given_sight: Sight | None

    @cached_property
    def database(self) -> Database:
        database = Database(self.settings.effective_database_url)
        database.migrate()
        return database

    @cached_property
    def key(self) -> bytes:
        return master_key(self.settings.home, self.settings.master_key)

    @cached_property
    def cursor_secret(self) -> bytes:
        return hmac.digest(self.key, b"eyebright paging tokens", "sha256")

    @cached_property
    def vault(self) -> Vault:
        return Vault(self.settings.home / KEY_DIRECTORY, master_key=self.key)

    @cached_property
    def accounts(self) -> Accounts:
        sweep = partial(sweep_directories, self.database, self.settings.home)
        return Accounts(self.database, self.vault, clock=self.clock, departed=sweep)

    @cached_property
    def idempotency(self) -> Idempotency:
        return Idempotency(self.database, self.vault, clock=self.clock)

    @cached_property
    def usage(self) -> Usage:
        return Usage(self.database, clock=self.clock)

    @cached_property
    def runtime(self) -> Runtime:
        return Runtime(provider=self.settings.provider, slots=self.settings.slots)

    @cached_property
    def vision(self) -> LazyVision:
        """What was handed in goes before what is installed."""
        given = self.given_vision or (self.given_sight.faces if self.given_sight else None)
        if given is not None:
            return LazyVision(lambda: given)
        return LazyVision(InstalledPacks(self.settings, self.runtime).faces)

    @cached_property
    def sight(self) -> Sight:
        if self.given_sight is not None:
            return replace(self.given_sight, faces=self.vision)
        return installed_sight(self.settings, self.runtime, faces=self.vision)

    @cached_property
    def scale(self) -> LazyScale:
        return LazyScale(self.vision)

    @cached_property
    def scanners(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(usable_processors(), thread_name_prefix="scan")

    @cached_property
    def search(self) -> FaceSearch:
        new_index = partial(Int8Index, workers=self.scanners)
        return FaceSearch(self.database, self.vault, scale=self.scale, new_index=new_index)

    @cached_property
    def names(self) -> NameTables:
        return NameTables(self.vault)

    @cached_property
    def memory(self) -> Sequence[Follower]:
        """Who must let go at once of what is deleted."""
        return (self.search.projections, self.names)

    @cached_property
    def collections(self) -> Collections:
        return Collections(self.database, self.vault, clock=self.clock, followers=self.memory)

    @cached_property
    def faces(self) -> Faces:
        return Faces(
            self.database, self.vault, clock=self.clock, ids=self.ids, followers=self.memory
        )

    @cached_property
    def indexing(self) -> Indexing:
        return Indexing(self.vision, collections=self.collections, faces=self.faces)

    @cached_property
    def users(self) -> Users:
        return Users(self.database, self.vault, clock=self.clock, scale=self.scale)

    @cached_property
    def celebrities(self) -> Celebrities:
        return Celebrities(
            self.database, self.vault, users=self.users, search=self.search, scale=self.scale
        )

    @cached_property
    def tags(self) -> Tags:
        return Tags(self.database)

    @cached_property
    def forgetting(self) -> Forgetting:
        return Forgetting(
            self.database,
            self.vault,
            home=self.settings.home,
            accounts=self.accounts,
            collections=self.collections,
            faces=self.faces,
            users=self.users,
        )

    @cached_property
    def notices(self) -> Notices:
        publisher = Topics(
            endpoint=self.settings.sns_endpoint,
            region=self.settings.region,
            webhooks=self.settings.webhook_addresses,
        )
        outbox = Outbox(self.database, clock=self.clock)
        return Notices(outbox, self.vault, clock=self.clock, publisher=publisher)

    @cached_property
    def queue(self) -> JobQueue:
        return JobQueue(
            self.database,
            clock=self.clock,
            rules=QueueRules(deadlines=_deadlines(self.settings)),
            ended=_all(self.notices.ended, self.usage.job_ended),
        )

    @cached_property
    def jobs(self) -> JobDesk:
        return JobDesk(self.database, self.queue)

    @cached_property
    def videos(self) -> VideoDesk:
        return VideoDesk(self.database, self.vault, queue=self.queue, ids=self.ids)

    @cached_property
    def streams(self) -> StreamProcessors:
        return StreamProcessors(
            self.database,
            self.vault,
            clock=self.clock,
            ids=self.ids,
            limit=self.settings.stream_processors,
        )


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
