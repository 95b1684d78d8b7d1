from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image as PillowImages

from eyebright.errors import ImageSideTooLong, ImageTooLarge, ImageTooSmall, InvalidImage
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.decode import ImageLimits, decode_image
from eyebright.imaging.formats import LIBRARY_LIMITS, decode_picture, picture_format

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # as the program does

OTHERS = ("WEBP", "GIF", "TIFF", "BMP", "AVIF")
ALL = ("JPEG", "PNG", *OTHERS)
QUARTERS = ((200, 30, 30), (30, 200, 30), (30, 30, 200), (220, 220, 220))


def quarters(size_wh: tuple[int, int] = (120, 80)) -> ByteArray:
    """Red, green / blue, white."""
    width, height = size_wh
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2], pixels[: height // 2, width // 2 :] = QUARTERS[:2]
    pixels[height // 2 :, : width // 2], pixels[height // 2 :, width // 2 :] = QUARTERS[2:]
    return pixels


def saved(name: str, pixels: ByteArray | None = None, **options: object) -> bytes:
    target = io.BytesIO()
    image = PillowImages.fromarray(quarters() if pixels is None else pixels)
    image.save(target, name, **options)
    return target.getvalue()


def turned(orientation: int) -> PillowImages.Exif:
    exif = PillowImages.Exif()
    exif[0x0112] = orientation
    return exif


def close_to(colour: ByteArray, wanted: tuple[int, int, int]) -> bool:
    return bool(np.abs(colour.astype(int) - wanted).max() < 40)


@pytest.mark.parametrize("name", ALL)
def test_every_format_is_known_by_its_content_and_decoded(name: str) -> None:
    data = saved(name)
    image = decode_picture(data)
    assert picture_format(data) == image.format == name
    assert image.size_wh == image.full_size_wh == (120, 80)
    corners = [image.pixels[at] for at in ((10, 10), (10, 110), (70, 10), (70, 110))]
    assert all(close_to(*pair) for pair in zip(corners, QUARTERS, strict=True))


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_the_orientation_that_exif_states_is_applied(name: str) -> None:
    image = decode_picture(saved(name, exif=turned(6)))
    assert image.size_wh == image.full_size_wh == (80, 120)
    assert close_to(image.pixels[10, 70], QUARTERS[0])  # red was at the top left


@pytest.mark.parametrize("name", OTHERS)
def test_the_service_goes_on_refusing_what_it_does_not_take(name: str) -> None:
    with pytest.raises(InvalidImage):
        decode_image(saved(name, quarters((200, 200))))


def test_of_moving_pictures_the_first_is_shown() -> None:
    frames = [PillowImages.fromarray(quarters()), PillowImages.new("RGB", (120, 80), "black")]
    for name in ("GIF", "WEBP", "TIFF", "AVIF"):
        target = io.BytesIO()
        frames[0].save(target, name, save_all=True, append_images=frames[1:])
        assert close_to(decode_picture(target.getvalue()).pixels[10, 10], QUARTERS[0]), name


@pytest.mark.parametrize("name", ["WEBP", "GIF", "TIFF"])
def test_what_is_transparent_lies_over_white(name: str) -> None:
    picture = PillowImages.new("RGBA", (40, 40), (0, 0, 0, 0))
    target = io.BytesIO()
    picture.save(target, name)
    assert decode_picture(target.getvalue()).pixels.min() == 255


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "I;16"])
def test_tiffs_of_all_kinds_become_rgb(mode: str) -> None:
    picture = PillowImages.fromarray(quarters()).convert("L" if mode == "I;16" else mode)
    if mode == "I;16":
        picture = PillowImages.fromarray(np.asarray(picture).astype(np.uint16) * 257)
    target = io.BytesIO()
    picture.save(target, "TIFF")
    image = decode_picture(target.getvalue())
    assert image.pixels.shape == (80, 120, 3)
    assert int(image.pixels[70, 110].min()) > int(image.pixels[70, 10].min())


def test_what_is_no_picture_is_told() -> None:
    for data in (b"", b"plain text", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE", b"\0\0\0\x18ftypisom"):
        assert picture_format(data) is None
        with pytest.raises(InvalidImage):
            decode_picture(data)


def test_limits_hold_for_all_formats() -> None:
    tiny = ImageLimits(min_side_px=100, max_side_px=150, max_pixels=12_000, max_bytes=10**6)
    for name in OTHERS:
        with pytest.raises(ImageTooSmall):
            decode_picture(saved(name), limits=tiny)
        with pytest.raises(ImageSideTooLong):
            decode_picture(saved(name, quarters((160, 100))), limits=tiny)
        with pytest.raises(ImageTooLarge):
            decode_picture(saved(name, quarters((120, 110))), limits=tiny)
        with pytest.raises(ImageTooLarge):
            decode_picture(saved(name), limits=ImageLimits(max_bytes=10))


def _vp8x(width: int, height: int) -> bytes:
    body = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def _gif(width: int, height: int) -> bytes:
    data = bytearray(saved("GIF"))
    data[6:10] = struct.pack("<HH", width, height)
    return bytes(data)


def _bmp(width: int, height: int) -> bytes:
    data = bytearray(saved("BMP"))
    data[18:26] = struct.pack("<ii", width, height)
    return bytes(data)


def _tiff(width: int, height: int) -> bytes:
    """One strip, deflated, of a picture that is almost nothing."""
    strip = zlib.compress(b"\0" * 100_000)
    tags = [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1),
        (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, len(strip)),
    ]  # fmt: skip
    directory = struct.pack("<H", len(tags))
    directory += b"".join(struct.pack("<HHII", *tag) for tag in tags) + struct.pack("<I", 0)
    return b"II*\0" + struct.pack("<I", 8 + len(strip)) + strip + directory


@pytest.mark.parametrize("bomb", [_vp8x, _gif, _bmp, _tiff])
def test_a_picture_that_claims_to_be_huge_is_refused_by_its_head(
    bomb: Callable[[int, int], bytes],
) -> None:
    for size_wh in ((32_000, 32_000), (60_000, 200)):
        with pytest.raises((ImageTooLarge, InvalidImage)):
            decode_picture(bomb(*size_wh))


@pytest.mark.parametrize("name", OTHERS)
def test_cut_off_and_damaged_files_are_invalid_or_decoded_and_nothing_else(name: str) -> None:
    data = saved(name, np.random.default_rng(3).integers(0, 255, (64, 96, 3), np.uint8))
    numbers = np.random.default_rng(5)
    decoded = 0
    for number in range(120):
        broken = bytearray(data)
        if number % 2:
            del broken[int(numbers.integers(8, len(data))) :]
        else:
            for at in numbers.integers(4, len(data), 4):
                broken[int(at)] = int(numbers.integers(0, 256))
        try:
            image = decode_picture(bytes(broken), limits=LIBRARY_LIMITS)
        except (InvalidImage, ImageTooLarge, ImageTooSmall):
            continue
        assert image.pixels.ndim == 3
        decoded += 1
    assert decoded < 120
