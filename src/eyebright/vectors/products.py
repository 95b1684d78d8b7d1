"""Products of int8 codes, through numkong's vector instructions."""

from __future__ import annotations

from typing import TypeAlias

import numkong
import numpy as np
from numpy.typing import NDArray

from eyebright.geometry.arrays import FloatArray

CodeArray: TypeAlias = NDArray[np.int8]

MAX_DIMENSION = 2**24 // 127**2
"""Up to here (1040) every code product is a whole number that float32 holds exactly."""


def code_products(codes: CodeArray, queries: CodeArray) -> FloatArray:
    """Inner products of codes (n, d) with query codes (q, d): (q, n) float32, exact.

    One query is compared row by row, at the speed of memory. Several are packed and multiplied as
    matrices: from three on that is cheaper than one after the other.
    """
    if len(queries) == 1:
        return np.asarray(numkong.cdist(queries, codes, "dot", out_dtype="f32"))
    products = np.asarray(numkong.dots_packed(codes, numkong.dots_pack(queries)))
    return np.ascontiguousarray(products.T, dtype=np.float32)
