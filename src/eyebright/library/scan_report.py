"""What a scan saw, and who is told of it while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

SETTLE_SECONDS = 0.1
"""A young file that is the same after this is taken for complete."""
PATIENCE_SECONDS = 10.0
"""For files that grow while a scan waits for them; then the next scan takes them."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """path: for people, below the source."""

    path: str
    reason: str


@dataclass(slots=True)
class ScanReport:
    """What a scan saw, counted while it goes on.

    renamed: known content at a new path, which did not have to be read. restless: files that are
    still written to. skipped: hidden files, links and such. kept_out: what a person removed.
    is_whole: False when it was stopped, or nothing was swept for another reason, see `message`.
    away: why the source itself could not be looked through, or empty.
    gone, unsettled: of paths that were looked at alone, those that are not there, and those that
    are restless.
    """

    files: int = 0
    added: int = 0
    changed: int = 0
    known: int = 0
    unchanged: int = 0
    renamed: int = 0
    vanished: int = 0
    kept_out: int = 0
    unsupported: int = 0
    unreadable: int = 0
    restless: int = 0
    skipped: int = 0
    bytes_read: int = 0
    is_whole: bool = True
    message: str = ""
    away: str = ""
    troubles: list[Trouble] = field(default_factory=list)
    gone: list[bytes] = field(default_factory=list)
    unsettled: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Watchers:
    """tell: called with the report so far. stop: asked now and then; then the scan ends early."""

    tell: Callable[[ScanReport], None] = lambda _report: None
    stop: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Patience:
    """settle: seconds a young file must stay the same. most: seconds waited for it."""

    settle: float = SETTLE_SECONDS
    most: float = PATIENCE_SECONDS


NOBODY = Watchers()
