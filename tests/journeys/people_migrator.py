"""`people migrate` with fake models, as a process that can be killed, for
`test_killed_migration.py`.

python people_migrator.py HOME [MOST]; after MOST pictures it waits to be killed
"""

from __future__ import annotations

import sys
import threading
from unittest.mock import patch

from eyebright.analysis.faces.observation import Detections
from eyebright.app.rooms import open_eyebright
from eyebright.cli.main import main as eyebright
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.image import Image
from eyebright.testing.other_vision import OtherAnalyser
from eyebright.testing.sight import fake_sight


class Tiring(OtherAnalyser):
    """Looks at so many pictures, and then at none any more."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._left = threading.Semaphore(most)

    def embed(self, image: Image, detections: Detections) -> FloatArray:
        self._left.acquire()
        return super().embed(image, detections)


def main() -> None:
    home, *most = sys.argv[1:]
    vision = Tiring(int(most[0])) if most else OtherAnalyser()
    with (
        patch(
            "eyebright.api.local.open_eyebright",
            lambda settings, **_how: open_eyebright(settings, sight=fake_sight()),
        ),
        patch("eyebright.api.upgrade.named_vision", lambda *_asked: vision),
    ):
        eyebright(["--home", home, "people", "migrate", "--pack", "faces@2", "--json"])


if __name__ == "__main__":
    main()
