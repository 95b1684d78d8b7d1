"""A worker process for `test_video_jobs.py`, slow enough to be killed half-way through a job.

python video_worker.py DIRECTORY
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eyebright.clock import SystemClock
from eyebright.jobs.queue import QueueRules
from eyebright.testing.videos_desk import open_studio
from eyebright.video.sampling import Policy
from eyebright.video.values import Frame
from eyebright.videojobs.faces import FACE_DETECTION, VideoFace
from eyebright.videojobs.work import FrameWork, Timed

RULES = QueueRules(lease_seconds=1.0, attempts=1000, open_jobs=100)
FRAME_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class SlowFaceWork:
    """The real work, with a pause before each frame."""

    inner: FrameWork[VideoFace]

    @property
    def policy(self) -> Policy:
        return self.inner.policy

    def look(self, frame: Frame) -> Sequence[Timed[VideoFace]]:
        time.sleep(FRAME_SECONDS)
        return self.inner.look(frame)

    def finish(self) -> Sequence[Timed[VideoFace]]:
        return self.inner.finish()

    def state(self) -> bytes:
        return self.inner.state()


def main() -> None:
    slow = replace(
        FACE_DETECTION,
        begin=lambda *given: SlowFaceWork(FACE_DETECTION.begin(*given)),
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
