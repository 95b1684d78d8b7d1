"""`people migrate` with fake models, as a process that can be killed, for
`test_killed_migration.py`.

python people_migrator.py HOME SECONDS_A_PICTURE
"""

from __future__ import annotations

import sys
import time
from unittest.mock import patch

from eyebright.analysis.faces.observation import Detections
from eyebright.app.rooms import open_eyebright
from eyebright.cli.main import main as eyebright
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.image import Image
from eyebright.testing.other_vision import OtherAnalyser
from eyebright.testing.sight import fake_sight


class Slow(OtherAnalyser):
    """Takes its time, as a real model does."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def embed(self, image: Image, detections: Detections) -> FloatArray:
        time.sleep(self._seconds)
        return super().embed(image, detections)


def main() -> None:
    home, seconds = sys.argv[1:]
    with (
        patch(
            "eyebright.api.local.open_eyebright",
            lambda settings, **_how: open_eyebright(settings, sight=fake_sight()),
        ),
        patch("eyebright.api.upgrade.named_vision", lambda *_asked: Slow(float(seconds))),
    ):
        eyebright(["--home", home, "people", "migrate", "--pack", "faces@2", "--json"])


if __name__ == "__main__":
    main()
