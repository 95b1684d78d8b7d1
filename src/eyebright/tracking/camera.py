"""How the camera moved between two frames, so that places are compared as if it had stood still.

Phase correlation: of the two spectra only the phases are multiplied, and what is left is a peak
where the pictures fit best (Kuglin and Hines 1975, "The phase correlation image alignment method").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from eyebright.geometry.arrays import FloatArray
from eyebright.tracking.tracker import Track

SMALL_WH = (96, 54)
"""Pictures are compared at this size, whatever their shape."""
LEAST_PEAK = 0.12
"""Pictures of one shot peak at 0.2 to 1; where little fits, as after a cut, the peak is lower."""
_MOST_SHARE = 1 / 6
"""Of the picture's size: what seems to move further is chance."""


def camera_shift(before: FloatArray, now: FloatArray) -> tuple[float, float] | None:
    """How far what was seen moved to the right and down, as shares of the picture's width and
    height; None where the two do not fit.

    before, now: (54, 96) grey levels.
    """
    height, width = now.shape
    window = np.outer(np.hanning(height), np.hanning(width))
    spectra = [np.fft.rfft2((grey - grey.mean()) * window) for grey in (before, now)]
    cross = spectra[1] * np.conj(spectra[0])
    peaks = np.fft.irfft2(cross / (np.abs(cross) + 1e-6), s=(height, width))
    down, right = (int(place) for place in np.unravel_index(int(peaks.argmax()), peaks.shape))
    down -= height if down > height // 2 else 0
    right -= width if right > width // 2 else 0
    share_x, share_y = right / width, down / height
    if peaks.max() < LEAST_PEAK or max(abs(share_x), abs(share_y)) > _MOST_SHARE:
        return None
    return share_x, share_y


def moved(tracks: Sequence[Track], shift_xy: tuple[float, float]) -> list[Track]:
    """The tracks as if their boxes had been seen from where the camera is now; pixels."""
    step = np.array([*shift_xy, *shift_xy], np.float32)
    return [replace(track, box_xyxy=track.box_xyxy + step) for track in tracks]
