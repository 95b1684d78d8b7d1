"""Logistic and ridge heads, cross-validated by picture, calibrated by Platt's method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge

Numbers = NDArray[np.float64]
Labels = NDArray[np.int_]
UNCERTAIN = -1
FOLDS = 5
_FLAT = 1e-3
"""Added to the spread of a feature, so that one that never changes is no loud one."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """x @ weights + bias, for x of (N, D)."""

    weights: Numbers
    bias: float

    def __call__(self, rows: NDArray[np.floating]) -> Numbers:
        return np.asarray(rows @ self.weights + self.bias, np.float64)

    def after(self, slope: float, intercept: float) -> Line:
        """slope * line + intercept."""
        return Line(self.weights * slope, self.bias * slope + intercept)


def fit_logistic(
    rows: NDArray[np.floating],
    yes: Labels,
    *,
    strength: float,
    importance: Numbers | None = None,
) -> Line:
    """strength: inverse of the penalty on standardised features, as scikit-learn's C."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + _FLAT
    model = LogisticRegression(C=strength, max_iter=400, tol=1e-3)  # type: ignore[no-untyped-call]
    model.fit((rows - mean) / spread, yes, sample_weight=importance)
    weights = model.coef_[0] / spread
    return Line(weights, float(model.intercept_[0] - mean @ weights))


def fit_ridge(
    rows: NDArray[np.floating], target: Numbers, *, penalty: float, importance: Numbers
) -> Line:
    """Least squares with a penalty on standardised features."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + _FLAT
    ridge = Ridge(alpha=penalty)  # type: ignore[no-untyped-call]
    model = ridge.fit((rows - mean) / spread, target, sample_weight=importance)
    weights = model.coef_ / spread
    return Line(weights, float(model.intercept_ - mean @ weights))


def fit_platt(scores: Numbers, yes: Labels, importance: Numbers) -> tuple[float, float]:
    """Slope and intercept from scores to log-odds (Platt 1999), with a light penalty."""
    scale = float(scores.std()) or 1.0
    platt = LogisticRegression(C=10.0)  # type: ignore[no-untyped-call]
    model = platt.fit(scores[:, None] / scale, yes, sample_weight=importance)
    return float(model.coef_[0, 0] / scale), float(model.intercept_[0])


def folds_of(strata: list[str]) -> Labels:
    """A fold for each picture, equal shares of each stratum, always the same."""
    rng = np.random.default_rng(1)
    folds = np.zeros(len(strata), int)
    for stratum in sorted(set(strata)):
        members = rng.permutation([i for i, own in enumerate(strata) if own == stratum])
        folds[members] = np.arange(len(members)) % FOLDS
    return folds
