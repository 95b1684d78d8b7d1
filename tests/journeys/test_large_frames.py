"""Films whose frames are as large as any camera makes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from eyebright.ids import JobId
from eyebright.jobs.values import JobState
from eyebright.testing.videos import write_video
from eyebright.testing.videos_desk import open_studio, shot
from eyebright.videojobs.values import VideoKind, VideoObject, VideoRequest

KIND = VideoKind.FACE_DETECTION


def test_frames_of_8k_are_looked_at_and_larger_ones_refused(tmp_path: Path) -> None:
    studio = open_studio(tmp_path)

    def ask(name: str) -> JobId:
        return studio.desk.ask(studio.scope, VideoRequest(KIND, VideoObject("films", name)))

    wide = np.zeros((4320, 7680, 3), np.uint8)
    wide[:1600, :3200] = np.kron(shot(("Ada",)), np.ones((10, 10, 1), np.uint8))
    write_video(studio.films / "8k.mp4", [wide], frame_rate=10)
    write_video(studio.films / "more.mp4", [np.zeros((4640, 8000, 3), np.uint8)])
    good, bad = ask("8k.mp4"), ask("more.mp4")
    while (claim := studio.queue.claim("w", kinds=studio.runner.kinds)) is not None:
        studio.runner.run(claim)
    done = studio.desk.get(studio.scope, KIND, good)
    assert done.state is JobState.SUCCEEDED, done.message
    assert done.summary is not None
    assert done.summary.frame_wh == (1920, 1080)
    refused = studio.desk.get(studio.scope, KIND, bad)
    assert refused.state is JobState.FAILED
    assert "8000 x 4640 pixels, over the limit" in refused.message
    studio.rooms.database.close()
