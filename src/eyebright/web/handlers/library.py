"""The library as a whole: how far it is, where it looks, what is sent to it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from eyebright.errors import AccessDenied, InvalidInput, SourceNotFound
from eyebright.library.inbox import Came
from eyebright.library.uploading import plain_name
from eyebright.library.values import Library, LibrarySource, SourceId, SourceKind
from eyebright.web.answers import Answer, Asked, flag_of, json_answer, text_of
from eyebright.web.door import WebDoor
from eyebright.web.handlers.shelf import library_of
from eyebright.web.shapes.library import (
    EventsJson,
    LibraryJson,
    RemovedSourceJson,
    SourcesJson,
    StartedJson,
    TokenJson,
    UploadJson,
    settings_json,
    source_json,
)


def show(door: WebDoor, asked: Asked) -> Answer:
    return json_answer(state_of(door, library_of(door, asked)))


def state_of(door: WebDoor, library: Library) -> LibraryJson:
    """How far a library is, how fast it goes on, and what it would have cost."""
    progress = door.library.libraries.progress(library)
    totals = door.library.totals(library)
    pace = door.paces.of(library, progress)
    return {
        "name": library.name,
        "total": progress.total,
        "ready": progress.ready,
        "waiting": progress.waiting,
        "failed": progress.failed,
        "unreadable": progress.unreadable,
        "faces": progress.faces,
        "bytes": totals.byte_count,
        "indexing": {
            "active": pace.active,
            "images_per_second": pace.per_second,
            "seconds_left": pace.seconds_left,
        },
        "aws_price_usd": round(float(totals.usd), 2),
        "settings": settings_json(library),
    }


def sources(door: WebDoor, asked: Asked) -> Answer:
    library = library_of(door, asked)
    body: SourcesJson = {
        "sources": [source_json(source) for source in door.library.libraries.sources(library)]
    }
    return json_answer(body)


def add_source(door: WebDoor, asked: Asked) -> Answer:
    """A folder of this server, or a bucket; it is looked through at once."""
    given = asked.json()
    kind, location = text_of(given, "kind", most=20), text_of(given, "location", most=4096)
    watched = flag_of(given, "watched", default=True)
    if kind == SourceKind.FOLDER.value:
        location = _folder(door, asked, location)
    elif kind != SourceKind.BUCKET.value:
        raise InvalidInput('kind must be "folder" or "bucket".')
    library = library_of(door, asked)
    source = door.library.libraries.add_source(library, SourceKind(kind), location, watched=watched)
    door.library.scans.start(library, source)
    return json_answer(source_json(source), status=201)


def remove_source(door: WebDoor, asked: Asked) -> Answer:
    """Its assets go that lie nowhere else; the files stay where they are."""
    library = library_of(door, asked)
    source = _source(door, library, asked)
    body: RemovedSourceJson = {
        "removed": door.library.libraries.remove_source(library, source.source_id)
    }
    return json_answer(body)


def scan(door: WebDoor, asked: Asked) -> Answer:
    library = library_of(door, asked)
    source = _source(door, library, asked)
    if source.kind is SourceKind.UPLOAD:
        raise InvalidInput("Uploads lie in the library itself; there is nothing to look through.")
    body: StartedJson = {"started": door.library.scans.start(library, source)}
    return json_answer(body, status=202)


def new_token(door: WebDoor, asked: Asked) -> Answer:
    """A secret for a store that tells of changes in a bucket; one made before works no more."""
    library = library_of(door, asked)
    token = door.library.arrivals.new_token(_source(door, library, asked))
    body: TokenJson = {"token": token, "path": f"/api/library/events?{urlencode({'token': token})}"}
    return json_answer(body, status=201)


def take_event(door: WebDoor, asked: Asked) -> Answer:
    """What a store says; whoever has a source's token may speak for that source only."""
    body: EventsJson = {
        "taken": door.library.arrivals.take_event(asked.body, token=asked.query.text("token"))
    }
    return json_answer(body)


def upload(door: WebDoor, asked: Asked) -> Answer:
    """One picture or film as the body, its file's name in `name`."""
    if asked.file is None:
        raise ValueError("The route of uploads puts bodies into files.")
    library = library_of(door, asked)
    name = plain_name(asked.query.text("name", "upload"))
    arrival = door.library.uploading.receive(library, asked.file, name=name)
    if arrival.asset_id is None:
        raise InvalidInput("It was removed from the library and stays out.")
    asset = door.library.assets.get(library, arrival.asset_id)
    body: UploadJson = {
        "asset_id": asset.asset_id,
        "state": asset.state.value,
        "known": arrival.came is not Came.NEW,
    }
    return json_answer(body, status=201)


def _source(door: WebDoor, library: Library, asked: Asked) -> LibrarySource:
    source_id = asked.names["source_id"]
    if len(source_id) != 36:
        raise SourceNotFound("The library has no such source.")
    return door.library.libraries.source(library, SourceId(source_id))


def _folder(door: WebDoor, asked: Asked, location: str) -> str:
    """A folder of this machine. Raises AccessDenied for accounts that may not read its files: a
    session is no login to the machine."""
    if not door.may_add_folders(asked.whose.principal):
        raise AccessDenied(
            "Folders of this server can be added by the account that its own credentials file "
            "is for, or with `eyebright library add` on the server. Upload pictures instead."
        )
    path = Path(location)
    if not path.is_absolute():
        raise InvalidInput(f"{location} is no absolute path, such as /home/me/Pictures.")
    try:
        found = path.resolve()
        is_folder = found.is_dir()
    except (OSError, ValueError):  # too long, or with a zero in it
        is_folder = False
    if not is_folder:
        raise InvalidInput(f"{location[:200]} is no folder of this server.")
    if found.is_relative_to(door.home) or door.home.is_relative_to(found):
        raise InvalidInput(f"{location} holds Eyebright's own files, or lies among them.")
    return str(found)
