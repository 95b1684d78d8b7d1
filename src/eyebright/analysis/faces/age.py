"""From one estimate of age to the range that is reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from eyebright.analysis.faces.observation import AgeRange
from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray

OLDEST = 100
_LEAST_SPREAD = 1.0
"""Years on either side that even a baby's range has."""


@dataclass(frozen=True, slots=True)
class AgeSpread:
    """How far the true age lies from the estimate: constant and share of the estimate, each way.

    Fitted so that about 85 % of the labelled faces lie inside the range.
    """

    below: tuple[float, float]
    above: tuple[float, float]

    @classmethod
    def of(cls, arrays: Mapping[str, AnyArray]) -> Self:
        """Raises PackInvalid when the pack's heads lack it."""
        try:
            below, above = arrays["age_spread"].reshape(2, 2)
        except KeyError as error:
            raise PackInvalid("heads.npz lacks age_spread. Install the pack again.") from error
        return cls((float(below[0]), float(below[1])), (float(above[0]), float(above[1])))

    def range_around(self, years: float) -> AgeRange:
        """Whole years, 0 <= low <= high <= 100."""
        years = float(np.clip(years, 0.0, OLDEST))
        below = max(self.below[0] + self.below[1] * years, _LEAST_SPREAD)
        above = max(self.above[0] + self.above[1] * years, _LEAST_SPREAD)
        low = int(np.clip(round(years - below), 0, OLDEST))
        return AgeRange(low=low, high=int(np.clip(round(years + above), low, OLDEST)))
