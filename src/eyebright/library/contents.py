"""Reading a file once: what it is, and the digest of what is in it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from eyebright.errors import SourceUnavailable
from eyebright.imaging.formats import picture_format
from eyebright.library.inbox import PlaceState
from eyebright.library.values import Media
from eyebright.sources.kinds import EMPTY, HEAD_BYTES, FileKind, kind_of, reason_by_name
from eyebright.sources.listing import Changed, Entry, Listing, Readable

PIECE_BYTES = 1 << 20
READERS = 4
"""Files read at once; more only make disks seek."""
FRESH_NS = 50_000_000
"""A file written to this short a time ago may be written to again without its time changing: the
clock of a file system ticks every few milliseconds."""
FRESH_COARSE_NS = 2_000_000_000
"""The same where times are whole seconds, as FAT has them (it counts every second one)."""
UNSURE = "~"
"""Ends the version of a file that was read while it was fresh: the next scan reads it again."""


@dataclass(frozen=True, slots=True)
class Content:
    """A picture or a film, read whole."""

    media: Media
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """What cannot be an asset, and why."""

    state: PlaceState
    message: str


@dataclass(frozen=True, slots=True)
class Restless:
    """A file that was written to while it was read, or that is gone: look again later."""


@dataclass(frozen=True, slots=True)
class Looked:
    """An entry and what came of reading it. version: the entry's, or one that is not trusted."""

    entry: Entry
    found: Content | Unusable | Restless
    version: str


def look_at(
    listing: Listing,
    entries: Sequence[Entry],
    *,
    stop: Callable[[], bool] = lambda: False,
    now_ns: Callable[[], int] = time.time_ns,
) -> Iterator[Looked]:
    """Read files, some at once, in their order. stop: asked before each file.

    Raises SourceUnavailable when the source itself is away.
    """
    with ThreadPoolExecutor(READERS, thread_name_prefix="read") as pool:
        coming = iter(entries)
        ahead: list[Future[Looked]] = []
        try:
            while not stop():
                ahead += (
                    pool.submit(look_at_one, listing, entry, now_ns=now_ns)
                    for entry in islice(coming, 2 * READERS - len(ahead))
                )
                if not ahead:
                    return
                yield ahead.pop(0).result()
        finally:
            pool.shutdown(cancel_futures=True)


def look_at_one(
    listing: Listing, entry: Entry, *, now_ns: Callable[[], int] = time.time_ns
) -> Looked:
    """Read one file."""
    is_fresh = now_ns() - entry.modified_ns < _fresh_ns(entry.modified_ns)
    version = entry.version + UNSURE if entry.modified_ns and is_fresh else entry.version
    return Looked(entry, _look(listing, entry), version)


def _look(listing: Listing, entry: Entry) -> Content | Unusable | Restless:
    if not entry.size:
        return _unusable(EMPTY)
    reason = reason_by_name(entry.path)
    if reason:
        return Unusable(PlaceState.UNSUPPORTED, reason)
    try:
        reading = listing.open(entry)
        try:
            found = _read(reading)
        finally:
            with suppress(OSError):
                reading.close()
        return found if listing.is_still(entry) else Restless()
    except (Changed, FileNotFoundError, NotADirectoryError):
        return Restless()
    except SourceUnavailable:
        raise
    except OSError as error:
        return Unusable(PlaceState.UNREADABLE, error.strerror or str(error))


def _read(reading: Readable) -> Content | Unusable:
    digest = hashlib.sha256()
    head = b""
    while len(head) < HEAD_BYTES and (piece := reading.read(HEAD_BYTES - len(head))):
        head += piece
    kind = kind_of(head)
    is_picture = picture_format(head) is not None
    if not is_picture and kind.media is None:
        return _unusable(kind)
    digest.update(head)
    while piece := reading.read(PIECE_BYTES):
        digest.update(piece)
    return Content(Media.IMAGE if is_picture else Media.VIDEO, digest.hexdigest())


def _unusable(kind: FileKind) -> Unusable:
    return Unusable(PlaceState.UNSUPPORTED, kind.reason)


def _fresh_ns(modified_ns: int) -> int:
    return FRESH_COARSE_NS if modified_ns % 1_000_000_000 == 0 else FRESH_NS
