"""Where measurements go: a table for people, and a dated file that says what was measured on what.

Each benchmark writes one JSON file to bench/results: the commit, the machine, the versions that
matter, and its numbers with counts and intervals.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
_PACKAGES = ("onnxruntime", "numpy", "opencv-python-headless")


@dataclass(frozen=True, slots=True)
class Options:
    """data: a folder of labelled pictures. home: where the packs are. cache: keeps vectors."""

    data: Path
    home: Path
    cache: Path | None


def options(description: str | None) -> Options:
    """What the command line said."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data/dev"))
    home = os.environ.get("EYEBRIGHT_HOME", "~/.eyebright")
    parser.add_argument("--home", type=Path, default=Path(home).expanduser())
    parser.add_argument("--cache", type=Path, help="folder that keeps vectors between runs")
    said = parser.parse_args()
    return Options(said.data, said.home, said.cache)


def write(name: str, findings: Mapping[str, object]) -> Path:
    """bench/results/NAME-DATE.json, replaced when run again on the same day."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    path = RESULTS / f"{name}-{today}.json"
    RESULTS.mkdir(exist_ok=True)
    record = {"date": today, "commit": _commit(), "machine": _machine(), **findings}
    path.write_text(json.dumps(record, indent=1, default=_plain) + "\n", encoding="utf-8")
    print(f"\nwritten to {path.relative_to(RESULTS.parent.parent)}")
    return path


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print columns as wide as their widest cell."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    print(f"\n{title}")
    for row in [header, *rows]:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print("  ".join(cells).rstrip())


def _commit() -> str:
    here = Path(__file__).parent
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=here,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip() or "unknown"


def _machine() -> dict[str, object]:
    return {
        "processor": _processor(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        **{package: version(package) for package in _PACKAGES},
    }


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text(encoding="utf-8").splitlines() if facts.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} cannot be written to a result file.")
