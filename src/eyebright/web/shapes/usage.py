"""What was asked, by day and operation, and what the service would have charged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypedDict

from eyebright.governance.usage import PricedCount


class OperationUsageJson(TypedDict):
    """units: pictures, or minutes of video. aws_price_usd: by list prices, tiers of a month."""

    operation: str
    calls: int
    failures: int
    units: float
    aws_price_usd: float


class DayJson(TypedDict):
    """day: YYYY-MM-DD, UTC."""

    day: str
    operations: list[OperationUsageJson]


class UsageJson(TypedDict):
    """Newest day first; days without a call are left out."""

    days: list[DayJson]
    total_aws_price_usd: float


def usage_json(counts: Sequence[PricedCount]) -> UsageJson:
    days: dict[str, list[OperationUsageJson]] = {}
    for one in counts:
        days.setdefault(one.day, []).append(_operation(one))
    total = sum((one.usd for one in counts), Decimal(0))
    said: Mapping[str, list[OperationUsageJson]] = days
    return {
        "days": [{"day": day, "operations": operations} for day, operations in said.items()],
        "total_aws_price_usd": round(float(total), 4),
    }


def _operation(one: PricedCount) -> OperationUsageJson:
    return {
        "operation": one.operation,
        "calls": one.count.calls,
        "failures": one.count.failures,
        "units": round(one.units, 3),
        "aws_price_usd": round(float(one.usd), 6),
    }
