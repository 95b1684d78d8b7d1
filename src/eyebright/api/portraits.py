"""A folder of people: one folder for each person, photos inside."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eyebright.errors import InvalidInput
from eyebright.ids import UserId

_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})
_FORBIDDEN = re.compile(r"[^a-zA-Z0-9_.\-:]")
_LONGEST_USER_ID = 128
_LONGEST_EXTERNAL_ID = 255


@dataclass(frozen=True, slots=True)
class Portrait:
    """A photo of one person. external_id: "person:file name", in the characters AWS allows."""

    path: Path
    person: UserId
    external_id: str


def find_portraits(directory: Path) -> list[Portrait]:
    """All JPEG and PNG files below the folders of `directory`, person by person.

    Raises InvalidInput when there is none, or when two folders would be the same person.
    """
    if not directory.is_dir():
        raise InvalidInput(f"{directory} is no folder.")
    people = [path for path in sorted(directory.iterdir()) if _is_open_folder(path)]
    named = _user_ids([path.name for path in people])
    portraits = [
        Portrait(path, named[person.name], external_id(named[person.name], path.name))
        for person in people
        for path in sorted(person.rglob("*"))
        if path.suffix.lower() in _SUFFIXES and not path.name.startswith(".")
    ]
    if not portraits:
        raise InvalidInput(
            f"No JPEG or PNG in the folders of {directory}; make a folder for each person, "
            "with the photos inside."
        )
    return portraits


def user_id(name: str) -> UserId:
    """A person's name as a user id: blanks become `_`, accents go.

    A name that loses more than that ends in a checksum, so that two names stay two people.
    """
    blanks = re.sub(r"\s+", "_", name.strip())
    plain = unicodedata.normalize("NFKD", blanks).encode("ascii", "ignore").decode()
    plain = _FORBIDDEN.sub("_", plain)
    if not plain or plain != blanks or len(plain) > _LONGEST_USER_ID:
        plain = f"{plain.strip('_')[: _LONGEST_USER_ID - 9]}-{_checksum(name)}".lstrip("-")
    return UserId(plain)


def external_id(person: UserId, file_name: str) -> str:
    """What a face remembers of its photo: whose folder, which file."""
    plain = f"{person}:{_FORBIDDEN.sub('_', file_name)}"
    if len(plain) > _LONGEST_EXTERNAL_ID:
        plain = f"{plain[: _LONGEST_EXTERNAL_ID - 9]}-{_checksum(file_name)}"
    return plain


def _user_ids(names: Sequence[str]) -> Mapping[str, UserId]:
    ids = {name: user_id(name) for name in names}
    owners: dict[UserId, str] = {}
    for name, person in ids.items():
        if person in owners:
            raise InvalidInput(
                f"The folders {owners[person]!r} and {name!r} would both be {person!r}; "
                "rename or merge one."
            )
        owners[person] = name
    return ids


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _is_open_folder(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith(".")
