"""Segment detection over real videos and a real database; only the net is a fake."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from eyebright.analysis.segments.values import CueKind
from eyebright.errors import PackNotInstalled
from eyebright.geometry.arrays import ByteArray
from eyebright.jobs.values import JobState
from eyebright.testing.pictures import PEOPLE
from eyebright.testing.sight import fake_sight
from eyebright.testing.videos import write_video
from eyebright.testing.videos_desk import Studio
from eyebright.videojobs.segments import Segment, transitions_of
from eyebright.videojobs.values import VideoJob, VideoKind, VideoObject, VideoRequest
from eyebright.videojobs.work import Timed

KIND = VideoKind.SEGMENT_DETECTION


def still(seed: int, frames: int) -> list[ByteArray]:
    patches = np.random.default_rng(seed).integers(30, 225, (6, 8, 3)).astype(np.uint8)
    return [np.ascontiguousarray(patches.repeat(16, axis=0).repeat(16, axis=1))] * frames


def mixed(before: ByteArray, after: ByteArray, frames: int) -> list[ByteArray]:
    shares = [(number + 1) / (frames + 1) for number in range(frames)]
    return [((1 - share) * before + share * after).astype(np.uint8) for share in shares]


@pytest.fixture
def film(studio: Studio) -> str:
    """Black to frame 11, a cut at 12, a dissolve from 60 on, a cut at 110, 130 frames."""
    first, second = still(1, 48), still(2, 35)
    pictures = [np.zeros((96, 128, 3), np.uint8)] * 12 + first
    pictures += mixed(first[0], second[0], 15) + second + still(3, 20)
    write_video(studio.films / "a.mp4", pictures, frame_rate=25, keyframe_every=10)
    return "a.mp4"


def request(name: str, **settings: Any) -> VideoRequest:
    return VideoRequest(KIND, VideoObject("films", name), settings)


def done(studio: Studio, name: str, *, stop: bool = False, **settings: Any) -> VideoJob:
    job_id = studio.desk.ask(studio.scope, request(name, **settings))
    turns = itertools.count()
    while (claim := studio.queue.claim("w", kinds=studio.runner.kinds)) is not None:
        studio.runner.run(claim, stop=lambda: stop)
        assert next(turns) < 200
    job: VideoJob = studio.desk.get(studio.scope, KIND, job_id)
    assert job.state is JobState.SUCCEEDED, job.message
    return job


def segments(studio: Studio, job: VideoJob) -> list[Timed[Segment]]:
    return list(studio.desk.results(studio.scope, job, Segment, start=0, limit=1000, ranked=True))


def stretches(found: list[Timed[Segment]]) -> list[tuple[int, int]]:
    return [(one.item.stretch.start_frame, one.item.stretch.end_frame) for one in found]


def test_shots_and_cues_are_told_in_the_order_asked_then_by_time(studio: Studio, film: str) -> None:
    found = segments(studio, done(studio, film, kinds=["CUE", "SHOT"]))
    kinds = [one.item.cue.kind if one.item.cue else None for one in found]
    assert kinds == [CueKind.BLACK, CueKind.CONTENT, None, None, None, None]
    assert stretches(found)[:3] == [(0, 11), (0, 129), (0, 11)]
    found = found[1:]
    starts = [start for start, _ in stretches(found)[1:]]
    assert starts[:2] == [0, 12]
    assert abs(starts[2] - 60) <= 1
    assert starts[3] == 110
    ends = [end for _, end in stretches(found)[1:]]
    assert ends == [*(start - 1 for start in starts[1:]), 129]
    assert [one.item.shot.index for one in found[1:] if one.item.shot] == [0, 1, 2, 3]
    assert [one.at_ms for one in found[1:3]] == [0, 480]


def test_a_job_that_is_stopped_after_every_frame_finds_what_an_undisturbed_one_finds(
    studio: Studio, film: str
) -> None:
    undisturbed = segments(studio, done(studio, film))
    assert len(undisturbed) == 6
    assert segments(studio, done(studio, film, stop=True)) == undisturbed


@pytest.fixture
def titled(studio: Studio) -> str:
    """Six seconds of one picture and four of a line that rises over black; 10 frames a second."""
    pictures = still(1, 60)
    for number in range(40):
        dark = np.zeros((96, 128, 3), np.uint8)
        top = 60 - number
        dark[top : top + 20, 40:60] = PEOPLE["Ada"]
        pictures.append(dark)
    write_video(studio.films / "titled.mp4", pictures, frame_rate=10)
    return "titled.mp4"


def test_end_credits_are_told_however_often_the_job_is_stopped(studio: Studio, titled: str) -> None:
    undisturbed = segments(studio, done(studio, titled, kinds=["CUE"]))
    kinds = [one.item.cue.kind for one in undisturbed if one.item.cue]
    assert kinds == [CueKind.CONTENT, CueKind.END_CREDITS]
    assert stretches(undisturbed) == [(0, 59), (60, 99)]
    assert segments(studio, done(studio, titled, stop=True, kinds=["CUE"])) == undisturbed


def test_only_the_kinds_that_are_wanted_are_found(studio: Studio, film: str) -> None:
    cues = segments(studio, done(studio, film, kinds=["CUE"]))
    assert stretches(cues) == [(0, 11), (0, 129)]
    shots = segments(studio, done(studio, film, kinds=["SHOT"]))
    assert [one.item.cue for one in shots] == [None] * 4


def test_unsure_segments_are_left_out_and_shots_keep_their_numbers(
    studio: Studio, film: str
) -> None:
    every = segments(studio, done(studio, film, kinds=["SHOT"]))
    scores = [one.item.stretch.score for one in every]
    least = sorted(scores)[1] + 1e-6
    sure = segments(studio, done(studio, film, kinds=["SHOT"], min_shot_score=least))
    assert 0 < len(sure) < len(every)
    assert sure == [one for one in every if one.item.stretch.score >= least]


def test_without_the_pack_there_are_hard_cuts_and_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def missing() -> Any:
        raise PackNotInstalled("The pack shots is not installed.")

    assert transitions_of(replace(fake_sight(), transitions=missing)) is None
    assert "Only hard cuts" in caplog.text
