"""Video jobs over real rooms and fake sight, for tests of what is done with films."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eyebright.geometry.arrays import ByteArray
from eyebright.governance.accounts import Scope
from eyebright.jobs.outbox import Outbox
from eyebright.jobs.queue import JobQueue
from eyebright.sources.reader import Sources
from eyebright.sources.topics import Topics
from eyebright.testing.clock import FixedClock
from eyebright.testing.ids import SequentialIds
from eyebright.testing.pictures import draw_people, line_up
from eyebright.testing.rooms import Rooms, open_rooms
from eyebright.testing.sight import fake_sight
from eyebright.testing.videos import write_video
from eyebright.videojobs.desk import VideoDesk
from eyebright.videojobs.notices import Notices, Publisher
from eyebright.videojobs.runner import Runner
from eyebright.videojobs.works import WORKS


@dataclass(frozen=True)
class Studio:
    """Video jobs over real rooms, fake sight and a folder of films."""

    rooms: Rooms
    clock: FixedClock
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


def open_studio(directory: Path) -> Studio:
    """A fresh home and an empty folder of films; close `rooms.database` when done."""
    clock = FixedClock()
    home, films = directory / "home", directory / "films"
    home.mkdir()
    films.mkdir()
    rooms = open_rooms(home, clock=clock)
    silent = Topics(endpoint="", region="us-east-1", webhooks={})
    notices = Notices(
        Outbox(rooms.database, clock=clock), rooms.vault, clock=clock, publisher=silent
    )
    queue = JobQueue(rooms.database, clock=clock, ended=notices.ended)
    runner = Runner(
        database=rooms.database,
        vault=rooms.vault,
        queue=queue,
        sources=Sources({"films": films}),
        sight=fake_sight(),
        collections=rooms.collections,
        search=rooms.search,
        works=WORKS,
    )
    desk = VideoDesk(rooms.database, rooms.vault, queue=queue, ids=SequentialIds())
    return Studio(rooms, clock, queue, desk, runner, films, rooms.new_scope("first"))
