"""`library index` with fake sight, as a process that can be killed, for `test_killed_library.py`.

python library_indexer.py HOME FOLDER [MOST]; after MOST pictures it waits to be killed
"""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from pathlib import Path

from eyebright.analysis.labels.vision import Labeller
from eyebright.analysis.sight import Sight
from eyebright.api.local import open_local
from eyebright.settings import Settings
from eyebright.testing.sight import fake_sight


def sight_of(most: int) -> Sight:
    """That sees so many pictures and then nothing any more, for ever."""
    sight, left = fake_sight(), threading.Semaphore(most)

    def labels() -> Labeller:
        left.acquire()
        return sight.labels()

    return replace(sight, labels=labels)


def main() -> None:
    home, folder = (Path(one) for one in sys.argv[1:3])
    sight = sight_of(int(sys.argv[3])) if sys.argv[3:] else fake_sight()
    with open_local(Settings(home=home, slots=2), sight=sight) as eyebright:
        report = eyebright.library().index(folder)
        assert not report.errors, report.errors


if __name__ == "__main__":
    main()
