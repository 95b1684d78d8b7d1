"""Stream processors over real rooms, fake sight and a station on loopback."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eyebright.app.rooms import Eyebright, open_eyebright
from eyebright.app.streams import build_stream_worker
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, ImageId, Region
from eyebright.imaging.image import Image
from eyebright.jobs.outbox import Outbox
from eyebright.people.values import NewFace
from eyebright.settings import Settings
from eyebright.streams.runner import RunRules
from eyebright.streams.values import (
    FaceSearchPlan,
    HomePlan,
    Processor,
    StartRequest,
    StreamPlan,
    StreamState,
)
from eyebright.streams.worker import StreamWorker
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.sight import fake_sight
from eyebright.testing.videos_desk import shot
from eyebright.video.live import LiveRules
from eyebright.videojobs.notices import Notices

COLLECTION = CollectionId("staff")
ROLE = "arn:aws:iam::123456789012:role/streams"
LIVE = LiveRules(stall_seconds=5.0, first_pause=0.05, longest_pause=0.2)
RUN = RunRules(look=0.05, renew=0.2, patience=60.0, grace=0.3)
"""What may be quick is; what only ends a wait leaves a busy machine the time it needs."""
HASTY = replace(RUN, patience=0.3)
"""For streams that give no picture."""


@dataclass(frozen=True)
class Control:
    """One account, its collection with Ada and Ben, and servers that run its streams."""

    home: Path
    rooms: Eyebright
    scope: Scope
    closing: ExitStack
    servers: list[StreamWorker]

    @property
    def video_arn(self) -> str:
        return f"arn:aws:kinesisvideo:us-east-1:{self.scope.account_id}:stream/door/1"

    @property
    def bucket(self) -> Path:
        """The folder behind the bucket of label detections."""
        return self.home.parent / "bucket"

    @property
    def records_arn(self) -> str:
        return f"arn:aws:kinesis:us-east-1:{self.scope.account_id}:stream/faces"

    @property
    def topic_arn(self) -> str:
        return f"arn:aws:sns:us-east-1:{self.scope.account_id}:events"

    def face_search(self, **changes: Any) -> StreamPlan:
        plan = StreamPlan(
            self.video_arn,
            ROLE,
            face_search=FaceSearchPlan(COLLECTION),
            records_arn=self.records_arn,
        )
        return replace(plan, **changes)

    def labels(self, *labels: str, **changes: Any) -> StreamPlan:
        plan = StreamPlan(self.video_arn, ROLE, home=HomePlan(labels), bucket="b")
        return replace(plan, topic_arn=self.topic_arn, **changes)

    def server(
        self, address: str, *, lease_seconds: float = 30.0, rules: RunRules = RUN
    ) -> StreamWorker:
        """One more server over the same home, which knows the stream at this address. It runs until
        it is stopped, or the test is over."""
        streams = f"{self.video_arn}={address} {self.records_arn}=file://{self.home}/records.jsonl"
        settings = replace(self.rooms.settings, streams=streams)
        rooms = self.closing.enter_context(open_eyebright(settings, sight=fake_sight()))
        worker = build_stream_worker(
            rooms,
            buckets={"b": self.bucket},
            run_rules=rules,
            live_rules=LIVE,
            lease_seconds=lease_seconds,
        )
        self.servers.append(worker)
        return self.closing.enter_context(worker)

    def start(self, request: StartRequest, name: str = "p") -> str:
        """Start a processor and wake all servers; the session's id."""
        session_id = self.rooms.streams.start(self.scope, name, request)
        for server in self.servers:
            server.wake()
        return session_id

    def get(self, name: str = "p") -> Processor:
        return self.rooms.streams.get(self.scope, name)

    def records(self) -> list[Any]:
        path = self.home / "records.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def events(self) -> list[Any]:
        """What would go to the topic, without being sent."""
        sent: list[str] = []
        outbox = Outbox(self.rooms.database, clock=self.rooms.clock)
        publisher = _Publisher(sent)
        Notices(outbox, self.rooms.vault, clock=self.rooms.clock, publisher=publisher).send_due()
        return [json.loads(text) for text in sent]

    def wait_for(self, happened: Callable[[], object], seconds: float = 120.0) -> None:
        deadline = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < deadline, self.rooms.streams.list(self.scope, limit=9)
            time.sleep(0.02)

    def wait_until(self, state: StreamState, name: str = "p") -> Processor:
        self.wait_for(lambda: self.get(name).state is state)
        return self.get(name)


class _Publisher:
    def __init__(self, sent: list[str]) -> None:
        self._sent = sent

    def publish(self, topic_arn: str, text: str, *, subject: str = "") -> None:
        assert topic_arn.endswith(":events")
        assert subject == "Rekognition Stream Processing Event"
        self._sent.append(text)


@contextmanager
def open_control(directory: Path) -> Iterator[Control]:
    """A home below `directory`; nothing runs yet."""
    home = directory / "home"
    (directory / "bucket").mkdir()
    settings = Settings(home=home, stream_every="5fps")
    with open_eyebright(settings, sight=fake_sight()) as rooms, ExitStack() as closing:
        scope = Scope(rooms.accounts.create("first").account_id, Region("us-east-1"))
        rooms.collections.create(scope, COLLECTION, space=rooms.vision.space)
        _enrol(rooms, scope, "Ada")
        _enrol(rooms, scope, "Ben")
        yield Control(home, rooms, scope, closing, [])


def _enrol(rooms: Eyebright, scope: Scope, name: str) -> None:
    """A face of this person, as its picture would give it."""
    vision, pixels = FakeAnalyser(), shot((name,))
    image = Image(pixels, "PNG", b"", (pixels.shape[1], pixels.shape[0]))
    seen = vision.detect(image)
    assert len(seen) == 1
    face = NewFace(vision.embed(image, seen)[0], (0, 0, 9, 9), image.size_wh, 0.9, vision.space)
    rooms.faces.enrol(
        scope,
        COLLECTION,
        image_id=ImageId("5e1f9f2c-1e6e-5c0e-8d4d-0123456789ab"),
        external_image_id=name,
        new_faces=[face],
    )
