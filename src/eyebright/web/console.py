"""The operations of the AWS door as the console asks for them; `app` hands the door's own code in.

This room knows no operation: it passes the input on and gives back what it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from eyebright.governance.accounts import Principal


@dataclass(frozen=True, slots=True)
class OperationCard:
    """What the console shows of an operation. note: what differs, or what it waits for. images: how
    many pictures it takes. sample: an input that says how it is asked, without the pictures."""

    name: str
    implemented: bool
    group: str
    images: Literal[0, 1, 2]
    note: str
    sample: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class OperationAnswer:
    """body: JSON, the output or the error as AWS clients get it. error: its name, None for none.
    timing_ms: where the time went, by name, with "total"; parts may be fewer than all of it."""

    status: int
    body: bytes
    error: str | None
    request_id: str
    timing_ms: Mapping[str, float]


CallOperation: TypeAlias = Callable[[Principal, str, bytes], OperationAnswer]
"""Who asks, which operation, its input as JSON."""


@dataclass(frozen=True, slots=True)
class Console:
    """samples: pictures to try things with, as they are on this machine now; none if no pack
    brings any."""

    operations: Sequence[OperationCard]
    call: CallOperation
    samples: Callable[[], Sequence[Path]]
