"""One request to one operation, after the wire is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eyebright.governance.accounts import Principal, Scope


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler is given: who asks, and what for.

    input: the request's members by their names in the service model, parsed and validated; a
    member that was absent or null is not in it. Blobs are bytes, timestamps are UTC datetimes.
    """

    operation: str
    principal: Principal
    input: Mapping[str, Any]
    request_id: str

    @property
    def scope(self) -> Scope:
        return self.principal.scope
