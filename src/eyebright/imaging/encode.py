"""From pixels to the bytes of a JPEG or PNG."""

from __future__ import annotations

import io

from PIL import Image as PillowImages

from eyebright.geometry.arrays import ByteArray


def encode_jpeg(pixels: ByteArray, *, quality: int = 90) -> bytes:
    """JPEG of (h, w, 3) RGB; quality 1-95. Chroma is halved below quality 90 only."""
    target = io.BytesIO()
    PillowImages.fromarray(pixels).save(
        target, "JPEG", quality=quality, subsampling=0 if quality >= 90 else 2
    )
    return target.getvalue()


def encode_png(pixels: ByteArray) -> bytes:
    """PNG of (h, w, 3) RGB, compressed lightly."""
    target = io.BytesIO()
    PillowImages.fromarray(pixels).save(target, "PNG", compress_level=3)
    return target.getvalue()
