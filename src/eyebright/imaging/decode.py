"""From the bytes of a JPEG or PNG to upright RGB pixels.

What is decided here:

- Everything that can be refused from the header is refused before a pixel is decoded.
- Alpha is laid over white, which is how people see such pictures on a page.
- Colour profiles are ignored: the numbers are taken as sRGB. Sixteen bits become eight by keeping
  the high byte. CMYK is taken as Adobe writes it, inverted, and converted without a profile.
- Only a JPEG's Exif orientation is applied; a PNG is never rotated.
- An animated PNG is its default picture.
- A file that ends early is invalid. One whose coded data are damaged but complete is decoded as
  far as they make sense, as viewers do.

Pillow decodes, not OpenCV: the JPEG library and the pixels are the same and so is the time, and
it neither prints to standard error nor takes a damaged file for a whole one.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import JpegImagePlugin, PngImagePlugin
from PIL.Image import Image as PillowImage

from eyebright.errors import ImageSideTooLong, ImageTooLarge, ImageTooSmall
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.headers import Header, invalid, read_header
from eyebright.imaging.image import Image

DECODER_ERRORS = (OSError, SyntaxError, ValueError, EOFError)
"""What Pillow raises for files that it cannot decode."""
_REDUCTIONS = (8, 4, 2)
"""Scales at which a JPEG can be decoded without decoding all of it."""


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What is refused. The sides are those of the full picture.

    min_side_px: 80 for faces and labels, 64 for protective equipment.
    max_side_px, max_pixels: ours, they bound the memory to about 1 GB for the worst file.
    max_bytes: 15 MiB as for objects in S3; inline images are limited to 5 MiB by the service.
    """

    min_side_px: int = 80
    max_side_px: int = 16_384
    max_pixels: int = 2**26
    max_bytes: int = 15 * 2**20


DEFAULT_LIMITS = ImageLimits()


def decode_image(
    data: bytes, *, limits: ImageLimits = DEFAULT_LIMITS, longest_side: int | None = None
) -> Image:
    """Decode a JPEG or PNG, told apart by content, to upright RGB.

    longest_side: how many pixels the caller can use. The picture is then decoded at 1/2, 1/4 or
        1/8 of its size as long as its longest side stays at or above this; `full_size_wh` keeps
        the size of the whole picture. None decodes all pixels.

    Raises InvalidImage, ImageTooLarge or ImageTooSmall.
    """
    check_bytes(data, limits)
    header = read_header(data)
    check_size(header.size_wh, limits)
    reduction = reduction_for(header.size_wh, longest_side)
    pixels = turn_upright(_decode(header, reduction), header.orientation)
    width, height = header.size_wh
    return Image(
        pixels=pixels,
        format=header.format,
        content_sha256=hashlib.sha256(data).digest(),
        full_size_wh=(height, width) if header.orientation >= 5 else (width, height),
    )


def check_bytes(data: bytes, limits: ImageLimits) -> None:
    """Raises ImageTooLarge."""
    if len(data) > limits.max_bytes:
        raise ImageTooLarge(
            f"The image has {len(data)} bytes, over the limit of {limits.max_bytes}."
        )


def check_size(size_wh: tuple[int, int], limits: ImageLimits) -> None:
    """Raises ImageTooSmall, ImageTooLarge or ImageSideTooLong."""
    width, height = size_wh
    if min(width, height) < limits.min_side_px:
        raise ImageTooSmall(
            f"The image is {width} x {height} pixels; each side needs at least "
            f"{limits.min_side_px}."
        )
    if max(width, height) > limits.max_side_px:
        raise ImageSideTooLong(
            f"Input image dimensions {width} x {height} exceed maximum dimension size of "
            f"{limits.max_side_px} pixels"
        )
    if width * height > limits.max_pixels:
        raise ImageTooLarge(
            f"The image is {width} x {height} pixels, over the limit of {limits.max_pixels} pixels "
            "in all; send it smaller."
        )


def reduction_for(size_wh: tuple[int, int], longest_side: int | None) -> int:
    """1, 2, 4 or 8: how much smaller a picture may be decoded, as `decode_image` says."""
    if longest_side is None:
        return 1
    longest = max(size_wh)
    return next((by for by in _REDUCTIONS if longest >= by * longest_side), 1)


def _decode(header: Header, reduction: int) -> ByteArray:
    """(height, width, 3) RGB as stored, reduced by a factor of 1, 2, 4 or 8."""
    reader = (
        JpegImagePlugin.JpegImageFile if header.format == "JPEG" else PngImagePlugin.PngImageFile
    )
    width, height = header.size_wh
    try:
        with reader(io.BytesIO(header.plain)) as picture:
            if picture.size != header.size_wh:
                raise invalid("its size is stated in two ways")
            if reduction > 1:  # a PNG has no such thing and is reduced below
                picture.draft(None, (width // reduction, height // reduction))
            picture.load()
            pixels = to_rgb(picture)
    except DECODER_ERRORS as error:
        raise invalid(f"the {header.format} cannot be decoded") from error
    if reduction > 1 and pixels.shape[1] == width:
        pixels = shrunk(pixels, reduction)
    return pixels


def shrunk(pixels: ByteArray, by: int) -> ByteArray:
    """(height, width, 3) at a fraction of its size, rounded up."""
    height, width = pixels.shape[:2]
    size_wh = (-(-width // by), -(-height // by))
    return np.asarray(cv2.resize(pixels, size_wh, interpolation=cv2.INTER_AREA), np.uint8)


def to_rgb(picture: PillowImage) -> ByteArray:
    """(height, width, 3) of a loaded picture of any mode."""
    if picture.mode in ("I;16", "I;16B", "I"):
        grey = np.asarray(picture).astype(np.uint32) >> 8
        return np.repeat(grey.astype(np.uint8)[..., np.newaxis], 3, axis=2)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        return over_white(np.asarray(picture.convert("RGBA")))
    rgb = picture if picture.mode == "RGB" else picture.convert("RGB")
    return np.array(rgb, dtype=np.uint8)


def over_white(rgba: ByteArray) -> ByteArray:
    """Straight alpha over white; in bands, so that the wide numbers stay few."""
    result = np.empty((*rgba.shape[:2], 3), np.uint8)
    for top in range(0, len(rgba), 256):
        band = rgba[top : top + 256].astype(np.uint16)
        alpha = band[..., 3:]
        result[top : top + 256] = (band[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return result


def turn_upright(pixels: ByteArray, orientation: int) -> ByteArray:
    """Undo an Exif orientation: first the transposition of 5-8, then the mirrorings."""
    upright = pixels.swapaxes(0, 1) if orientation >= 5 else pixels
    if orientation in (3, 4, 7, 8):
        upright = upright[::-1]
    if orientation in (2, 3, 6, 7):
        upright = upright[:, ::-1]
    return np.ascontiguousarray(upright)
