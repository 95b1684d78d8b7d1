"""Every kind of JPEG and PNG becomes the picture that a viewer shows."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image as PillowImages
from PIL import ImageCms, ImageOps, PngImagePlugin

from eyebright.errors import ImageTooLarge, ImageTooSmall, InvalidImage
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.decode import ImageLimits, decode_image
from eyebright.imaging.encode import encode_jpeg, encode_png


def gradient(width: int = 120, height: int = 90) -> ByteArray:
    """Red grows to the right, green downwards, blue is the rest: no two corners alike."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = np.linspace(20, 240, width)
    pixels[..., 1] = np.linspace(10, 230, height)[:, np.newaxis]
    pixels[..., 2] = 255 - pixels[..., 0] // 2 - pixels[..., 1] // 2
    return pixels


def saved(picture: PillowImages.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def pillow(pixels: ByteArray) -> PillowImages.Image:
    return PillowImages.fromarray(pixels)


def test_a_png_comes_back_to_the_bit() -> None:
    data = encode_png(gradient())
    image = decode_image(data)
    assert np.array_equal(image.pixels, gradient())
    assert image.format == "PNG"
    assert image.size_wh == image.full_size_wh == (120, 90)
    assert image.content_sha256 == hashlib.sha256(data).digest()
    assert image.pixels.flags.c_contiguous
    assert image.pixels.flags.writeable


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_a_jpeg_comes_back_nearly(progressive: bool, subsampling: int) -> None:
    data = saved(
        pillow(gradient()), "JPEG", quality=95, progressive=progressive, subsampling=subsampling
    )
    image = decode_image(data)
    assert image.format == "JPEG"
    assert np.abs(image.pixels.astype(int) - gradient()).max() < 12


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("order", ["big", "little"])
def test_the_exif_orientation_of_a_jpeg_is_applied(orientation: int, order: str) -> None:
    exif = PillowImages.Exif()
    exif.endian = "<" if order == "little" else ">"
    exif[0x010F] = "a maker"
    exif[0x0112] = orientation
    data = saved(pillow(gradient()), "JPEG", exif=exif)
    with PillowImages.open(io.BytesIO(data)) as picture:
        expected = np.asarray(ImageOps.exif_transpose(picture))
    image = decode_image(data)
    assert np.array_equal(image.pixels, expected)
    assert image.full_size_wh == ((90, 120) if orientation >= 5 else (120, 90))


def test_a_png_is_never_rotated() -> None:
    exif = PillowImages.Exif()
    exif[0x0112] = 6
    data = saved(pillow(gradient()), "PNG", exif=exif)
    assert np.array_equal(decode_image(data).pixels, gradient())


def exif_segment(payload: bytes) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"E",
        b"Exif\0",
        b"Exif\0\0",
        b"Exif\0\0II*\0",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08",
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x09\0\0",  # orientation 9
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x01\0\x06\0\0",  # as text
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0",  # cut off
        b"Exif\0\0" + bytes(range(256)) * 8,
        b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>",
    ],
)
def test_broken_exif_leaves_the_picture_upright(payload: bytes) -> None:
    plain = encode_jpeg(gradient())
    data = plain[:2] + exif_segment(payload) + plain[2:]
    assert np.array_equal(decode_image(data).pixels, decode_image(plain).pixels)


def test_grey_pictures_become_rgb() -> None:
    grey = gradient()[..., 0]
    for kind in ("PNG", "JPEG"):
        pixels = decode_image(saved(pillow(grey), kind, **QUALITY[kind])).pixels
        assert pixels.shape == (90, 120, 3)
        assert np.array_equal(pixels[..., 0], pixels[..., 2])
        assert np.abs(pixels[..., 0].astype(int) - grey).max() <= 3


QUALITY: dict[str, dict[str, int]] = {"PNG": {}, "JPEG": {"quality": 98}}


def test_transparency_is_laid_over_white() -> None:
    rgba = np.dstack([gradient(), np.full((90, 120), 255, np.uint8)])
    rgba[:, :40, 3] = 0
    rgba[:, 40:80, 3] = 128
    pixels = decode_image(saved(pillow(rgba), "PNG")).pixels
    assert (pixels[:, :40] == 255).all()
    half = (gradient()[:, 40:80].astype(float) * 128 + 255 * 127) / 255
    assert np.abs(pixels[:, 40:80] - half).max() <= 1
    assert np.array_equal(pixels[:, 80:], gradient()[:, 80:])


def test_grey_with_alpha_and_transparent_palettes_are_laid_over_white() -> None:
    grey = np.dstack([gradient()[..., 0], np.zeros((90, 120), np.uint8)])
    assert (decode_image(saved(pillow(grey), "PNG")).pixels == 255).all()
    palette = pillow(gradient()).quantize(16)
    first = np.asarray(palette) == 0
    assert first.any()
    pixels = decode_image(saved(palette, "PNG", transparency=0)).pixels
    assert (pixels[first] == 255).all()
    keyed = gradient()
    keyed[:10] = (1, 2, 3)
    pixels = decode_image(saved(pillow(keyed), "PNG", transparency=(1, 2, 3))).pixels
    assert (pixels[:10] == 255).all()
    assert np.array_equal(pixels[10:], keyed[10:])


@pytest.mark.parametrize("colours", [2, 4, 16, 256])
def test_palettes_of_any_depth_are_looked_up(colours: int) -> None:
    palette = pillow(gradient()).quantize(colours)
    expected = np.asarray(palette.convert("RGB"))
    assert np.array_equal(decode_image(saved(palette, "PNG")).pixels, expected)


def test_one_bit_pictures_are_black_and_white() -> None:
    bits = PillowImages.fromarray(gradient()[..., 0] > 128)
    pixels = decode_image(saved(bits, "PNG")).pixels
    assert set(np.unique(pixels)) == {0, 255}


def png_chunk(kind: bytes, payload: bytes) -> bytes:
    checksum = zlib.crc32(kind + payload)
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", checksum)


def png_of(samples: np.ndarray, colour_type: int, depth: int) -> bytes:
    """A PNG from big-endian samples (h, w, channels)."""
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in samples)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(rows))
        + png_chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("colour_type", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_sixteen_bits_keep_their_high_byte(colour_type: int, channels: int) -> None:
    random = np.random.default_rng(0)
    samples = random.integers(0, 65536, (80, 80, channels)).astype(">u2")
    if channels in (2, 4):
        samples[..., -1] = 65535
    colours = samples[..., :3] if channels >= 3 else np.repeat(samples[..., :1], 3, axis=2)
    pixels = decode_image(png_of(samples, colour_type, 16)).pixels
    assert np.array_equal(pixels, (colours >> 8).astype(np.uint8))


def test_cmyk_is_taken_as_adobe_writes_it() -> None:
    cmyk = pillow(gradient()).convert("CMYK")
    pixels = decode_image(saved(cmyk, "JPEG", quality=98)).pixels
    assert np.abs(pixels.astype(int) - gradient()).mean() < 4


def test_profiles_are_ignored() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    plain = encode_png(gradient())
    data = saved(pillow(gradient()), "PNG", icc_profile=profile)
    assert data != plain
    assert np.array_equal(decode_image(data).pixels, gradient())


def test_an_animated_png_is_its_first_picture() -> None:
    frames = [pillow(gradient()), pillow(gradient()[::-1]), pillow(gradient()[:, ::-1])]
    data = saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    assert b"acTL" in data
    assert np.array_equal(decode_image(data).pixels, gradient())


def test_a_multi_picture_jpeg_is_its_first_picture() -> None:
    frames = [pillow(gradient()), pillow(gradient()[::-1])]
    data = saved(frames[0], "MPO", save_all=True, append_images=frames[1:])
    assert np.array_equal(decode_image(data).pixels, decode_image(saved(frames[0], "JPEG")).pixels)


def test_bytes_behind_the_end_are_no_harm() -> None:
    for data in (encode_jpeg(gradient()), encode_png(gradient())):
        expected = decode_image(data).pixels
        assert np.array_equal(decode_image(data + b"\0" * 99 + data[:50]).pixels, expected)


def test_large_texts_and_interlacing_are_no_harm() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("comment", "x" * 5_000_000, zip=True)
    data = saved(pillow(gradient()), "PNG", pnginfo=texts)
    assert np.array_equal(decode_image(data).pixels, gradient())


FULL = (1201, 803)


@pytest.mark.parametrize(
    ("longest_side", "reduced"),
    [
        (1000, (1201, 803)),
        (601, (1201, 803)),
        (600, (601, 402)),
        (300, (301, 201)),
        (1, (151, 101)),
    ],
)
def test_a_picture_is_decoded_no_larger_than_is_of_use(
    longest_side: int, reduced: tuple[int, int]
) -> None:
    full = gradient(1201, 803)
    for data in (encode_jpeg(full), encode_png(full)):
        image = decode_image(data, longest_side=longest_side)
        assert image.size_wh == reduced
        assert image.full_size_wh == (1201, 803)
        step = -(-1201 // reduced[0])
        near = full[step // 2 :: step, step // 2 :: step]
        rows, columns = min(len(near), reduced[1]), min(near.shape[1], reduced[0])
        difference = image.pixels[:rows, :columns].astype(int) - near[:rows, :columns]
        assert np.abs(difference).max() < 9


def test_a_reduced_picture_is_turned_upright_as_well() -> None:
    exif = PillowImages.Exif()
    exif[0x0112] = 6
    image = decode_image(saved(pillow(gradient(400, 200)), "JPEG", exif=exif), longest_side=200)
    assert image.size_wh == (100, 200)
    assert image.full_size_wh == (200, 400)


def test_the_shortest_side_counts() -> None:
    assert decode_image(encode_png(gradient(80, 80))).size_wh == (80, 80)
    for size in ((79, 200), (200, 79)):
        for data in (encode_png(gradient(*size)), encode_jpeg(gradient(*size))):
            with pytest.raises(ImageTooSmall, match="at least 80"):
                decode_image(data)
            assert decode_image(data, limits=ImageLimits(min_side_px=64)).size_wh == size


def test_limits_are_inclusive() -> None:
    data = encode_png(gradient(120, 90))
    fits = ImageLimits(max_side_px=120, max_pixels=120 * 90, max_bytes=len(data))
    assert decode_image(data, limits=fits).size_wh == (120, 90)
    for limits in (
        ImageLimits(max_side_px=119),
        ImageLimits(max_pixels=120 * 90 - 1),
        ImageLimits(max_bytes=len(data) - 1),
    ):
        with pytest.raises(ImageTooLarge):
            decode_image(data, limits=limits)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "WEBP", "PPM", "ICO", "PDF"])
def test_other_formats_are_refused_whatever_they_are_called(kind: str) -> None:
    with pytest.raises(InvalidImage, match="neither a JPEG nor a PNG"):
        decode_image(saved(pillow(gradient()), kind))
