"""A picture's vector made short, so that a million of them fit into memory.

The classifier's 1280 numbers are taken along 256 random directions that are at right angles to each
other: a cosine c stays what it was but for about (1 - c * c) / 16, which is 0.01 at 0.9; a test
measures it. See W. Johnson and J. Lindenstrauss, "Extensions of Lipschitz mappings into a Hilbert
space" (1984). The directions come from a seed and are the same for ever and everywhere: vectors
that are kept were made with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from eyebright.geometry.arrays import FloatArray

DIMENSION = 256
VERSION = "256a"
"""Part of the space's name: another projection makes vectors that must not be compared."""
_SEED = 20_261_122


def compact(features: FloatArray) -> FloatArray:
    """(d,) float32 of unit length to (256,) float32 of unit length. Shorter ones are filled up with
    zeros; a vector of zeros stays one."""
    if len(features) <= DIMENSION:
        short = np.zeros(DIMENSION, np.float32)
        short[: len(features)] = features
    else:
        short = features.astype(np.float32) @ _directions(len(features))
    length = float(np.linalg.norm(short))
    unit: FloatArray = short / np.float32(length) if length > 0 else short
    return unit


def space_of(packs: Mapping[str, str]) -> str:
    """The name of the space that vectors of now are in. packs: capability -> "pack@version"."""
    return f"{packs.get('labels', 'none')}/{VERSION}"


def vector_place(asset_no: int) -> str:
    """What the sealed vector of an asset is bound to."""
    return f"likeness {asset_no}"


@lru_cache(maxsize=4)
def _directions(dimension: int) -> FloatArray:
    """(dimension, 256) with orthonormal columns.

    RandomState's numbers are frozen for good, unlike those of the newer generators, and the signs
    of a QR decomposition are the library's choice, so they are made ours.
    """
    numbers = np.random.RandomState(_SEED).standard_normal((dimension, DIMENSION))
    columns, triangle = np.linalg.qr(numbers)
    directions: FloatArray = (columns * np.sign(np.diag(triangle))).astype(np.float32)
    return directions
