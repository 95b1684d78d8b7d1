"""Whatever the bytes: a picture or one of three errors, soon, in little memory, and silently."""

from __future__ import annotations

import io
import os
import struct
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image as PillowImages

from eyebright.errors import ImageTooLarge, ImageTooSmall, InvalidImage
from eyebright.imaging import headers
from eyebright.imaging.decode import ImageLimits, decode_image
from eyebright.imaging.encode import encode_jpeg, encode_png

REFUSALS = (InvalidImage, ImageTooLarge, ImageTooSmall)
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


def noise(width: int = 96, height: int = 88) -> PillowImages.Image:
    coarse = np.random.default_rng(1).integers(0, 256, (11, 12, 3), dtype=np.uint8)
    return PillowImages.fromarray(coarse).resize((width, height))


def saved(picture: PillowImages.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def chunk(kind: bytes, payload: bytes) -> bytes:
    checksum = zlib.crc32(kind + payload)
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", checksum)


def png(width: int, height: int, data: bytes, *, extra: bytes = b"", kind: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return PNG_MAGIC + chunk(b"IHDR", header) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def with_size(jpeg: bytes, width: int, height: int) -> bytes:
    """The same JPEG, lying about its size."""
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def frame_of(jpeg: bytes) -> bytes:
    at = jpeg.index(b"\xff\xc0")
    return jpeg[at : at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")]


@contextmanager
def in_little_memory() -> Iterator[None]:
    """What is unpacked is 50 megabytes at least."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 << 20


JPEG = encode_jpeg(np.asarray(noise()))
PNG = encode_png(np.asarray(noise()))
ZEROS = zlib.compress(bytes(3_000_000))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8" + b"\xff" * 1000,
        b"\xff\xd8\xff\xe0\0\0",
        b"\xff\xd8\xff\xe0\0\x01\xff\xda",
        b"\xff\xd8\xff\xda\0\x02\xff\xd9",
        PNG_MAGIC,
        PNG_MAGIC + b"\0\0\0\x0dIHDR",
        PNG_MAGIC + chunk(b"IEND", b""),
        PNG_MAGIC + chunk(b"IHDR", b"\0" * 13) + chunk(b"IEND", b""),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"not an image",
        b" " + JPEG,
        b"\xef\xbb\xbf" + PNG,
        JPEG[2:],
        PNG[1:],
        JPEG.replace(b"\xff\xd8", b"\xff\xd9", 1),
        PNG_MAGIC + JPEG,
        b"\xff\xd8\xff" + PNG,
        JPEG.replace(frame_of(JPEG), frame_of(JPEG) * 2),
        JPEG.replace(frame_of(JPEG), b""),
        with_size(JPEG, 0, 88),
        with_size(JPEG, 96, 0),
        png(0, 90, ZEROS),
        png(96, 0x80000000, ZEROS)[:60],
        png(90, 90, b""),
        png(90, 90, b"not deflated"),
        png(90, 90, zlib.compress(b"\0" * 100)),
        png(90, 90, ZEROS, kind=5),
        png(90, 90, ZEROS, kind=3),
        PNG.replace(b"IHDR", b"IHDX"),
        PNG[:33] + PNG[8:33] + PNG[33:],
    ],
)
def test_broken_files_are_invalid(data: bytes) -> None:
    with pytest.raises(InvalidImage, match=r"^The image cannot be read: "):
        decode_image(data)


@pytest.mark.parametrize("data", [JPEG, PNG, saved(noise(), "JPEG", progressive=True)])
def test_a_file_cut_off_anywhere_is_invalid(data: bytes) -> None:
    assert decode_image(data).size_wh == (96, 88)
    cuts = [*range(0, len(data) - 2, max(1, len(data) // 150)), len(data) - 2]
    for length in cuts:
        with pytest.raises(InvalidImage):
            decode_image(data[:length])


@pytest.mark.parametrize(
    "data",
    [
        with_size(JPEG, 60_000, 96),
        with_size(JPEG, 96, 60_000),
        with_size(JPEG, 65_535, 65_535),
        with_size(JPEG, 16_000, 16_000),
        png(60_000, 80, ZEROS),
        png(80, 60_000, ZEROS),
        png(0x7FFFFFFF, 0x7FFFFFFF, ZEROS),
        png(16_384, 16_384, ZEROS),
        b"\xff\xd8\xff" + bytes(15 << 20),
    ],
)
def test_bombs_are_refused_by_their_header(data: bytes) -> None:
    with in_little_memory(), pytest.raises(ImageTooLarge):
        decode_image(data)


def test_bombs_in_texts_and_profiles_are_never_unpacked() -> None:
    bomb = zlib.compress(bytes(50_000_000), 9)
    extra = b"".join(
        [
            chunk(b"iCCP", b"profile\0\0" + bomb),
            chunk(b"zTXt", b"comment\0\0" + bomb),
            chunk(b"iTXt", b"comment\0\1\0\0\0" + bomb),
            chunk(b"eXIf", b"MM" + bomb),
            chunk(b"acTL", b"\xff" * 8),
            chunk(b"fcTL", b"\xff" * 26),
        ]
    )
    rows = zlib.compress(bytes(90 * (1 + 90 * 3)))
    data = png(90, 90, rows, extra=extra)
    with in_little_memory():
        assert not decode_image(data).pixels.any()


def test_a_png_with_more_data_than_pixels_is_decoded_to_its_size() -> None:
    bomb = zlib.compress(bytes(100_000_000), 9)
    data = png(90, 90, bomb)
    with in_little_memory():
        assert decode_image(data).size_wh == (90, 90)


def test_a_jpeg_with_endless_scans_is_invalid() -> None:
    data = saved(noise(), "JPEG", progressive=True)
    at = data.rindex(b"\xff\xda")
    data = data[:at] + data[at:-2] * (headers.MAX_JPEG_SCANS + 1) + data[-2:]
    with pytest.raises(InvalidImage, match="scans"):
        decode_image(data)


def test_files_of_countless_pieces_are_invalid_soon() -> None:
    comments = b"\xff\xfe\0\x02" * 1_000_000
    with pytest.raises(InvalidImage, match="segments"):
        decode_image(JPEG[:2] + comments + JPEG[2:])
    texts = chunk(b"tEXt", b"") * 300_000
    with pytest.raises(InvalidImage, match="chunks"):
        decode_image(PNG[:33] + texts + PNG[33:])


def test_a_lying_size_never_reads_beyond_the_data() -> None:
    for size in ((97, 88), (96, 89), (200, 200), (2000, 2000), (80, 80)):
        data = with_size(JPEG, *size)
        try:
            assert decode_image(data).size_wh == size
        except InvalidImage:
            continue


MUTANTS = 800


def _flip(data: bytearray, random: np.random.Generator) -> None:
    for at in random.integers(0, len(data), random.integers(1, 9)):
        data[at] = random.integers(256)


def _special(data: bytearray, random: np.random.Generator) -> None:
    at = int(random.integers(0, len(data)))
    values = [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\xff\xda", b"\xff\xc4"]
    data[at : at + 2] = values[random.integers(len(values))]


def _cut(data: bytearray, random: np.random.Generator) -> None:
    start, length = random.integers(0, len(data)), random.integers(1, 200)
    del data[start : start + length]


def _repeat(data: bytearray, random: np.random.Generator) -> None:
    start, length = random.integers(0, len(data)), random.integers(1, 200)
    data[start:start] = data[start : start + length] * int(random.integers(1, 4))


def _header(data: bytearray, random: np.random.Generator) -> None:
    for at in random.integers(0, min(len(data), 700), random.integers(1, 5)):
        data[at] = random.integers(256)


MUTATIONS: list[Callable[[bytearray, np.random.Generator], None]] = [
    _flip,
    _special,
    _cut,
    _repeat,
    _header,
]


def _with_exif(picture: PillowImages.Image) -> bytes:
    exif = PillowImages.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "maker"
    return saved(picture, "JPEG", exif=exif)


SEEDS = {
    "jpeg": JPEG,
    "progressive": saved(noise(), "JPEG", progressive=True),
    "exif": _with_exif(noise()),
    "grey jpeg": saved(noise().convert("L"), "JPEG"),
    "cmyk": saved(noise().convert("CMYK"), "JPEG"),
    "restarts": saved(noise(), "JPEG", restart_marker_blocks=2),
    "png": PNG,
    "palette": saved(noise().quantize(7), "PNG", transparency=0),
    "grey alpha": saved(noise().convert("LA"), "PNG"),
    "sixteen": saved(PillowImages.fromarray(np.asarray(noise())[..., 0] * np.uint16(257)), "PNG"),
}


def with_right_checksums(data: bytes) -> bytes:
    """A mutated PNG whose chunks say that they are whole, so that decoders go on to read them."""
    parts, at = [data[:8]], 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if at + 12 + length > len(data):
            break
        parts.append(chunk(data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return b"".join(parts) + data[at:]


@pytest.mark.parametrize("name", SEEDS)
def test_mutated_files_are_pictures_or_refused(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    random = np.random.default_rng(zlib.crc32(name.encode()))
    limits = ImageLimits(max_pixels=2**20)  # a mutant may be a large picture, and that is fine
    outcomes = {"picture": 0, "refused": 0}
    for number in range(MUTANTS):
        data = bytearray(SEEDS[name])
        for _ in range(random.integers(1, 4)):
            MUTATIONS[random.integers(len(MUTATIONS))](data, random)
        mutant = bytes(data)
        if mutant.startswith(PNG_MAGIC) and number % 2:
            mutant = with_right_checksums(mutant)
        try:
            image = decode_image(mutant, limits=limits, longest_side=(None, 40)[number % 3 == 0])
        except REFUSALS:
            outcomes["refused"] += 1
        else:
            assert image.pixels.dtype == np.uint8
            assert image.pixels.shape[2] == 3
            outcomes["picture"] += 1
    assert outcomes["refused"] > MUTANTS // 20
    if SEEDS[name].startswith(b"\xff\xd8"):  # a PNG's checksums leave little to survive
        assert outcomes["picture"] > MUTANTS // 50
    written = capfd.readouterr()
    assert (written.out, written.err) == ("", "")


def test_random_bytes_behind_a_true_beginning_are_refused() -> None:
    random = np.random.default_rng(5)
    for start in (b"\xff\xd8\xff", PNG_MAGIC, PNG[:33], JPEG[: JPEG.index(b"\xff\xda")]):
        for _ in range(100):
            with pytest.raises(REFUSALS):
                decode_image(start + random.bytes(int(random.integers(0, 3000))))


def test_no_descriptor_is_left_open() -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for data in (JPEG, PNG, JPEG[:-50], PNG[:-50], JPEG[:600] + JPEG[700:]):
        try:
            decode_image(data)
        except InvalidImage:
            continue
    assert len(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208
