"""Is an installed pack what its manifest says?

Hashing all weights at every start would cost a noticeable part of a second, so a successful check
leaves a stamp: size, times and inode of every file. While these are unchanged the hashes are taken
as known. The stamp guards against damage, not against somebody who may write into the folder;
`verify_files` always reads everything.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from eyebright.errors import PackInvalid
from eyebright.packs.hashing import sha256_of_file
from eyebright.packs.manifest import Manifest, PackFile
from eyebright.packs.progress import Progress, silent

STAMP_FILE = ".verified.json"


def verify_files(folder: Path, manifest: Manifest, *, progress: Progress = silent) -> None:
    """Hash every file, then leave the stamp.

    Raises PackInvalid naming the first file that is missing or different.
    """
    done = 0
    for file in manifest.files:
        progress(f"verify {file.name}", done, manifest.size)
        _verify_file(folder, file, manifest)
        done += file.size
    progress("verify", done, manifest.size)
    _write_stamp(folder, manifest)


def verify_quickly(folder: Path, manifest: Manifest) -> None:
    """As `verify_files`, but trusting a stamp that still fits."""
    if _read_stamp(folder) != _stamp(folder, manifest):
        verify_files(folder, manifest)


def _verify_file(folder: Path, file: PackFile, manifest: Manifest) -> None:
    path = folder / file.name
    way_out = f"Install the pack again: eyebright packs install {manifest.id} --rebuild"
    if path.is_symlink() or not path.is_file():
        raise PackInvalid(f"{path} is missing. {way_out}")
    size = path.stat().st_size
    found = sha256_of_file(path) if size == file.size else "not computed"
    if found != file.sha256:
        raise PackInvalid(
            f"{path} is damaged or was changed: expected {file.size} bytes with SHA-256 "
            f"{file.sha256}, found {size} bytes with {found}. {way_out}"
        )


def _stamp(folder: Path, manifest: Manifest) -> dict[str, list[int | str]] | None:
    """What the stamp would be now; None when a file is missing."""
    stamp: dict[str, list[int | str]] = {}
    for file in manifest.files:
        try:
            status = os.lstat(folder / file.name)
        except OSError:
            return None
        times = [status.st_mtime_ns, status.st_ctime_ns]
        stamp[file.name] = [file.sha256, status.st_size, *times, status.st_ino]
    return stamp


def _read_stamp(folder: Path) -> object:
    try:
        return json.loads((folder / STAMP_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "no stamp"


def _write_stamp(folder: Path, manifest: Manifest) -> None:
    """A pack in a folder that cannot be written is verified at every start."""
    temporary = folder / f"{STAMP_FILE}.{os.getpid()}"
    try:
        temporary.write_text(json.dumps(_stamp(folder, manifest)), encoding="utf-8")
        temporary.replace(folder / STAMP_FILE)
    except OSError:
        return
