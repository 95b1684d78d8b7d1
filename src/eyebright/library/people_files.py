"""People as tables and JSON: who is called what, and which faces are theirs.

One row is one face; a person without a face has a row without one. Boxes are ratios of the upright
picture, from its upper left corner. Spreadsheets take cells that begin with =, +, -, @ for
formulas: such cells begin with an apostrophe in a table, which is taken away again when it is read.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eyebright.errors import InvalidInput
from eyebright.library.xmp import Box

COLUMNS = (
    "name",
    "role",
    "aliases",
    "path",
    "asset_id",
    "face_id",
    "left",
    "top",
    "width",
    "height",
)
FORMAT = "eyebright-people"
VERSION = 1
MAX_FILE_BYTES = 256 << 20
_FORMULAS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What begins a formula, in full width too, and what a spreadsheet skips before one."""
_BETWEEN_ALIASES = ";"
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class ListedFace:
    """A face with its person, as files tell of it. where: the line or entry, for people. box_ltrb:
    of the upright picture, 0-1. Empty texts and None for what is not said; no face at all for a
    person who has none."""

    name: str
    role: str = ""
    aliases: tuple[str, ...] = ()
    path: str = ""
    asset_id: str = ""
    face_id: str = ""
    box_ltrb: Box | None = None
    where: str = ""

    @property
    def has_face(self) -> bool:
        return bool(self.face_id or self.path or self.asset_id)


def people_csv(rows: Iterable[ListedFace]) -> str:
    """A table with a header; begin the file with a byte order mark, so that spreadsheets read it as
    UTF-8."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    for one in rows:
        texts = (one.name, one.role, _joined(one.aliases), one.path, one.asset_id, one.face_id)
        writer.writerow([*(guarded(text) for text in texts), *_ratios(one.box_ltrb)])
    return target.getvalue()


def people_json(library: str, rows: Iterable[ListedFace]) -> dict[str, Any]:
    """The same, person by person."""
    people: dict[tuple[str, str], dict[str, Any]] = {}
    for one in rows:
        person = people.setdefault(
            (one.name, one.role),
            {"name": one.name, "role": one.role, "aliases": list(one.aliases), "faces": []},
        )
        if one.has_face:
            person["faces"].append(_face_json(one))
    return {
        "format": FORMAT,
        "version": VERSION,
        "library": library,
        "people": list(people.values()),
    }


def read_people_file(content: bytes) -> list[ListedFace]:
    """A table or JSON, told apart by how it begins. Raises InvalidInput for what is neither."""
    if len(content) > MAX_FILE_BYTES:
        raise InvalidInput(f"The file has over {MAX_FILE_BYTES} bytes.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"The file is not UTF-8 (byte {error.start}); save it as CSV UTF-8."
        ) from error
    if text.lstrip()[:1] in ("{", "["):
        return list(_from_json(text))
    return list(_from_csv(text))


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip("'")[:1] in _FORMULAS and text else text


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    if cell.startswith("'") and cell.lstrip("'")[:1] in _FORMULAS and cell.lstrip("'"):
        return cell[1:]
    return cell


def _from_csv(text: str) -> Iterator[ListedFace]:
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)  # spreadsheets of some countries write semicolons
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = [(one or "").strip().lower() for one in reader.fieldnames or ()]
        if "name" not in columns:
            raise InvalidInput(f"The first line names the columns: {', '.join(COLUMNS)}.")
        reader.fieldnames = columns
        for row in reader:
            cells = {
                key: unguarded(value)
                for key, value in row.items()
                if isinstance(key, str) and isinstance(value, str)
            }
            if any(cells.values()):
                yield _row(cells, f"line {reader.line_num}")
    except csv.Error as error:
        raise InvalidInput(f"The table cannot be read, line {reader.line_num}: {error}.") from error


def _row(cells: Mapping[str, str], where: str) -> ListedFace:
    return ListedFace(
        name=cells.get("name", ""),
        role=cells.get("role", ""),
        aliases=_parted(cells.get("aliases", "")),
        path=cells.get("path", ""),
        asset_id=cells.get("asset_id", "").strip(),
        face_id=cells.get("face_id", "").strip(),
        box_ltrb=_box([cells.get(side, "") for side in COLUMNS[-4:]]),
        where=where,
    )


def _from_json(text: str) -> Iterator[ListedFace]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"The JSON cannot be read: {error}.") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise InvalidInput(f'The JSON is no list of people; it says no "format": "{FORMAT}".')
    if content.get("version") != VERSION:
        raise InvalidInput(f"Version {content.get('version')!r} of the format is not known here.")
    for number, person in enumerate(_entries(content.get("people")), start=1):
        where = f"person {number}"
        aliases = tuple(one for one in _texts(person.get("aliases")) if one.strip())
        named = ListedFace(_text(person, "name"), _text(person, "role"), aliases, where=where)
        faces = list(_entries(person.get("faces")))
        if not faces:
            yield named
        for place, face in enumerate(faces, start=1):
            box = face.get("box")
            sides = [box.get(side) for side in COLUMNS[-4:]] if isinstance(box, dict) else []
            yield ListedFace(
                named.name,
                named.role,
                named.aliases,
                path=_text(face, "path"),
                asset_id=_text(face, "asset_id"),
                face_id=_text(face, "face_id"),
                box_ltrb=_box(sides),
                where=f"{where}, face {place}",
            )


def _entries(value: object) -> Iterator[dict[str, Any]]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            yield one


def _texts(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, str):
            yield one


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _face_json(one: ListedFace) -> dict[str, Any]:
    found: dict[str, Any] = {
        "path": one.path,
        "asset_id": one.asset_id,
        "face_id": one.face_id or None,
    }
    if one.box_ltrb is not None:
        sides = zip(COLUMNS[-4:], _sides(one.box_ltrb), strict=True)
        found["box"] = {name: round(side, _DIGITS) for name, side in sides}
    return found


def _ratios(box: Box | None) -> list[str]:
    return ["", "", "", ""] if box is None else [f"{side:.{_DIGITS}f}" for side in _sides(box)]


def _sides(box: Box) -> tuple[float, float, float, float]:
    """Left, top, width, height. A face may stand out of its picture; ratios here do not."""
    left, top, right, bottom = (min(max(edge, 0.0), 1.0) for edge in box)
    return left, top, right - left, bottom - top


def _box(sides: Sequence[object]) -> Box | None:
    """None for what is no box within a picture."""
    numbers: list[float] = []
    for one in sides:
        if isinstance(one, bool) or not isinstance(one, str | int | float):
            return None
        try:
            numbers.append(float(one.replace(",", ".") if isinstance(one, str) else one))
        except (ValueError, OverflowError):
            return None
    if len(numbers) != 4 or not all(math.isfinite(one) for one in numbers):
        return None
    left, top, width, height = numbers
    if width <= 0 or height <= 0 or min(left, top) < -1 or max(left + width, top + height) > 2:
        return None
    return (left, top, left + width, top + height)


def _joined(aliases: Sequence[str]) -> str:
    """Separated by ";"; one that holds such is left out, as it would be two."""
    return f"{_BETWEEN_ALIASES} ".join(one for one in aliases if _BETWEEN_ALIASES not in one)


def _parted(cell: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in cell.split(_BETWEEN_ALIASES) if one.strip())
