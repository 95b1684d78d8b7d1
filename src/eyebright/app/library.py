"""The media library, wired over the rooms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from eyebright.app.films import RoomsWatcher
from eyebright.app.people import read_people
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
        upkeep = Upkeep(self.libraries, self.finding)
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
    database, vault, clock, ids = rooms.database, rooms.vault, rooms.clock, rooms.ids
    blobs = Blobs(rooms.settings.home, vault)
    persons = Persons(database, vault, users=rooms.users)
    assets = Assets(database, vault, persons=persons)
    finding = Finding(
        database,
        vault,
        assets=assets,
        home=rooms.settings.home,
        faces=rooms.search,
        sight=rooms.sight,
        packs=packs,
        new_index=partial(Int8Index, workers=rooms.scanners),
    )
    publisher = publisher or finding
    removal = Removal(
        database, vault, faces=rooms.faces, persons=persons, blobs=blobs, publisher=publisher
    )
    scale = LazyScale(rooms.vision)
    aside = PublishingAside(publisher)
    grouping = Grouping(database, vault, scale=scale, new_index=Int8Index)
    deciding = Deciding(
        database,
        Decisions(database, vault, clock=clock),
        publisher=publisher,
        grouping=grouping,
        later=aside,
    )
    reading = read_people(
        rooms, assets=assets, persons=persons, scale=scale, model=packs.get("faces", "")
    )
    originals = Originals(database, sources, blobs)
    claims = Claims(database, clock=clock, rules=rules)
    indexer = Indexer(
        database,
        vault,
        claims=claims,
        recorder=Recorder(database, vault, claims=claims, publisher=publisher),
        tools=Tools(
            originals=originals,
            sight=rooms.sight,
            blobs=blobs,
            collections=rooms.collections,
            faces=rooms.faces,
            grouping=grouping,
            watcher=watcher or RoomsWatcher(rooms.sight, rooms.search),
            packs=packs,
        ),
        threads=threads,
    )
    libraries = Libraries(
        database,
        vault,
        clock=clock,
        ids=ids,
        home=rooms.settings.home,
        collections=rooms.collections,
        removal=removal,
        left=finding.forget,
    )
    inbox = Inbox(
        database,
        vault,
        clock=clock,
        ids=ids,
        removal=removal,
        publisher=publisher,
        arrived=indexer.wake,
    )
    scans = Scans(
        database, libraries=libraries, inbox=inbox, listings=_listings(rooms, sources), clock=clock
    )
    arrivals = Arrivals(database, scans=scans, inbox=inbox)
    return MediaLibrary(
        libraries=libraries,
        inbox=inbox,
        assets=assets,
        persons=persons,
        grouping=grouping,
        naming=Naming(
            database, persons=persons, search=rooms.search, scale=scale, deciding=deciding
        ),
        choosing=Choosing(database, same_pictures=finding.same_pictures),
        blobs=blobs,
        originals=originals,
        frames=FilmFrames(originals, rooms.faces),
        removal=removal,
        face_setting=FaceSetting(database, claims=claims, wake=indexer.wake),
        recognising=Recognising(
            database,
            clock=clock,
            ids=ids,
            found=FoundFaces(database, search=rooms.search, scale=scale),
            slots=rooms.runtime.slots,
            wake=indexer.wake,
        ),
        claims=claims,
        indexer=indexer,
        publisher=publisher,
        finding=finding,
        scans=scans,
        arrivals=arrivals,
        watching=Watching(database, libraries, scans, new_watcher=_new_watcher),
        deciding=deciding,
        forgetting=ForgettingPeople(
            database, vault, forgetting=rooms.forgetting, publisher=publisher
        ),
        drawing=Drawing(
            database,
            vault,
            clock=clock,
            deciding=deciding,
            assets=assets,
            originals=originals,
            blobs=blobs,
            collections=rooms.collections,
            faces=rooms.faces,
            vision=rooms.sight.faces,
        ),
        people=reading.people,
        unknown=reading.unknown,
        reviewing=reading.reviewing,
        explaining=reading.explaining,
        aside=aside,
        queues=QueueReading(arrivals, libraries, _queues(rooms.settings)),
    )


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
