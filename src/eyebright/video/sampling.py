"""Which frames of a video are looked at."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

Policy: TypeAlias = "Every | EveryFrame | Keyframes"


@dataclass(frozen=True, slots=True)
class EveryFrame:
    """All of them."""


@dataclass(frozen=True, slots=True)
class Keyframes:
    """Those that the encoder made whole: the cheapest, at times of the encoder's choice."""


@dataclass(frozen=True, slots=True)
class Every:
    """The first frame at or after each multiple of `seconds`, the first frame of all included."""

    seconds: Fraction

    def __post_init__(self) -> None:
        if self.seconds <= 0:
            raise ValueError(f"A frame every {self.seconds} seconds: the step must be above 0.")

    def due_after(self, seconds: Fraction) -> Fraction:
        """The next multiple above this time."""
        return (math.floor(seconds / self.seconds) + 1) * self.seconds


def per_second(count: Fraction | int) -> Every:
    """So many frames a second, evenly."""
    return Every(1 / Fraction(count))


def parse_policy(text: str) -> Policy:
    """ "6s" (a frame every six seconds), "2fps", "keyframes" or "all". Raises ValueError."""
    words: dict[str, Callable[[], Policy]] = {"all": EveryFrame, "keyframes": Keyframes}
    if text in words:
        return words[text]()
    for ending, make in (("fps", per_second), ("s", Every)):
        if text.endswith(ending):
            try:
                return make(Fraction(text.removesuffix(ending)))
            except (ValueError, ZeroDivisionError):
                break
    raise ValueError(f"{text!r} is no sampling; say 6s, 0.5s, 2fps, keyframes or all.")
