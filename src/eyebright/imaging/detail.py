"""How fine a picture's detail is: the energy of its edges and of their curvature."""

from __future__ import annotations

import cv2
import numpy as np

from eyebright.geometry.arrays import ByteArray, FloatArray

_NOISE_SIGMA_PX = 0.8
"""Smoothed away first: what one pixel has alone is noise, not detail."""


def fitted(pixels: ByteArray, longest_side: int) -> ByteArray:
    """Shrunk by area to a longest side, or as it is when it is no longer than that."""
    height, width = pixels.shape[:2]
    scale = longest_side / max(height, width)
    if scale >= 1.0:
        return pixels
    size_wh = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size_wh, interpolation=cv2.INTER_AREA), np.uint8)


def thinned(pixels: ByteArray, longest_side: int) -> ByteArray:
    """Every n-th pixel of every n-th row around the middle, so that no side is longer than that.

    Unlike shrinking, this mixes no colours that the picture does not have.
    """
    step = max(1, -(-max(pixels.shape[:2]) // longest_side))
    top, left = ((side - 1) % step // 2 for side in pixels.shape[:2])
    return pixels[top::step, left::step]


def luma(pixels: ByteArray) -> ByteArray:
    """(h, w) uint8 of (h, w, 3) RGB: .299 red + .587 green + .114 blue (ITU-R BT.601)."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def edge_energy(grey: ByteArray) -> tuple[FloatArray, FloatArray]:
    """Squared gradient and squared Laplacian, both (h, w) float32, of a (h, w) picture in levels
    0-255 per pixel.

    On an edge that a Gaussian blurred, Laplacian over gradient is about one over its width,
    whatever the edge's height.
    """
    smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), _NOISE_SIGMA_PX)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=1, scale=0.5)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=1, scale=0.5)
    curvature = np.asarray(cv2.Laplacian(smooth, cv2.CV_32F, ksize=1), np.float32)
    return np.asarray(across * across + down * down, np.float32), curvature * curvature
