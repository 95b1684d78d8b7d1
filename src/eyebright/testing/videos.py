"""Videos made on the spot: each frame says its number by how bright it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream

from eyebright.geometry.arrays import ByteArray

STEP = 4
"""Grey levels from one frame to the next; codecs move a flat picture by less than half of it."""
_NUMBERS = 56


def numbered_picture(number: int, *, size_wh: tuple[int, int] = (128, 96)) -> ByteArray:
    """A grey picture (h, w, 3) for the frame of this number, the same again every 56 frames."""
    width, height = size_wh
    return np.full((height, width, 3), 16 + STEP * (number % _NUMBERS), np.uint8)


def number_of(pixels: ByteArray) -> int:
    """The number that a decoded frame shows, 0-55."""
    return round((float(pixels.mean()) - 16) / STEP)


def write_video(
    path: Path,
    pictures: Iterable[ByteArray],
    *,
    frame_rate: Fraction | int = 25,
    codec: str = "libx264",
    keyframe_every: int = 12,
    times: Sequence[Fraction] | None = None,
) -> Path:
    """Encode pictures (all of one even size) in the container that the file's name says.

    times: seconds of each frame, for a variable frame rate; even steps otherwise.
    """
    rate = Fraction(frame_rate)
    clock = Fraction(1, 90_000)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, VideoStream)
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = clock
        stream.codec_context.gop_size = keyframe_every
        for number, pixels in enumerate(pictures):
            if number == 0:
                stream.height, stream.width = pixels.shape[:2]
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            seconds = times[number] if times is not None else number / rate
            frame.pts, frame.time_base = round(seconds / clock), clock
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def cut_transport_stream(film: Path, directory: Path, *, seconds: int) -> list[Path]:
    """Segments of a transport stream, cut at keyframes, their times going on from one to the next
    as in a playlist."""
    pattern, rules = directory / "segment-%d.ts", {"segment_time": str(seconds)}
    with (
        av.open(str(film)) as whole,
        av.open(str(pattern), "w", format="segment", options=rules) as cut,
    ):
        stream = cut.add_stream_from_template(whole.streams.video[0])
        for packet in whole.demux(whole.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                cut.mux(packet)
    return sorted(directory.glob("segment-*.ts"))
