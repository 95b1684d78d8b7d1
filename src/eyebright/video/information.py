"""What a container says of itself, and which of its streams is the video."""

from __future__ import annotations

from fractions import Fraction

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from eyebright.errors import InvalidVideo
from eyebright.video.values import AudioInfo, ColourRange, VideoInfo

_FULL_RANGE = 2  # AVCOL_RANGE_JPEG


def video_stream(container: InputContainer) -> VideoStream:
    """Raises InvalidVideo where there is none."""
    for stream in container.streams.video:
        if stream.width and stream.height:
            return stream
    raise InvalidVideo("The file holds no video that can be decoded.")


def info_of(container: InputContainer, stream: VideoStream) -> VideoInfo:
    """What an open container says of itself and of its video. Reads no frame."""
    width, height = stream.width, stream.height
    return VideoInfo(
        format=container.format.long_name,
        codec=stream.codec_context.name,
        size_wh=(width, height),
        frame_rate=Fraction(stream.average_rate or stream.guessed_rate or 0),
        duration_seconds=_duration(container, stream),
        colour_range=_colour_range(stream),
        audio=tuple(
            AudioInfo(
                codec=audio.codec_context.name,
                sample_rate=audio.codec_context.sample_rate or 0,
                channels=audio.codec_context.channels,
                duration_seconds=_seconds(audio.duration, audio.time_base),
            )
            for audio in container.streams.audio
        ),
    )


def _duration(container: InputContainer, stream: VideoStream) -> Fraction | None:
    own = _seconds(stream.duration, stream.time_base)
    return own if own is not None else _seconds(container.duration, Fraction(1, av.time_base))


def _seconds(duration: int | None, time_base: Fraction | None) -> Fraction | None:
    if not duration or time_base is None or duration < 0:
        return None
    return duration * Fraction(time_base)


def _colour_range(stream: VideoStream) -> ColourRange:
    return "FULL" if int(stream.codec_context.color_range or 0) == _FULL_RANGE else "LIMITED"
