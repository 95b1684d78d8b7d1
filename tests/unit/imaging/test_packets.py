"""XMP packets inside picture files."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as PillowImages

from eyebright.errors import InvalidImage, InvalidInput
from eyebright.imaging.packets import (
    can_embed,
    is_same_but_for_packet,
    read_packet,
    with_packet,
    without_packet,
)

PACKET = b"<?xpacket begin=''?><x:xmpmeta xmlns:x='adobe:ns:meta/'/><?xpacket end='w'?>"


def file_of(kind: str, **options: object) -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (31, 47, 3)).astype(np.uint8)
    target = io.BytesIO()
    PillowImages.fromarray(pixels).save(target, kind, **options)
    return target.getvalue()


FILES = {
    "JPEG": file_of("JPEG"),
    "JPEG with Exif": file_of(
        "JPEG", exif=b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    ),
    "progressive JPEG": file_of("JPEG", progressive=True, comment=b"tea"),
    "PNG": file_of("PNG"),
    "WebP": file_of("WEBP"),
    "lossless WebP": file_of("WEBP", lossless=True),
    "extended WebP": file_of(
        "WEBP", exif=b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    ),
}


def pixels_of(data: bytes) -> np.ndarray:
    with PillowImages.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"))


@pytest.mark.parametrize("data", FILES.values(), ids=FILES.keys())
def test_a_packet_goes_in_and_comes_out_and_no_pixel_changes(data: bytes) -> None:
    assert can_embed(data)
    assert read_packet(data) is None
    once = with_packet(data, PACKET)
    assert read_packet(once) == PACKET
    assert (pixels_of(once) == pixels_of(data)).all()
    twice = with_packet(once, PACKET + b" ")
    assert read_packet(twice) == PACKET + b" "
    assert with_packet(twice, PACKET) == once
    with PillowImages.open(io.BytesIO(once)) as picture:
        assert picture.info["xmp"] == PACKET  # another reader finds it, too


@pytest.mark.parametrize("data", FILES.values(), ids=FILES.keys())
def test_a_packet_goes_out_again_and_is_replaced_where_it_was(data: bytes) -> None:
    once = with_packet(data, PACKET)
    bare = without_packet(once)
    assert read_packet(bare) is None
    assert is_same_but_for_packet(once, data)
    assert is_same_but_for_packet(bare, data)
    assert (pixels_of(bare) == pixels_of(data)).all()
    if data[:4] != b"RIFF":  # a WebP keeps the header that it was given
        assert bare == data
    longer = with_packet(once, PACKET * 3)
    assert longer.index(PACKET) == once.index(PACKET)
    assert not is_same_but_for_packet(once, FILES["progressive JPEG"] + b"x")


def test_what_else_a_file_holds_stays() -> None:
    for name in ("JPEG with Exif", "extended WebP"):
        with PillowImages.open(io.BytesIO(with_packet(FILES[name], PACKET))) as picture:
            assert "exif" in picture.info
    with PillowImages.open(io.BytesIO(with_packet(FILES["progressive JPEG"], PACKET))) as picture:
        assert picture.info["comment"] == b"tea"


def test_what_lies_behind_a_png_is_kept() -> None:
    assert with_packet(FILES["PNG"] + b"tail", PACKET).endswith(b"tail")


def test_a_packet_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InvalidInput, match="beside it"):
        with_packet(FILES["JPEG"], b" " * 66_000)


def test_a_packet_that_goes_on_elsewhere_is_not_cut() -> None:
    segment = b"http://ns.adobe.com/xmp/extension/\x00" + b"0" * 40
    extension = struct.pack(">BBH", 0xFF, 0xE1, len(segment) + 2) + segment
    data = FILES["JPEG"][:2] + extension + FILES["JPEG"][2:]
    with pytest.raises(InvalidInput, match="further segments"):
        with_packet(data, PACKET)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"RIFF\x00\x00\x00\x00WAVE", b"\xff\xd8\xff"])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidImage):
        read_packet(data)


@given(st.sampled_from(sorted(FILES)), st.integers(0, 10_000), st.binary(max_size=6))
def test_a_broken_file_is_refused_or_kept_whole(name: str, at: int, noise: bytes) -> None:
    data = FILES[name]
    at %= len(data)
    broken = data[:at] + noise + data[at + len(noise) :]
    try:
        changed = with_packet(broken, PACKET)
    except (InvalidImage, InvalidInput):
        return
    assert read_packet(changed) == PACKET
    assert len(changed) >= len(PACKET)
