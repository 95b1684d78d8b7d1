"""Fetching from package registries with their ordinary clients, `pip download` and `npm pack`.

Only the archive is fetched: no dependencies, no build, no install scripts. Mirrors, proxies and
credentials are whatever the clients are configured to use.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from eyebright.errors import PackFetchFailed
from eyebright.packs.recipe import Source

Arrived: TypeAlias = Callable[[int], None]
"""Hears how many bytes have arrived so far."""
RegistryClient: TypeAlias = Callable[[Source, Path, Arrived], Path]
"""Fetches a source into an empty folder; returns the archive's path."""

_LOOK_EVERY_SECONDS = 0.2
_GIVE_UP_AFTER_SECONDS = 1800.0


def pip_download(source: Source, folder: Path, arrived: Arrived) -> Path:
    """A wheel from a Python package index. Raises PackFetchFailed."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    command += ["--no-cache-dir", "--disable-pip-version-check", "--no-input", "--quiet"]
    command += ["--dest", str(folder), f"{source.package}=={source.version}"]
    _run(command, folder, source, arrived)
    return _only_archive(folder, source, ending=".whl")


def npm_pack(source: Source, folder: Path, arrived: Arrived) -> Path:
    """A tarball from an npm registry. Raises PackFetchFailed."""
    npm = shutil.which("npm")
    if npm is None:
        raise PackFetchFailed(
            f"{source.label} comes from npm, and there is no `npm` here. Install Node.js 20 or "
            f"newer, or put {source.archive} into the download cache by hand."
        )
    command = [npm, "pack", f"{source.package}@{source.version}", "--ignore-scripts", "--silent"]
    command += ["--pack-destination", str(folder)]
    _run(command, folder, source, arrived)
    return _only_archive(folder, source, ending=".tgz")


REGISTRY_CLIENTS: Mapping[str, RegistryClient] = {"pip": pip_download, "npm": npm_pack}


def _run(command: list[str], folder: Path, source: Source, arrived: Arrived) -> None:
    """Run the client in `folder`, watching the folder grow (its temporary files lie there too)."""
    scratch = folder / "scratch"
    scratch.mkdir()
    log = folder / "client.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own fixed commands, no shell
            command,
            cwd=scratch,
            env={**os.environ, "TMPDIR": str(scratch), "npm_config_cache": str(scratch / "npm")},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        status = _wait(process, folder, arrived, source)
    if status != 0:
        text = log.read_text(encoding="utf-8", errors="replace").strip()
        raise PackFetchFailed(
            f"{source.label} could not be fetched with {Path(command[0]).name} "
            f"(exit status {status}). It said: {_last_lines(text)} "
            f"{_way_out(text)}"
        )


def _wait(process: subprocess.Popen[bytes], folder: Path, arrived: Arrived, source: Source) -> int:
    started = time.monotonic()
    try:
        while (status := process.poll()) is None:
            if time.monotonic() - started > _GIVE_UP_AFTER_SECONDS:
                raise PackFetchFailed(
                    f"{source.label} did not arrive within {_GIVE_UP_AFTER_SECONDS / 60:.0f} "
                    "minutes. Run the same command again."
                )
            arrived(_bytes_below(folder))
            time.sleep(_LOOK_EVERY_SECONDS)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return status


def _bytes_below(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:  # the client removed it meanwhile
            continue
    return total


def _only_archive(folder: Path, source: Source, *, ending: str) -> Path:
    found = [path for path in folder.iterdir() if path.name.endswith(ending)]
    if len(found) != 1:
        names = ", ".join(sorted(path.name for path in found)) or "nothing"
        raise PackFetchFailed(
            f"{source.label} should arrive as one *{ending}; the client left {names}."
        )
    return found[0]


def _last_lines(text: str) -> str:
    return " | ".join(text.splitlines()[-4:])[-600:] or "nothing."


def _way_out(text: str) -> str:
    if "No module named pip" in text:
        return "Put pip into this environment first: python -m ensurepip"
    return "Check the network and the client's registry setting, then run the same command again."
