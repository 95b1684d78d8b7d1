"""The media library, wired over the rooms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cached_property, partial

from eyebright.app.films import RoomsWatcher
from eyebright.app.people import Reading, read_people
from eyebright.app.rooms import Eyebright
from eyebright.app.sight import LazyScale
from eyebright.library.arrivals import Arrivals
from eyebright.library.assets import Assets
from eyebright.library.blobs import Blobs
from eyebright.library.choice import Choosing
from eyebright.library.claims import Claims, IndexRules
from eyebright.library.deciding import Deciding
from eyebright.library.drawing import Drawing
from eyebright.library.explaining import Explaining
from eyebright.library.face_looks import FaceSetting
from eyebright.library.film_crops import FilmCrops
from eyebright.library.film_frames import FilmFrames
from eyebright.library.films import FilmWatcher
from eyebright.library.finding import Finding
from eyebright.library.forgetting import ForgettingPeople
from eyebright.library.inbox import Inbox
from eyebright.library.indexer import Indexer
from eyebright.library.libraries import Libraries
from eyebright.library.naming import Naming
from eyebright.library.originals import Originals
from eyebright.library.people_reading import PeopleReading
from eyebright.library.publishing_aside import PublishingAside
from eyebright.library.queue_reading import QueueReading
from eyebright.library.recognising import Recognising
from eyebright.library.recording import Recorder
from eyebright.library.removal import Publisher, Removal
from eyebright.library.reviewing import Reviewing
from eyebright.library.scanning import Scans
from eyebright.library.unknown_reading import UnknownReading
from eyebright.library.upkeep import Upkeep
from eyebright.library.watching import Watcher, Watching
from eyebright.library.work import Tools
from eyebright.people.decisions import Decisions
from eyebright.people.found_faces import FoundFaces
from eyebright.people.grouping import Grouping
from eyebright.people.persons import Persons
from eyebright.settings import Settings
from eyebright.sources.bucket_listing import Listings
from eyebright.sources.queues import Queues
from eyebright.sources.reader import Sources
from eyebright.vectors.int8 import Int8Index


@dataclass(frozen=True, slots=True)
class MediaLibrary:
    """Everything that can be done with libraries. Close it when done.

    The indexer works once it is started (`with library.indexer:`) or told to `run_once`.
    """

    libraries: Libraries
    inbox: Inbox
    assets: Assets
    persons: Persons
    grouping: Grouping
    naming: Naming
    deciding: Deciding
    drawing: Drawing
    forgetting: ForgettingPeople
    people: PeopleReading
    unknown: UnknownReading
    reviewing: Reviewing
    explaining: Explaining
    choosing: Choosing
    blobs: Blobs
    originals: Originals
    frames: FilmFrames
    removal: Removal
    face_setting: FaceSetting
    recognising: Recognising
    claims: Claims
    indexer: Indexer
    publisher: Publisher
    finding: Finding
    scans: Scans
    arrivals: Arrivals
    watching: Watching
    queues: QueueReading
    aside: PublishingAside

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Index what comes, and follow watched sources, until the block ends."""
        upkeep = Upkeep(self.libraries, self.finding, self.frames)
        with self.aside, self.indexer, self.watching, self.queues, upkeep:
            yield


def open_library(rooms: Eyebright, sources: Sources, *, threads: int | None = None) -> MediaLibrary:
    """threads: of the indexer; one more than pictures are analysed at once, if nothing is said."""
    library = wired(
        rooms,
        sources,
        packs=installed_packs(rooms.settings),
        threads=rooms.runtime.slots + 1 if threads is None else threads,
    )
    library.libraries.finish()  # what a killed process began to delete
    return library


def wired(
    rooms: Eyebright,
    sources: Sources,
    *,
    packs: Mapping[str, str],
    threads: int,
    watcher: FilmWatcher | None = None,
    publisher: Publisher | None = None,
    rules: IndexRules | None = None,
) -> MediaLibrary:
    """The same with parts of the caller's choice."""
    parts = _Parts(rooms, sources, packs, threads, watcher, publisher, rules)
    return MediaLibrary(**{one.name: getattr(parts, one.name) for one in fields(MediaLibrary)})


@dataclass(frozen=True)
class _Parts:
    """The rooms of a library; each is made when the first other one asks for it. Every field of
    MediaLibrary has its property here."""

    rooms: Eyebright
    sources: Sources
    packs: Mapping[str, str]
    threads: int
    watcher: FilmWatcher | None
    told: Publisher | None
    rules: IndexRules | None

    @cached_property
    def blobs(self) -> Blobs:
        return Blobs(self.rooms.settings.home, self.rooms.vault)

    @cached_property
    def persons(self) -> Persons:
        return Persons(self.rooms.database, self.rooms.vault, users=self.rooms.users)

    @cached_property
    def assets(self) -> Assets:
        return Assets(self.rooms.database, self.rooms.vault, persons=self.persons)

    @cached_property
    def finding(self) -> Finding:
        rooms = self.rooms
        return Finding(
            rooms.database,
            rooms.vault,
            assets=self.assets,
            home=rooms.settings.home,
            faces=rooms.search,
            sight=rooms.sight,
            packs=self.packs,
            new_index=partial(Int8Index, workers=rooms.scanners),
        )

    @cached_property
    def publisher(self) -> Publisher:
        return self.told or self.finding

    @cached_property
    def removal(self) -> Removal:
        return Removal(
            self.rooms.database,
            self.rooms.vault,
            faces=self.rooms.faces,
            persons=self.persons,
            blobs=self.blobs,
            publisher=self.publisher,
        )

    @cached_property
    def scale(self) -> LazyScale:
        return LazyScale(self.rooms.vision)

    @cached_property
    def aside(self) -> PublishingAside:
        return PublishingAside(self.publisher)

    @cached_property
    def grouping(self) -> Grouping:
        rooms = self.rooms
        return Grouping(rooms.database, rooms.vault, scale=self.scale, new_index=Int8Index)

    @cached_property
    def deciding(self) -> Deciding:
        rooms = self.rooms
        return Deciding(
            rooms.database,
            Decisions(rooms.database, rooms.vault, clock=rooms.clock),
            publisher=self.publisher,
            grouping=self.grouping,
            later=self.aside,
        )

    @cached_property
    def naming(self) -> Naming:
        return Naming(
            self.rooms.database,
            persons=self.persons,
            search=self.rooms.search,
            scale=self.scale,
            deciding=self.deciding,
        )

    @cached_property
    def forgetting(self) -> ForgettingPeople:
        return ForgettingPeople(
            self.rooms.database,
            self.rooms.vault,
            forgetting=self.rooms.forgetting,
            publisher=self.publisher,
            crops=self.crops,
        )

    @cached_property
    def drawing(self) -> Drawing:
        rooms = self.rooms
        return Drawing(
            rooms.database,
            rooms.vault,
            clock=rooms.clock,
            deciding=self.deciding,
            assets=self.assets,
            originals=self.originals,
            blobs=self.blobs,
            collections=rooms.collections,
            faces=rooms.faces,
            vision=rooms.sight.faces,
        )

    @cached_property
    def reading(self) -> Reading:
        return read_people(
            self.rooms.database,
            names=self.rooms.names,
            search=self.rooms.search,
            assets=self.assets,
            persons=self.persons,
            scale=self.scale,
            model=self.packs.get("faces", ""),
        )

    @cached_property
    def people(self) -> PeopleReading:
        return self.reading.people

    @cached_property
    def unknown(self) -> UnknownReading:
        return self.reading.unknown

    @cached_property
    def reviewing(self) -> Reviewing:
        return self.reading.reviewing

    @cached_property
    def explaining(self) -> Explaining:
        return self.reading.explaining

    @cached_property
    def choosing(self) -> Choosing:
        return Choosing(self.rooms.database, same_pictures=self.finding.same_pictures)

    @cached_property
    def originals(self) -> Originals:
        return Originals(self.rooms.database, self.sources, self.blobs)

    @cached_property
    def frames(self) -> FilmFrames:
        return FilmFrames(self.originals, self.rooms.faces, self.crops)

    @cached_property
    def crops(self) -> FilmCrops:
        return FilmCrops(self.rooms.vault, self.blobs)

    @cached_property
    def claims(self) -> Claims:
        return Claims(self.rooms.database, clock=self.rooms.clock, rules=self.rules)

    @cached_property
    def indexer(self) -> Indexer:
        database, vault = self.rooms.database, self.rooms.vault
        return Indexer(
            database,
            vault,
            claims=self.claims,
            recorder=Recorder(database, vault, claims=self.claims, publisher=self.publisher),
            tools=self._tools(),
            threads=self.threads,
        )

    def _tools(self) -> Tools:
        rooms = self.rooms
        return Tools(
            originals=self.originals,
            sight=rooms.sight,
            blobs=self.blobs,
            collections=rooms.collections,
            faces=rooms.faces,
            grouping=self.grouping,
            watcher=self.watcher or RoomsWatcher(rooms.sight, rooms.search),
            packs=self.packs,
        )

    @cached_property
    def face_setting(self) -> FaceSetting:
        return FaceSetting(self.rooms.database, claims=self.claims, wake=self.indexer.wake)

    @cached_property
    def recognising(self) -> Recognising:
        rooms = self.rooms
        return Recognising(
            rooms.database,
            clock=rooms.clock,
            ids=rooms.ids,
            found=FoundFaces(rooms.database, search=rooms.search, scale=self.scale),
            slots=rooms.runtime.slots,
            wake=self.indexer.wake,
        )

    @cached_property
    def libraries(self) -> Libraries:
        rooms = self.rooms
        return Libraries(
            rooms.database,
            rooms.vault,
            clock=rooms.clock,
            ids=rooms.ids,
            home=rooms.settings.home,
            collections=rooms.collections,
            removal=self.removal,
            left=self.finding.forget,
        )

    @cached_property
    def inbox(self) -> Inbox:
        rooms = self.rooms
        return Inbox(
            rooms.database,
            rooms.vault,
            clock=rooms.clock,
            ids=rooms.ids,
            removal=self.removal,
            publisher=self.publisher,
            arrived=self.indexer.wake,
        )

    @cached_property
    def scans(self) -> Scans:
        return Scans(
            self.rooms.database,
            libraries=self.libraries,
            inbox=self.inbox,
            listings=_listings(self.rooms, self.sources),
            clock=self.rooms.clock,
        )

    @cached_property
    def arrivals(self) -> Arrivals:
        return Arrivals(self.rooms.database, scans=self.scans, inbox=self.inbox)

    @cached_property
    def watching(self) -> Watching:
        return Watching(self.rooms.database, self.libraries, self.scans, new_watcher=_new_watcher)

    @cached_property
    def queues(self) -> QueueReading:
        return QueueReading(self.arrivals, self.libraries, _queues(self.rooms.settings))


def _listings(rooms: Eyebright, sources: Sources) -> Listings:
    settings = rooms.settings
    return Listings(sources.folders, endpoint=settings.s3_endpoint, region=settings.region)


def _queues(settings: Settings) -> Queues:
    return Queues(endpoint=settings.sqs_endpoint, region=settings.region)


def _new_watcher() -> Watcher:
    from eyebright.sources.watching import FolderWatcher  # most commands watch nothing

    return FolderWatcher()


def installed_packs(settings: Settings) -> Mapping[str, str]:
    """Capability -> "pack@version" of the packs that are used. Reads names of folders only."""
    from eyebright.packs.pack import installed_versions

    names = {
        "faces": "faces",
        "labels": settings.label_pack,
        "text": "text",
        "moderation": "moderation",
        "foreground": "foreground",
        "shots": "shots",
    }
    found = {
        capability: installed_versions(settings.packs_directory, name)
        for capability, name in names.items()
    }
    return {
        capability: f"{names[capability]}@{versions[-1]}"
        for capability, versions in found.items()
        if versions
    }
