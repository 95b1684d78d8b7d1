"""Jobs on bad films, from stores that fail, on full disks and under clocks that jump: they end with
a reason or go on where they were, and nothing is lost or told twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from sqlalchemy import event

from eyebright.errors import SourceUnavailable, StorageError
from eyebright.jobs.values import Claim, JobState
from eyebright.sources.objects import StoredObject, open_ranges
from eyebright.testing.clock import FixedClock
from eyebright.testing.videos import write_video
from eyebright.testing.videos_desk import Studio, open_studio, shot
from eyebright.videojobs.faces import VideoFace
from eyebright.videojobs.values import VideoJob, VideoKind, VideoObject, VideoRequest

KIND = VideoKind.FACE_DETECTION
PIECE = 1 << 16
"""Bytes fetched at once."""


def ask(studio: Studio, name: str) -> VideoJob:
    request = VideoRequest(KIND, VideoObject("films", name))
    return studio.desk.get(studio.scope, KIND, studio.desk.ask(studio.scope, request))


def again(studio: Studio, job: VideoJob) -> VideoJob:
    """The job as it is now."""
    return studio.desk.get(studio.scope, KIND, job.job_id)


def claim(studio: Studio) -> Claim:
    found = studio.queue.claim("w", kinds=studio.runner.kinds)
    assert found is not None
    return found


def advance(studio: Studio, seconds: float) -> None:
    assert isinstance(studio.clock, FixedClock)
    studio.clock.advance(seconds)


def work_off(studio: Studio) -> None:
    """All that can be claimed, pauses and leases passing in no time."""
    for _ in range(10):
        while (one := studio.queue.claim("w", kinds=studio.runner.kinds)) is not None:
            studio.runner.run(one)
        advance(studio, 60)


def found(studio: Studio, job: VideoJob) -> list[tuple[int, tuple[float, ...]]]:
    done = again(studio, job)
    assert done.state is JobState.SUCCEEDED, done.message
    rows = studio.desk.results(studio.scope, done, VideoFace, start=0, limit=9999, ranked=False)
    assert len(rows) == done.results > 0
    return [(row.at_ms, row.item.box_xyxy) for row in rows]


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Studio]:
    """Writes a checkpoint after every frame."""
    opened = open_studio(tmp_path, save_seconds=-1)
    yield opened
    opened.rooms.database.close()


def test_a_film_without_pictures_fails_with_the_reason(studio: Studio) -> None:
    with av.open(str(studio.films / "radio.mp4"), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        assert isinstance(stream, av.AudioStream)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        sound.sample_rate, sound.pts = 8000, 0
        container.mux(stream.encode(sound))
        container.mux(stream.encode())
    job = ask(studio, "radio.mp4")
    work_off(studio)
    done = again(studio, job)
    assert (done.state, "no video" in done.message) == (JobState.FAILED, True)


@pytest.mark.parametrize("name", ["early.ts", "early.mp4"])
def test_times_before_zero_are_no_times_before_the_film(studio: Studio, name: str) -> None:
    """A transport stream just begins earlier; an MP4 shows only what is from zero on."""
    with av.open(str(studio.films / name), "w", options={"avoid_negative_ts": "disabled"}) as film:
        stream = film.add_stream("libx264", rate=10)
        stream.pix_fmt, stream.height, stream.width = "yuv420p", 160, 320
        stream.codec_context.time_base = Fraction(1, 90_000)
        for number in range(30):
            frame = av.VideoFrame.from_ndarray(shot(("Ada",)), format="rgb24")
            frame.pts, frame.time_base = (number - 15) * 9000, Fraction(1, 90_000)
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
    job = ask(studio, name)
    work_off(studio)
    seconds = {"early.ts": 3, "early.mp4": 1.5}[name]
    assert [at for at, _ in found(studio, job)] == list(range(0, int(1000 * seconds), 500))


class _Store:
    """Sources whose one bucket is there, or not."""

    def __init__(self, film: bytes, lasts: int) -> None:
        """lasts: requests that are answered before the bucket is gone."""
        self._film = film
        self.lasts = lasts

    def open_object(self, bucket: str, key: str, **_given: object) -> StoredObject:
        def fetch(first: int, last: int) -> bytes:
            self._require()
            return self._film[first : last + 1]

        self._require()
        assert (bucket, key) == ("films", "a.ts")
        return open_ranges(len(self._film), fetch)

    def _require(self) -> None:
        self.lasts -= 1
        if self.lasts < 0:
            raise SourceUnavailable("films/a.ts: there is no such bucket.")


def test_a_bucket_that_is_gone_half_way_is_asked_again_and_nothing_is_lost(
    busy: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eyebright.sources.objects._PIECE_BYTES", PIECE)
    chance = np.random.default_rng(7)
    noise = [shot(("Ada",)) for _ in range(40)]
    for picture in noise:  # so that the film is larger than what is fetched at once
        picture[80:, 160:] = chance.integers(0, 256, (80, 160, 3), np.uint8)
    path = write_video(busy.films / "whole.ts", noise, frame_rate=10, keyframe_every=1)
    assert path.stat().st_size > 2.5 * PIECE
    store = _Store(path.read_bytes(), lasts=1000)
    busy.runner._sources = store  # type: ignore[assignment]
    undisturbed = ask(busy, "a.ts")
    work_off(busy)
    requests = 1000 - store.lasts
    assert requests >= 4
    for lasts in range(1, requests):
        store.lasts = lasts
        job = ask(busy, "a.ts")
        busy.runner.run(claim(busy))
        waiting = again(busy, job)
        assert (waiting.state, waiting.message) == (
            JobState.QUEUED,
            "films/a.ts: there is no such bucket.",
        )
        store.lasts = 1000
        work_off(busy)
        assert found(busy, job) == found(busy, undisturbed)


def test_a_bucket_that_stays_away_fails_its_job_with_the_reason(busy: Studio) -> None:
    busy.runner._sources = _Store(b"", lasts=0)  # type: ignore[assignment]
    job = ask(busy, "a.ts")
    work_off(busy)
    done = again(busy, job)
    assert (done.state, done.message) == (JobState.FAILED, "films/a.ts: there is no such bucket.")


@contextmanager
def full_disk(studio: Studio, *, pages_left: int) -> Iterator[None]:
    """The database may grow by so many pages and no more."""
    engine = studio.rooms.database._engine
    with studio.rooms.database.read() as connection:
        limit = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one()) + pages_left

    def bound(raw: object, *_: object) -> None:
        raw.execute(f"PRAGMA max_page_count = {limit}")  # type: ignore[attr-defined]

    def unbound(raw: object, *_: object) -> None:
        raw.execute("PRAGMA max_page_count = 1073741823")  # type: ignore[attr-defined]

    event.listen(engine, "checkout", bound)
    try:
        yield
    finally:
        event.remove(engine, "checkout", bound)
        event.listen(engine, "checkout", unbound)


def test_a_full_disk_holds_a_job_up_and_loses_nothing(busy: Studio) -> None:
    busy.film("a.mp4", [(("Ada", "Ben", "Cleo"), 400)])
    undisturbed = ask(busy, "a.mp4")
    work_off(busy)
    job = ask(busy, "a.mp4")
    with full_disk(busy, pages_left=3):
        taken = claim(busy)
        with suppress(StorageError):  # when not even the reason can be written
            busy.runner.run(taken)
        part = again(busy, job)
        assert part.state.is_open
        assert 0 < part.results < len(found(busy, undisturbed))
    work_off(busy)
    assert found(busy, job) == found(busy, undisturbed)


def test_a_disk_that_stays_full_fails_its_job_with_the_reason(busy: Studio) -> None:
    busy.film("a.mp4", [(("Ada", "Ben", "Cleo"), 400)])
    job = ask(busy, "a.mp4")
    with full_disk(busy, pages_left=3):
        for _ in range(5):
            with suppress(StorageError):
                busy.runner.run(claim(busy))
            advance(busy, 60)
        busy.queue.claim("w", kinds=busy.runner.kinds)
    done = again(busy, job)
    assert done.state is JobState.FAILED
    assert "The disk is full" in done.message


@pytest.mark.parametrize("jump", [-86_400, -31, 31, 86_400])
def test_a_clock_that_jumps_in_the_middle_of_a_job_changes_nothing(
    busy: Studio, jump: float
) -> None:
    busy.film("a.mp4", [(("Ada",), 60)])
    undisturbed = ask(busy, "a.mp4")
    work_off(busy)
    job = ask(busy, "a.mp4")
    busy.runner.run(claim(busy), stop=_once(lambda: advance(busy, jump)))
    assert found(busy, job) == found(busy, undisturbed)


@pytest.mark.parametrize("jump", [-86_400, 86_400])
def test_two_workers_of_one_job_after_a_jump_tell_nothing_twice(busy: Studio, jump: float) -> None:
    """The clock ended the lease of a worker that is alive, and another took the job."""
    busy.film("a.mp4", [(("Ada",), 60)])
    undisturbed = ask(busy, "a.mp4")
    work_off(busy)
    job = ask(busy, "a.mp4")

    def overtaken() -> None:
        advance(busy, jump)
        busy.runner.run(claim(busy))

    busy.runner.run(claim(busy), stop=_once(overtaken))
    assert found(busy, job) == found(busy, undisturbed)


def _once(act: Callable[[], None]) -> Callable[[], bool]:
    """A `stop` that never stops, but does this after the fourth frame."""
    frames = iter(range(1000))

    def stop() -> bool:
        if next(frames) == 3:
            act()
        return False

    return stop
