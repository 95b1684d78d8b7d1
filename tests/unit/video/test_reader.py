"""The reader against videos made on the spot; the oracle of sampling is decoding everything."""

from __future__ import annotations

import io
import re
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from eyebright.errors import InvalidInput, InvalidVideo, VideoTooLarge
from eyebright.testing.videos import number_of, numbered_picture, write_video
from eyebright.video.reader import VideoLimits, VideoReader
from eyebright.video.sampling import Every, EveryFrame, Keyframes, Policy, per_second
from eyebright.video.values import Frame


def read(path: Path, policy: Policy | None = None) -> list[Frame]:
    with VideoReader.open(path) as video:
        return list(video.frames(policy or EveryFrame()))


def make(path: Path, count: int = 50, **how: object) -> Path:
    return write_video(path, (numbered_picture(n) for n in range(count)), **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("v.mp4", "libx264"),
        ("v.mov", "libx264"),
        ("v.mkv", "libx265"),
        ("v.webm", "libvpx-vp9"),
        ("v.mp4", "libsvtav1"),
    ],
)
def test_every_frame_of_every_container_and_codec_comes_in_order(
    tmp_path: Path, name: str, codec: str
) -> None:
    frames = read(make(tmp_path / name, 20, codec=codec))
    assert [number_of(frame.pixels) for frame in frames] == list(range(20))
    assert [frame.milliseconds for frame in frames] == [40 * n for n in range(20)]


def test_what_the_container_says(tmp_path: Path) -> None:
    with VideoReader.open(make(tmp_path / "v.mp4", frame_rate=Fraction(30000, 1001))) as video:
        info = video.info
    assert (info.format, info.codec, info.size_wh) == ("QuickTime / MOV", "h264", (128, 96))
    assert info.frame_rate == Fraction(30000, 1001)
    assert info.duration_seconds == pytest.approx(50 * 1001 / 30000, abs=0.001)
    assert (info.colour_range, info.audio) == ("LIMITED", ())


@pytest.mark.parametrize("keyframe_every", [1, 7, 12, 250])
@pytest.mark.parametrize("step", [Fraction(1, 10), Fraction(1, 2), Fraction(7, 10), Fraction(6)])
def test_sampled_frames_are_those_that_decoding_everything_would_choose(
    tmp_path: Path, keyframe_every: int, step: Fraction
) -> None:
    path = make(tmp_path / "v.mp4", 56, keyframe_every=keyframe_every)
    chosen, due = [], Fraction(0)
    for frame in read(path):
        if frame.seconds >= due:
            chosen.append((frame.seconds, number_of(frame.pixels)))
            due = Every(step).due_after(frame.seconds)
    assert chosen
    sampled = read(path, Every(step))
    assert [(frame.seconds, number_of(frame.pixels)) for frame in sampled] == chosen


@pytest.mark.parametrize("policy", [EveryFrame(), Keyframes(), Every(Fraction(1, 3))])
@pytest.mark.parametrize("done", [1, 3, 5])
def test_reading_goes_on_after_any_frame_as_if_it_had_never_stopped(
    tmp_path: Path, policy: Policy, done: int
) -> None:
    path = make(tmp_path / "v.mp4", 56, keyframe_every=8)
    whole = [(frame.seconds, number_of(frame.pixels)) for frame in read(path, policy)]
    assert len(whole) > done
    with VideoReader.open(path) as video:
        rest = list(video.frames(policy, after=whole[done - 1][0]))
    assert [(frame.seconds, number_of(frame.pixels)) for frame in rest] == whole[done:]


@pytest.mark.parametrize("done", [1, 7, 8, 9, 23, 40])
def test_reading_goes_on_where_frames_lie_behind_the_keyframe_that_follows_them(
    tmp_path: Path, done: int
) -> None:
    # x265 makes open groups of pictures: some frames need the keyframes before and after them
    path = make(tmp_path / "v.mkv", 56, codec="libx265", keyframe_every=8)
    whole = [(frame.seconds, number_of(frame.pixels)) for frame in read(path)]
    assert [number for _, number in whole] == list(range(56))
    with VideoReader.open(path) as video:
        rest = list(video.frames(EveryFrame(), after=whole[done - 1][0]))
    assert [(frame.seconds, number_of(frame.pixels)) for frame in rest] == whole[done:]


def test_thumbnails_have_the_size_that_was_asked_for_and_the_same_picture(tmp_path: Path) -> None:
    with VideoReader.open(make(tmp_path / "v.mp4", 5)) as video:
        frames = list(video.frames(EveryFrame(), thumbnail_wh=(16, 9)))
    assert [frame.pixels.shape for frame in frames] == [(9, 16, 3)] * 5
    shown = [float(numbered_picture(number).mean()) for number in range(5)]
    assert [float(frame.pixels.mean()) for frame in frames] == pytest.approx(shown, abs=3.0)


def test_after_the_last_frame_there_is_nothing_and_that_is_no_error(tmp_path: Path) -> None:
    path = make(tmp_path / "v.mp4", 10)
    last = read(path)[-1].seconds
    with VideoReader.open(path) as video:
        assert list(video.frames(EveryFrame(), after=last)) == []


def test_a_variable_frame_rate_keeps_its_times(tmp_path: Path) -> None:
    times = [Fraction(n * n, 100) for n in range(12)]
    frames = read(make(tmp_path / "v.mkv", 12, times=times))
    assert [frame.milliseconds for frame in frames] == [10 * n * n for n in range(12)]
    sampled = read(make(tmp_path / "w.mkv", 12, times=times), per_second(2))
    assert [number_of(frame.pixels) for frame in sampled] == [0, 8, 10]


def test_times_count_from_the_first_frame_whatever_the_container_starts_at(tmp_path: Path) -> None:
    times = [Fraction(5) + Fraction(n, 25) for n in range(10)]
    frames = read(make(tmp_path / "v.mkv", 10, times=times))
    assert [frame.milliseconds for frame in frames] == [40 * n for n in range(10)]


def test_keyframes_only(tmp_path: Path) -> None:
    frames = read(make(tmp_path / "v.mp4", 48, keyframe_every=12), Keyframes())
    assert [number_of(frame.pixels) for frame in frames] == [0, 12, 24, 36]


def test_large_frames_are_brought_down(tmp_path: Path) -> None:
    with VideoReader.open(make(tmp_path / "v.mp4", 3)) as video:
        shapes = [frame.pixels.shape for frame in video.frames(EveryFrame(), longest_side=64)]
    assert shapes == [(48, 64, 3)] * 3


def test_an_open_file_is_read_like_a_path(tmp_path: Path) -> None:
    data = make(tmp_path / "v.mp4", 5).read_bytes()
    with VideoReader.open(io.BytesIO(data)) as video:
        assert len(list(video.frames(EveryFrame()))) == 5


@pytest.mark.parametrize("content", [b"", b"this is a letter, not a film\n" * 100, b"\0" * 5000])
def test_what_is_no_video_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "v.mp4"
    path.write_bytes(content)
    with pytest.raises(InvalidVideo):
        VideoReader.open(path)


def test_a_file_with_sound_only_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "v.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        frame.sample_rate, frame.pts = 8000, 0
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with pytest.raises(InvalidVideo, match="no video"):
        VideoReader.open(path)


def test_a_missing_file_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        VideoReader.open(tmp_path / "none.mp4")


def test_a_file_that_was_cut_off_gives_what_there_is(tmp_path: Path) -> None:
    whole = make(tmp_path / "v.mkv", 50).read_bytes()
    path = tmp_path / "cut.mkv"
    path.write_bytes(whole[: len(whole) * 6 // 10])
    frames = read(path)
    assert 10 <= len(frames) < 50
    assert [number_of(frame.pixels) for frame in frames[:10]] == list(range(10))


def test_damage_in_the_middle_loses_some_frames_and_not_the_rest(tmp_path: Path) -> None:
    path = make(tmp_path / "v.ts", 50, keyframe_every=5)
    data = bytearray(path.read_bytes())
    start = len(data) // 2
    data[start : start + 3000] = b"\xff" * 3000
    path.write_bytes(data)
    numbers = [number_of(frame.pixels) for frame in read(path)]
    assert 20 <= len(numbers) < 50
    assert numbers[:5] == list(range(5))
    assert 49 in numbers


def test_limits_name_themselves(tmp_path: Path) -> None:
    path = make(tmp_path / "v.mp4")
    with pytest.raises(VideoTooLarge, match="limit of 1"):
        VideoReader.open(path, limits=VideoLimits(max_seconds=1))
    with pytest.raises(VideoTooLarge, match="128 x 96"):
        VideoReader.open(path, limits=VideoLimits(max_pixels=1000))


def test_an_endless_stream_ends_at_the_limit(tmp_path: Path) -> None:
    path = make(tmp_path / "v.mkv", 50)
    with VideoReader.open(path) as video:
        video._limits = VideoLimits(max_seconds=1)
        with pytest.raises(VideoTooLarge):
            list(video.frames(EveryFrame()))


@pytest.mark.parametrize(
    ("name", "codec", "keyframe_every"),
    [
        ("v.mp4", "libx264", 12),
        ("v.mp4", "libx264", 250),
        ("v.mkv", "libx265", 7),
        ("v.webm", "libvpx-vp9", 12),
        ("v.ts", "libx264", 12),
        ("v.mp4", "libsvtav1", 12),
    ],
)
def test_the_frame_of_a_moment_is_the_one_that_playing_shows(
    tmp_path: Path, name: str, codec: str, keyframe_every: int
) -> None:
    path = make(tmp_path / name, 50, codec=codec, keyframe_every=keyframe_every)
    for moment, number in ((0, 0), (39, 0), (40, 1), (500, 12), (1015, 25), (1960, 49), (1999, 49)):
        with VideoReader.open(path) as video:
            frame = video.frame_at(moment)
        assert (number_of(frame.pixels), frame.milliseconds) == (number, 40 * number), moment


def test_a_moment_that_a_frame_was_said_to_be_at_gives_that_frame(tmp_path: Path) -> None:
    path = make(tmp_path / "v.mp4", 50, frame_rate=Fraction(30000, 1001))
    for frame in read(path, Every(Fraction(1, 3))):
        with VideoReader.open(path) as video:
            again = video.frame_at(frame.milliseconds)
        assert number_of(again.pixels) == number_of(frame.pixels)


def test_there_is_no_frame_before_the_start_or_after_the_end(tmp_path: Path) -> None:
    path = make(tmp_path / "v.mp4", 50)
    for moment, reason in ((-1, "0 ms or later"), (2100, "ends after 2.000 seconds")):
        with (
            VideoReader.open(path) as video,
            pytest.raises(InvalidInput, match=re.escape(reason)),
        ):
            video.frame_at(moment)


def test_a_moment_too_far_from_a_keyframe_is_refused_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(tmp_path / "v.mp4", 50, keyframe_every=250)
    monkeypatch.setattr("eyebright.video.reader._MOST_DECODED", 20)
    with VideoReader.open(path) as video, pytest.raises(VideoTooLarge, match="no keyframes"):
        video.frame_at(1900)


@pytest.mark.parametrize("policy", [EveryFrame(), Every(Fraction(1))])
def test_a_file_that_was_cut_short_behind_its_index_says_so(policy: Policy, tmp_path: Path) -> None:
    noise = np.random.default_rng(1)
    pictures = [noise.integers(0, 255, (96, 128, 3)).astype(np.uint8) for _ in range(60)]
    whole = write_video(tmp_path / "whole.mp4", pictures)
    first = tmp_path / "first.mp4"
    with (
        av.open(str(whole)) as source,
        av.open(str(first), "w", options={"movflags": "faststart"}) as copy,
    ):
        stream = copy.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                copy.mux(packet)
    with VideoReader.open(first) as video:
        assert list(video.frames(policy))
        assert video.ended_early == ""
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(first.read_bytes()[: first.stat().st_size // 2])
    with VideoReader.open(cut) as video:
        assert list(video.frames(policy))
        assert "its index names 60 frames, but it holds" in video.ended_early


@pytest.mark.parametrize("as_text", [True, False])
def test_an_empty_file_is_said_to_be_empty(as_text: bool, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    with pytest.raises(InvalidVideo, match="the file is empty"):
        VideoReader.open(str(empty) if as_text else empty)
