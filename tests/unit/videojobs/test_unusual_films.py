"""Segments of films of unusual kinds: numbers and times against PyAV's own, names of frames against
names that are counted one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream

from eyebright.analysis.segments.values import THUMBNAIL_WH, Cue, CueKind, Shot
from eyebright.geometry.arrays import ByteArray
from eyebright.rekognition.shapes.video_segments import segment_json
from eyebright.video.reader import VideoReader
from eyebright.video.values import VideoInfo
from eyebright.videojobs.segments import Eyes, Segment, SegmentSettings, SegmentWork

Pictures = list[ByteArray]


def still(seed: int, frames: int, size_wh: tuple[int, int] = (128, 96)) -> Pictures:
    width, height = size_wh
    patches = np.random.default_rng(seed).integers(40, 225, (6, 8, 3)).astype(np.uint8)
    whole = patches.repeat(-(-height // 6), axis=0).repeat(-(-width // 8), axis=1)
    return [np.ascontiguousarray(whole[:height, :width])] * frames


def black(frames: int) -> Pictures:
    return [np.zeros((96, 128, 3), np.uint8)] * frames


@dataclass(frozen=True, slots=True)
class Kind:
    """How a film is written. options: the encoder's."""

    rate: Fraction = Fraction(25)
    codec: str = "libx264"
    pixels: str = "yuv420p"
    ending: str = "mp4"
    options: tuple[tuple[str, str], ...] = ()


def write(path: Path, pictures: Pictures, kind: Kind, steps: Sequence[int] | None = None) -> Path:
    """steps: frames of the rate that each is shown for; one each otherwise."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(kind.codec, rate=kind.rate, options=dict(kind.options))
        assert isinstance(stream, VideoStream)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = kind.pixels
        stream.codec_context.time_base = 1 / kind.rate
        at = 0
        for number, pixels in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = at, 1 / kind.rate
            container.mux(stream.encode(frame))
            at += steps[number] if steps else 1
        container.mux(stream.encode())
    return path


@dataclass(frozen=True, slots=True)
class Seen:
    info: VideoInfo
    shots: list[Shot]
    cues: list[Cue]


def seen(film: Path, settings: SegmentSettings | None = None) -> Seen:
    """Hard cuts, black frames and bars; no pack is installed."""
    with VideoReader.open(film) as video:
        work = SegmentWork(settings or SegmentSettings(), Eyes())
        found = [
            one.item
            for frame in video.frames(work.policy, thumbnail_wh=THUMBNAIL_WH)
            for one in work.look(frame)
        ]
        found += [one.item for one in work.finish()]
        shots = [one.shot for one in found if one.shot is not None]
        cues = [one.cue for one in found if one.cue is not None]
        return Seen(video.info, shots, cues)


def times_of(film: Path) -> list[int]:
    """Milliseconds of all frames, from the first."""
    with av.open(str(film)) as container:
        times = [
            Fraction(frame.pts or 0) * Fraction(frame.time_base or 1)
            for frame in container.decode(video=0)
        ]
    return [int((one - times[0]) * 1000) for one in times]


def names(per_second: int, *, drops: int) -> Iterator[str]:
    """The names of frames, counted: each minute but the tenth leaves out its first ones."""
    mark = ";" if drops else ":"
    for minute in range(24 * 60):
        for second in range(60):
            skipped = drops if second == 0 and minute % 10 else 0
            for number in range(skipped, per_second):
                yield f"{minute // 60:02}:{minute % 60:02}:{second:02}{mark}{number:02}"


def whole(found: Seen, film: Path) -> list[int]:
    """Asserts that the shots are the film, one after another, and answers with their starts."""
    times = times_of(film)
    assert found.shots
    assert [shot.index for shot in found.shots] == list(range(len(found.shots)))
    assert found.shots[0].start_frame == 0
    assert found.shots[-1].end_frame == len(times) - 1
    for before, after in zip(found.shots, found.shots[1:], strict=False):
        assert before.end_frame + 1 == after.start_frame
    stretches: list[Shot | Cue] = [*found.shots, *found.cues]
    for shot in stretches:
        assert (shot.start_ms, shot.end_ms) == (times[shot.start_frame], times[shot.end_frame])
        assert 0.5 <= shot.score <= 1
    return [shot.start_frame for shot in found.shots]


KINDS = {
    "plain": Kind(),
    "120 a second": Kind(rate=Fraction(120)),
    "23.976": Kind(rate=Fraction(24000, 1001)),
    "29.97": Kind(rate=Fraction(30000, 1001)),
    "59.94": Kind(rate=Fraction(60000, 1001)),
    "one a second": Kind(rate=Fraction(1)),
    "interlaced": Kind(options=(("x264-params", "tff=1"),)),
    "10 bits": Kind(pixels="yuv420p10le"),
    "grey": Kind(codec="ffv1", pixels="gray", ending="mkv"),
    "grey, 10 bits": Kind(codec="ffv1", pixels="gray10le", ending="mkv"),
    "see-through": Kind(codec="qtrle", pixels="argb", ending="mov"),
    "intermediate": Kind(codec="prores_ks", pixels="yuv422p10le", ending="mov"),
    "transport stream": Kind(ending="ts"),
    "pictures": Kind(codec="mjpeg", pixels="yuvj420p", ending="avi"),
    "few colours": Kind(codec="gif", pixels="rgb8", ending="gif"),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_of_film_is_cut_where_it_is_cut(kind: Kind, tmp_path: Path) -> None:
    film = write(
        tmp_path / f"film.{kind.ending}",
        still(1, 30) + still(2, 20) + black(10) + still(3, 20),
        kind,
    )
    found = seen(film)
    assert whole(found, film) == [0, 30, 50, 60]
    told = [cue for cue in found.cues if cue.kind is CueKind.BLACK]
    assert [(cue.start_frame, cue.end_frame) for cue in told] == [(50, 59)]


@pytest.mark.parametrize("size_wh", [(127, 95), (31, 401), (401, 31), (2, 2)])
def test_films_of_odd_sides_and_shapes_are_cut_where_they_are_cut(
    size_wh: tuple[int, int], tmp_path: Path
) -> None:
    kind = Kind(codec="ffv1", pixels="yuv444p", ending="mkv")
    film = write(tmp_path / "film.mkv", still(1, 20, size_wh) + still(2, 20, size_wh), kind)
    assert whole(seen(film), film) == [0, 20]


def test_a_portrait_that_is_rotated_is_cut_where_it_is_cut(tmp_path: Path) -> None:
    upright = write(tmp_path / "plain.mp4", still(1, 20) + still(2, 20), Kind())
    film = tmp_path / "turned.mp4"
    with av.open(str(upright)) as source, av.open(str(film), "w") as copy:
        stream = copy.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                copy.mux(packet)
    film.write_bytes(_turned(film.read_bytes()))
    with VideoReader.open(film) as video:
        assert next(iter(video.frames(SegmentWork.policy))).pixels.shape[:2] == (128, 96)
    assert whole(seen(film), film) == [0, 20]


def _turned(film: bytes) -> bytes:
    """With the matrix of its track turned by 90 degrees, as telephones write it."""
    one, none = (0x10000).to_bytes(4, "big"), bytes(4)
    minus = (0xFFFF0000).to_bytes(4, "big")
    last = (0x40000000).to_bytes(4, "big")
    plain = one + none * 3 + one + none * 3 + last
    at = film.rindex(plain)
    turned = none + one + none + minus + none * 4 + last
    return film[:at] + turned + film[at + len(plain) :]


@pytest.mark.parametrize("frames", [*range(1, 11)])
@pytest.mark.parametrize("make", [black, lambda frames: still(1, frames)], ids=["black", "bright"])
def test_the_shortest_films_are_one_shot(
    make: Callable[[int], Pictures], frames: int, tmp_path: Path
) -> None:
    film = write(tmp_path / "film.mkv", make(frames), Kind(codec="ffv1", ending="mkv"))
    found = seen(film)
    assert whole(found, film) == [0]
    assert found.shots[0].score == 1


def test_a_film_that_is_all_black_is_one_shot_and_one_cue(tmp_path: Path) -> None:
    film = write(tmp_path / "film.mp4", black(100), Kind())
    found = seen(film)
    assert whole(found, film) == [0]
    assert [(cue.kind, cue.start_frame, cue.end_frame) for cue in found.cues] == [
        (CueKind.BLACK, 0, 99)
    ]


def test_flashes_and_slow_fades_are_no_cuts(tmp_path: Path) -> None:
    bright = [np.full((96, 128, 3), 255, np.uint8)]
    scene = still(1, 1)[0]
    fade = [(scene * (1 - number / 50)).astype(np.uint8) for number in range(50)]
    pictures = still(1, 30) + bright + still(1, 30) + bright * 3 + still(1, 30) + fade
    film = write(tmp_path / "film.mp4", pictures, Kind())
    assert whole(seen(film), film) == [0]


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_times_at_a_variable_rate_are_those_of_the_frames(ending: str, tmp_path: Path) -> None:
    steps = [1, 4, 2, 7, 1] * 12
    kind = Kind(rate=Fraction(100), ending=ending)
    film = write(tmp_path / f"film.{ending}", still(1, 25) + still(2, 35), kind, steps)
    found = seen(film)
    assert whole(found, film) == [0, 25]
    assert found.shots[1].start_ms == pytest.approx(10 * sum(steps[:25]), abs=1)


@pytest.mark.parametrize(
    ("rate", "per_second", "drops"),
    [
        (Fraction(24000, 1001), 24, 0),
        (Fraction(25), 25, 0),
        (Fraction(30000, 1001), 30, 2),
        (Fraction(30), 30, 0),
        (Fraction(50), 50, 0),
        (Fraction(60000, 1001), 60, 4),
        (Fraction(120), 120, 0),
    ],
)
def test_frames_have_the_names_that_counting_gives_them(
    rate: Fraction, per_second: int, drops: int, tmp_path: Path
) -> None:
    film = write(tmp_path / "film.mp4", still(1, 3), Kind(rate=rate))
    with VideoReader.open(film) as video:
        info = video.info
    last = 11 * 60 * per_second
    for number, name in enumerate(islice(names(per_second, drops=drops), last + 1)):
        if number % 997 and number % (60 * per_second) > 8:
            continue
        shot = Shot(0, number, number, 0, 0, 1.0)
        told = segment_json(Segment(0, shot=shot), info)
        assert told["StartTimecodeSMPTE"] == told["EndTimecodeSMPTE"] == name
        assert (told["StartFrameNumber"], told["DurationFrames"]) == (number, 0)


def test_only_segments_that_are_sure_enough_are_told(tmp_path: Path) -> None:
    film = write(tmp_path / "film.mp4", still(1, 20) + black(10) + still(2, 20), Kind())
    everything = seen(film)
    assert len(everything.shots) > 1
    scores = sorted(shot.score for shot in everything.shots)
    for least in (0.5, scores[0], scores[-1], 1.0):
        settings = SegmentSettings(min_shot_score=least, min_cue_score=least)
        found = seen(film, settings)
        assert found.shots == [one for one in everything.shots if one.score >= least]
        assert found.cues == [one for one in everything.cues if one.score >= least]
