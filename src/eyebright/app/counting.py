"""Counting what is asked, around the handlers of the AWS door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eyebright.governance.prices import PRICES, Unit
from eyebright.governance.usage import Usage
from eyebright.rekognition.call import Call
from eyebright.rekognition.coverage import Coverage, Handler, Implemented
from eyebright.rekognition.door import Door

IMAGE_PROPERTIES = "IMAGE_PROPERTIES"


def counted_coverage(coverage: Coverage, usage: Usage) -> Coverage:
    """The same table; every call that reaches its handler is counted, and whether it failed.

    Calls that are refused before, for their signature or their members, are not counted.
    """
    return {
        name: Implemented(_counted(entry.handler, usage), entry.note)
        if isinstance(entry, Implemented)
        else entry
        for name, entry in coverage.items()
    }


def _counted(handler: Handler, usage: Usage) -> Handler:
    def counting(door: Door, call: Call) -> dict[str, Any]:
        done = False
        try:
            output = handler(door, call)
            done = True
            return output
        finally:
            for operation, units in charged(call).items():
                usage.count(call.scope, operation, failures=int(not done), units=units * done)

    return counting


def charged(call: Call) -> Mapping[str, int]:
    """Under which names a call is counted, and how many pictures each has looked at."""
    prices = PRICES.get(call.operation)
    units = int(prices is not None and prices.unit is Unit.IMAGE)
    features = call.input.get("Features") or ()
    if call.operation != "DetectLabels" or IMAGE_PROPERTIES not in features:
        return {call.operation: units}
    properties = {"DetectImageProperties": units}
    return properties if len(features) == 1 else {call.operation: units, **properties}
