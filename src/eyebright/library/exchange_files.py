"""A picture and its packets, read from the folder that it lies in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from eyebright.errors import EyebrightError, InvalidImage, SourceUnavailable
from eyebright.imaging.headers import JPEG_MAGIC, read_header
from eyebright.imaging.metadata import read_exif
from eyebright.imaging.packets import can_read, read_packet
from eyebright.library.originals import MAX_PICTURE_BYTES
from eyebright.library.picture_files import FileRead, files_of, read_file
from eyebright.library.pictured import FilePlace, Pictured
from eyebright.library.sidecars import sidecars_to_read
from eyebright.library.xmp import Frame, People, read_people
from eyebright.library.xmp_tree import MAX_PACKET_BYTES


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose content is the asset's. frame: the picture as stored in it."""

    place: FilePlace
    file: FileRead
    frame: Frame

    def packet(self) -> bytes | None:
        """What is embedded; None for nothing, or where nothing can be."""
        return read_packet(self.file.content) if can_read(self.file.content) else None


@dataclass(frozen=True, slots=True)
class Said:
    """What a packet says of people. where: the file it stands in, for people. trouble: why it could
    not be read, or empty."""

    where: str
    people: People
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """A file that cannot be used, and why, for people."""

    where: str
    why: str


def open_all(picture: Pictured) -> Iterator[Opened | Closed]:
    """Each file of a picture, or why it cannot be used."""
    for place in picture.files:
        try:
            file = read_file(place.root, place.path, most=MAX_PICTURE_BYTES)
        except OSError as error:
            yield Closed(place.shown(), error.strerror or str(error))
            continue
        except EyebrightError as error:
            yield Closed(place.shown(), error.message)
            continue
        if file is None:
            yield Closed(place.shown(), "it is gone")
        elif hashlib.sha256(file.content).hexdigest() != picture.asset.content_sha256:
            yield Closed(
                place.shown(),
                "it changed since it was looked through; `eyebright library index` does that",
            )
        else:
            yield Opened(place, file, frame_of(file.content, picture.size_wh))


def frame_of(content: bytes, upright_wh: tuple[int, int]) -> Frame:
    """The picture as stored, from its upright size. Raises InvalidImage never: broken metadata say
    nothing, as when it was decoded."""
    orientation = _orientation(content)
    width, height = upright_wh
    return Frame((height, width) if orientation >= 5 else (width, height), orientation)


def said_of(opened: Opened) -> list[Said]:
    """What sidecars and the picture itself say, the sidecars first: they are the newer."""
    frame = opened.frame
    found: list[Said] = []
    place = opened.place
    try:
        beside = sidecars_to_read(place.path, partial(files_of, place.root))
    except OSError as error:
        raise SourceUnavailable(f"{place.shown()}: {error.strerror}") from error
    for path in beside:
        where = FilePlace(0, place.root, path).shown()
        try:
            file = read_file(place.root, path, most=MAX_PACKET_BYTES)
        except OSError as error:
            found.append(Said(where, People(), error.strerror or str(error)))
            continue
        except EyebrightError as error:
            found.append(Said(where, People(), error.message))
            continue
        if file is not None and file.content.strip(b"\x00 \r\n\t"):
            found.append(_said(where, file.content, frame))
    return [*found, *said_inside(place.shown(), opened.file.content, frame)]


def said_inside(where: str, content: bytes, frame: Frame) -> list[Said]:
    """What a picture file itself says; nothing for formats that hold no packet here."""
    try:
        packet = read_packet(content) if can_read(content) else None
    except InvalidImage as error:
        return [Said(where, People(), error.message)]
    if packet is None or not packet.strip(b"\x00 \r\n\t"):
        return []
    return [_said(where, packet, frame)]


def _said(where: str, packet: bytes, frame: Frame) -> Said:
    try:
        people = read_people(packet, stored_wh=frame.stored_wh, orientation=frame.orientation)
    except EyebrightError as error:
        return Said(where, People(), error.message)
    return Said(where, people)


def _orientation(content: bytes) -> int:
    """As the picture was turned when it was decoded."""
    if content.startswith(JPEG_MAGIC):
        try:
            return read_header(content).orientation
        except InvalidImage:
            return 1
    return read_exif(content).orientation
