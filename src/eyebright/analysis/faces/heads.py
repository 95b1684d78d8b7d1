"""Small linear heads over what the nets say of a face.

`heads.npz` of the pack holds, for each head NAME:
    NAME.blocks   (B,) names of feature blocks, in order
    NAME.weights  (D, K) float32, D the length of those blocks together
    NAME.bias     (K,) float32
Standardisation and calibration are folded in: x @ weights + bias is the calibrated logit.
`bench/train_heads.py` makes the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class LinearHead:
    """blocks: names, in order; weights: (D, K) float32; bias: (K,) float32."""

    blocks: tuple[str, ...]
    weights: FloatArray
    bias: FloatArray

    def logits(self, features: Mapping[str, FloatArray]) -> FloatArray:
        """(N, K) for blocks of (N, D_block) each."""
        stacked = np.concatenate([features[block] for block in self.blocks], axis=1)
        result: FloatArray = (stacked @ self.weights + self.bias).astype(np.float32)
        return result

    def probabilities(self, features: Mapping[str, FloatArray]) -> FloatArray:
        """(N, K): the logistic of each logit by itself."""
        result: FloatArray = (
            1.0 / (1.0 + np.exp(-np.clip(self.logits(features), -60, 60)))
        ).astype(np.float32)
        return result

    def shares(self, features: Mapping[str, FloatArray]) -> FloatArray:
        """(N, K): softmax over the logits; rows sum to 1."""
        logits = self.logits(features)
        exponents = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
        result: FloatArray = exponents / exponents.sum(axis=1, keepdims=True)
        return result


def read_head(arrays: Mapping[str, AnyArray], name: str) -> LinearHead:
    """The head of this name.

    Raises PackInvalid when a part is missing or the parts do not fit each other.
    """
    try:
        blocks, weights, bias = (arrays[f"{name}.{part}"] for part in ("blocks", "weights", "bias"))
    except KeyError as error:
        raise PackInvalid(f"heads.npz lacks {error.args[0]}. Install the pack again.") from error
    if weights.ndim != 2 or bias.shape != weights.shape[1:]:
        raise PackInvalid(
            f"heads.npz: {name} has weights of {weights.shape} and a bias of {bias.shape}; "
            "they must be (D, K) and (K,). Install the pack again."
        )
    return LinearHead(
        blocks=tuple(str(block) for block in blocks),
        weights=weights.astype(np.float32),
        bias=bias.astype(np.float32),
    )
