"""How far two independent nets agree that a picture is explicit.

Neither knows body parts: each says one number of a whole view. Alone, each takes one portrait in
twenty for explicit; they err on different ones. What both say is kept, as the softer of the two.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray, ByteArray
from eyebright.imaging.crops import resize
from eyebright.packs.pack import Pack
from eyebright.runtime.session import OnnxModel, Runtime

SIDE_PX = 224
OPEN_NSFW_FILE = "open_nsfw.onnx"
NSFWJS_FILE = "nsfwjs_mid.onnx"
_OPEN_NSFW_EXPLICIT = (1,)
"""Of not explicit, explicit."""
_NSFWJS_EXPLICIT = (1, 3)
"""Of drawing, explicit drawing, neutral, pornographic, suggestive."""
_LEAST_CHANCE = 1e-4
"""Nets are surer than they can know; more certainty than this in either direction is cut."""

Net = Callable[[ByteArray], AnyArray]
"""(N, 224, 224, 3) uint8 RGB -> (N,) log-odds of being explicit."""


@dataclass(frozen=True, slots=True)
class NudityRules:
    """The pack's table `nudity`; what each number means stands there.

    calm: log-odds. explicit: slope and intercept from the agreement to log-odds. least: 0-1.
    """

    calm: float
    explicit: tuple[float, float]
    least: float

    @classmethod
    def of(cls, pack: Pack) -> Self:
        """The rules that a pack states. Raises PackInvalid when one is missing."""
        explicit = pack.numbers("nudity.explicit")
        if len(explicit) != 2:
            raise PackInvalid(
                f"Parameter 'nudity.explicit' of pack {pack.id} is a slope and an intercept."
            )
        return cls(
            calm=pack.number("nudity.calm"),
            explicit=(explicit[0], explicit[1]),
            least=pack.number("nudity.least"),
        )

    def chance(self, agreement: float) -> float:
        """How strongly the nets say Explicit, 0-1."""
        slope, intercept = self.explicit
        return 1.0 / (1.0 + math.exp(-(slope * agreement + intercept)))

    def score(self, agreement: float) -> float:
        """The same, but 0 where it is not sure enough to be said."""
        chance = self.chance(agreement)
        return chance if chance >= self.least else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class NudityNets:
    """Two nets and the rule by which they agree. For any thread; takes no slot."""

    first: Net
    second: Net
    rules: NudityRules

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime) -> Self:
        """Raises PackInvalid when the pack lacks a model or a parameter."""
        return cls(
            first=_net(runtime.load(pack.model_path(NSFWJS_FILE)), _NSFWJS_EXPLICIT),
            second=_net(runtime.load(pack.model_path(OPEN_NSFW_FILE)), _OPEN_NSFW_EXPLICIT),
            rules=NudityRules.of(pack),
        )

    def agreement(self, pixels: ByteArray) -> float:
        """Log-odds that both nets grant, over four views: the whole picture, its middle square,
        and both mirrored. Where one net is calm about the whole, that view settles it, and the
        answer is the most that the nets could have agreed on.
        """
        whole = _view(pixels)
        for net in (self.first, self.second):
            said = float(net(whole[None])[0])
            if said < self.rules.calm:
                return softer(said, math.inf)
        middle = _view(middle_square(pixels))
        views = np.stack([whole, middle, whole[:, ::-1], middle[:, ::-1]])
        return softer(float(self.first(views).mean()), float(self.second(views).mean()))


def softer(one: float, other: float) -> float:
    """A smooth minimum of log-odds: of equal ones their value, of unlike ones hardly more than the
    lower (at most log 2)."""
    low, high = min(one, other), max(one, other)
    return low + math.log(2.0) - math.log1p(math.exp(low - high))


def middle_square(pixels: ByteArray) -> ByteArray:
    """The largest square around the middle of (h, w, 3)."""
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return pixels[top : top + side, left : left + side]


def _view(pixels: ByteArray) -> ByteArray:
    return resize(pixels, (SIDE_PX, SIDE_PX))


def _net(model: OnnxModel, explicit: tuple[int, ...]) -> Net:
    """The model's explicit classes as one number."""

    def log_odds(views: ByteArray) -> AnyArray:
        probabilities = model.run(views)["probabilities"].astype(np.float64)
        chance = probabilities[:, list(explicit)].sum(axis=1)
        chance = np.clip(chance, _LEAST_CHANCE, 1.0 - _LEAST_CHANCE)
        odds: AnyArray = np.log(chance / (1.0 - chance))
        return odds

    return log_odds
