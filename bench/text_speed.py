"""Pictures a second from JPEG to lines of text, beside `rapidocr`, which has the same weights.

python -m bench.text_speed [--data FOLDER] [--home HOME]

Three kinds of picture, each by itself: street scenes, receipts, and photos with little text. Each
side runs in as many processes as there are processors, one thread each, taking turns. The peer
lives in .venv-text-peer, made at first use. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import evidence
from bench.throughput import ROOT, Side, Speed, run_together, speed_of, team

PEER_VENV = ROOT / ".venv-text-peer"
PEER_PACKAGES = ("rapidocr==3.10.0", "onnxruntime", "opencv-python-headless<5")
KINDS: Mapping[str, tuple[str, int]] = {
    "street scenes": ("ocr/icdar2015/*.jpg", 24),
    "receipts": ("ocr/sroie/*.jpg", 6),
    "photos": ("labels/coco/*.jpg", 24),
}
"""Where the pictures of a kind are, and how many of them are read."""
ROUNDS = 3


def make_peer() -> None:
    """The peer's virtual environment."""
    if (PEER_VENV / "ready").exists():
        return
    print(f"Making {PEER_VENV.name} with rapidocr ...", flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(PEER_VENV)], check=True)
    pip = [str(PEER_VENV / "bin/python"), "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "install", *PEER_PACKAGES], check=True)
    (PEER_VENV / "ready").touch()


def compare(home: Path, pictures: Sequence[Path]) -> dict[str, Speed]:
    """Both sides on the same pictures."""
    sides = (
        Side("eyebright", (sys.executable, "-m", "bench.text_ours", str(home)), "go"),
        Side("rapidocr", (str(PEER_VENV / "bin/python"), str(ROOT / "bench/text_peer.py")), "go"),
    )
    with ExitStack() as stack:
        teams = {side: stack.enter_context(team(side, pictures)) for side in sides}
        rounds: dict[Side, list[list[Mapping[str, object]]]] = {side: [] for side in sides}
        for _ in range(ROUNDS):
            for side, workers in teams.items():
                rounds[side].append(run_together(workers, side.order))
    return {side.name: speed_of(own, len(pictures)) for side, own in rounds.items()}


def main() -> None:
    """Measure, print, keep."""
    said = evidence.options(__doc__)
    make_peer()
    findings: dict[str, object] = {}
    rows = []
    for kind, (pattern, count) in KINDS.items():
        pictures = sorted(path.absolute() for path in said.data.glob(pattern))[:count]
        speeds = compare(said.home, pictures)
        ours, peer = speeds["eyebright"], speeds["rapidocr"]
        times = round(ours.photos_per_second / peer.photos_per_second, 2)
        findings[kind] = {"pictures": len(pictures), "times_peer": times, "speeds": speeds}
        per_second = (f"{speed.photos_per_second:.2f}" for speed in (ours, peer))
        rows.append([kind, *per_second, f"{times:.2f}"])
    evidence.table("pictures a second", ["", "eyebright", "rapidocr", "times"], rows)
    evidence.write("text_speed", {"peer": PEER_PACKAGES[0], **findings})


if __name__ == "__main__":
    main()
