"""Draw the README's picture of the people workspace: unknown groups of an invented library.

    cd frontend && npm run dev -- --mode mock --port 5173
    python examples/workspace_picture.py http://localhost:5173 docs/images/unknown-groups.png

The faces are drawn, nobody's. Needs Playwright and a Chromium (`make test` fetches one).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error, sync_playwright

SIZE_WH = (1280, 720)
COLOURS = 128
"""Of the picture's palette, so that it is quickly loaded."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("address", help="of the pages in mock mode")
    parser.add_argument("picture", type=Path)
    parser.add_argument("--chromium", help="a browser to use instead of Playwright's own")
    said = parser.parse_args()
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=said.chromium)
        except Error as error:
            raise SystemExit(f"No browser: {error}. Name one with --chromium.") from error
        width, height = SIZE_WH
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(f"{said.address}/people/unknown")
        page.get_by_text("alike").first.wait_for()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=said.picture)
        browser.close()
    with Image.open(said.picture) as picture:
        picture.convert("RGB").quantize(COLOURS).save(said.picture, optimize=True)
    print(f"{said.picture}: {said.picture.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
