"""Folders that are watched for changes, all by one watcher.

What the system tells is a hint and no more: it leaves out files of directories that were just made,
it loses what comes too fast, it cannot name files whose names are no UTF-8, and it falls silent
when a disk goes. So a change names paths to look at, or says that a folder must be looked through.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Collection, Generator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from watchfiles import watch
from watchfiles.main import FileChange

STEP_MS = 20
"""Silence that ends a group of changes."""
DEBOUNCE_MS = 200
"""A group is no longer than this."""
TIMEOUT_MS = 200
STORM = 2_000
"""So many changes at once may be not all of them: the system's queue holds 16,384."""
CHECK_SECONDS = 2.0
"""Between looks whether the folders are the same ones still."""


@dataclass(frozen=True, slots=True)
class Changes:
    """paths: below the folder; each a file or directory that came, changed or went. look_through:
    there may be others."""

    paths: frozenset[bytes] = frozenset()
    look_through: bool = False

    def plus(self, other: Changes) -> Changes:
        return Changes(self.paths | other.paths, self.look_through or other.look_through)


class FolderWatcher:
    """Watches folders. To be used by one thread."""

    def __init__(self, *, storm: int = STORM, check_seconds: float = CHECK_SECONDS) -> None:
        self._storm = storm
        self._check_seconds = check_seconds
        self._wanted: frozenset[Path] = frozenset()
        self._identities: dict[Path, tuple[int, int] | None] = {}
        self._problems: dict[Path, str] = {}
        self._stop = threading.Event()
        self._watch: Generator[set[FileChange], None, None] | None = None
        self._checked = time.monotonic()

    def watch(self, folders: Collection[Path]) -> None:
        """Watch these and no others from now on. One that was not watched before should be looked
        through after this."""
        if frozenset(folders) != self._wanted:
            self._wanted = frozenset(folders)
            self._reopen()

    @property
    def problems(self) -> Mapping[Path, str]:
        """Folders that cannot be watched, and why: they must be looked through now and then."""
        return self._problems

    def changes(self) -> Mapping[Path, Changes]:
        """What changed since the last call, folder by folder; waits some tenths of a second for
        it."""
        found = self._check()
        if self._watch is None:
            time.sleep(TIMEOUT_MS / 1000)
            return found
        try:
            told = next(self._watch, None)
        except OSError as error:  # the watcher broke down
            return self._broken(str(error), found)
        except RuntimeError as error:  # a name that it cannot say
            return self._broken(str(error), found)
        if told is None:
            return self._broken("it ended", found)
        return _sum(found, self._sorted(told))

    def close(self) -> None:
        self._stop.set()
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def _reopen(self) -> None:
        """The new watcher listens before the old one is let go; what both tell is told twice."""
        old, old_stop = self._watch, self._stop
        self._problems = {}
        self._identities = {folder: _identity(folder) for folder in self._wanted}
        for folder, identity in self._identities.items():
            if identity is None:
                self._problems[folder] = "The folder is not there."
        self._stop, self._watch = threading.Event(), None
        there = [folder for folder in self._wanted if folder not in self._problems]
        if there and not self._open(there):
            for folder in there:  # find those that can be watched
                alone = self._start([folder])
                if isinstance(alone, str):
                    self._problems[folder] = alone
                else:
                    alone.close()
            left = [folder for folder in there if folder not in self._problems]
            if left and not self._open(left):
                self._problems.update(dict.fromkeys(left, "The folder cannot be watched."))
        if old is not None:
            old_stop.set()
            old.close()

    def _open(self, folders: list[Path]) -> bool:
        started = self._start(folders)
        self._watch = None if isinstance(started, str) else started
        return self._watch is not None

    def _start(self, folders: list[Path]) -> Generator[set[FileChange], None, None] | str:
        """A running watcher, or why there is none."""
        running = watch(
            *folders,
            watch_filter=None,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            rust_timeout=TIMEOUT_MS,
            yield_on_timeout=True,
            stop_event=self._stop,
            raise_interrupt=False,
            ignore_permission_denied=True,
        )
        return _begin(running)

    def _check(self) -> dict[Path, Changes]:
        """Folders that are other ones now: a disk that came or went, a folder that was replaced."""
        if time.monotonic() - self._checked < self._check_seconds:
            return {}
        self._checked = time.monotonic()
        others = [
            folder for folder, known in self._identities.items() if _identity(folder) != known
        ]
        if others:
            self._reopen()
        return {folder: Changes(look_through=True) for folder in others}

    def _broken(self, message: str, found: Mapping[Path, Changes]) -> Mapping[Path, Changes]:
        named = [folder for folder in self._wanted if str(folder) in message]
        self._reopen()
        lost = {folder: Changes(look_through=True) for folder in named or self._wanted}
        return _sum(found, lost)

    def _sorted(self, told: Iterable[FileChange]) -> dict[Path, Changes]:
        found: dict[Path, set[bytes]] = {}
        for _, text in told:
            for folder in self._wanted:
                path = _below(folder, text)
                if path is not None:
                    found.setdefault(folder, set()).add(path)
        return {folder: self._changes(paths) for folder, paths in found.items()}

    def _changes(self, paths: set[bytes]) -> Changes:
        if len(paths) > self._storm or b"" in paths:
            return Changes(look_through=True)
        shown = (one for one in paths if not one.startswith(b".") and b"/." not in one)
        return Changes(frozenset(shown))


def _begin(
    running: Generator[set[FileChange], None, None],
) -> Generator[set[FileChange], None, None] | str:
    try:
        first = next(running, None)  # that is when it begins to listen
    except (OSError, RuntimeError) as error:
        return str(error)
    if first is None:
        return "The folder cannot be watched."
    return _with(first, running)


def _with(
    first: set[FileChange], rest: Generator[set[FileChange], None, None]
) -> Generator[set[FileChange], None, None]:
    try:
        yield first
        yield from rest
    finally:
        rest.close()


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _below(folder: Path, text: str) -> bytes | None:
    """A path below the folder, "" for the folder itself, None for one that is elsewhere."""
    root = str(folder)
    if text == root:
        return b""
    start = root if root.endswith(os.sep) else root + os.sep
    return os.fsencode(text[len(start) :]) if text.startswith(start) else None


def _sum(one: Mapping[Path, Changes], other: Mapping[Path, Changes]) -> dict[Path, Changes]:
    total = dict(one)
    for folder, changes in other.items():
        total[folder] = total.get(folder, Changes()).plus(changes)
    return total
