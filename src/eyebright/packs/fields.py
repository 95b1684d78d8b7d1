"""Reading typed fields out of TOML and JSON tables; what does not fit is a PackInvalid."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from eyebright.errors import PackInvalid

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class Fields:
    """A table and where it stands, for messages."""

    def __init__(self, table: Any, where: str) -> None:
        if not isinstance(table, Mapping):
            raise PackInvalid(f"{where} should be a table.")
        self._table: Mapping[str, Any] = table
        self.where = where

    def names(self) -> tuple[str, ...]:
        """The table's keys."""
        return tuple(self._table)

    def has(self, key: str) -> bool:
        return key in self._table

    def is_list(self, key: str) -> bool:
        return isinstance(self._table.get(key), list)

    def text(self, key: str, *, default: str | None = None) -> str:
        """Text that is not empty, unless the default is."""
        value = self._table.get(key, default)
        if not isinstance(value, str) or (not value and default is None):
            raise PackInvalid(f"{self.where} needs the text {key!r}.")
        return value

    def integer(self, key: str) -> int:
        """A whole number, 0 or more. Raises PackInvalid."""
        value = self._table.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise PackInvalid(f"{self.where} needs the whole number {key!r}, 0 or more.")
        return value

    def number(self, key: str, *, default: float) -> float:
        """Raises PackInvalid for what is no number."""
        value = self._table.get(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise PackInvalid(f"{self.where} needs the number {key!r}.")
        return float(value)

    def flag(self, key: str) -> bool:
        """False when it is not there. Raises PackInvalid."""
        value = self._table.get(key, False)
        if not isinstance(value, bool):
            raise PackInvalid(f"{self.where}: {key!r} is true or false.")
        return value

    def items(self, key: str) -> tuple[Any, ...]:
        """A list; empty when it is not there."""
        value = self._table.get(key, [])
        if not isinstance(value, list):
            raise PackInvalid(f"{self.where}: {key!r} should be a list.")
        return tuple(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """Empty when they are not there. Raises PackInvalid."""
        values = self.items(key)
        if not all(isinstance(value, str) for value in values):
            raise PackInvalid(f"{self.where}: {key!r} should be a list of texts.")
        return values

    def tables(self, key: str) -> tuple[Fields, ...]:
        """A list of tables; empty when it is not there. Raises PackInvalid."""
        return tuple(
            Fields(item, f"{self.where}, {key} {index + 1}")
            for index, item in enumerate(self.items(key))
        )

    def table(self, key: str) -> Fields:
        return Fields(self._table.get(key), f"{self.where}, {key}")

    def mapping(self, key: str) -> dict[str, Any]:
        """A table as it is; empty when it is not there."""
        value = self._table.get(key, {})
        if not isinstance(value, Mapping):
            raise PackInvalid(f"{self.where}: {key!r} should be a table.")
        return dict(value)

    def sha256(self, key: str) -> str:
        """64 digits in lower-case hex. Raises PackInvalid."""
        value = self.text(key)
        if not _SHA256.fullmatch(value):
            raise PackInvalid(f"{self.where}: {key!r} is no SHA-256 in lower-case hex.")
        return value

    def name(self, key: str) -> str:
        """A name that is safe as the name of a folder."""
        value = self.text(key)
        if not _NAME.fullmatch(value):
            raise PackInvalid(f"{self.where}: {value!r} is no name (a-z, 0-9, dot, dash, _).")
        return value

    def relative_path(self, key: str) -> str:
        return relative_path(self.text(key), where=self.where)


def relative_path(text: str, *, where: str) -> str:
    """A path that stays inside its folder. Raises PackInvalid otherwise."""
    path = PurePosixPath(text)
    inside = not path.is_absolute() and ".." not in path.parts and str(path) == text != "."
    if not inside or "\\" in text or "\0" in text:
        raise PackInvalid(f"{where}: {text!r} is no plain relative path.")
    return text
