"""The coverage table, the service model and the page agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from eyebright.awsjson.model import load_service_model
from eyebright.rekognition.compatibility import compatibility_page
from eyebright.rekognition.coverage import COVERAGE, Planned
from eyebright.rekognition.server import SERVICE

PAGE = Path(__file__).parents[3] / "docs" / "compatibility.md"


def test_the_page_is_fresh() -> None:
    page = compatibility_page(load_service_model(SERVICE).operations, COVERAGE)
    assert PAGE.read_text(encoding="utf-8") == page, (
        "Run: python -m eyebright.rekognition.compatibility > docs/compatibility.md"
    )


def test_the_table_names_every_operation_of_the_installed_model_and_no_other() -> None:
    operations = load_service_model(SERVICE).operations
    assert len(operations) >= 75
    assert set(COVERAGE) == set(operations)


def test_an_operation_that_the_table_lacks_stops_the_page() -> None:
    operations = load_service_model(SERVICE).operations
    short = {name: entry for name, entry in COVERAGE.items() if name != "DetectFaces"}
    with pytest.raises(ValueError, match=r"lacks \['DetectFaces'\]"):
        compatibility_page(operations, short)
    with pytest.raises(ValueError, match="AWS has not"):
        compatibility_page(operations, dict(COVERAGE) | {"DetectGhosts": Planned("never")})
