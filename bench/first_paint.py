"""How soon the library is on the screen at 100,000 assets, and how smoothly it scrolls.

    python -m bench.first_paint [--count 100000] [--rounds 7] [--chromium PATH] [--keep FOLDER]

A home is filled as an indexed library would be: rows of assets and places in the real database,
generated documents (those of `bench.library_search`) in the real search index, and real sealed
thumbnails for the assets that are looked at; nothing is analysed. The real server answers from a
process of its own. Chromium, headless, signs in once and opens the library anew each round, its
cache emptied: the times are from the beginning of the navigation until the first contentful paint,
until the cards in view have names, and until their thumbnails are drawn. Then the grid is scrolled
steadily, and thrown to random places. Browser and server share this machine, and headless Chromium
draws without a graphics card: a person's own browser does better.

Prints tables and writes bench/results/first_paint-DATE.json. Build the pages first (`make ui`).
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import insert, update

from bench.evidence import table, write
from bench.library_search import Making, documents
from eyebright.app.library import MediaLibrary, wired
from eyebright.app.pages import build_scans
from eyebright.app.rooms import Eyebright, open_eyebright
from eyebright.app.server import build_server
from eyebright.cli.asgi import make_server
from eyebright.db.tables import assets, libraries, places
from eyebright.governance.accounts import Scope
from eyebright.governance.credentials import first_start
from eyebright.ids import Region
from eyebright.imaging.encode import encode_jpeg
from eyebright.library.blobs import BlobKind, library_directory
from eyebright.library.finding import DIRECTORY
from eyebright.library.stages import PUBLISH_VERSION
from eyebright.library.values import AssetId, Library, SourceKind
from eyebright.search.index import MediaIndex
from eyebright.search.values import Document, Query
from eyebright.settings import Settings
from eyebright.sources.reader import Sources
from eyebright.testing.library import PACKS
from eyebright.testing.sight import fake_sight

REGION = Region("us-east-1")
ROWS_AT_ONCE = 5000
VIEW_WH = (1440, 900)
THUMBNAILS = 3000
"""At the top, for what is seen first and for steady scrolling."""
JUMPS = 12
AROUND = 160
"""Thumbnails around each place that the grid is thrown to."""
SCROLL_SECONDS = 5.0
PIXELS_PER_SECOND = 2400
WORD = "dog"
WATCH = """
window.marks = {};
const look = () => {
  const cards = [...document.querySelectorAll('.cell .card:not(.coming)')];
  if (cards.length > 0 && marks.cards === undefined) marks.cards = performance.now();
  const seen = [...document.querySelectorAll('.cell')].filter((cell) => {
    const box = cell.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  });
  const drawn = (cell) => cell.querySelector('img')?.naturalWidth;
  if (seen.length > 0 && marks.pictures === undefined && seen.every(drawn)) {
    marks.pictures = performance.now();
  }
  if (marks.pictures === undefined) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
SCROLL = """
([seconds, speed]) => new Promise((resolve) => {
  const grid = document.querySelector('[role=grid]');
  const frames = [];
  let began, before;
  const step = (now) => {
    if (began === undefined) began = before = now;
    else frames.push(now - before);
    before = now;
    grid.scrollTop = ((now - began) / 1000) * speed;
    if (now - began < seconds * 1000) requestAnimationFrame(step);
    else resolve(frames);
  };
  requestAnimationFrame(step);
})
"""
JUMP = """
(place) => new Promise((resolve) => {
  const grid = document.querySelector('[role=grid]');
  const began = performance.now();
  grid.scrollTop = place * (grid.scrollHeight - grid.clientHeight);
  let names;
  const look = () => {
    const box = grid.getBoundingClientRect();
    const seen = [...document.querySelectorAll('.cell')].filter((cell) => {
      const own = cell.getBoundingClientRect();
      return own.bottom > box.top && own.top < box.bottom;
    });
    const now = performance.now() - began;
    if (seen.length && names === undefined && seen.every((cell) => !cell.querySelector('.coming')))
      names = now;
    const drawn = seen.every((cell) => cell.querySelector('img')?.naturalWidth);
    if ((seen.length && names !== undefined && drawn) || now > 10000) resolve([names ?? now, now]);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})
"""


@dataclass(frozen=True, slots=True)
class Opening:
    """Milliseconds from the beginning of a navigation."""

    first_paint_ms: float
    cards_ms: float
    pictures_ms: float


def prepare(home: Path, count: int) -> None:
    """An account, a library of this many assets, its index, and the thumbnails."""
    with open_eyebright(Settings(home=home), sight=fake_sight()) as rooms:
        first_start(rooms.accounts, home, region=REGION)
        media = wired(rooms, Sources({}), packs=PACKS, threads=1)
        library = media.libraries.open(Scope(rooms.accounts.list()[0].account_id, REGION))
        source = media.libraries.add_source(library, SourceKind.FOLDER, "/pictures", watched=False)
        made = [_known(document) for document in documents(Making.prepare(), count)]
        with rooms.database.write() as connection:
            for start in range(0, count, ROWS_AT_ONCE):
                part = made[start : start + ROWS_AT_ONCE]
                connection.execute(insert(assets), [_asset_row(library, one) for one in part])
                connection.execute(
                    insert(places), [_place_row(library, source.number, one) for one in part]
                )
            connection.execute(
                update(libraries)
                .where(libraries.c.library_no == library.number)
                .values(revision=count)
            )
        directory = library_directory(home, library.number) / DIRECTORY
        MediaIndex.open(directory).replace(made, stamp=f"{PUBLISH_VERSION}:{count}")
        _thumbnails(media, library, count)


def _known(document: Document) -> Document:
    """With an id that an asset can have."""
    digits = hashlib.sha256(document.key.encode()).hexdigest()
    parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32])
    return replace(document, key="-".join(parts), sources=("/pictures",))


def _asset_row(library: Library, document: Document) -> dict[str, object]:
    return {
        "asset_no": document.number,
        "library_no": library.number,
        "asset_id": document.key,
        "content_sha256": hashlib.sha256(document.key.encode()).hexdigest(),
        "media": document.media,
        "byte_count": 2_400_000,
        "width": 4000,
        "height": 3000,
        "duration_ms": 61_000 if document.media == "video" else None,
        "taken_at": document.date,
        "created_at": document.date,
        "revision": document.number,
        "state": "ready",
        "not_before": 0,
        "claim_no": 0,
        "lease_until": 0,
    }


def _place_row(library: Library, source_no: int, document: Document) -> dict[str, object]:
    path = f"{document.number}/{document.names[0]}"
    return {
        "library_no": library.number,
        "source_no": source_no,
        "path": path.encode(),
        "shown_path": path,
        "byte_count": 2_400_000,
        "version": str(document.number),
        "seen_at": document.date,
        "asset_no": document.number,
        "state": "kept",
        "message": "",
    }


def _thumbnails(media: MediaLibrary, library: Library, count: int) -> None:
    """For what will be looked at; as large as those of photos are."""
    for place in jumps():
        _some(media, library, int(place * count) - AROUND // 2, AROUND)
    _some(media, library, 0, min(count, THUMBNAILS))
    for hit in media.finding.search(library, Query(text=WORD, limit=AROUND)).hits:
        _thumbnail(media, library, hit.number, hit.key)


def _some(media: MediaLibrary, library: Library, first: int, many: int) -> None:
    for offset in range(max(0, first), max(0, first) + many, 500):
        part = min(500, max(0, first) + many - offset)
        query = Query(limit=part, offset=offset, with_facets=False)
        for hit in media.finding.search(library, query).hits:
            _thumbnail(media, library, hit.number, hit.key)


def _thumbnail(media: MediaLibrary, library: Library, number: int, key: str) -> None:
    rng = np.random.default_rng(number)
    coarse = rng.integers(0, 256, (15, 20, 3), np.uint8)
    pixels = np.kron(coarse, np.ones((16, 16, 1), np.uint8))
    noise = rng.integers(-12, 12, pixels.shape, np.int16)
    grainy = np.clip(pixels.astype(np.int16) + noise, 0, 255).astype(np.uint8)
    media.blobs.put(library, AssetId(key), BlobKind.THUMBNAIL, encode_jpeg(grainy, quality=80))


def jumps() -> list[float]:
    rng = random.Random(3)
    return [rng.random() * 0.98 for _ in range(JUMPS)]


def serve(home: Path) -> None:
    """Both doors over the home; nothing is indexed."""
    with open_eyebright(Settings(home=home), sight=fake_sight()) as rooms:
        _serve(rooms, home)


def _serve(rooms: Eyebright, home: Path) -> None:
    media = wired(rooms, Sources({}), packs=PACKS, threads=1)
    app = build_server(rooms, media, buckets={}, scans=build_scans(media), stopping=lambda: False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        ready = home / "endpoint"
        server = make_server(app, tls=None, ready=lambda: _say(ready, address))
        server.run(sockets=[listener])


def _say(path: Path, text: str) -> None:
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").rename(path)


def signed_in(browser: Browser, address: str, home: Path) -> Page:
    lines = (home / "credentials").read_text().splitlines()
    said = dict(line.split(" = ", 1) for line in lines if " = " in line)
    context = browser.new_context(viewport={"width": VIEW_WH[0], "height": VIEW_WH[1]})
    page = context.new_page()
    page.goto(f"{address}/console")
    page.get_by_label("Access key ID").fill(said["aws_access_key_id"])
    page.get_by_label("Secret access key").fill(said["aws_secret_access_key"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation", name="Pages").wait_for()
    page.add_init_script(WATCH)
    return page


def opened(page: Page, address: str, path: str) -> Opening:
    """One look at the library with an empty cache."""
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.goto("about:blank")
    page.goto(address + path)
    for _ in range(400):
        marks = page.evaluate("window.marks")
        if "pictures" in marks:
            break
        page.wait_for_timeout(25)
    else:
        raise TimeoutError(f"The pictures of {path} are not all drawn after ten seconds.")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    return Opening(paint, marks["cards"], marks["pictures"])


def typed(page: Page) -> float:
    """Milliseconds from the last letter of a word until its answer is on the screen."""
    page.get_by_role("combobox", name="Search the library").fill("")
    page.wait_for_timeout(600)
    before = page.locator(".count strong").inner_text()
    page.get_by_role("combobox", name="Search the library").press_sequentially(WORD, delay=60)
    began = time.perf_counter()
    while page.locator(".count strong").all_inner_texts() in ([before], []):
        page.wait_for_timeout(2)
    return (time.perf_counter() - began) * 1000


def measure(address: str, home: Path, *, chromium: Path, rounds: int) -> dict[str, object]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = signed_in(browser, address, home)
        opened(page, address, "/library")  # the server has opened its index and its database
        openings = [opened(page, address, "/library") for _ in range(rounds)]
        searches = [opened(page, address, f"/library?q={WORD}") for _ in range(rounds)]
        opened(page, address, "/library")
        frames = page.evaluate(SCROLL, [SCROLL_SECONDS, PIXELS_PER_SECOND])
        thrown = [page.evaluate(JUMP, place) for place in jumps()]
        words = [typed(page) for _ in range(rounds)]
        found: dict[str, object] = {
            "browser": browser.version,
            "openings": openings,
            "searches": searches,
            "frames_ms": [round(one, 1) for one in frames],
            "jumps_ms": thrown,
            "typed_ms": words,
        }
        browser.close()
    return found


def _rows(openings: Sequence[Opening]) -> Iterator[tuple[str, str, str]]:
    for title, values in (
        ("first contentful paint", [one.first_paint_ms for one in openings]),
        ("cards with names", [one.cards_ms for one in openings]),
        ("all thumbnails in view", [one.pictures_ms for one in openings]),
    ):
        yield title, f"{statistics.median(values):.0f}", f"{max(values):.0f}"


def report(found: dict[str, object], count: int) -> None:
    openings, searches = found["openings"], found["searches"]
    assert isinstance(openings, list)
    assert isinstance(searches, list)
    header = ("from the beginning of the navigation, ms", "median", "worst")
    table(f"Opening a library of {count:,}", header, list(_rows(openings)))
    table(f"Opening a search for {WORD!r}", header, list(_rows(searches)))
    frames = np.array(found["frames_ms"])
    thrown = np.array(found["jumps_ms"])
    table(
        f"Scrolling {PIXELS_PER_SECOND} pixels a second, {len(frames)} frames",
        ("median ms", "p95 ms", "worst ms", "over 50 ms"),
        [
            (
                f"{np.median(frames):.1f}",
                f"{np.percentile(frames, 95):.1f}",
                f"{frames.max():.1f}",
                f"{(frames > 50).mean():.1%}",
            )
        ],
    )
    table(
        f"Thrown to {len(thrown)} places, ms",
        ("", "median", "worst"),
        [
            ("cards with names", f"{np.median(thrown[:, 0]):.0f}", f"{thrown[:, 0].max():.0f}"),
            ("all thumbnails", f"{np.median(thrown[:, 1]):.0f}", f"{thrown[:, 1].max():.0f}"),
        ],
    )
    words = found["typed_ms"]
    assert isinstance(words, list)
    print(f"\nFrom the last letter to the answer: median {statistics.median(words):.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    found = shutil.which("chromium") or "chromium"
    parser.add_argument("--chromium", type=Path, default=Path(found))
    parser.add_argument("--keep", type=Path, help="folder that keeps the home between runs")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.serve:
        serve(said.serve)
        return
    with tempfile.TemporaryDirectory() as scratch:
        home = said.keep or Path(scratch) / "home"
        home.mkdir(parents=True, exist_ok=True)
        if not (home / "credentials").exists():
            began = time.perf_counter()
            prepare(home, said.count)
            print(f"filled in {time.perf_counter() - began:.0f} s")
        (home / "endpoint").unlink(missing_ok=True)
        command = [sys.executable, "-m", "bench.first_paint", "--serve", str(home)]
        with subprocess.Popen(command) as process:
            try:
                while not (home / "endpoint").exists():
                    if process.poll() is not None:
                        raise RuntimeError("The server has ended.")
                    time.sleep(0.05)
                address = (home / "endpoint").read_text()
                result = measure(address, home, chromium=said.chromium, rounds=said.rounds)
            finally:
                process.terminate()
    report(result, said.count)
    write(
        "first_paint",
        {"count": said.count, "view_wh": VIEW_WH, **result},
    )


if __name__ == "__main__":
    main()
