"""What axe-core finds against a page; let it come to rest before."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page
from tests.browser.conftest import missing

AXE = Path(__file__).with_name("chromium") / "node_modules/axe-core/axe.min.js"


def faults(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA: rule and element."""
    if not AXE.is_file():
        missing("axe-core is not installed: run `make test`")
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })"
    )
    return [
        f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
