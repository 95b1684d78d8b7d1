"""Words that the pixels themselves say: colours that fill most of a picture."""

from __future__ import annotations

import numpy as np

from eyebright.analysis.labels.evidence import Evidence
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.imaging.image import Image

SAMPLES = 20_000
"""Pixels looked at, evenly spread; the share of a colour is then right within 0.01."""
DOMINANT_SHARE = 0.7
"""A picture is called by a colour that fills so much of it."""
COLOUR_SCORE = 0.8


def say_pixels(evidence: Evidence, image: Image) -> None:
    for name, share in colour_shares(image.pixels).items():
        if share >= DOMINANT_SHARE:
            evidence.say(name, COLOUR_SCORE)


def colour_shares(pixels: ByteArray) -> dict[str, float]:
    """The share 0-1 of plain colours, of (H, W, 3) RGB pixels. They do not add up to 1: what is
    pale or between two colours has no name here."""
    step = max(int((pixels.shape[0] * pixels.shape[1] / SAMPLES) ** 0.5), 1)
    rgb = pixels[::step, ::step].reshape(-1, 3).astype(np.float32) / 255.0
    value, low = rgb.max(axis=1), rgb.min(axis=1)
    spread = value - low
    vivid = (spread >= 0.35 * np.maximum(value, 1e-6)) & (value >= 0.25)
    hue = _hue(rgb, value, spread)
    plain = spread < 0.06
    named = {
        "Black": value < 0.15,
        "White": plain & (low > 0.9),
        "Gray": plain & (value >= 0.3) & (value <= 0.8),
        "Red": vivid & ((hue < 12.0) | (hue >= 345.0)),
        "Yellow": vivid & (hue >= 48.0) & (hue < 66.0) & (value > 0.6),
        "Green": vivid & (hue >= 75.0) & (hue < 160.0),
        "Blue": vivid & (hue >= 200.0) & (hue < 250.0),
        "Purple": vivid & (hue >= 265.0) & (hue < 310.0),
    }
    return {name: float(mask.mean()) for name, mask in named.items()}


def _hue(
    rgb: FloatArray,
    value: FloatArray,
    spread: FloatArray,
) -> FloatArray:
    """Degrees 0-360 of (N, 3) colours; 0 for greys."""
    red, green, blue = rgb.T
    safe = np.where(spread > 0.0, spread, 1.0)
    sixth = np.select(
        [value == red, value == green],
        [((green - blue) / safe) % 6.0, (blue - red) / safe + 2.0],
        (red - green) / safe + 4.0,
    )
    return np.asarray(np.where(spread > 0.0, 60.0 * sixth, 0.0), np.float32)
