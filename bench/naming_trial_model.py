"""How long a person takes: the keystroke-level model.

Card, Moran and Newell, "The keystroke-level model for user performance time with interactive
systems", Communications of the ACM 23 (1980): a task takes as long as its operators together.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

KEY_SECONDS = 0.20
"""K: a key or a button of the mouse; an average skilled typist (55 words a minute)."""
POINT_SECONDS = 1.10
"""P: to a place on the screen with the mouse."""
HOME_SECONDS = 0.40
"""H: a hand from the keyboard to the mouse, or back."""
MENTAL_SECONDS = 1.35
"""M: to look at something and decide."""


@dataclass(slots=True)
class Tally:
    """What somebody did. waited_seconds: R, for the machine, as measured. looks: things looked at
    and decided, by what they were."""

    keystrokes: int = 0
    clicks: int = 0
    points: int = 0
    homings: int = 0
    waited_seconds: float = 0.0
    looks: Counter[str] = field(default_factory=Counter)

    @property
    def seconds(self) -> float:
        """By the model."""
        return (
            KEY_SECONDS * (self.keystrokes + self.clicks)
            + POINT_SECONDS * self.points
            + HOME_SECONDS * self.homings
            + MENTAL_SECONDS * self.looks.total()
            + self.waited_seconds
        )

    def look(self, what: str, count: int = 1) -> None:
        self.looks[what] += count

    @contextmanager
    def waiting(self) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.waited_seconds += time.perf_counter() - began

    def told(self) -> dict[str, object]:
        return {
            "minutes": self.seconds / 60,
            "keystrokes": self.keystrokes,
            "clicks": self.clicks,
            "homings": self.homings,
            "looks": dict(self.looks),
            "waited_seconds": self.waited_seconds,
        }


def one_by_one(names: Iterable[str], *, keys: dict[str, int]) -> Tally:
    """Each of these faces is looked at, clicked, and its name typed; the hand goes to the keyboard
    and back to the mouse. keys: what has to be typed for a name, Enter included. Looking through
    all the faces that are not to be named costs nothing here."""
    tally = Tally()
    for name in names:
        tally.look("faces")
        tally.points += 1
        tally.clicks += 1
        tally.homings += 2
        tally.keystrokes += keys[name]
    return tally


def whole_names(names: Iterable[str]) -> dict[str, int]:
    """All letters, and Enter."""
    return {name: len(name) + 1 for name in set(names)}


def shortest_beginnings(names: Iterable[str]) -> dict[str, int]:
    """With a list that offers who begins so, among all of them from the first face on: as many
    letters as tell somebody from the others, an arrow and Enter."""
    everybody = sorted(set(names))
    keys = {}
    for name in everybody:
        others = [one.lower() for one in everybody if one != name]
        letters = next(
            n
            for n in range(1, len(name) + 1)
            if n == len(name) or not any(one.startswith(name[:n].lower()) for one in others)
        )
        keys[name] = min(letters + 2, len(name) + 1)
    return keys
