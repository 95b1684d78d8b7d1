"""A worker process for `test_video_jobs.py`, slow enough to be killed half-way through a job.

python video_worker.py DIRECTORY
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from eyebright.clock import SystemClock
from eyebright.jobs.queue import QueueRules
from eyebright.testing.videos_desk import open_studio
from eyebright.video.values import Frame
from eyebright.videojobs import faces
from eyebright.videojobs.faces import FaceWork, VideoFace
from eyebright.videojobs.work import Timed

RULES = QueueRules(lease_seconds=1.0, attempts=1000, open_jobs=100)
FRAME_SECONDS = 0.03


class SlowFaceWork(FaceWork):
    def look(self, frame: Frame) -> Sequence[Timed[VideoFace]]:
        time.sleep(FRAME_SECONDS)
        return super().look(frame)


def main() -> None:
    slow = replace(
        faces.FACE_DETECTION,
        begin=lambda context, _settings, _state: SlowFaceWork(context.sight, frozenset()),
    )
    studio = open_studio(
        Path(sys.argv[1]),
        clock=SystemClock(),
        rules=RULES,
        save_seconds=0.1,
        works={slow.kind: slow},
    )
    while True:
        claim = studio.queue.claim("worker", kinds=studio.runner.kinds)
        if claim is None:
            time.sleep(0.05)
        else:
            studio.runner.run(claim)


if __name__ == "__main__":
    main()
