"""The rooms behind the private door, wired by `app` and handed to every handler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from eyebright.clock import Clock
    from eyebright.governance.accounts import Accounts, Principal
    from eyebright.governance.usage import Usage
    from eyebright.ids import Ids, Region
    from eyebright.jobs.desk import JobDesk
    from eyebright.web.attempts import Attempts
    from eyebright.web.console import Console
    from eyebright.web.cursors import PageCursors
    from eyebright.web.events import Listeners
    from eyebright.web.library import LibraryRooms
    from eyebright.web.pace import Paces
    from eyebright.web.security import Hosts
    from eyebright.web.sessions import PageSessions


@dataclass(frozen=True, slots=True)
class WebDoor:
    """Everything that a handler may use.

    region: of sessions that name none. home: the folder of this server's own files; drafts: one
    in it for uploads on their way. may_add_folders: whether somebody may have folders of this
    machine looked through. wake_workers: called when a job was queued again. stopping: whether the
    server ends.
    """

    accounts: Accounts
    sessions: PageSessions
    attempts: Attempts
    hosts: Hosts
    cursors: PageCursors
    console: Console
    jobs: JobDesk
    usage: Usage
    library: LibraryRooms
    paces: Paces
    listeners: Listeners
    home: Path
    drafts: Path
    may_add_folders: Callable[[Principal], bool]
    region: Region
    wake_workers: Callable[[], None]
    stopping: Callable[[], bool]
    clock: Clock
    ids: Ids
