"""`library index` with fake sight, as a process that can be killed, for `test_killed_library.py`.

python library_indexer.py HOME FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from eyebright.api.local import open_local
from eyebright.settings import Settings
from eyebright.testing.sight import fake_sight


def main() -> None:
    home, folder = (Path(one) for one in sys.argv[1:])
    with open_local(Settings(home=home, slots=2), sight=fake_sight()) as eyebright:
        report = eyebright.library().index(folder)
        assert not report.errors, report.errors


if __name__ == "__main__":
    main()
