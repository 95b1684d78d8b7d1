"""The array types that rooms hand to each other."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float32]
"""float32; shape, range and order are said where the name is used."""
DoubleArray: TypeAlias = NDArray[np.float64]
ByteArray: TypeAlias = NDArray[np.uint8]
BoolArray: TypeAlias = NDArray[np.bool_]
"""uint8; for pictures (height, width, 3), RGB, 0-255."""
IndexArray: TypeAlias = NDArray[np.intp]
AnyArray: TypeAlias = NDArray[Any]
