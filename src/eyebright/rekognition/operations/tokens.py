"""ClientRequestToken: the same token with the same request acts once and answers the same."""

from __future__ import annotations

from collections.abc import Callable

from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.shapes.units import Json

_TOKEN = "ClientRequestToken"  # noqa: S105 - a member's name


def once(door: Door, call: Call, act: Callable[[], Json]) -> Json:
    """Act unless this account already did with the same token; then give that answer again.

    Raises IdempotencyMismatch if the token came with other parameters before.
    """
    parameters = {name: value for name, value in call.input.items() if name != _TOKEN}
    return door.idempotency.once(
        call.scope,
        call.operation,
        token=call.input.get(_TOKEN),
        parameters=parameters,
        act=act,
    )
