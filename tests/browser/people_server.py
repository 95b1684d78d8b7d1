"""python people_server.py HOME FOLDER: as library_server.py, over photos of five people, six each,
some of them together. Pages of another build: EYEBRIGHT_TEST_PAGES names their folder."""

from __future__ import annotations

import sys
from pathlib import Path

from eyebright.testing.library import picture_bytes

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.browser import library_server

PEOPLE = ("Ada", "Ben", "Cleo", "Dina", "Emil")
PHOTOS = 6


def draw(folder: Path) -> int:
    """Everybody alone in five photos, and with the next one in the sixth; how many files."""
    for place, name in enumerate(PEOPLE):
        for number in range(1, PHOTOS):
            file = f"{name.lower()}-{number}.jpg"
            (folder / file).write_bytes(picture_bytes(file, name))
        pair = f"{name.lower()}-two.jpg"
        other = PEOPLE[(place + 1) % len(PEOPLE)]
        (folder / pair).write_bytes(picture_bytes(pair, name, other))
    return len(PEOPLE) * PHOTOS


if __name__ == "__main__":
    library_server.main(Path(sys.argv[1]), Path(sys.argv[2]), draw=draw)
