"""The user of the naming trial: knows fifty people by sight, and works with the keyboard.

What the user sees is read off the page: a crop is whoever the truth says that this face is. Every
key goes through the browser and is counted; what the page then needs until it shows what the next
key is about is measured as waiting.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

from bench.naming_trial_model import MENTAL_SECONDS, Tally

FACE = re.compile(r"/face/([0-9a-f-]{36})")
PATIENCE_SECONDS = 20
GLANCE_SECONDS = 0.25
"""How long the user lets the list of names catch up with a letter."""
POLL_SECONDS = 0.01
REVIEWED = re.compile("All reviewed|Nothing to review")


class StuckError(Exception):
    """The page does not come to what was expected of it."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A card of unknown faces as it looks. shown: faces; rest: as many more are not shown."""

    index: int
    shown: tuple[str, ...]
    rest: int
    colour: str
    guess: str | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Where the keys are in the review. face, band: None on a band that is folded, which `folded`
    is. faces: of the band, as far as they are in view; count: how many it says that it has."""

    person: str
    face: str | None
    band: str | None
    folded: str | None
    faces: tuple[str, ...]
    count: int


STACK = """
() => {
  const grid = document.querySelector('[role=grid]');
  const id = grid?.getAttribute('aria-activedescendant');
  const card = id && document.getElementById(id);
  if (!card || !card.querySelector('.crops')) return null;
  const pictures = [...card.querySelectorAll('.crops img')];
  if (!pictures.length || pictures.some((one) => !one.complete)) return null;
  const said = card.querySelector('.guess .who')?.firstChild?.textContent ?? '';
  return {
    index: Number(id.split('-').at(-1)),
    count: Number(grid.getAttribute('aria-rowcount')),
    sources: pictures.map((one) => one.src),
    rest: Number((card.querySelector('.rest')?.textContent ?? '0').replace(/[^0-9]/g, '')),
    colour: /green|amber|red/.exec(card.querySelector('.cohesion').className)[0],
    guess: said.replace(/\\?$/, '') || null,
  };
}
"""
SPOT = """
() => {
  const grid = document.querySelector('[role=grid]');
  const id = grid?.getAttribute('aria-activedescendant');
  const cell = id && document.getElementById(id);
  if (!cell) return null;
  const row = cell.closest('[role=rowgroup]');
  const band = cell.querySelector('.tile')?.dataset.band ?? null;
  const faces = band
    ? [...row.querySelectorAll(`.tile[data-band=${band}]`)].map(
        (tile) => tile.closest('[data-face]').dataset.face)
    : [];
  const titles = { likely: 'Likely', maybe: 'Maybe', unlikely: 'Unlikely' };
  const heading = [...row.querySelectorAll('.band')].find(
    (one) => one.querySelector('button')?.ariaLabel?.includes(` of ${titles[band]}`));
  const count = parseInt(heading?.querySelector('.quiet')?.textContent ?? '', 10);
  return {
    person: row.ariaLabel,
    face: cell.dataset.face ?? null,
    band,
    folded: /maybe|unlikely/.exec(cell.textContent.toLowerCase())?.[0] ?? null,
    faces,
    count: count || faces.length,
  };
}
"""


class User:
    """Before one page. people: name of whom each face shows, for the fifty; all others are
    strangers. pace: of the time that a person needs to think, the share that really passes."""

    def __init__(self, page: Page, people: Mapping[str, str], *, pace: float) -> None:
        self.tally = Tally()
        self.named: set[str] = set()
        self.asked: Counter[str] = Counter()
        self.notes: list[str] = []
        self._page = page
        self._people = people
        self._pace = pace

    def picture(self, path: Path) -> None:
        self._page.screenshot(path=path)

    def go_to_groups(self) -> None:
        self._click("link", re.compile("^Unknown groups"))
        self._until(lambda: self._page.evaluate(STACK) is not None, "the first stack")
        self.tally.homings += 1
        try:
            self._until(self._has_keys, "the keys", patience_seconds=3)
        except StuckError:
            self.notes.append("the stacks did not take the keys; one was clicked")
            self.tally.points += 1
            self.tally.clicks += 1
            self._page.locator("#stack-0 .head strong").click()

    def go_to_review(self) -> None:
        self._click("link", re.compile("^Review"))
        self.tally.homings += 1
        ready = "document.querySelector('[data-person]') || document.querySelector('h2')"
        self._until(lambda: self._page.evaluate(f"!!({ready})"), "the review")

    def go_to_top(self) -> None:
        """Of the review."""
        self.tally.keystrokes += 1  # Control
        self._press("Control+Home")

    def name_groups(self, *, until_all: bool) -> int:
        """From the largest down; how many were looked at. until_all: only until all fifty have a
        name."""
        looked = 0
        everybody = set(self._people.values())
        while not (until_all and self.named >= everybody):
            stack = self._stack()
            if stack is None:
                break
            self._look("stacks")
            looked += 1
            if not self._treat(stack) and not self._go_on(stack):
                break
        return looked

    def review(self, bands: Collection[str]) -> None:
        """Person after person, the faces of these bands; the others are passed over."""
        seen: set[tuple[str, str]] = set()
        while (spot := self._spot()) is not None:
            if spot.face is None and spot.folded in bands:
                self._press(" ")
                self._gone(spot)
                continue
            if spot.band not in bands:
                if not self._next_person(spot):
                    return
                continue
            right = [self._people.get(face) == spot.person for face in spot.faces]
            asked = [(spot.person, face) for face in spot.faces]
            for one, is_right in zip(asked, right, strict=True):
                if one not in seen:
                    self.asked[f"{spot.band} {'right' if is_right else 'wrong'}"] += 1
            self._look("suggestions", len(set(asked) - seen))
            seen.update(asked)
            self._answer(spot, right)
            self._gone(spot)

    def _answer(self, spot: Suggestion, right: Sequence[bool]) -> None:
        """The whole band at once where all that is left of it is the same."""
        if len(right) == spot.count > 1 and all(right):
            self._press("a")
        elif len(right) == spot.count > 1 and not any(right):
            self.tally.keystrokes += 1  # Shift
            self._press("Shift+N")
        else:
            self._press(" " if self._people.get(spot.face or "") == spot.person else "n")

    def _treat(self, stack: Stack) -> bool:
        """Name a stack if all that it shows is one of the fifty; whether it was."""
        who = {self._people.get(face) for face in stack.shown}
        name = next(iter(who))
        if len(who) > 1:
            self.notes.append(f"a stack shows {len(who)} people")
            return False
        if name is None:
            return False
        if stack.guess == name:
            self._press("y")
        elif name in self.named:
            self._press("n")
            self._field()
            self._choose(name)
        else:
            self._press("n")
            self._field()
            self._type(name)
            self._press("Enter")
        self.named.add(name)
        self._left(stack)
        return True

    def _choose(self, name: str) -> None:
        """Type until the list has the name, go down to it."""
        for typed, letter in enumerate(name, start=1):
            self._press(letter)
            if typed < 2:
                continue
            self._page.wait_for_timeout(1000 * GLANCE_SECONDS)
            offered = self._page.locator("[role=listbox] [role=option] .who").all_inner_texts()
            if name in offered[:3]:
                self._look("lists")
                for _ in range(offered.index(name) + 1):
                    self._press("ArrowDown")
                break
        self._press("Enter")

    def _type(self, text: str) -> None:
        for letter in text:
            self._press(letter)

    def _stack(self) -> Stack | None:
        """The one the keys are on; None when there is no stack left."""
        found: list[Stack] = []

        def seen() -> bool:
            if self._page.get_by_text("No unknown groups").count():
                return True
            said = self._page.evaluate(STACK)
            if said is None:
                return False
            faces = tuple(_face_of(source) for source in said["sources"])
            stack = Stack(said["index"], faces, said["rest"], said["colour"], said["guess"])
            found.append(stack)
            return True

        self._until(seen, "a stack with its pictures")
        return found[0] if found else None

    def _go_on(self, stack: Stack) -> bool:
        """To the next stack; False at the last one."""
        self._press("ArrowRight")
        place = "document.querySelector('[role=grid]').getAttribute('aria-activedescendant')"
        self._page.wait_for_timeout(30)
        return bool(self._page.evaluate(place) != f"stack-{stack.index}")

    def _left(self, stack: Stack) -> None:
        """Until another stack lies there, and the keys are on it."""

        def another() -> bool:
            if self._page.get_by_text("No unknown groups").count():
                return True
            said = self._page.evaluate(STACK)
            return said is not None and _face_of(said["sources"][0]) != stack.shown[0]

        self._until(another, "the next stack")
        self._until(self._has_keys, "the keys")

    def _has_keys(self) -> object:
        return self._page.evaluate("document.activeElement?.role === 'grid'")

    def _field(self) -> None:
        self._until(
            lambda: self._page.evaluate("document.activeElement?.role === 'combobox'"), "the field"
        )

    def _spot(self) -> Suggestion | None:
        """Where the keys are; None when nothing is left to review."""
        found: list[Suggestion] = []

        def seen() -> bool:
            if self._page.locator("h2", has_text=REVIEWED).count():
                return True
            said = self._page.evaluate(SPOT)
            if said is not None:
                faces = tuple(said["faces"])
                where = said["person"], said["face"], said["band"], said["folded"]
                found.append(Suggestion(*where, faces, said["count"]))
            return said is not None

        self._until(seen, "a suggestion")
        return found[0] if found else None

    def _gone(self, spot: Suggestion) -> None:
        """Until the keys are on something else."""

        def elsewhere() -> bool:
            now = self._spot()
            return now is None or (now.person, now.face) != (spot.person, spot.face)

        self._until(elsewhere, "the next suggestion")

    def _next_person(self, spot: Suggestion) -> bool:
        """To the row below; False at the last one."""
        self._press("PageDown")
        self._page.wait_for_timeout(60)
        now = self._spot()
        return now is not None and (now.person, now.face) != (spot.person, spot.face)

    def _press(self, key: str) -> None:
        self.tally.keystrokes += 1
        self._page.keyboard.press(key)

    def _click(self, role: Literal["link", "button"], name: re.Pattern[str]) -> None:
        self.tally.homings += 1
        self.tally.points += 1
        self.tally.clicks += 1
        self._page.get_by_role(role, name=name).first.click()

    def _look(self, what: str, count: int = 1) -> None:
        self.tally.look(what, count)
        time.sleep(self._pace * MENTAL_SECONDS * count)

    def _until(
        self,
        true: Callable[[], object],
        what: str,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        deadline = time.monotonic() + patience_seconds
        with self.tally.waiting():
            while not true():
                if time.monotonic() > deadline:
                    raise StuckError(f"{what} did not come; the page says: {self._page.title()}")
                time.sleep(POLL_SECONDS)


def _face_of(source: str) -> str:
    found = FACE.search(source)
    assert found is not None, source
    return found.group(1)
