"""Where an index lies on disk, and who may write.

    lock              held by the one process that writes
    state.json        which of the folders is the index, and up to which stamp it is complete
    g-000001/         a whole index; replaced by the next when it is made anew
      *.segment       some documents, written once (`segment.py`)
      *.dead          the rows of a segment that were deleted since

The state is replaced in one step, when all files that it names are on the disk: a process killed
before leaves files that no state names, which the next writer removes.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from eyebright.errors import StorageError

STATE = "state.json"
LOCK = "lock"


@dataclass(frozen=True, slots=True)
class State:
    """version: of the files. commits: rises with every change, so that readers look again.
    segments: names of the files of each segment and of its deleted rows, empty if there are none.
    """

    version: int
    generation: int
    stamp: str = ""
    commits: int = 0
    segments: tuple[tuple[str, str], ...] = ()


class Shelf:
    """One folder. Safe to share between threads and processes."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone among all that write, in every process and thread. Waits. Not reentrant."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self.directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StorageError(f"{self.directory} cannot be written: {error.strerror}.") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def signature(self) -> bytes:
        """The state as it lies on disk, which no two changes have alike; empty if there is none."""
        try:
            return (self.directory / STATE).read_bytes()
        except OSError:
            return b""

    def read(self) -> State | None:
        """The state; None if there is none that can be read."""
        try:
            value = json.loads((self.directory / STATE).read_bytes())
            segments = tuple((segment, dead) for segment, dead in value["segments"])
            said = {name: value[name] for name in State.__dataclass_fields__}
            return State(**(said | {"segments": segments}))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, state: State) -> None:
        """Replace the state; the lock is held by the caller."""
        draft = self.directory / f"{STATE}.draft"
        try:
            with draft.open("w") as file:
                json.dump(asdict(state), file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.directory / STATE)
        except OSError as error:
            raise StorageError(f"{draft} cannot be written: {error.strerror}.") from error

    def folder(self, generation: int) -> Path:
        return self.directory / f"g-{generation:06d}"

    def new_folder(self, generation: int) -> Path:
        """An empty folder for an index; leftovers of a killed process are removed."""
        folder = self.folder(generation)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            folder.mkdir(mode=0o700)
        except OSError as error:
            raise StorageError(f"{folder} cannot be made: {error.strerror}.") from error
        return folder

    def sweep(self, generation: int) -> None:
        """Remove all indexes but one; the lock is held by the caller."""
        for folder in self.directory.glob("g-*"):
            if folder != self.folder(generation):
                shutil.rmtree(folder, ignore_errors=True)

    def sweep_files(self, state: State) -> None:
        """Remove all files of an index that its state does not name; the lock is held by the
        caller."""
        named = {name for pair in state.segments for name in pair}
        for path in self.folder(state.generation).glob("*.*"):
            if path.name not in named:
                path.unlink(missing_ok=True)

    def generations(self) -> list[int]:
        names = (folder.name.partition("-")[2] for folder in self.directory.glob("g-*"))
        return sorted(int(name) for name in names if name.isdigit())
