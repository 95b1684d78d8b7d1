"""python library_server.py HOME FOLDER: both doors over a library of drawn pictures, looked at by
fake sight; no pack is needed. Writes HOME/endpoint when all is indexed; ends at SIGTERM."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from eyebright.app.library import MediaLibrary, wired
from eyebright.app.pages import build_scans
from eyebright.app.rooms import open_eyebright
from eyebright.app.server import STATIC, build_server
from eyebright.cli.asgi import make_server
from eyebright.governance.accounts import Accounts, Scope
from eyebright.governance.credentials import first_start, save_profile
from eyebright.ids import Region
from eyebright.library.values import Library, SourceKind
from eyebright.settings import Settings
from eyebright.sources.reader import Sources
from eyebright.testing.library import PACKS, picture_bytes
from eyebright.testing.sight import fake_sight
from eyebright.testing.videos import write_video
from eyebright.testing.videos_desk import shot

REGION = Region("us-east-1")
WAIT_SECONDS = 90
MANY = 60
SCENES = ((("Ada",), 15), ((), 10), (("Ada", "Ben"), 15), (("Ben",), 15))
"""Who is in the film for how many frames, five a second: eleven seconds."""


def draw(folder: Path) -> int:
    """The pictures and the film; how many files."""
    portraits = {"ada.jpg": ("Ada",), "two.jpg": ("Ben", "Cleo"), "fay.jpg": ("Fay",)}
    for name, people in portraits.items():
        (folder / name).write_bytes(picture_bytes(name, *people))
    for number in range(MANY):
        name = f"wall-{number:03}.jpg"
        (folder / name).write_bytes(picture_bytes(name))
    frames = [shot(people) for people, count in SCENES for _ in range(count)]
    write_video(folder / "film.webm", frames, frame_rate=5, keyframe_every=5, codec="libvpx")
    return len(portraits) + MANY + 1


def second_account(accounts: Accounts, home: Path) -> None:
    """Somebody whose library is empty; the key lies in HOME/second/credentials."""
    directory = home / "second"
    directory.mkdir()
    save_profile(directory, accounts.create("second"), region=REGION)


def wait_for(media: MediaLibrary, library: Library, count: int) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        progress = media.libraries.progress(library)
        if progress.total >= count and progress.waiting == 0:
            return
        time.sleep(0.1)
    raise TimeoutError(f"The library is not ready after {WAIT_SECONDS} s: {progress}.")


def main(home: Path, folder: Path, *, draw: Callable[[Path], int] = draw) -> None:
    count = draw(folder)
    with open_eyebright(Settings(home=home), sight=fake_sight()) as rooms:
        first_start(rooms.accounts, home, region=REGION)
        scope = Scope(rooms.accounts.list()[0].account_id, REGION)
        second_account(rooms.accounts, home)
        media = wired(rooms, Sources({}), packs=PACKS, threads=1)
        library = media.libraries.open(scope)
        scans = build_scans(media)
        ending = threading.Event()
        pages = Path(os.environ.get("EYEBRIGHT_TEST_PAGES", STATIC))
        app = build_server(
            rooms, media, buckets={}, scans=scans, stopping=ending.is_set, static=pages
        )
        source = media.libraries.add_source(library, SourceKind.FOLDER, str(folder), watched=False)
        with socket.create_server(("127.0.0.1", 0)) as listener, media.indexer:
            scans.start(library, source)
            wait_for(media, library, count)
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            server = make_server(
                app,
                tls=None,
                ready=lambda: _announce(home / "endpoint", address),
                ending=ending.set,
            )
            server.run(sockets=[listener])
        scans.stop()


def _announce(path: Path, address: str) -> None:
    """Whole or not at all."""
    path.with_suffix(".new").write_text(address)
    path.with_suffix(".new").rename(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
