"""An archive is indexed with the real models, killed again and again, and compared with one that
was left alone.

    python -m bench.library_resume --pictures DIR [--home HOME] [--count 2000] [--kills 3]

The pictures are copied into a folder of their own. `eyebright library index` runs over them once
undisturbed; then again in another home, killed with SIGKILL at random moments and started anew
until it is done. Every asset's labels, faces (boxes and attributes), text, moderation, colours and
guesses must be the same, byte for byte as they are packed; ids are random and left out. Writes
bench/results/library_resume-DATE.json.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from bench.evidence import table, write
from eyebright.api.local import open_local
from eyebright.settings import Settings

SUFFIXES = (".jpg", ".jpeg", ".png")
EYEBRIGHT = Path(sys.executable).with_name("eyebright")
_FACE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """assets: content -> what was found, without ids. faces: kept in the collection."""

    assets: dict[str, str]
    faces: int
    failed: int


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="eyebright-resume-") as scratch:
        folder = Path(scratch) / "archive"
        count = _copy(asked.pictures, folder, asked.count)
        homes = [Path(scratch) / name for name in ("undisturbed", "killed")]
        for home in homes:
            home.mkdir()
            (home / "packs").symlink_to((asked.home / "packs").resolve())
        began = time.monotonic()
        _start(homes[0], folder).wait()
        undisturbed = time.monotonic() - began
        began = time.monotonic()
        done = _killed(homes[1], folder, kills=asked.kills, seconds=undisturbed)
        killed = time.monotonic() - began
        whole, resumed = (_outcome(home) for home in homes)
    differing = [
        content
        for content in whole.assets.keys() | resumed.assets.keys()
        if whole.assets.get(content) != resumed.assets.get(content)
    ]
    rows = [
        ("pictures", str(count)),
        ("assets", str(len(whole.assets))),
        ("seconds undisturbed", f"{undisturbed:.0f}"),
        ("seconds with kills", f"{killed:.0f}"),
        ("done at each kill", ", ".join(str(one) for one in done)),
        ("faces, undisturbed and killed", f"{whole.faces}, {resumed.faces}"),
        ("assets that differ", str(len(differing))),
    ]
    table("An archive that is killed", ("", ""), rows)
    write(
        "library_resume",
        {
            "pictures": count,
            "assets": len(whole.assets),
            "seconds_undisturbed": undisturbed,
            "seconds_with_kills": killed,
            "done_at_each_kill": done,
            "faces_undisturbed": whole.faces,
            "faces_killed": resumed.faces,
            "failed_undisturbed": whole.failed,
            "failed_killed": resumed.failed,
            "differing": len(differing),
        },
    )
    if differing or whole.faces != resumed.faces:
        raise SystemExit("The resumed library is not the same.")


def _copy(source: Path, folder: Path, count: int) -> int:
    found = sorted(path for path in source.rglob("*") if path.suffix.lower() in SUFFIXES)[:count]
    if not found:
        raise SystemExit(f"{source} holds no pictures.")
    for number, path in enumerate(found):
        target = folder / f"{number // 100}" / f"{number}{path.suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return len(found)


def _start(home: Path, folder: Path) -> subprocess.Popen[bytes]:
    command = [str(EYEBRIGHT), "--home", str(home), "library", "index", str(folder)]
    return subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"})


def _killed(home: Path, folder: Path, *, kills: int, seconds: float) -> list[int]:
    """Kill it at random moments of its time, then let it finish; what was done at each kill."""
    chance = random.Random(11)
    done = []
    for _ in range(kills):
        process = _start(home, folder)
        time.sleep(seconds * chance.uniform(0.5, 1.0) / (kills + 1))
        process.kill()
        process.wait()
        done.append(_ready(home))
    _start(home, folder).wait()
    return done


def _ready(home: Path) -> int:
    with open_local(Settings(home=home)) as eyebright:
        return eyebright.library().stats().progress.ready


def _outcome(home: Path) -> Outcome:
    assets: dict[str, str] = {}
    with open_local(Settings(home=home)) as eyebright:
        library = eyebright.library()
        for asset in library.assets(10_000_000):
            assets[asset.content_sha256] = _without_ids(library.show(asset.asset_id).found)
        faces = len(eyebright.faces(library.library.collection_id))
        failed = library.stats().progress.failed
    return Outcome(assets, faces, failed)


def _without_ids(found: Any) -> str:
    packed = msgspec.json.encode({name: found[name] for name in sorted(found)}).decode()
    return _FACE_ID.sub("id", packed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pictures", type=Path, required=True)
    home = os.environ.get("EYEBRIGHT_HOME", "~/.eyebright")
    parser.add_argument("--home", type=Path, default=Path(home).expanduser())
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
