"""Stored videos: times real time on all processors, where the time goes, memory, and what it costs.

    python -m bench.video --home "$EYEBRIGHT_HOME"

The film is made here: a minute at 720p and 25 frames a second, slow pans over the sample photos, a
keyframe every two seconds, and for memory the same minute again and again for two hours. Each kind
of work runs in as many threads as there are processors, each on the film, as workers do; results
are kept nowhere, which costs a job about a millisecond a second of film. The pans never stand
still, so every frame is looked at. Shares of time are measured in one thread, against a collection
of ten thousand faces that nobody has and the few that the film shows. Writes
bench/results/video-DATE.json.

AWS's price is its list price for stored video, 0.10 dollars a minute and analysis (us-east-1,
2026). Ours assumes 0.10 dollars an hour for a machine with two processors: put in your own.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import psutil

from bench.evidence import options, table, write
from eyebright.analysis.faces.observation import Detections, FaceAttribute, FaceDescription
from eyebright.analysis.faces.selection import QualityFilter
from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.analysis.faces.vision import FaceVision, Similarity
from eyebright.api.local import LocalEyebright, open_local
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.ids import CollectionId, ImageId
from eyebright.imaging.crops import resize, use_one_thread_per_call
from eyebright.imaging.decode import decode_image
from eyebright.imaging.image import Image
from eyebright.packs.pack import load_pack
from eyebright.people.search import FaceSearch
from eyebright.people.values import NewFace
from eyebright.runtime.session import usable_processors
from eyebright.settings import read_settings
from eyebright.video.reader import VideoReader
from eyebright.video.sampling import Every, Policy, per_second
from eyebright.videojobs.values import VideoKind
from eyebright.videojobs.work import Context
from eyebright.videojobs.works import WORKS

SIZE_WH = (1280, 720)
FRAME_RATE = 25
FILM_SECONDS = 60
LONG_FILM_SECONDS = 2 * 3600
COLLECTION = "bench-video"
AWS_DOLLARS_A_MINUTE = 0.10
OUR_DOLLARS_AN_HOUR = 0.10


@dataclass(frozen=True, slots=True)
class Plan:
    """One row: a kind of work and which frames it looks at; None leaves that to the work."""

    name: str
    kind: VideoKind
    settings: dict[str, Any]
    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """times_real_time: of all threads together. dollars: for 1,000 hours of film. shares: of one
    thread's time, by what it was spent on; "other" is all that has no name of its own."""

    name: str
    frames: int
    times_real_time: float
    shares: dict[str, float]
    dollars: float
    aws_dollars: float


PLANS = (
    Plan(
        "face search, every 6 s",
        VideoKind.FACE_SEARCH,
        {"collection": COLLECTION},
        Every(Fraction(6)),
    ),
    Plan("face search, 2 a second", VideoKind.FACE_SEARCH, {"collection": COLLECTION}),
    Plan("faces, all attributes, 2 a second", VideoKind.FACE_DETECTION, {"attributes": ["SMILE"]}),
    Plan("labels, 1 a second", VideoKind.LABEL_DETECTION, {}, per_second(1)),
    Plan("moderation, 1 a second", VideoKind.CONTENT_MODERATION, {}, per_second(1)),
    Plan("text, 1 a second", VideoKind.TEXT_DETECTION, {}, per_second(1)),
    Plan("people pathing, 4 a second", VideoKind.PERSON_TRACKING, {}),
    Plan("celebrities, 2 a second", VideoKind.CELEBRITY_RECOGNITION, {}),
    Plan("shots, every frame", VideoKind.SEGMENT_DETECTION, {"kinds": ["SHOT"]}),
    Plan("technical cues, every frame", VideoKind.SEGMENT_DETECTION, {"kinds": ["CUE"]}),
)
SHARED = ("face search, every 6 s", "face search, 2 a second")
"""Plans of which it is told where the time goes."""
PARTS = ("decode", "detect", "describe", "embed", "search", "other")
STRANGERS = 10_000
"""Faces of the collection that nobody has."""
_BATCH = 1000


class Watch:
    """Seconds spent on each part."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(PARTS, 0.0)

    @contextmanager
    def on(self, part: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[part] += time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class WatchedVision:
    """The face vision, timed."""

    inner: FaceVision
    watch: Watch

    @property
    def space(self) -> EmbeddingSpace:
        return self.inner.space

    @property
    def similarity(self) -> Similarity:
        return self.inner.similarity

    def detect(self, image: Image) -> Detections:
        with self.watch.on("detect"):
            return self.inner.detect(image)

    def describe(
        self,
        image: Image,
        detections: Detections,
        *,
        wanted: frozenset[FaceAttribute] = frozenset(),
    ) -> list[FaceDescription]:
        with self.watch.on("describe"):
            return self.inner.describe(image, detections, wanted=wanted)

    def embed(self, image: Image, detections: Detections) -> FloatArray:
        with self.watch.on("embed"):
            return self.inner.embed(image, detections)


@dataclass(frozen=True, slots=True)
class WatchedSearch:
    """The one search that face search makes, timed."""

    inner: FaceSearch
    watch: Watch

    def by_vector(self, *given: Any, **options: Any) -> Any:
        with self.watch.on("search"):
            return self.inner.by_vector(*given, **options)


def main() -> None:
    asked = options(__doc__)
    use_one_thread_per_call()
    settings = replace(read_settings(), home=asked.home)
    photos = load_pack(settings.packs_directory, "samples").photos()
    with tempfile.TemporaryDirectory() as folder, _opened(folder, settings) as eyebright:
        film = _film(Path(folder) / "minute.mp4", photos)
        _enrol(eyebright, photos)
        _enrol_strangers(eyebright)
        eyebright.import_celebrities(_gallery(Path(folder) / "gallery", photos))
        paces = [_pace(eyebright, plan, film) for plan in PLANS if plan.kind in WORKS]
        memory = _memory(eyebright, film, Path(folder) / "long.mp4")
    table(
        "Stored video, times real time",
        ("Work", "Frames a minute", "x real time", "Decoding", "$ / 1,000 h", "AWS $"),
        [
            (
                one.name,
                str(one.frames),
                f"{one.times_real_time:.0f}",
                f"{one.shares['decode']:.0%}",
                f"{one.dollars:.2f}",
                f"{one.aws_dollars:,.0f}",
            )
            for one in paces
        ],
    )
    table(
        "Where the time goes",
        ("Work", *PARTS),
        [
            (one.name, *(f"{one.shares[part]:.1%}" for part in PARTS))
            for one in paces
            if one.name in SHARED
        ],
    )
    print(f"\nMemory over a film of two hours: {memory}")
    write(
        "video",
        {
            "film": {"size_wh": SIZE_WH, "frame_rate": FRAME_RATE, "seconds": FILM_SECONDS},
            "threads": usable_processors(),
            "strangers": STRANGERS,
            "paces": {one.name: asdict(one) for one in paces},
            "memory": memory,
            "assumed": {
                "our_dollars_an_hour": OUR_DOLLARS_AN_HOUR,
                "aws_dollars_a_minute": AWS_DOLLARS_A_MINUTE,
            },
        },
    )


def _opened(folder: str, settings: Any) -> LocalEyebright:
    """The installed packs over a home that is thrown away."""
    home = Path(folder) / "home"
    home.mkdir()
    (home / "packs").symlink_to(settings.packs_directory)
    return open_local(replace(settings, home=home, database_url="", master_key=""))


def _film(path: Path, photos: Sequence[Path]) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FRAME_RATE)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = SIZE_WH
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = 2 * FRAME_RATE
        for number, pixels in enumerate(_pans(photos)):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def _pans(photos: Sequence[Path]) -> Iterator[ByteArray]:
    """Ten seconds of each photo, moving to the right by a tenth of its width."""
    width, height = SIZE_WH
    each = FILM_SECONDS * FRAME_RATE // len(photos)
    for photo in photos:
        picture = decode_image(photo.read_bytes()).pixels
        wide = resize(picture, (round(width * 1.1), round(height * 1.1)))
        for step in range(each):
            left = round(step / each * (wide.shape[1] - width))
            yield np.ascontiguousarray(wide[:height, left : left + width])


def _enrol(eyebright: LocalEyebright, photos: Sequence[Path]) -> None:
    rooms, scope = eyebright.rooms, eyebright.scope
    eyebright.create_collection(COLLECTION)
    for photo in photos:
        rooms.indexing.index(
            scope,
            eyebright.collection(COLLECTION).collection_id,
            image=decode_image(photo.read_bytes()),
            external_image_id=None,
            max_faces=5,
            quality_filter=QualityFilter.NONE,
            wanted=frozenset(),
        )


def _gallery(folder: Path, photos: Sequence[Path]) -> Path:
    """A folder for the largest face of each photo."""
    for photo in photos:
        (folder / photo.stem).mkdir(parents=True)
        (folder / photo.stem / photo.name).symlink_to(photo.absolute())
    return folder


def _enrol_strangers(eyebright: LocalEyebright) -> None:
    """Faces that nobody has, so that a search has something to search."""
    space = eyebright.rooms.vision.space
    draw, wide = np.random.default_rng(20), (64 * _BATCH, 64)
    for batch in range(STRANGERS // _BATCH):
        vectors = draw.normal(size=(_BATCH, space.dimension)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        eyebright.rooms.faces.enrol(
            eyebright.scope,
            CollectionId(COLLECTION),
            image_id=ImageId(f"strangers-{batch}"),
            external_image_id=None,
            new_faces=[
                NewFace(vector, (64.0 * place, 0.0, 64.0 * place + 64.0, 64.0), wide, 0.9, space)
                for place, vector in enumerate(vectors)
            ],
        )


def _pace(eyebright: LocalEyebright, plan: Plan, film: Path) -> Pace:
    _work_through(eyebright, plan, film)  # loads and warms
    watch = Watch()
    began = time.perf_counter()
    frames = _work_through(eyebright, plan, film, watch)
    whole = time.perf_counter() - began
    watch.seconds["other"] = whole - sum(watch.seconds.values())
    threads = usable_processors()
    with ThreadPoolExecutor(threads) as pool:
        began = time.perf_counter()
        list(pool.map(lambda _n: _work_through(eyebright, plan, film), range(threads)))
        seconds = time.perf_counter() - began
    times = threads * FILM_SECONDS / seconds
    return Pace(
        name=plan.name,
        frames=frames,
        times_real_time=times,
        shares={part: spent / whole for part, spent in watch.seconds.items()},
        dollars=1000.0 / times * OUR_DOLLARS_AN_HOUR,
        aws_dollars=1000.0 * 60 * AWS_DOLLARS_A_MINUTE,
    )


def _work_through(
    eyebright: LocalEyebright,
    plan: Plan,
    film: Path,
    watch: Watch | None = None,
    tell: Callable[[], None] = lambda: None,
) -> int:
    """Frames looked at."""
    rooms, clock, frames = eyebright.rooms, watch or Watch(), 0
    with VideoReader.open(film) as video:
        context = Context(
            scope=eyebright.scope,
            sight=replace(rooms.sight, faces=WatchedVision(rooms.sight.faces, clock)),
            collections=rooms.collections,
            search=cast("FaceSearch", WatchedSearch(rooms.search, clock)),
            celebrities=rooms.celebrities,
            info=video.info,
        )
        work = WORKS[plan.kind].begin(context, plan.settings, None)
        pictures = video.frames(
            plan.policy or work.policy,
            longest_side=1920,
            thumbnail_wh=WORKS[plan.kind].frame_wh,
        )
        while True:
            with clock.on("decode"):
                frame = next(pictures, None)
            if frame is None:
                break
            work.look(frame)
            frames += 1
            tell()
        work.finish()
    return frames


def _memory(eyebright: LocalEyebright, film: Path, long_film: Path) -> dict[str, float]:
    """Resident megabytes after five minutes of a two-hour film, and at its end."""
    _repeat(film, long_film, LONG_FILM_SECONDS // FILM_SECONDS)
    process = psutil.Process()  # type: ignore[no-untyped-call]
    seen: list[float] = []
    _work_through(
        eyebright, PLANS[0], long_film, tell=lambda: seen.append(process.memory_info().rss / 1e6)
    )
    gc.collect()
    early = seen[50]
    return {"after_5_minutes_mb": early, "at_the_end_mb": seen[-1], "growth_mb": seen[-1] - early}


def _repeat(film: Path, target: Path, times: int) -> None:
    """The same packets one after another, with later times."""
    with av.open(str(film)) as source, av.open(str(target), "w") as copy:
        stream = source.streams.video[0]
        out = copy.add_stream_from_template(stream)
        length = round(FILM_SECONDS / stream.time_base) if stream.time_base else 0
        for turn in range(times):
            source.seek(0)
            for packet in source.demux(stream):
                if packet.dts is None or packet.pts is None:
                    continue
                packet.pts += turn * length
                packet.dts += turn * length
                packet.stream = out
                copy.mux(packet)


if __name__ == "__main__":
    main()
