"""Jobs over real videos and a real database; the sight is the published fake."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

import pytest

from eyebright.jobs.values import JobState
from eyebright.testing.clock import FixedClock
from eyebright.testing.videos_desk import Studio, open_studio
from eyebright.videojobs.faces import FACE_DETECTION, VideoFace
from eyebright.videojobs.values import VideoJob, VideoKind, VideoObject, VideoRequest
from eyebright.videojobs.work import Timed

KIND = VideoKind.FACE_DETECTION


def request(name: str, **settings: Any) -> VideoRequest:
    return VideoRequest(KIND, VideoObject("films", name), settings)


def ask_and_run(studio: Studio, name: str, **settings: Any) -> VideoJob:
    job_id = studio.desk.ask(studio.scope, request(name, **settings))
    run_all(studio)
    job: VideoJob = studio.desk.get(studio.scope, KIND, job_id)
    return job


def advance(studio: Studio, seconds: float) -> None:
    assert isinstance(studio.clock, FixedClock)
    studio.clock.advance(seconds)


def run_all(studio: Studio) -> None:
    while (claim := studio.queue.claim("w", kinds=studio.runner.kinds)) is not None:
        studio.runner.run(claim)


def faces(studio: Studio, job: VideoJob) -> list[Timed[VideoFace]]:
    return list(
        studio.desk.results(studio.scope, job, VideoFace, start=0, limit=1000, ranked=False)
    )


def test_every_face_of_every_half_second_is_there(studio: Studio) -> None:
    studio.film("a.mp4", [(("Ada", "Ben"), 12), ((), 5), (("Cleo",), 8)])
    job = ask_and_run(studio, "a.mp4", attributes=["SMILE", "FACE_OCCLUDED"])
    assert (job.state, job.message, job.results) == (JobState.SUCCEEDED, "", 7)
    assert job.summary is not None
    assert job.summary.info.size_wh == (320, 160)
    assert job.summary.info.frame_rate == Fraction(10)
    found = faces(studio, job)
    assert [one.at_ms for one in found] == [0, 0, 500, 500, 1000, 1000, 2000]
    assert set(found[0].item.description.answers) == {"SMILE"}


def test_a_job_that_is_stopped_after_every_frame_finds_what_an_undisturbed_one_finds(
    studio: Studio,
) -> None:
    studio.film("a.mp4", [(("Ada", "Ben"), 12), ((), 5), (("Cleo",), 18)])
    undisturbed = faces(studio, ask_and_run(studio, "a.mp4"))
    job_id = studio.desk.ask(studio.scope, request("a.mp4"))
    turns = itertools.count()
    while (claim := studio.queue.claim("w", kinds=studio.runner.kinds)) is not None:
        studio.runner.run(claim, stop=lambda: True)
        assert next(turns) < 50
    job = studio.desk.get(studio.scope, KIND, job_id)
    assert job.state is JobState.SUCCEEDED
    found = faces(studio, job)
    assert found
    assert [(one.at_ms, one.item.box_xyxy) for one in found] == [
        (one.at_ms, one.item.box_xyxy) for one in undisturbed
    ]


def test_what_is_kept_cannot_be_read_without_the_accounts_key(
    studio: Studio, tmp_path: Path
) -> None:
    studio.film("secret-name.mp4", [(("Ada",), 12)])
    job = ask_and_run(studio, "secret-name.mp4")
    assert job.results
    studio.rooms.database.scrub()
    content = b"".join(
        path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file()
    )
    assert b"secret-name" not in content
    assert b"box_xyxy" not in content


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("letter.mp4", b"not a film at all\n" * 50, "cannot be opened as a video"),
        ("empty.mp4", b"", "cannot be opened as a video"),
    ],
)
def test_what_is_no_video_fails_at_once_with_the_reason(
    studio: Studio, name: str, content: bytes, message: str
) -> None:
    (studio.films / name).write_bytes(content)
    job = ask_and_run(studio, name)
    assert job.state is JobState.FAILED
    assert message in job.message


def test_a_bucket_that_is_gone_is_tried_again_and_then_given_up(studio: Studio) -> None:
    job_id = studio.desk.ask(studio.scope, request("gone.mp4"))
    for _ in range(5):
        run_all(studio)
        advance(studio, 60)
    job = studio.desk.get(studio.scope, KIND, job_id)
    assert job.state is JobState.FAILED
    assert "S3" in job.message


def test_a_video_that_was_cut_off_gives_what_there_is_and_says_so(studio: Studio) -> None:
    path = studio.film("a.mkv", [(("Ada",), 60)])
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    job = ask_and_run(studio, "a.mkv")
    assert job.state is JobState.SUCCEEDED
    assert 1 <= job.results < 12


def test_a_fault_of_ours_fails_the_job_and_not_its_worker(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> NoReturn:
        raise KeyError("a mistake")

    works = {KIND: replace(FACE_DETECTION, begin=broken)}
    studio = open_studio(tmp_path, works=works)
    studio.film("a.mp4", [(("Ada",), 4)])
    job_id = studio.desk.ask(studio.scope, request("a.mp4"))
    for _ in range(5):
        run_all(studio)
        advance(studio, 60)
    job = studio.desk.get(studio.scope, KIND, job_id)
    assert (job.state, job.message) == (JobState.FAILED, "Internal error: KeyError")
    assert "a mistake" in caplog.text
    studio.rooms.database.close()
