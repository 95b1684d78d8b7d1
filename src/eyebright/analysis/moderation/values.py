"""What moderation says. Scores are 0-1."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModerationLabel:
    """parent: "" at level 1. level: 1-3."""

    name: str
    parent: str
    level: int
    score: float


@dataclass(frozen=True, slots=True)
class ContentType:
    """What kind of picture it is, such as "Illustrated"."""

    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Moderation:
    """labels: child before parent, groups by score, descending; every ancestor is there."""

    labels: tuple[ModerationLabel, ...]
    content_types: tuple[ContentType, ...]
