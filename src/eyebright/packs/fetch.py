"""From a source in a recipe to a verified archive in the cache.

An archive is opened by nobody before its size and SHA-256 were found to be the pinned ones.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from eyebright.errors import PackFetchFailed
from eyebright.packs.clients import REGISTRY_CLIENTS, RegistryClient
from eyebright.packs.download import download
from eyebright.packs.hashing import sha256_of_file
from eyebright.packs.progress import Progress, silent
from eyebright.packs.recipe import Source


def fetch(
    source: Source,
    cache: Path,
    *,
    progress: Progress = silent,
    clients: Mapping[str, RegistryClient] = REGISTRY_CLIENTS,
) -> Path:
    """The verified archive, fetched only when the cache lacks it. Archives put into the cache by
    hand are as good. Raises PackFetchFailed."""
    cache.mkdir(parents=True, exist_ok=True)
    archive = cache / source.archive
    archive.parent.mkdir(parents=True, exist_ok=True)
    if not archive.exists():
        _obtain(source, archive, progress=progress, clients=clients)
    _verify(source, archive, progress=progress)
    return archive


def _obtain(
    source: Source, archive: Path, *, progress: Progress, clients: Mapping[str, RegistryClient]
) -> None:
    step = f"download {source.label}"

    def arrived(done: int) -> None:
        progress(step, min(done, source.size), source.size)

    arrived(0)
    if source.client == "url":
        download(source.url, archive, size=source.size, arrived=arrived)
        return
    folder = Path(tempfile.mkdtemp(prefix=".fetching-", dir=archive.parent))
    try:
        clients[source.client](source, folder, arrived).replace(archive)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _verify(source: Source, archive: Path, *, progress: Progress) -> None:
    """A wrong archive is removed, so that the next attempt fetches it anew."""
    step = f"verify {source.label}"
    size = archive.stat().st_size
    found = sha256_of_file(archive, seen=lambda done: progress(step, done, size))
    if size == source.size and found == source.sha256:
        return
    archive.unlink()
    raise PackFetchFailed(
        f"{source.label} arrived as {size} bytes with SHA-256 {found}; the recipe pins "
        f"{source.size} bytes with {source.sha256}. It was removed unopened. Try again; if it "
        "stays so, the publisher or a mirror serves another file, and it must not be used."
    )
