"""float32 rows as int8 codes, with a bound on what that costs which holds for every row.

A row r is written as s * c + e: a scale, int8 codes, and the rest. A query q likewise, as
t * g + f. Then

    q . r  =  s * t * (g . c)  +  f . (s * c)  +  q . e

and by Cauchy and Schwarz the last two terms stay within |f| |s c| + |q| |e|. The code product is
a whole number and exact, so the true score lies within this radius of s * t * (g . c). What is
stored of each row (|e| and |s c|) is measured in float64 and rounded upwards, so the bound holds
for any row: zeros, outliers and denormals make it wide, never wrong.

For unit vectors of 320 numbers the radius is about 0.015.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eyebright.geometry.arrays import DoubleArray, FloatArray
from eyebright.vectors.products import CodeArray

LARGEST_CODE = 127
_AT_ONCE = 4096  # rows whose float64 copies exist at a time
_ROUNDING = 1e-6
"""Relative; covers the few float32 operations between a code product and a comparison, each of
which rounds by at most 6e-8."""
_SMALLEST = 1e-30
"""Absolute; covers underflow in the same operations."""


@dataclass(frozen=True, slots=True)
class Quantised:
    """Rows (n, d) as int8.

    codes: (n, d) int8, -127..127.
    scales: (n,) float32; scale * codes approximates the row.
    errors: (n,) float32; at least the length of what is missing.
    norms: (n,) float32; at least the length of scale * codes.
    """

    codes: CodeArray
    scales: FloatArray
    errors: FloatArray
    norms: FloatArray

    @classmethod
    def empty(cls, count: int, dimension: int) -> Quantised:
        """Room for `count` vectors, all zero."""
        return cls(
            codes=np.zeros((count, dimension), np.int8),
            scales=np.zeros(count, np.float32),
            errors=np.zeros(count, np.float32),
            norms=np.zeros(count, np.float32),
        )


@dataclass(frozen=True, slots=True)
class QuantisedQuery:
    """One query (d,) as int8, with what the radius needs.

    code_error: at least the length of what its codes miss.
    norm: at least its length.
    """

    codes: CodeArray
    scale: float
    code_error: float
    norm: float

    def radius(self, errors: FloatArray, norms: FloatArray) -> FloatArray:
        """How far the true score may be from scale * row scale * code product; (n,) float32."""
        per_norm = (self.code_error + _ROUNDING * self.norm) * (1 + _ROUNDING)
        per_error = self.norm * (1 + _ROUNDING)
        return errors * np.float32(per_error) + norms * np.float32(per_norm) + np.float32(_SMALLEST)


def quantise(rows: FloatArray) -> Quantised:
    """Codes and bounds of finite rows (n, d) float32."""
    result = Quantised.empty(*rows.shape)
    for start in range(0, len(rows), _AT_ONCE):
        stop = min(start + _AT_ONCE, len(rows))
        _quantise_into(result, rows[start:stop].astype(np.float64), start, stop)
    return result


def quantise_query(query: FloatArray) -> QuantisedQuery:
    """One vector (d,) float32, finite."""
    quantised = quantise(query[np.newaxis])
    return QuantisedQuery(
        codes=quantised.codes[0],
        scale=float(quantised.scales[0]),
        code_error=float(quantised.errors[0]),
        norm=float(_rounded_up(_lengths(query[np.newaxis].astype(np.float64)))[0]),
    )


def _quantise_into(target: Quantised, rows: DoubleArray, start: int, stop: int) -> None:
    scales = (np.abs(rows).max(axis=1, initial=0.0) / LARGEST_CODE).astype(np.float32)
    steps = scales.astype(np.float64)[:, np.newaxis]
    codes = np.divide(rows, steps, out=np.zeros_like(rows), where=steps > 0)
    codes = np.clip(np.rint(codes), -LARGEST_CODE, LARGEST_CODE)
    approximate = codes * steps
    target.codes[start:stop] = codes
    target.scales[start:stop] = scales
    target.errors[start:stop] = _rounded_up(_lengths(rows - approximate))
    target.norms[start:stop] = _rounded_up(_lengths(approximate))


def _lengths(rows: DoubleArray) -> DoubleArray:
    lengths: DoubleArray = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return lengths


def _rounded_up(values: DoubleArray) -> FloatArray:
    """float32 that are not below these float64."""
    return (values * (1 + _ROUNDING) + _SMALLEST).astype(np.float32)
