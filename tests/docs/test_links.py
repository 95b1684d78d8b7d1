"""Pages point to what is there, and name no machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PAGES = sorted([*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\(([^)\s#]+)[^)]*\)")


def test_there_are_pages() -> None:
    assert len(_PAGES) > 5


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    targets = _LINK.findall(page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target and "mailto:" not in target]
    missing = [target for target in local if not (page.parent / target).exists()]
    assert not missing
