from __future__ import annotations

import io
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image as PillowImages

from eyebright.imaging.metadata import Taken, read_exif

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # as the program does


def photo(name: str = "JPEG", **inner: str) -> bytes:
    """inner: taken, offset; and make, model, changed."""
    exif = PillowImages.Exif()
    for tag, key in ((0x010F, "make"), (0x0110, "model"), (0x0132, "changed")):
        if key in inner:
            exif[tag] = inner[key]
    for tag, key in ((0x9003, "taken"), (0x9011, "offset")):
        if key in inner:
            exif.get_ifd(0x8769)[tag] = inner[key]
    exif.get_ifd(0x8825)[2] = (52.0, 30.0, 0.0)  # where it was taken
    target = io.BytesIO()
    PillowImages.new("RGB", (40, 30)).save(target, name, exif=exif)
    return target.getvalue()


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_when_and_with_what_it_was_taken_is_read(name: str) -> None:
    taken = read_exif(photo(name, taken="2024:05:06 07:08:09", make="ACME", model="Box 1"))
    assert taken.at == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert taken.camera == "ACME Box 1"


def test_an_offset_is_heeded_and_nonsense_in_its_place_is_not() -> None:
    def at(offset: str) -> datetime | None:
        return read_exif(photo(taken="2024:05:06 07:08:09", offset=offset)).at

    assert at("+02:00") == datetime(2024, 5, 6, 5, 8, 9, tzinfo=UTC)
    assert at("-03:30") == datetime(2024, 5, 6, 10, 38, 9, tzinfo=UTC)
    assert at("+99:99") == at("home") == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


def test_without_it_the_time_of_the_last_change_counts() -> None:
    assert read_exif(photo(changed="2020:01:02 03:04:05")).at == datetime(
        2020, 1, 2, 3, 4, 5, tzinfo=UTC
    )


@pytest.mark.parametrize("text", ["0000:00:00 00:00:00", "2024:13:45 99:99:99", "yesterday", ""])
def test_a_clock_that_was_never_set_says_nothing(text: str) -> None:
    assert read_exif(photo(taken=text)).at is None


def test_a_model_that_begins_with_its_maker_is_not_said_twice() -> None:
    assert read_exif(photo(make="ACME", model="Acme Box 1")).camera == "Acme Box 1"
    assert read_exif(photo(make="ACME\0\0", model="")).camera == "ACME"
    assert len(read_exif(photo(make="A" * 500, model="B")).camera) == 100


def test_files_without_or_with_broken_metadata_say_nothing() -> None:
    target = io.BytesIO()
    PillowImages.new("RGB", (40, 30)).save(target, "JPEG")
    assert read_exif(target.getvalue()) == Taken()
    assert read_exif(b"no picture") == Taken()


def test_damaged_metadata_never_raise() -> None:
    data = photo(taken="2024:05:06 07:08:09", make="ACME", model="Box 1")
    numbers = np.random.default_rng(11)
    for _ in range(300):
        broken = bytearray(data)
        for at in numbers.integers(2, 260, 6):
            broken[int(at)] = int(numbers.integers(0, 256))
        assert isinstance(read_exif(bytes(broken)), Taken)
