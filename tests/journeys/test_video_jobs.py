"""Workers are killed at random while twelve jobs run; nothing is lost and nothing doubled."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from eyebright.clock import SystemClock
from eyebright.ids import JobId
from eyebright.jobs.queue import QueueRules
from eyebright.jobs.values import JobState
from eyebright.testing.videos_desk import Studio, open_studio
from eyebright.videojobs.faces import VideoFace
from eyebright.videojobs.values import VideoKind, VideoObject, VideoRequest

KIND = VideoKind.FACE_DETECTION
RULES = QueueRules(lease_seconds=1.0, attempts=1000, open_jobs=100)
SCRIPT = Path(__file__).with_name("video_worker.py")
JOBS, WORKERS, KILLS = 12, 3, 15


def found(studio: Studio, job_id: JobId) -> list[tuple[int, tuple[float, ...]]]:
    job = studio.desk.get(studio.scope, KIND, job_id)
    assert job.state is JobState.SUCCEEDED, job.message
    results = studio.desk.results(studio.scope, job, VideoFace, start=0, limit=10_000, ranked=False)
    assert len(results) == job.results
    return [(one.at_ms, one.item.box_xyxy) for one in results]


def worker(directory: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(SCRIPT), str(directory)])


def test_killed_workers_lose_and_double_nothing(tmp_path: Path) -> None:
    studio = open_studio(tmp_path, clock=SystemClock(), rules=RULES)
    names = [f"{number}.mp4" for number in range(3)]
    for number, name in enumerate(names):
        studio.film(name, [(("Ada", "Ben"), 60 + 20 * number), ((), 20), (("Cleo",), 90)])
    requests = [VideoRequest(KIND, VideoObject("films", names[n % 3])) for n in range(JOBS)]
    undisturbed = {}
    for request in requests[:3]:
        job_id = studio.desk.ask(studio.scope, request)
        claim = studio.queue.claim("quiet", kinds=studio.runner.kinds)
        assert claim is not None
        studio.runner.run(claim)
        undisturbed[request.video.name] = found(studio, job_id)
    asked = [studio.desk.ask(studio.scope, request) for request in requests]
    chance = random.Random(7)
    workers = [worker(tmp_path) for _ in range(WORKERS)]
    kills, deadline = 0, time.monotonic() + 600
    try:
        while any(studio.desk.get(studio.scope, KIND, one).state.is_open for one in asked):
            assert time.monotonic() < deadline, "The jobs do not end."
            time.sleep(chance.uniform(0.05, 0.6))
            if kills < KILLS:
                victim = chance.randrange(WORKERS)
                workers[victim].kill()
                workers[victim].wait()
                workers[victim] = worker(tmp_path)
                kills += 1
    finally:
        for process in workers:
            process.kill()
            process.wait()
    assert kills >= 5
    for request, job_id in zip(requests, asked, strict=True):
        assert found(studio, job_id) == undisturbed[request.video.name]
    studio.rooms.database.close()
