"""Pictures of what a label detection saw first, kept where its owner asked for them."""

from __future__ import annotations

import logging

from eyebright.errors import DeliveryFailed
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.encode import encode_jpeg
from eyebright.streams.connected_home import SeenLabel
from eyebright.streams.telling import PicturedLabel, PictureSink
from eyebright.streams.values import StreamPlan
from eyebright.video.values import Frame

_JPEG = "image/jpeg"
_LOG = logging.getLogger(__name__)


class Gallery:
    """The place of one processor: bucket/prefix/processor/session/label-milliseconds.jpg."""

    def __init__(self, sink: PictureSink, plan: StreamPlan, *, name: str) -> None:
        self._sink = sink
        self._plan = plan
        self._name = name
        self.trouble = ""
        """Why the last picture was not kept, or nothing."""

    def keep(self, seen: SeenLabel, frame: Frame, *, session_id: str) -> PicturedLabel:
        """Write the frame and the thing in it; what cannot be written is not named."""
        self.trouble = ""
        prefix = (self._plan.prefix or "").strip("/")
        place = (prefix, self._name, session_id, seen.label.value.lower())
        stem = "/".join(part for part in place if part)
        return PicturedLabel(
            seen,
            self._put(f"{stem}-frame-{frame.milliseconds}.jpg", frame.pixels),
            self._put(f"{stem}-cropped-{frame.milliseconds}.jpg", _crop(frame.pixels, seen)),
        )

    def _put(self, key: str, pixels: ByteArray) -> str | None:
        bucket = self._plan.bucket
        if bucket is None:
            return None
        try:
            self._sink.put(
                bucket,
                key,
                encode_jpeg(pixels),
                media_type=_JPEG,
                kms_key=self._plan.kms_key,
            )
        except DeliveryFailed as error:
            self.trouble = f"Pictures are not kept: {error.message}"
            _LOG.warning("%s", self.trouble)
            return None
        return f"s3://{bucket}/{key}"


def _crop(pixels: ByteArray, seen: SeenLabel) -> ByteArray:
    """(h, w, 3): the thing's box, a pixel at least."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = seen.box_xyxy
    x, y = min(max(int(left), 0), width - 1), min(max(int(top), 0), height - 1)
    return pixels[y : max(y + 1, min(int(bottom), height)), x : max(x + 1, min(int(right), width))]
