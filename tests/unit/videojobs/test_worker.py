from __future__ import annotations

import time

from eyebright.jobs.values import JobState
from eyebright.sources.topics import Topics
from eyebright.testing.videos_desk import Studio
from eyebright.videojobs.values import VideoKind, VideoObject, VideoRequest
from eyebright.videojobs.worker import Worker

KIND = VideoKind.FACE_DETECTION


def test_workers_do_what_is_asked_and_stop_when_told(studio: Studio) -> None:
    studio.film("a.mp4", [(("Ada",), 8)])
    notices = studio.notices(Topics(endpoint="", region="us-east-1", webhooks={}))
    asked = []
    with Worker(studio.queue, studio.runner, notices=notices, threads=2) as worker:
        for _ in range(4):
            asked.append(
                studio.desk.ask(studio.scope, VideoRequest(KIND, VideoObject("films", "a.mp4")))
            )
            worker.wake()
        deadline = time.monotonic() + 120
        while any(studio.desk.get(studio.scope, KIND, one).state.is_open for one in asked):
            assert time.monotonic() < deadline
            time.sleep(0.02)
    states = [studio.desk.get(studio.scope, KIND, one).state for one in asked]
    assert states == [JobState.SUCCEEDED] * 4


def test_a_worker_that_is_told_to_stop_gives_its_job_back(studio: Studio) -> None:
    studio.film("long.mp4", [(("Ada",), 600)])
    notices = studio.notices(Topics(endpoint="", region="us-east-1", webhooks={}))
    job_id = studio.desk.ask(studio.scope, VideoRequest(KIND, VideoObject("films", "long.mp4")))
    worker = Worker(studio.queue, studio.runner, notices=notices)
    worker.start()
    deadline = time.monotonic() + 120
    while studio.desk.get(studio.scope, KIND, job_id).state is JobState.QUEUED:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    worker.stop()
    left = studio.desk.get(studio.scope, KIND, job_id)
    assert left.state in (JobState.QUEUED, JobState.SUCCEEDED)
    while (claim := studio.queue.claim("next", kinds=studio.runner.kinds)) is not None:
        studio.runner.run(claim)
    done = studio.desk.get(studio.scope, KIND, job_id)
    assert (done.state, done.results) == (JobState.SUCCEEDED, 120)
