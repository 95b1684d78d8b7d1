"""A running server for clients that know nothing of this repository.

The rooms are real, the analyser is the published fake: its people are coloured squares, so that
what clients see depends on the wire and not on models.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import boto3
import pytest
import uvicorn
from botocore.config import Config
from openapi_schema_validator import OAS31Validator

from eyebright.app.door import build_door
from eyebright.app.library import MediaLibrary, wired
from eyebright.app.pages import build_scans
from eyebright.app.rooms import Eyebright, open_eyebright
from eyebright.app.server import build_server
from eyebright.app.video import build_worker
from eyebright.cli.asgi import make_server
from eyebright.cli.serve import listen
from eyebright.governance.accounts import Credentials
from eyebright.imaging.encode import encode_png
from eyebright.rekognition.server import build_app
from eyebright.settings import Settings
from eyebright.sources.reader import Sources
from eyebright.testing.browser import Browser, Reply
from eyebright.testing.library import PACKS
from eyebright.testing.pictures import draw_people, line_up
from eyebright.testing.sight import fake_sight
from eyebright.web.openapi import describe
from eyebright.web.routes import ROUTES
from eyebright.web.routing import Table

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

REGION = "eu-west-1"


@dataclass(frozen=True)
class RunningServer:
    """Where clients connect to, and as whom."""

    endpoint: str
    port: int
    rooms: Eyebright
    credentials: Credentials

    def environment(self) -> dict[str, str]:
        """The variables that every AWS client reads; nothing else tells it of this server."""
        return {
            "AWS_ENDPOINT_URL_REKOGNITION": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.credentials.secret,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/nonexistent",
            "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        }


@pytest.fixture(scope="session")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Eyebright]:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with open_eyebright(settings, sight=fake_sight()) as eyebright:
        yield eyebright


@pytest.fixture(scope="session")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder behind the bucket "photos"."""
    return tmp_path_factory.mktemp("photos")


@pytest.fixture(scope="session")
def server(rooms: Eyebright, bucket: Path) -> Iterator[RunningServer]:
    worker = build_worker(rooms, Sources({"photos": bucket}), threads=1)
    door = build_door(rooms, buckets={"photos": bucket}, wake_workers=worker.wake)
    app = build_app(door, strict=True)
    credentials = rooms.accounts.create("clients")
    ready = threading.Event()
    uvicorn_server = make_server(app, tls=None, ready=ready.set)
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=uvicorn_server.run, kwargs={"sockets": [listener]})
        thread.start()
        worker.start()
        try:
            assert ready.wait(120), "The server did not start within 120 seconds."
            yield RunningServer(f"http://127.0.0.1:{port}", port, rooms, credentials)
        finally:
            worker.stop()
            _stop(uvicorn_server, thread)


def _stop(server: uvicorn.Server, thread: threading.Thread) -> None:
    server.should_exit = True
    thread.join(120)
    assert not thread.is_alive()


@pytest.fixture(scope="session")
def connect(server: RunningServer) -> Callable[..., RekognitionClient]:
    """Makes boto3 clients, as another account or in another region if need be."""

    def client(
        credentials: Credentials = server.credentials,
        *,
        region: str = REGION,
        endpoint: str = server.endpoint,
        config: Config | None = None,
    ) -> RekognitionClient:
        session = boto3.Session(
            credentials.access_key_id,
            credentials.secret,
            credentials.session_token,
            region_name=region,
        )
        once = Config(retries={"total_max_attempts": 1}, read_timeout=120)
        return session.client(
            "rekognition", endpoint_url=endpoint, config=once.merge(config or Config())
        )

    return client


@pytest.fixture(scope="session")
def client(connect: Callable[..., RekognitionClient]) -> RekognitionClient:
    return connect()


@pytest.fixture(scope="session")
def photo() -> Callable[..., bytes]:
    """A PNG of these people side by side, the first the largest."""

    def make(*names: str) -> bytes:
        size_wh = (96 * max(len(names), 1) + 32, 160)
        return encode_png(draw_people(line_up(names), size_wh=size_wh))

    return make


@pytest.fixture(scope="session")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page as the frontend builds one."""
    folder = tmp_path_factory.mktemp("static")
    (folder / "index.html").write_text("<!doctype html><title>Eyebright</title>")
    (folder / "assets").mkdir()
    (folder / "assets" / "app-1a2b3c.js").write_text("console.log('here')")
    (folder.parent / "secret.txt").write_text("not for you")
    return folder


@pytest.fixture(scope="session")
def media(rooms: Eyebright, bucket: Path) -> Iterator[MediaLibrary]:
    """The library of the server, its indexer at work."""
    library = wired(rooms, Sources({"photos": bucket}), packs=PACKS, threads=1)
    with library.indexer:
        yield library


@pytest.fixture(scope="session")
def page_port(rooms: Eyebright, media: MediaLibrary, bucket: Path, static: Path) -> Iterator[int]:
    ready, ending = threading.Event(), threading.Event()
    scans = build_scans(media)
    app = build_server(
        rooms,
        media,
        buckets={"photos": bucket},
        scans=scans,
        stopping=ending.is_set,
        static=static,
        strict=True,
    )
    server = make_server(app, tls=None, ready=ready.set, ending=ending.set)
    with listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert ready.wait(120)
            yield listener.getsockname()[1]
        finally:
            scans.stop()
            server.should_exit = True
            thread.join(120)
            assert not thread.is_alive()


@pytest.fixture(scope="session")
def account(rooms: Eyebright) -> Credentials:
    return rooms.accounts.create("pages")


@pytest.fixture
def stranger(page_port: int) -> Browser:
    return Browser(page_port)


@pytest.fixture(scope="session")
def as_published() -> Callable[[str, str, Reply], None]:
    """Checks that an answer of the API is as its published description says."""
    document = describe(ROUTES)
    table = Table(ROUTES)
    resolving = {"components": document["components"]}

    def check(method: str, path: str, reply: Reply) -> None:
        if not reply.headers.get("content-type", "").startswith("application/json"):
            return
        schema = {"$ref": "#/components/schemas/Error"}
        if reply.status < 400:
            route = table.find(method, unquote(path.partition("?")[0])).route
            said = document["paths"][route.path][route.method.lower()]["responses"]
            schema = said[str(reply.status)]["content"]["application/json"]["schema"]
        OAS31Validator({**resolving, **schema}).validate(reply.json)

    return check


@pytest.fixture
def browser(
    page_port: int, account: Credentials, as_published: Callable[[str, str, Reply], None]
) -> Browser:
    """Signed in."""
    browser = Browser(page_port, told=as_published)
    assert browser.sign_in(account).status == 200
    return browser
