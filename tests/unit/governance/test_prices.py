"""List prices, against sums that were done by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from eyebright.governance.prices import OPERATIONS_OF_STAGE, PRICES, library_price, price
from eyebright.rekognition.coverage import COVERAGE


@pytest.mark.parametrize(
    ("operation", "units", "before", "usd"),
    [
        ("DetectLabels", 1, 0, "0.001"),
        ("DetectLabels", 1_000_000, 0, "1000"),
        ("DetectLabels", 1, 1_000_000, "0.0008"),
        ("DetectLabels", 4_000_000, 0, "3400"),
        ("DetectLabels", 40_000_000, 0, "23450"),
        ("IndexFaces", 40_000_000, 0, "24200"),
        ("DetectImageProperties", 2_000_000, 0, "1350"),
        ("StartLabelDetection", 2.5, 0, "0.25"),
        ("CreateCollection", 5_000_000, 0, "0"),
    ],
)
def test_units_fill_the_tiers_of_a_month(
    operation: str, units: float, before: float, usd: str
) -> None:
    assert price(operation, units, before=before) == Decimal(usd)


def test_a_million_pictures_cost_what_the_bill_says() -> None:
    million = dict.fromkeys(("decode", "labels", "faces", "text", "moderation"), 1_000_000.0)
    assert library_price(million) == Decimal(1000) + Decimal(1000) + 2 * Decimal(800)
    assert library_price({}) == 0


def test_every_price_is_of_an_operation_that_there_is() -> None:
    assert set(PRICES) - {"DetectImageProperties"} <= set(COVERAGE)
    assert {one for of_stage in OPERATIONS_OF_STAGE.values() for one in of_stage} <= set(PRICES)
