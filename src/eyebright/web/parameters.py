"""What stands behind the question mark, read by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import parse_qsl

from eyebright.errors import InvalidInput

MOST_PARAMETERS = 200
Kind = Literal["text", "whole", "number", "flag", "moment"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One that a route takes, as it is published. many: it may be said again."""

    name: str
    meaning: str
    kind: Kind = "text"
    many: bool = False
    choices: tuple[str, ...] = ()


AFTER = Parameter("after", "`next` of the page before; absent for the first page")

LIBRARY = Parameter("library", "Name of the library; the account's first if absent")


def limit_of(default: int, most: int) -> Parameter:
    return Parameter("limit", f"How many at most, 1 to {most}; {default} if absent", "whole")


@dataclass(frozen=True, slots=True)
class Parameters:
    """Values by name, each as often as it was said. Reading one raises InvalidInput for what is not
    of its kind; an empty value counts as absent."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, query_string: bytes) -> Parameters:
        """Raises InvalidInput for more than any page asks."""
        try:
            pairs = parse_qsl(
                query_string.decode("latin-1"),
                keep_blank_values=True,
                max_num_fields=MOST_PARAMETERS,
                errors="replace",
            )
        except ValueError as error:
            raise InvalidInput(f"More than {MOST_PARAMETERS} parameters.") from error
        values: dict[str, list[str]] = {}
        for name, value in pairs:
            values.setdefault(name, []).append(value)
        return cls(values)

    def many(self, name: str) -> tuple[str, ...]:
        return tuple(value for value in self.values.get(name, ()) if value)

    def text(self, name: str, default: str = "", *, most: int = 1024) -> str:
        said = self.many(name)
        if len(said) > 1:
            raise InvalidInput(f"{name} may be said once.")
        value = said[0] if said else default
        if len(value) > most:
            raise InvalidInput(f"{name} is longer than {most} characters.")
        return value

    def choice(self, name: str, choices: Sequence[str], *, default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise InvalidInput(f"{name} is {value[:40]!r}; use one of {', '.join(choices)}.")
        return value

    def whole(self, name: str, default: int, *, low: int, high: int) -> int:
        return int(self.number(name, default, low=low, high=high, whole=True))

    def number(
        self, name: str, default: float, *, low: float, high: float, whole: bool = False
    ) -> float:
        text = self.text(name, most=40)
        if not text:
            return default
        try:
            value = int(text) if whole else float(text)
        except ValueError as error:
            kind = "a whole number" if whole else "a number"
            raise InvalidInput(f"{name} must be {kind}.") from error
        if not low <= value <= high:  # NaN too
            raise InvalidInput(f"{name} is {text}; use {low} to {high}.")
        return value

    def flag(self, name: str) -> bool:
        return self.choice(name, ("", "0", "1", "true", "false"), default="") in ("1", "true")

    def moment(self, name: str) -> datetime | None:
        """ISO 8601; without a zone it is UTC."""
        text = self.text(name, most=40)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise InvalidInput(f"{name} must be a date or time as ISO 8601 has it.") from error
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
