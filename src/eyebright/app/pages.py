"""The private door, wired over the rooms."""

from __future__ import annotations

import hmac
import socket
from collections.abc import Callable, Sequence
from functools import partial

from eyebright.app.library import MediaLibrary
from eyebright.app.rooms import Eyebright
from eyebright.governance.accounts import Principal
from eyebright.governance.credentials import saved_access_key_id
from eyebright.ids import Region
from eyebright.library.scans_aside import ScansAside
from eyebright.library.totals import library_totals
from eyebright.library.uploading import Uploading
from eyebright.web.attempts import Attempts
from eyebright.web.console import Console
from eyebright.web.cursors import PageCursors
from eyebright.web.door import WebDoor
from eyebright.web.events import Listeners
from eyebright.web.library import LibraryRooms
from eyebright.web.pace import Paces
from eyebright.web.security import Hosts
from eyebright.web.sessions import PageSessions

DRAFTS = "uploads"


def build_scans(media: MediaLibrary) -> ScansAside:
    """Scans that pages begin; `stop` them before the rooms are closed."""
    return ScansAside(media.scans.run)


def build_web_door(
    rooms: Eyebright,
    media: MediaLibrary,
    *,
    scans: ScansAside,
    console: Console,
    hosts: Sequence[str],
    wake_workers: Callable[[], None],
    stopping: Callable[[], bool],
) -> WebDoor:
    """What the private door hands to its handlers."""
    settings = rooms.settings
    secret = hmac.digest(rooms.cursor_secret, b"eyebright pages", "sha256")
    names = {socket.gethostname(), settings.host, *settings.page_hosts.split(), *hosts}
    return WebDoor(
        accounts=rooms.accounts,
        sessions=PageSessions(rooms.accounts, rooms.vault, clock=rooms.clock, secret=secret),
        attempts=Attempts(rooms.clock),
        hosts=Hosts(frozenset(name.lower() for name in names if name)),
        cursors=PageCursors(secret),
        console=console,
        jobs=rooms.jobs,
        usage=rooms.usage,
        library=_library_rooms(rooms, media, scans),
        paces=Paces(rooms.clock),
        listeners=Listeners(),
        home=settings.home.resolve(),
        drafts=settings.home / DRAFTS,
        may_add_folders=partial(_owns_this_home, rooms),
        region=Region(settings.region),
        wake_workers=wake_workers,
        stopping=stopping,
        clock=rooms.clock,
        ids=rooms.ids,
    )


def _library_rooms(rooms: Eyebright, media: MediaLibrary, scans: ScansAside) -> LibraryRooms:
    return LibraryRooms(
        libraries=media.libraries,
        assets=media.assets,
        blobs=media.blobs,
        originals=media.originals,
        frames=media.frames,
        persons=media.persons,
        naming=media.naming,
        deciding=media.deciding,
        drawing=media.drawing,
        forgetting=media.forgetting,
        people=media.people,
        unknown=media.unknown,
        reviewing=media.reviewing,
        explaining=media.explaining,
        choosing=media.choosing,
        grouping=media.grouping,
        removal=media.removal,
        face_setting=media.face_setting,
        recognising=media.recognising,
        uploading=Uploading(
            rooms.database,
            home=rooms.settings.home,
            libraries=media.libraries,
            inbox=media.inbox,
            blobs=media.blobs,
        ),
        finding=media.finding,
        indexer=media.indexer,
        scans=scans,
        arrivals=media.arrivals,
        totals=partial(library_totals, rooms.database),
    )


def _owns_this_home(rooms: Eyebright, principal: Principal) -> bool:
    """Whether it is the account whose key lies in the home's credentials file: whoever can read
    that file can read all files that this server can."""
    saved = saved_access_key_id(rooms.settings.home)
    return saved in rooms.accounts.find(principal.account_id).access_key_ids
