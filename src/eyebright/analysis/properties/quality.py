"""Brightness, sharpness and contrast of a picture and of its parts, from its luma alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eyebright.analysis.properties.values import PictureQuality
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.imaging.detail import edge_energy


@dataclass(frozen=True, slots=True)
class QualityRules:
    """half_sharp: detail (one over pixels) that is sharpness one half. steepness: of the logistic
    of its logarithm. least_gradient: levels per pixel below which there are no edges to judge.
    tails: the share of darkest and of lightest pixels that contrast leaves out."""

    half_sharp: float
    steepness: float
    least_gradient: float
    tails: float


class Grain:
    """Luma of a picture, (h, w) 0-255, and the energy of its edges; parts of it are judged."""

    def __init__(self, luma: ByteArray, rules: QualityRules) -> None:
        self._luma = luma.astype(np.float32)
        self._contrast = contrast(luma, tails=rules.tails)
        self._rules = rules
        self._gradient, self._curvature = edge_energy(luma)
        self._detail = self._detail_of(None, expected=0.0)

    @property
    def whole(self) -> PictureQuality:
        """Of the whole picture, with its contrast."""
        return PictureQuality(
            brightness=_mean(self._luma, None) / 255.0,
            sharpness=self._sharpness(self._detail),
            contrast=self._contrast,
        )

    def part(self, weights: ByteArray) -> PictureQuality:
        """Of a part. weights: (h, w) 0-255, not all 0. A part without edges, such as a clear sky,
        is as sharp as the picture."""
        shares = weights.astype(np.float32) / np.float32(weights.sum())
        detail = self._detail_of(shares, expected=self._detail)
        brightness = _mean(self._luma, shares) / 255.0
        return PictureQuality(brightness=brightness, sharpness=self._sharpness(detail))

    def _detail_of(self, shares: FloatArray | None, *, expected: float) -> float:
        """Mean curvature over mean gradient: of edges, one over their width in pixels."""
        gradient = _mean(self._gradient, shares)
        curvature = _mean(self._curvature, shares)
        floor = self._rules.least_gradient**2
        return float(np.sqrt((curvature + floor * expected**2) / (gradient + floor)))

    def _sharpness(self, detail: float) -> float:
        ratio = self._rules.half_sharp / max(detail, 1e-6)
        return float(1.0 / (1.0 + ratio**self._rules.steepness))


def contrast(luma: ByteArray, *, tails: float) -> float:
    """0-1: the span of luma that holds all pixels but the darkest and the lightest `tails`."""
    reached = np.cumsum(np.bincount(luma.reshape(-1), minlength=256)) / luma.size
    low = int(np.searchsorted(reached, tails, side="right"))
    high = int(np.searchsorted(reached, 1.0 - tails, side="left"))
    return max(high - low, 0) / 255.0


def _mean(values: FloatArray, shares: FloatArray | None) -> float:
    """Of (h, w); shares: (h, w), sum 1, or None when all count alike."""
    return float(values.mean() if shares is None else np.vdot(values, shares))
