"""Video jobs over real rooms and fake sight, for tests of what is done with films."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eyebright.clock import Clock
from eyebright.geometry.arrays import ByteArray
from eyebright.governance.accounts import Scope
from eyebright.ids import RandomIds
from eyebright.jobs.outbox import Outbox
from eyebright.jobs.queue import JobQueue, QueueRules
from eyebright.sources.reader import Sources
from eyebright.sources.topics import Topics
from eyebright.testing.clock import FixedClock
from eyebright.testing.pictures import draw_people, line_up
from eyebright.testing.rooms import REGION, Rooms, open_rooms
from eyebright.testing.sight import fake_sight
from eyebright.testing.videos import write_video
from eyebright.videojobs.desk import VideoDesk
from eyebright.videojobs.notices import Notices, Publisher
from eyebright.videojobs.runner import SAVE_SECONDS, Runner
from eyebright.videojobs.values import VideoKind
from eyebright.videojobs.work import Work
from eyebright.videojobs.works import WORKS


@dataclass(frozen=True)
class Studio:
    """Video jobs over real rooms, fake sight and a folder of films."""

    rooms: Rooms
    clock: Clock
    queue: JobQueue
    desk: VideoDesk
    runner: Runner
    films: Path
    scope: Scope

    def film(self, name: str, scenes: list[tuple[tuple[str, ...], int]]) -> Path:
        """A film at 10 frames a second: who is in the picture, and for how many frames."""
        pictures = [shot(people) for people, count in scenes for _ in range(count)]
        return write_video(self.films / name, pictures, frame_rate=10, keyframe_every=7)

    def notices(self, publisher: Publisher) -> Notices:
        """What tells of ended jobs, delivering to `publisher`."""
        outbox = Outbox(self.rooms.database, clock=self.clock)
        return Notices(outbox, self.rooms.vault, clock=self.clock, publisher=publisher)


def shot(people: tuple[str, ...]) -> ByteArray:
    return np.ascontiguousarray(draw_people(line_up(people), size_wh=(320, 160)))


def open_studio(
    directory: Path,
    *,
    clock: Clock | None = None,
    rules: QueueRules | None = None,
    save_seconds: float = SAVE_SECONDS,
    works: Mapping[VideoKind, Work[Any]] = WORKS,
) -> Studio:
    """A home and a folder of films below `directory`, made if need be; several processes may open
    the same. Close `rooms.database` when done."""
    home, films = directory / "home", directory / "films"
    home.mkdir(exist_ok=True)
    films.mkdir(exist_ok=True)
    time = clock or FixedClock()
    rooms = open_rooms(home, clock=time)
    silent = Topics(endpoint="", region="us-east-1", webhooks={})
    notices = Notices(Outbox(rooms.database, clock=time), rooms.vault, clock=time, publisher=silent)
    queue = JobQueue(rooms.database, clock=time, rules=rules, ended=notices.ended)
    runner = Runner(
        database=rooms.database,
        vault=rooms.vault,
        queue=queue,
        sources=Sources({"films": films}),
        sight=fake_sight(),
        collections=rooms.collections,
        search=rooms.search,
        celebrities=rooms.celebrities,
        works=works,
        save_seconds=save_seconds,
    )
    desk = VideoDesk(rooms.database, rooms.vault, queue=queue, ids=RandomIds())
    return Studio(rooms, time, queue, desk, runner, films, _scope(rooms, "first"))


def _scope(rooms: Rooms, name: str) -> Scope:
    """The account of this name, made if need be."""
    known = {account.name: account.account_id for account in rooms.accounts.list()}
    return Scope(known[name], REGION) if name in known else rooms.new_scope(name)
