"""Files are told by how they begin."""

from __future__ import annotations

import pytest

from eyebright.sources.kinds import EMPTY, NEITHER, kind_of, reason_by_name


@pytest.mark.parametrize(
    ("head", "media", "name"),
    [
        (b"\x00\x00\x00\x20ftypisom....", "video", "MP4"),
        (b"\x00\x00\x00\x20ftypqt  ....", "video", "MP4"),
        (b"\x00\x00\x00\x08wide\x00\x00", "video", "QuickTime"),
        (b"\x1a\x45\xdf\xa3....", "video", "Matroska"),
        (b"RIFF....AVI LIST", "video", "AVI"),
        (b"\x47" + b"\0" * 187 + b"\x47" + b"\0" * 187 + b"\x47", "video", "MPEG transport stream"),
        (b"\x00\x00\x00\x20ftypmif1....", None, "HEIF"),
        (b"\x00\x00\x00\x20ftypheic....", None, "HEIF"),
        (b"\x00\x00\x00\x20ftypcrx ....", None, "raw"),
        (b"8BPS....", None, "Photoshop"),
    ],
)
def test_formats_are_told_by_their_first_bytes(head: bytes, media: str | None, name: str) -> None:
    kind = kind_of(head)
    assert (kind.media, kind.format) == (media, name)
    assert bool(kind.reason) is (media is None)


def test_what_is_neither_says_so() -> None:
    assert kind_of(b"") == EMPTY
    assert kind_of(b"hello, world") == NEITHER
    assert kind_of(b"G" * 200) == NEITHER


def test_only_names_of_other_things_are_believed() -> None:
    assert reason_by_name(b"a/notes.TXT")
    assert not reason_by_name(b"a/IMG_1.jpg")
    assert not reason_by_name(b"a/IMG_1")
    assert not reason_by_name(b"a.txt/photo")


def test_raw_files_of_cameras_are_told_by_their_names() -> None:
    for name in (b"DSC_1.NEF", b"IMG_2.cr3", b"x/IMG_3.dng", b"P1.ORF"):
        assert reason_by_name(name) == "camera raw files cannot be read; save them as JPEG"
