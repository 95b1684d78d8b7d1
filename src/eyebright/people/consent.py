"""Whether somebody agreed to be recognised: noted for people, and nothing follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from eyebright.errors import InvalidInput

MAX_NOTE_CHARACTERS = 500


class ConsentStatus(StrEnum):
    """UNKNOWN: nobody asked, or nobody wrote it down."""

    GIVEN = "given"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Consent:
    """day: on which it was said. note: where it is written, for how long, for what."""

    status: ConsentStatus = ConsentStatus.UNKNOWN
    day: date | None = None
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        day = None if self.day is None else self.day.isoformat()
        return {"status": self.status.value, "day": day, "note": self.note}

    @staticmethod
    def from_json(content: Mapping[str, Any] | None) -> Consent:
        if content is None:
            return Consent()
        day = content.get("day")
        return Consent(
            ConsentStatus(content["status"]),
            None if day is None else date.fromisoformat(day),
            content.get("note", ""),
        )


def require_consent(consent: Consent) -> Consent:
    """Raises InvalidInput for a day or a note without a status, and for what is no note."""
    if consent.status is ConsentStatus.UNKNOWN and (consent.day is not None or consent.note):
        raise InvalidInput("Say whether consent was given or refused, not only when or why.")
    note = " ".join(consent.note.split())
    if len(note) > MAX_NOTE_CHARACTERS:
        raise InvalidInput(
            f"A note on consent of {len(note)} characters; at most {MAX_NOTE_CHARACTERS} are kept."
        )
    if not note.isprintable():
        raise InvalidInput(
            f"A note on consent holds characters that cannot be seen: {note[:40]!a}."
        )
    return Consent(consent.status, consent.day, note)


def require_day(text: str) -> date:
    """A day as YYYY-MM-DD. Raises InvalidInput."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"{text[:40]!r} is no day; write it as 2026-03-31.") from error
    if len(text) != len("2026-03-31"):
        raise InvalidInput(f"{text[:40]!r} is no day; write it as 2026-03-31.")
    return day


def stricter(one: Consent, other: Consent) -> Consent:
    """Of two people who turned out to be one: who refused has refused."""
    for status in (ConsentStatus.REFUSED, ConsentStatus.GIVEN):
        for consent in (one, other):
            if consent.status is status:
                return consent
    return one
