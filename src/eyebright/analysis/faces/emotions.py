"""Eight emotions from two expression nets that know seven."""

from __future__ import annotations

import numpy as np

from eyebright.analysis.faces.observation import Emotion
from eyebright.geometry.arrays import FloatArray

FACEAPI_ORDER: tuple[Emotion, ...] = (
    "CALM",
    "HAPPY",
    "SAD",
    "ANGRY",
    "FEAR",
    "DISGUSTED",
    "SURPRISED",
)
"""neutral, happy, sad, angry, fearful, disgusted, surprised."""
OARRIAGA_ORDER: tuple[Emotion, ...] = (
    "ANGRY",
    "DISGUSTED",
    "FEAR",
    "HAPPY",
    "SAD",
    "SURPRISED",
    "CALM",
)
_TO_FACEAPI = [OARRIAGA_ORDER.index(name) for name in FACEAPI_ORDER]
_CONFUSED_SHARE = 0.5
"""No net knows CONFUSED. It is listed, as AWS lists it, at half of the least likely of the seven:
never a claim, always last."""


def mean_expression(faceapi_logits: FloatArray, oarriaga_probabilities: FloatArray) -> FloatArray:
    """(N, 7) shares in FACEAPI_ORDER: the mean over both nets and all their crops.

    faceapi_logits: (N, crops, 7); oarriaga_probabilities: (N, crops, 7) in its own order.
    """
    exponents = np.exp(faceapi_logits - faceapi_logits.max(axis=2, keepdims=True, initial=-1e3))
    first = exponents / exponents.sum(axis=2, keepdims=True)
    both = (first + oarriaga_probabilities[:, :, _TO_FACEAPI]) / 2
    shares: FloatArray = both.mean(axis=1).astype(np.float32)
    return shares


def ranked_emotions(shares: FloatArray, *, temperature: float) -> tuple[tuple[Emotion, float], ...]:
    """All eight of one face, surest first.

    shares: (7,) in FACEAPI_ORDER. temperature: above 1 spreads the shares, below 1 sharpens them;
    fitted so that a share says how often it is right.
    """
    powers = np.clip(shares.astype(float), 1e-4, 1.0) ** (1.0 / temperature)
    calibrated = powers / powers.sum()
    seven = sorted(
        ((name, float(share)) for name, share in zip(FACEAPI_ORDER, calibrated, strict=True)),
        key=lambda pair: -pair[1],
    )
    confused: tuple[Emotion, float] = ("CONFUSED", _CONFUSED_SHARE * seven[-1][1])
    return (*seven, confused)
