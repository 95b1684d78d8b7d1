"""Who is to be in a gallery, as files say it: a CSV file, or a folder for each person."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eyebright.api.values import ImportFailure
from eyebright.errors import EyebrightError, InvalidInput
from eyebright.ids import CelebrityId
from eyebright.people.biographies import (
    NewCelebrity,
    gender_of,
    plain_name,
    require_celebrity,
)

COLUMNS = ("name", "images", "urls", "gender", "id")
_NEEDED = ("name", "images")
_SEPARATOR = ";"
MAX_FILE_BYTES = 64 << 20
"""Some 500,000 people."""
SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})
URLS_FILE = "urls.txt"
"""In a person's folder: one web address a line."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One person and their photos. where: the line or folder that named them first."""

    where: str
    new: NewCelebrity
    images: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """people: in the order of first mention, each once. failures: rows that were skipped."""

    people: tuple[Listed, ...]
    failures: tuple[ImportFailure, ...]


def read_listing(path: Path) -> Listing:
    """Read a CSV file or a folder of folders; no picture is opened yet.

    Raises InvalidInput for what is neither, and for a file without anybody in it; a row or folder
    that cannot be used is among the failures. Raises OSError for what cannot be read.
    """
    found = _Collected()
    if path.is_dir():
        _read_folder(path, found)
    else:
        _read_csv(path, found)
    if not found.people and not found.failures:
        raise InvalidInput(
            f"Nobody is listed in {path}. A CSV file needs a line for each person under "
            f"{','.join(COLUMNS)!r}; a folder needs a folder for each person, with photos inside."
        )
    return Listing(tuple(found.people.values()), tuple(found.failures))


class _Collected:
    """What was read so far; a person who is named twice is one person."""

    def __init__(self) -> None:
        self.people: dict[str, Listed] = {}
        self.failures: list[ImportFailure] = []

    def add(self, listed: Listed) -> None:
        """Raises InvalidInput for somebody who cannot be a celebrity."""
        new = listed.new
        require_celebrity(new)
        key = f"id {new.celebrity_id}" if new.celebrity_id else f"name {plain_name(new.name)}"
        before = self.people.get(key)
        self.people[key] = _merged(before, listed) if before else listed

    def fail(self, where: str, reason: str) -> None:
        self.failures.append(ImportFailure(where, reason))


def _merged(before: Listed, listed: Listed) -> Listed:
    first, second = before.new, listed.new
    if plain_name(first.name) != plain_name(second.name):
        raise InvalidInput(f"the id {first.celebrity_id} is that of {before.where}")
    urls = None
    if first.urls is not None or second.urls is not None:
        urls = tuple(dict.fromkeys((*(first.urls or ()), *(second.urls or ()))))
    new = replace(first, urls=urls, gender=second.gender or first.gender)
    require_celebrity(new)
    return Listed(before.where, new, tuple(dict.fromkeys((*before.images, *listed.images))))


def _read_csv(path: Path, found: _Collected) -> None:
    rows = _rows(path, found)
    columns = _columns(path, next(rows, ("", []))[1])
    folder = path.parent.resolve()
    for where, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            found.add(_person(where, cells, columns, folder))
        except EyebrightError as error:
            found.fail(where, error.message)
        except OSError as error:  # a path that no disk could have
            found.fail(where, f"its images: {error.strerror}")


def _rows(path: Path, found: _Collected) -> Iterator[tuple[str, list[str]]]:
    """Where a row begins, and its cells. A row that is no CSV is a failure, and skipped."""
    reader = csv.reader(io.StringIO(_text(path), newline=""))
    while True:
        where = f"line {reader.line_num + 1}"
        try:
            yield where, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            found.fail(where, f"no CSV: {error}")


def _text(path: Path) -> str:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise InvalidInput(
            f"{path} is larger than {MAX_FILE_BYTES >> 20} MB; split it into several files."
        )
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidInput(f"{path}, line {line}: no UTF-8. Save the file as CSV UTF-8.") from error


def _columns(path: Path, cells: Sequence[str]) -> dict[str, int]:
    """Where each column stands. Raises InvalidInput unless the first line names known ones."""
    names = [cell.strip().lower() for cell in cells]
    unknown = [name for name in names if name not in COLUMNS]
    missing = [name for name in _NEEDED if name not in names]
    if unknown or missing or len(set(names)) != len(names):
        shown = ", ".join(repr(name[:20]) for name in names[:8])
        more = f" and {len(names) - 8} more" if len(names) > 8 else ""
        raise InvalidInput(
            f"{path}: the first line must name columns among {', '.join(COLUMNS)}, each once, "
            f"with commas between; {' and '.join(_NEEDED)} are needed. It names {shown}{more}."
        )
    return {name: place for place, name in enumerate(names)}


def _person(where: str, cells: list[str], columns: dict[str, int], folder: Path) -> Listed:
    if len(cells) > len(columns):
        raise InvalidInput(f"{len(cells)} cells under {len(columns)} columns")

    def cell(name: str) -> str:
        place = columns.get(name, len(cells))
        return cells[place].strip() if place < len(cells) else ""

    images = _parts(cell("images"))
    if not images:
        raise InvalidInput("no images")
    paths = tuple(dict.fromkeys(_inside(folder, image) for image in images))
    if not any(path.is_file() for path in paths):
        raise InvalidInput(f"no such file: {images[0][:80]!r}")
    new = NewCelebrity(
        cell("name"),
        _parts(cell("urls")) or None,
        gender_of(cell("gender")) if cell("gender") else None,
        CelebrityId(cell("id")) if cell("id") else None,
    )
    return Listed(where, new, paths)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(_SEPARATOR) if part.strip())


def _inside(folder: Path, text: str) -> Path:
    """A path relative to the file's folder. Raises InvalidInput if it leads out of there, so that
    a file from elsewhere reads nothing but what came with it."""
    if not text.isprintable():
        raise InvalidInput(f"the image {text[:80]!r} is no path")
    path = (folder / text).resolve()
    if not path.is_relative_to(folder):
        raise InvalidInput(f"the image {text[:80]!r} is outside the folder of the file")
    return path


def _read_folder(directory: Path, found: _Collected) -> None:
    for person in sorted(directory.iterdir()):
        if not person.is_dir() or person.name.startswith("."):
            continue
        where = f"folder {person.name[:80]!r}"
        images = tuple(
            path
            for path in sorted(person.rglob("*"))
            if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
        )
        try:
            if not images:
                raise InvalidInput("no JPEG or PNG in it")
            found.add(Listed(where, NewCelebrity(person.name.strip(), _urls(person)), images))
        except EyebrightError as error:
            found.fail(where, error.message)


def _urls(person: Path) -> tuple[str, ...] | None:
    file = person / URLS_FILE
    if not file.is_file():
        return None
    try:
        return tuple(line.strip() for line in _text(file).splitlines() if line.strip())
    except OSError as error:
        raise InvalidInput(f"{URLS_FILE}: {error.strerror}") from error
