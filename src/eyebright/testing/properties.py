"""A `PropertyMeter` that measures with the real code and finds its foreground without a model."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np

from eyebright.analysis.properties.meter import MeterRules, PictureMeter
from eyebright.analysis.properties.palette import PaletteRules
from eyebright.analysis.properties.quality import QualityRules
from eyebright.geometry.arrays import ByteArray
from eyebright.testing.pictures import BACKGROUND

METER_RULES = MeterRules(
    quality_px=512,
    colours_px=128,
    instance_px=96,
    least_part=0.02,
    palette=PaletteRules(clusters=16, rounds=6, merge_distance=14.0, least_share=0.02),
    quality=QualityRules(half_sharp=0.6, steepness=4.0, least_gradient=2.0, tails=0.01),
)
"""As in the pack "foreground"."""
_CLEARLY_OTHER = 24


class FakeForeground:
    """Everything that is not the wall of `pictures.py` is foreground."""

    def find(self, pixels: ByteArray) -> ByteArray:
        away = np.abs(pixels.astype(np.int16) - np.array(BACKGROUND, np.int16)).max(axis=2)
        return np.where(away > _CLEARLY_OTHER, 255, 0).astype(np.uint8)


def fake_meter() -> PictureMeter:
    return PictureMeter(FakeForeground(), METER_RULES, nullcontext)
