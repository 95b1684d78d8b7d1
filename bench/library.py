"""How fast a library is indexed, beside its bare models, and how soon one photo can be found.

    python -m bench.library [--home HOME] [--pictures DIR] [--count 200] [--single 30]

Photos come from a folder, or are cut from those of the pack `samples`. They are told to a library
in a home of its own and indexed by as many threads as the server uses; the models alone then run on
the very arrays that they were given for some of the photos, on as many threads as there are slots.
Both sides take turns, twice, so that a machine whose speed drifts favours neither. Then photos come
one at a time into an idle library, and the time is taken from the event until a search finds each.

Prints a table and writes bench/results/library-DATE.json. Run it on a machine that does nothing
else.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from bench.evidence import table, write
from bench.picture_work import Calls, Cost, calls_of, cost_each, photographs, replay, with_words
from eyebright.analysis.faces.observation import ALL_ATTRIBUTES
from eyebright.analysis.sight import Sight
from eyebright.app.library import MediaLibrary, open_library
from eyebright.app.rooms import Eyebright, open_eyebright
from eyebright.governance.accounts import Scope
from eyebright.ids import Region
from eyebright.imaging.decode import decode_image
from eyebright.imaging.encode import encode_jpeg
from eyebright.imaging.formats import decode_picture, picture_format
from eyebright.library.inbox import Seen
from eyebright.library.values import AssetId, Library, LibrarySource, Media, SourceKind
from eyebright.library.work import FRAME_PX
from eyebright.search.values import Query
from eyebright.settings import Settings
from eyebright.sources.reader import Sources

SIZES_WH = ((640, 480), (1600, 1200), (4000, 3000))
"""Of generated photos, one third each: from the web, from a chat, from a camera."""
REPLAYED = 24
"""Photos whose model runs are taken down for the bare side."""
TURNS = 2
LOOK_SECONDS = 0.01
"""Between searches for a photo that comes alone."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A library in a home of its own."""

    rooms: Eyebright
    media: MediaLibrary
    library: Library
    source: LibrarySource
    folder: Path

    def arrive(self, photos: Sequence[tuple[str, bytes]]) -> list[AssetId]:
        """Files in the folder, told to the library; their asset ids."""
        seen = []
        for name, content in photos:
            (self.folder / name).write_bytes(content)
            digest = hashlib.sha256(content).hexdigest()
            seen.append(Seen(name.encode(), name, len(content), digest[:16], digest, Media.IMAGE))
        arrivals = self.media.inbox.arrive_many(self.library, self.source, seen)
        return [one.asset_id for one in arrivals if one.asset_id is not None]


def main() -> None:
    said = read_arguments()
    home = said.home.expanduser()
    photos = list(islice(_photos(said.pictures, home, said.count), said.count))
    single = list(islice(_photos(said.pictures, home, said.count + said.single), len(photos), None))
    with tempfile.TemporaryDirectory(prefix="eyebright-bench-") as directory:
        desk = open_desk(Path(directory), home)
        warm(desk, photos[0])
        findings = {
            "photos": len(photos),
            "megabytes": round(sum(map(len, photos)) / 1e6, 1),
            "slots": desk.rooms.runtime.slots,
            "pace": pace_of(desk, photos),
            "one_at_a_time": latency_of(desk, single),
        }
        desk.rooms.close()
    write("library", findings)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    home = os.environ.get("EYEBRIGHT_HOME", "~/.eyebright")
    parser.add_argument("--home", type=Path, default=Path(home), help="where the packs are")
    parser.add_argument("--pictures", type=Path, help="a folder of photos")
    parser.add_argument("--count", type=int, default=200, help="photos that are indexed at once")
    parser.add_argument("--single", type=int, default=30, help="photos that come one at a time")
    return parser.parse_args()


def open_desk(directory: Path, home: Path) -> Desk:
    own, folder = directory / "home", directory / "photos"
    own.mkdir(mode=0o700)
    folder.mkdir()
    (own / "packs").symlink_to((home / "packs").absolute())
    rooms = open_eyebright(Settings(home=own))
    media = open_library(rooms, Sources({}))
    scope = Scope(rooms.accounts.create("bench").account_id, Region("us-east-1"))
    library = media.libraries.open(scope)
    source = media.libraries.add_source(library, SourceKind.FOLDER, str(folder), watched=False)
    return Desk(rooms, media, library, source, folder)


def warm(desk: Desk, photo: bytes) -> None:
    """Load all models and indexes."""
    desk.arrive([("warm.jpg", _variant(photo, 99))])
    desk.media.indexer.run_once()
    desk.media.finding.search(desk.library, Query())


def pace_of(desk: Desk, photos: Sequence[bytes]) -> dict[str, float]:
    """Seconds for all photos with everything, and of the models alone, scaled to as many."""
    chosen = photos[:: max(1, len(photos) // REPLAYED)]
    calls = calls_of(partial(_see, desk.rooms.sight), chosen)
    whole: list[Cost] = []
    bare: list[Cost] = []
    half = len(photos) // TURNS
    with desk.media.indexer:
        for turn in range(TURNS):
            some = photos[turn * half : (turn + 1) * half]
            whole.append(_indexed(desk, some, turn))
            bare.append(_bare(calls, threads=desk.rooms.runtime.slots))
    ours = statistics.median(cost.wall_ms for cost in whole)
    alone = statistics.median(cost.wall_ms for cost in bare)
    processor = statistics.median(cost.processor_ms for cost in whole)
    alone_processor = statistics.median(cost.processor_ms for cost in bare)
    found = {
        "photos_per_second": round(1000 / ours, 2),
        "bare_photos_per_second": round(1000 / alone, 2),
        "share_of_bare": round(alone / ours, 3),
        "ms": round(ours, 1),
        "processor_ms": round(processor, 1),
        "bare_processor_ms": round(alone_processor, 1),
        "processor_share": round(alone_processor / processor, 3),
    }
    table("whole pipeline", ["", ""], [[name, f"{value:g}"] for name, value in found.items()])
    return found


def latency_of(desk: Desk, photos: Sequence[bytes]) -> dict[str, dict[str, float]]:
    """Milliseconds from the event until a search finds the photo, with its labels and faces; and
    until text, moderation and colours are there as well."""
    told = threading.Event()
    desk.media.indexer.listen(lambda _indexed: told.set())
    found_ms: list[float] = []
    complete_ms: list[float] = []
    indexer = open_library(desk.rooms, Sources({}))  # the first one's threads have ended
    indexer.indexer.listen(lambda _indexed: told.set())
    fresh = Desk(desk.rooms, indexer, desk.library, desk.source, desk.folder)
    with indexer.indexer:
        time.sleep(0.5)
        for number, photo in enumerate(photos):
            told.clear()
            began = time.perf_counter()
            (asset_id,) = fresh.arrive([(f"single-{number}.jpg", photo)])
            while not _is_found(fresh, asset_id, f"single-{number}"):
                time.sleep(LOOK_SECONDS)
            found_ms.append(1000 * (time.perf_counter() - began))
            told.wait(60)
            assert _is_found(fresh, asset_id, f"single-{number}")
            complete_ms.append(1000 * (time.perf_counter() - began))
    taken = {"found": _spread(found_ms), "complete": _spread(complete_ms)}
    for name, spread in taken.items():
        table(f"from event to {name}", ["", ""], [[one, f"{ms}"] for one, ms in spread.items()])
    return taken


def _is_found(desk: Desk, asset_id: AssetId, name: str) -> bool:
    """By its file name and with its labels."""
    found = desk.media.finding.search(desk.library, Query(text=name))
    return asset_id in {hit.key for hit in found.hits} and any(
        run.stage == "faces" for run in desk.media.assets.detail(desk.library, asset_id).runs
    )


def _spread(taken_ms: Sequence[float]) -> dict[str, float]:
    ordered = sorted(taken_ms)
    return {
        "photos": len(ordered),
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 1),
        "longest_ms": round(ordered[-1], 1),
    }


def _indexed(desk: Desk, photos: Sequence[bytes], turn: int) -> Cost:
    done = threading.Semaphore(0)
    desk.media.indexer.listen(lambda _indexed: done.release())
    start, busy = time.perf_counter(), time.process_time()
    desk.arrive([(f"{turn}-{number}.jpg", photo) for number, photo in enumerate(photos)])
    for _ in photos:
        done.acquire()
    wall, processor = time.perf_counter() - start, time.process_time() - busy
    return Cost(1000 * wall / len(photos), 1000 * processor / len(photos))


def _bare(calls: Sequence[Calls], *, threads: int) -> Cost:
    return cost_each([partial(replay, own) for own in calls], threads=threads)


def _see(sight: Sight, photo: bytes) -> object:
    """Every model that the stages of a photo ask, on its pixels."""
    image = decode_picture(photo, longest_side=FRAME_PX)
    seen = sight.observe(image)
    faces = seen.faces
    return (
        sight.labels().label(seen),
        sight.faces.describe(image, faces, wanted=ALL_ATTRIBUTES),
        sight.faces.embed(image, faces),
        sight.text().read(image),
        sight.moderation().moderate(seen),
        sight.properties().measure(image),
    )


def _photos(folder: Path | None, home: Path, count: int) -> Iterator[bytes]:
    """Different contents, `count` of them; those of a folder come again, changed a little."""
    if folder is not None:
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        contents = [path.read_bytes() for path in files[: 4 * count]]
        base = [one for one in contents if picture_format(one) == "JPEG"]
    else:
        sized = [photographs(home, size_wh) for size_wh in SIZES_WH]
        sized[1] = with_words(sized[1])
        base = [one for some in zip(*sized, strict=True) for one in some]
    for number in range(count):
        yield _variant(base[number % len(base)], number // len(base))


def _variant(photo: bytes, number: int) -> bytes:
    """Another picture of the same things: mirrored or not, a little brighter each time."""
    if number == 0:
        return photo
    pixels = decode_image(photo).pixels
    turned = pixels[:, ::-1] if number % 2 else pixels
    brighter = np.clip(turned.astype(np.int16) + 2 * number, 0, 255).astype(np.uint8)
    return encode_jpeg(np.ascontiguousarray(brighter), quality=90)


if __name__ == "__main__":
    main()
