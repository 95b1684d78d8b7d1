"""Against guessing: who failed to sign in waits, longer with every failure."""

from __future__ import annotations

import ipaddress
import math
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from eyebright.clock import Clock
from eyebright.web.errors import Refused

FREE_FAILURES = 3
"""Typing errors that cost nothing."""
LONGEST_PAUSE_SECONDS = 300
FORGOTTEN_AFTER = timedelta(hours=1)
MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Failures:
    count: int
    last_at: datetime
    blocked_until: datetime


class Attempts:
    """Counts failures of an address, and of an access key from an address.

    Not of an access key alone: whoever knows a key's id, which is no secret, could then keep its
    owner out. Secrets have 240 bits; the pauses are against noise and against stolen lists.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, _Failures] = OrderedDict()
        self._lock = threading.Lock()

    def require_calm(self, access_key_id: str, address: str) -> None:
        """Raise Refused (429, with Retry-After) while a pause lasts."""
        now = self._clock.now()
        with self._lock:
            ends = [
                one.blocked_until
                for name in _names(access_key_id, address)
                if (one := self._failures.get(name)) is not None
            ]
        seconds = max((end - now).total_seconds() for end in ends) if ends else 0.0
        if seconds > 0:
            wait = math.ceil(seconds)
            raise Refused(
                429,
                "too_many_attempts",
                f"Too many failed attempts; try again in {wait} s.",
                headers=[("Retry-After", str(wait))],
            )

    def failed(self, access_key_id: str, address: str) -> None:
        now = self._clock.now()
        with self._lock:
            for name in _names(access_key_id, address):
                before = self._failures.pop(name, None)
                fresh = before is None or now - before.last_at > FORGOTTEN_AFTER
                count = 1 if before is None or fresh else before.count + 1
                until = now + timedelta(seconds=pause_seconds(count))
                self._failures[name] = _Failures(count, now, until)
            while len(self._failures) > MOST_REMEMBERED:
                self._failures.popitem(last=False)

    def succeeded(self, access_key_id: str, address: str) -> None:
        with self._lock:
            self._failures.pop(_names(access_key_id, address)[0], None)


def pause_seconds(failures: int) -> float:
    """0 for the first failures, then 1, 2, 4 ... up to five minutes."""
    over = failures - FREE_FAILURES
    return 0.0 if over <= 0 else float(min(2 ** min(over - 1, 20), LONGEST_PAUSE_SECONDS))


def _names(access_key_id: str, address: str) -> tuple[str, str]:
    where = _network(address)
    return f"{where} {access_key_id}", where


def _network(address: str) -> str:
    """An IPv6 client owns 2**64 addresses: they count as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
