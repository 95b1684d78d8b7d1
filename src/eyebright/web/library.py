"""The rooms of the media library as this door uses them, wired by `app`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eyebright.library.arrivals import Arrivals
    from eyebright.library.assets import Assets
    from eyebright.library.blobs import Blobs
    from eyebright.library.choice import Choosing
    from eyebright.library.deciding import Deciding
    from eyebright.library.drawing import Drawing
    from eyebright.library.explaining import Explaining
    from eyebright.library.face_looks import FaceSetting
    from eyebright.library.film_frames import FilmFrames
    from eyebright.library.finding import Finding
    from eyebright.library.forgetting import ForgettingPeople
    from eyebright.library.indexer import Indexer
    from eyebright.library.libraries import Libraries
    from eyebright.library.naming import Naming
    from eyebright.library.originals import Originals
    from eyebright.library.people_reading import PeopleReading
    from eyebright.library.recognising import Recognising
    from eyebright.library.removal import Removal
    from eyebright.library.reviewing import Reviewing
    from eyebright.library.scans_aside import ScansAside
    from eyebright.library.totals import LibraryTotals
    from eyebright.library.unknown_reading import UnknownReading
    from eyebright.library.uploading import Uploading
    from eyebright.library.values import Library
    from eyebright.people.grouping import Grouping
    from eyebright.people.persons import Persons


@dataclass(frozen=True, slots=True)
class LibraryRooms:
    """totals: what a library holds, and what the service would have charged."""

    libraries: Libraries
    assets: Assets
    blobs: Blobs
    originals: Originals
    frames: FilmFrames
    persons: Persons
    naming: Naming
    deciding: Deciding
    drawing: Drawing
    forgetting: ForgettingPeople
    people: PeopleReading
    unknown: UnknownReading
    reviewing: Reviewing
    explaining: Explaining
    choosing: Choosing
    grouping: Grouping
    removal: Removal
    face_setting: FaceSetting
    recognising: Recognising
    uploading: Uploading
    finding: Finding
    indexer: Indexer
    scans: ScansAside
    arrivals: Arrivals
    totals: Callable[[Library], LibraryTotals]
