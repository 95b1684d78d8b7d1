"""Nothing that an API call sends is written to disk: look for it in every file."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from eyebright.imaging.decode import decode_image

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import ImageTypeDef
    from tests.journeys.conftest import Server

pytestmark = [pytest.mark.pack, pytest.mark.client, pytest.mark.slow]

_CHUNK = 48


def _chunks(data: bytes, *, count: int) -> Iterator[bytes]:
    """Stretches of the data that chance does not repeat, evenly spread."""
    step = max(_CHUNK, len(data) // count)
    for start in range(0, len(data) - _CHUNK, step):
        chunk = data[start : start + _CHUNK]
        if len(set(chunk)) > _CHUNK // 3:
            yield chunk


def _witnesses(photo: Path) -> list[bytes]:
    """Of a picture: its bytes, its bytes in base64, its pixels as RGB, BGR and float32."""
    data = photo.read_bytes()
    pixels = decode_image(data).pixels
    forms = [
        data,
        base64.b64encode(data),
        pixels.tobytes(),
        np.ascontiguousarray(pixels[..., ::-1]).tobytes(),
        (pixels[::8].astype(np.float32) / 255).tobytes(),
    ]
    return [chunk for form in forms for chunk in _chunks(form, count=150)]


def test_no_picture_is_ever_written(server: Server, photos: tuple[Path, ...]) -> None:
    client = server.client()
    image: ImageTypeDef = {"Bytes": photos[0].read_bytes()}
    other: ImageTypeDef = {"Bytes": photos[1].read_bytes()}
    client.create_collection(CollectionId="canary")
    client.detect_faces(Image=image, Attributes=["ALL"])
    client.compare_faces(SourceImage=image, TargetImage=other)
    client.index_faces(CollectionId="canary", Image=image, DetectionAttributes=["ALL"])
    client.search_faces_by_image(CollectionId="canary", Image=other)
    client.search_users_by_image(CollectionId="canary", Image=other)
    client.recognize_celebrities(Image=other)
    with pytest.raises(client.exceptions.InvalidImageFormatException):
        client.detect_faces(Image={"Bytes": photos[0].read_bytes()[:20_000]})

    witnesses = [one for photo in photos[:2] for one in _witnesses(photo)]
    assert len(witnesses) > 500
    own = [path for path in server.home.iterdir() if path.name != "packs"]
    assert {path.name for path in own} >= {"eyebright.db", "serve.log", "tmp"}
    assert not [place for place in own if _holds(place, witnesses)]
    assert server.stop() == 0
    assert not [place for place in own if _holds(place, witnesses)]


def _holds(place: Path, witnesses: list[bytes]) -> bool:
    files = [path for path in (place, *place.rglob("*")) if path.is_file()]
    contents = [path.read_bytes() for path in files]
    return any(witness in content for content in contents for witness in witnesses)
