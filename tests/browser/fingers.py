"""Fingers on a screen, as the browser itself gets them: playwright alone can only tap."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import CDPSession, Page

Point = tuple[float, float]
STEPS = 6
REST_MS = 120
"""A finger that is lifted while it moves has flung something: the browser takes the next touch as
the end of that."""


class Fingers:
    def __init__(self, page: Page) -> None:
        self._page = page
        self._browser: CDPSession = page.context.new_cdp_session(page)

    def drag(self, *ways: tuple[Point, Point]) -> None:
        """Each finger from one point to another, all at the same time; they rest, and are
        lifted."""
        self._send("touchStart", [start for start, _ in ways])
        for step in range(1, STEPS + 1):
            self._send("touchMove", [_between(way, step / STEPS) for way in ways])
        self._page.wait_for_timeout(REST_MS)
        self._send("touchEnd", [])

    def _send(self, kind: str, points: Sequence[Point]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self._browser.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def _between(way: tuple[Point, Point], share: float) -> Point:
    (x, y), (to_x, to_y) = way
    return x + share * (to_x - x), y + share * (to_y - y)
