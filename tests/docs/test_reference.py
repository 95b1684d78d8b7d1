from __future__ import annotations

from pathlib import Path

import pytest

from eyebright.cli.reference import pages

_REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", list(pages()))
def test_a_generated_page_is_what_the_code_says(name: str) -> None:
    written = (_REFERENCE / name).read_text(encoding="utf-8")
    assert written == pages()[name], "run `make docs`"
