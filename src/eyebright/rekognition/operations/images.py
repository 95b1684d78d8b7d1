"""The Image member that most operations take: bytes in the request, or an object in a bucket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from eyebright.errors import InvalidInput
from eyebright.imaging.decode import ImageLimits, decode_image
from eyebright.imaging.image import Image
from eyebright.rekognition import limits
from eyebright.rekognition.door import Door
from eyebright.runtime.laps import lap

ANY_PICTURE = ImageLimits(min_side_px=limits.MIN_IMAGE_SIDE_PX)
LABELLED_PICTURE = replace(ANY_PICTURE, max_side_px=limits.MAX_LABELLED_SIDE_PX)
EQUIPMENT_PICTURE = ImageLimits(
    min_side_px=limits.MIN_EQUIPMENT_SIDE_PX, max_side_px=limits.MAX_EQUIPMENT_SIDE_PX
)


def read_image(
    door: Door,
    member: Mapping[str, Any],
    *,
    sides: ImageLimits = ANY_PICTURE,
    max_inline_bytes: int = limits.MAX_INLINE_IMAGE_BYTES,
) -> Image:
    """Fetch and decode an Image member.

    sides: what the operation takes; its `max_bytes` is not looked at, as inline and stored
        pictures differ in it.
    Raises InvalidInput unless exactly one of Bytes and S3Object is there, SourceUnavailable for
    an object that cannot be read, and ImageTooLarge, ImageTooSmall or InvalidImage for its bytes.
    """
    if ("Bytes" in member) == ("S3Object" in member):
        raise InvalidInput("Request has invalid parameters: give either Bytes or S3Object.")
    if "Bytes" in member:
        data, most = member["Bytes"], max_inline_bytes
    else:
        data, most = _stored_bytes(door, member["S3Object"]), limits.MAX_STORED_IMAGE_BYTES
    with lap("decode"):
        return decode_image(data, limits=replace(sides, max_bytes=most))


def _stored_bytes(door: Door, location: Mapping[str, Any]) -> bytes:
    if "Bucket" not in location or "Name" not in location:
        raise InvalidInput("Request has invalid parameters: S3Object needs Bucket and Name.")
    with lap("fetch"):
        return door.sources.read(
            location["Bucket"],
            location["Name"],
            version=location.get("Version"),
            max_bytes=limits.MAX_STORED_IMAGE_BYTES,
        )
