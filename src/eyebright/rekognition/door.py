"""The rooms behind the door, wired by `app.py` and handed to every handler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eyebright.analysis.faces.vision import FaceVision
    from eyebright.analysis.sight import Sight
    from eyebright.clock import Clock
    from eyebright.governance.accounts import Accounts
    from eyebright.governance.idempotency import Idempotency
    from eyebright.ids import Ids
    from eyebright.people.celebrities import Celebrities
    from eyebright.people.collections import Collections
    from eyebright.people.faces import Faces
    from eyebright.people.indexing import Indexing
    from eyebright.people.search import FaceSearch
    from eyebright.people.tags import Tags
    from eyebright.people.users import Users
    from eyebright.rekognition.cursors import Cursors
    from eyebright.settings import Settings
    from eyebright.sources.reader import Sources
    from eyebright.streams.processors import StreamProcessors
    from eyebright.videojobs.desk import VideoDesk


@dataclass(frozen=True, slots=True)
class Door:
    """Everything that a handler may use; nothing in it belongs to a single request.

    wake_workers: called when a job was queued or a stream started; workers of other processes look
    by themselves.
    """

    settings: Settings
    accounts: Accounts
    vision: FaceVision
    sight: Sight
    collections: Collections
    faces: Faces
    indexing: Indexing
    users: Users
    search: FaceSearch
    celebrities: Celebrities
    tags: Tags
    sources: Sources
    idempotency: Idempotency
    cursors: Cursors
    videos: VideoDesk
    streams: StreamProcessors
    wake_workers: Callable[[], None]
    clock: Clock
    ids: Ids
