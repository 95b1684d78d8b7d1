"""A person's own names for labels: a text file, one name a line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from eyebright.errors import ConfigurationError

MAX_NAMES = 20_000
MAX_CHARACTERS = 100
_MAX_BYTES = 4_000_000


def read_names(path: Path) -> tuple[str, ...]:
    """The names in the file's order, without empty lines and repetitions.

    Raises ConfigurationError when the file cannot be read, or a line cannot be a name.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ConfigurationError(f"{path} is larger than {_MAX_BYTES} bytes; one name a line.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"The label names {path} cannot be read ({error}). EYEBRIGHT_LABEL_NAMES is a UTF-8 "
            "text file with one name a line."
        ) from error
    names = {_name(line, path, number): None for number, line in enumerate(text.split("\n"), 1)}
    names.pop("", None)
    if len(names) > MAX_NAMES:
        raise ConfigurationError(f"{path} has {len(names)} names; at most {MAX_NAMES} are taken.")
    return tuple(names)


def joined(known: Iterable[str], own: Iterable[str]) -> tuple[str, ...]:
    """Known names, then those of a person's own that are new; case makes no new name."""
    names: dict[str, str] = {}
    for name in (*known, *own):
        names.setdefault(name.casefold(), name)
    return tuple(names.values())


def _name(line: str, path: Path, number: int) -> str:
    name = " ".join(line.split())
    if len(name) > MAX_CHARACTERS or not name.isprintable():
        raise ConfigurationError(
            f"{path}, line {number} is no name: printable text of at most {MAX_CHARACTERS} "
            "characters is."
        )
    return name
