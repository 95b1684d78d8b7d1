"""Waiting for what is to be, never for time to pass: a machine may be busy with other tests."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page, Request

EXPECTED_SECONDS = 20
"""Until something must be seen: usually at once."""
POLL_MS = 50
CALM_LOOKS = 3
"""So many looks in a row find nothing that moves: one may fall between two things."""
NEVER_ENDING = ("eventsource", "media", "websocket")
# Pictures that are fetched once they come into view may wait for that for ever.
CALM = """() => document.readyState === 'complete' && document.fonts.status === 'loaded'
  && [...document.images].every((one) => one.complete || one.loading === 'lazy')
  && document.getAnimations().every((one) => one.playState !== 'running')
  && document.querySelector('.waiting, [aria-busy=true]') === null"""


def until(page: Page, holds: Callable[[], bool], what: str) -> None:
    """For what playwright's expect() cannot see: the policy of the pages forbids waiting inside of
    them."""
    deadline = time.monotonic() + EXPECTED_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"Still not so: {what}"
        page.wait_for_timeout(POLL_MS)


class Traffic:
    """What a page has asked for and not got yet. Playwright's own "networkidle" is told once for
    each document, and these pages change without a new one."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._pending: set[Request] = set()
        page.on("request", self._asked)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    def _asked(self, request: Request) -> None:
        if request.is_navigation_request() and request.frame == self._page.main_frame:
            self._pending.clear()
        if request.resource_type not in NEVER_ENDING:
            self._pending.add(request)

    def _ended(self, request: Request) -> None:
        self._pending.discard(request)

    def settle(self) -> None:
        """Nothing is on its way, nothing moves, nothing says that it waits."""
        calm = 0

        def is_calm() -> bool:
            nonlocal calm
            still = self._page.evaluate(CALM) and not self._pending
            calm = calm + 1 if still else 0
            return calm >= CALM_LOOKS

        until(self._page, is_calm, "the page is at rest")
