"""HEIC files, put together by hand around coded pictures of four coloured quarters."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from pi_heif.heif import open_heif
from PIL import Image as PillowImages

from eyebright.errors import ImageSideTooLong, ImageTooLarge, ImageTooSmall, InvalidImage
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.decode import ImageLimits, decode_image, turn_upright
from eyebright.imaging.formats import LIBRARY_LIMITS, decode_picture, picture_format
from eyebright.imaging.heif_plain import read_plain
from eyebright.imaging.metadata import Taken, read_exif
from eyebright.imaging.packets import can_embed, read_packet
from eyebright.testing.heif import (
    EIGHT_BITS,
    LARGE,
    QUARTERS,
    TEN_BITS,
    TILES,
    Coded,
    Item,
    auxiliary,
    box,
    heif,
    heif_of_tiles,
    mirrored,
    still,
    turned,
    written,
)

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # as the program does

TURNS = {
    2: [mirrored(1)],
    3: [turned(2)],
    4: [mirrored(0)],
    5: [turned(3), mirrored(1)],
    6: [turned(3)],
    7: [turned(1), mirrored(1)],
    8: [turned(1)],
}
"""Exif's orientations, as a HEIF says them."""


def corners(pixels: ByteArray) -> list[tuple[int, ...]]:
    """The colour of each quarter, as the nearest of the four: upper left, right, lower left..."""
    height, width = pixels.shape[:2]
    found: list[tuple[int, ...]] = []
    for y, x in ((1, 1), (1, 3), (3, 1), (3, 3)):
        colour = pixels[height * y // 4, width * x // 4].astype(int)
        nearest = min(QUARTERS, key=lambda one: int(np.abs(colour - one).max()))
        assert np.abs(colour - nearest).max() < 12
        found.append(nearest)
    return found


def exif(*, orientation: int = 1) -> bytes:
    said = PillowImages.Exif()
    said[0x0112], said[0x010F], said[0x0110] = orientation, "ACME", "Phone 1"
    said.get_ifd(0x8769)[0x9003] = "2024:05:06 07:08:09"
    said.get_ifd(0x8769)[0x9011] = "+02:00"
    return said.tobytes().removeprefix(b"Exif\0\0")


@pytest.mark.parametrize("coded", [EIGHT_BITS, TEN_BITS], ids=["8", "10"])
def test_pictures_of_eight_and_ten_bits_are_decoded(coded: Coded) -> None:
    data = heif(coded)
    image = decode_picture(data)
    assert picture_format(data) == image.format == "HEIF"
    assert image.size_wh == image.full_size_wh == (96, 64)
    assert corners(image.pixels) == list(QUARTERS)


@pytest.mark.parametrize(
    "brands",
    [
        (b"heic", b"mif1"),
        (b"mif1", b"heic", b"miaf"),
        (b"heix", b"mif1"),
        (b"msf1", b"hevc", b"mif1"),
    ],
)
def test_all_brands_of_such_files_are_known(brands: tuple[bytes, ...]) -> None:
    data = heif(brands=brands)
    assert picture_format(data) == "HEIF"
    assert corners(decode_picture(data).pixels) == list(QUARTERS)


def test_brands_of_films_and_of_avif_are_not_taken_for_it() -> None:
    for brands in (
        (b"isom", b"heic"),
        (b"isom", b"mp42"),
        (b"qt  ",),
        (b"avif", b"mif1"),
        (b"mif1", b"avif"),
    ):
        assert picture_format(heif(brands=brands)) != "HEIF"


def test_a_picture_in_tiles_is_put_together_and_cut_to_its_size() -> None:
    image = decode_picture(heif_of_tiles())
    assert image.full_size_wh == (120, 80)
    assert corners(image.pixels) == [QUARTERS[0], QUARTERS[1], QUARTERS[0], QUARTERS[1]]
    assert np.abs(image.pixels[75, 10].astype(int) - QUARTERS[2]).max() < 12
    whole = decode_picture(heif_of_tiles(size_wh=(128, 128)))
    assert corners(whole.pixels) == list(QUARTERS)


def test_tables_are_read_in_all_their_forms() -> None:
    said = {"exif": exif(), "xmp": b"<x/>", "size_wh": (128, 128)}
    plain, wide = heif_of_tiles(**said), heif_of_tiles(**said, wide=True)  # type: ignore[arg-type]
    assert np.array_equal(decode_picture(wide).pixels, decode_picture(plain).pixels)
    assert corners(decode_picture(wide).pixels) == list(QUARTERS)
    assert read_exif(wide) == read_exif(plain) != Taken()
    assert read_packet(wide) == b"<x/>"
    with pytest.raises(InvalidImage, match="cut off"):
        decode_picture(heif_of_tiles(wide=True)[:-10])


def test_the_decoder_sees_what_it_would_see_of_the_whole_file() -> None:
    """But for what is left out."""
    profile = box(b"colr", b"prof" + bytes(200))
    for coded in (EIGHT_BITS, TEN_BITS):
        data = written([still(coded, more=[profile], turns=[turned(1)])])
        whole = open_heif(data)
        expected = np.frombuffer(whole.data, np.uint8).reshape(96, 64, 3)
        assert np.array_equal(decode_picture(data).pixels, expected)


@pytest.mark.parametrize("orientation", TURNS)
def test_turns_and_mirrors_of_the_file_are_applied(orientation: int) -> None:
    upright = turn_upright(decode_picture(heif()).pixels, orientation)
    for data in (heif(turns=TURNS[orientation]), heif(TEN_BITS, turns=TURNS[orientation])):
        image = decode_picture(data)
        assert corners(image.pixels) == corners(upright)
        assert image.full_size_wh == ((64, 96) if orientation >= 5 else (96, 64))
        assert read_exif(data).orientation == read_plain(data).orientation == orientation


def test_a_picture_in_tiles_is_turned_as_a_whole() -> None:
    image = decode_picture(heif_of_tiles(size_wh=(128, 100), turns=[turned(1)]))
    assert image.full_size_wh == (100, 128)
    assert corners(image.pixels)[::2] == [QUARTERS[1], QUARTERS[0]]


def test_what_exif_says_of_orientation_does_not_turn_it_again() -> None:
    said = exif(orientation=6)
    once = decode_picture(heif(turns=TURNS[6], exif=said))
    assert np.array_equal(once.pixels, decode_picture(heif(turns=TURNS[6])).pixels)
    assert np.array_equal(decode_picture(heif(exif=said)).pixels, decode_picture(heif()).pixels)
    assert read_exif(heif(exif=said)).orientation == 1


def test_when_and_with_what_it_was_taken_is_read() -> None:
    taken = Taken(1, datetime(2024, 5, 6, 5, 8, 9, tzinfo=UTC), "ACME Phone 1")
    assert read_exif(heif(exif=exif())) == taken
    assert read_exif(heif()) == read_exif(heif()[:100]) == Taken()


def test_its_packet_is_read_and_is_not_written() -> None:
    packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
    assert read_packet(heif(xmp=packet)) == read_packet(heif_of_tiles(xmp=packet)) == packet
    assert read_packet(heif(exif=exif(), xmp=packet)) == packet
    assert read_packet(heif()) is None
    assert not can_embed(heif())


def test_maps_and_thumbnails_beside_the_picture_change_nothing() -> None:
    depth = still(
        TILES[0],
        more=[auxiliary("urn:mpeg:hevc:2015:auxid:2")],
        refers=((b"auxl", (1,)),),
        hidden=True,
    )
    gain = still(
        TILES[1],
        more=[auxiliary("urn:com:apple:photo:2020:aux:hdrgainmap")],
        refers=((b"auxl", (1,)),),
        hidden=True,
    )
    thumbnail = still(TILES[2], refers=((b"thmb", (1,)),))
    another = still(TILES[3])
    plain = decode_picture(heif()).pixels
    for others in ([depth], [gain], [thumbnail], [another], [depth, gain, thumbnail, another]):
        assert np.array_equal(decode_picture(heif(others=others)).pixels, plain)


def test_alpha_lies_over_white() -> None:
    alpha = still(
        EIGHT_BITS,
        more=[auxiliary("urn:mpeg:hevc:2015:auxid:1")],
        refers=((b"auxl", (1,)),),
        hidden=True,
    )
    plain, seen = decode_picture(heif()).pixels, decode_picture(heif(others=[alpha])).pixels
    assert seen.shape == plain.shape
    assert int(seen[16, 24].min()) > int(plain[16, 24].min()) + 50


def test_a_large_one_is_made_smaller_for_who_can_use_no_more() -> None:
    image = decode_picture(heif(LARGE), longest_side=300)
    assert image.size_wh == (512, 512)
    assert image.full_size_wh == (1024, 1024)
    assert decode_picture(heif(LARGE), longest_side=128).size_wh == (128, 128)


def test_the_limits_hold() -> None:
    for data in (heif(stated_wh=(20_000, 20_000)), heif_of_tiles(size_wh=(30_000, 30_000))):
        with pytest.raises(ImageTooLarge):
            decode_picture(data)
    with pytest.raises((ImageSideTooLong, InvalidImage)):
        decode_picture(heif(stated_wh=(40_000, 64)))
    with pytest.raises(ImageTooLarge):
        decode_picture(heif(), limits=ImageLimits(max_bytes=100))
    with pytest.raises(ImageTooSmall):
        decode_picture(heif(), limits=ImageLimits(min_side_px=80))


def test_one_that_is_coded_larger_than_it_says_is_refused_by_the_decoder() -> None:
    with pytest.raises(InvalidImage):
        decode_picture(heif(LARGE, stated_wh=(64, 64)))
    with pytest.raises(InvalidImage):
        decode_picture(heif_of_tiles(tiles=[Coded((64, 64), LARGE.sets, LARGE.slices)] * 4))


def test_a_small_picture_of_very_many_tiles_is_refused() -> None:
    """Each tile is another look of the decoder at the same bytes."""
    plan = bytes((0, 0, 255, 255, 0, 64, 0, 64))
    many = Item(b"grid", plan, still(TILES[0]).properties[1:2], ((b"dimg", (2,) * 65_535),))
    with pytest.raises(ImageTooLarge):
        decode_picture(written([many, still(LARGE, hidden=True)]))


def test_parts_that_hold_each_other_end() -> None:
    size = still(EIGHT_BITS).properties[1:2]
    one = Item(b"iden", b"", size, ((b"dimg", (2,)),))
    other = Item(b"iden", b"", size, ((b"dimg", (1,)),))
    with pytest.raises(InvalidImage, match="parts"):
        decode_picture(written([one, other]))


def test_other_codings_in_such_a_file_are_named() -> None:
    said = Item(b"vvc1", b"....", still(EIGHT_BITS).properties)
    with pytest.raises(InvalidImage, match="coded as 'vvc1'; save it as JPEG"):
        decode_picture(written([said]))


def test_a_file_without_a_still_picture_says_so() -> None:
    sequence = box(b"ftyp", b"hevc\0\0\0\0msf1hevc") + box(b"moov", b"")
    with pytest.raises(InvalidImage, match="no still picture"):
        decode_picture(sequence)


@pytest.mark.parametrize("data", [heif(exif=exif(), xmp=b"<x/>"), heif_of_tiles()])
def test_cut_off_and_damaged_files_are_invalid_or_decoded_and_nothing_else(data: bytes) -> None:
    numbers = np.random.default_rng(7)
    cuts = [data[:at] for at in range(12, len(data) - 1, 7)]
    damaged = []
    for _ in range(200):
        broken = bytearray(data)
        for at in numbers.integers(12, len(data), 4):
            broken[int(at)] = int(numbers.integers(0, 256))
        damaged.append(bytes(broken))
    refused = 0
    for broken_data in cuts + damaged:
        read_exif(broken_data)
        try:
            assert decode_picture(broken_data, limits=LIBRARY_LIMITS).pixels.ndim == 3
        except (InvalidImage, ImageTooLarge, ImageTooSmall, ImageSideTooLong):
            refused += 1
    assert refused > len(cuts) // 2


def test_a_file_that_ends_within_its_picture_is_invalid() -> None:
    for data in (heif(), heif_of_tiles(size_wh=(128, 128))):
        for missing in (1, 10, 22):
            with pytest.raises(InvalidImage):
                decode_picture(data[:-missing])


def test_the_service_goes_on_refusing_it() -> None:
    with pytest.raises(InvalidImage):
        decode_image(heif(LARGE))


def test_an_item_whose_kind_is_no_text_does_not_reach_the_decoder() -> None:
    """pi-heif 1.4.0 dies of it."""
    strange = Item(b"E\xe1if", b"\0" * 8, refers=((b"cdsc", (1,)),))
    assert corners(decode_picture(heif(others=[strange])).pixels) == list(QUARTERS)
    assert read_exif(heif(others=[strange])) == Taken()
