"""Reads videos: what they are, and their frames as upright RGB pictures with exact times.

Frames that nobody wants are not decoded where the codec allows it: packets are read in order, and
a group of pictures (from one keyframe to the next) that holds no wanted time is dropped unread.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import chain, dropwhile
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeAlias

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from eyebright.errors import InvalidInput, InvalidVideo, VideoTooLarge
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.crops import resize
from eyebright.video.ahead import ReadAhead
from eyebright.video.information import info_of, video_stream
from eyebright.video.sampling import Every, EveryFrame, Keyframes, Policy
from eyebright.video.thumbnails import thumbnail
from eyebright.video.values import Frame

VideoPacket: TypeAlias = "av.Packet[VideoStream]"
Source: TypeAlias = Path | str | BinaryIO
"""A file, a URL that FFmpeg opens (http, rtsp ...), or an open binary file that can seek."""

TimedFrames: TypeAlias = Generator[tuple[VideoFrame, Fraction], None, None]

_NO_TIMES = "mpjpeg"
"""FFmpeg's name for JPEGs one after another over HTTP (multipart/x-mixed-replace)."""
_JUMP_BACK = 2
_JUMP = 60
"""Seconds: a stream whose times jump so far has begun anew."""
_AHEAD = 8
"""Frames that are decoded while others look at what came before, where all are asked for."""
_FEW = 2
"""Processors that decoding and looking keep busy without more threads."""
_DAMAGED_IN_A_ROW = 250
"""Packets in a row that cannot be decoded before the rest is given up."""
_FRAMES_OFF, _SHARE_OFF = 3, 0.01
"""By so much the index of a whole file may be wrong: edits leave out frames at either end."""
_STEPS_BACK = (0, 10, 60)
"""Seconds before a wanted moment from which it is tried: indexes of some containers are rough."""
_MOST_DECODED = 3000
"""Frames on the way to a moment; encoders set a keyframe every 250 if nobody tells them."""


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """max_seconds: 6 hours as the service has it. max_pixels: of a frame; 8k is 33 million.
    stall_seconds: how long a source may keep silent. open_seconds: until it is known what a source
    holds; of a live stream that takes a second or two at least."""

    max_seconds: int = 6 * 3600
    max_pixels: int = 36_000_000
    stall_seconds: float = 30.0
    open_seconds: float = 30.0


class VideoReader:
    """One open video, read once from front to back. Close it when done; a `with` block does."""

    def __init__(
        self,
        container: InputContainer,
        *,
        limits: VideoLimits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._container = container
        self._stream = video_stream(container)
        self._limits = limits
        self._origin: Fraction | None = None
        self._ahead: ReadAhead[tuple[VideoFrame, Fraction]] | None = None
        self._packets_read = 0
        self.damaged_packets = 0
        self.ended_early: str = ""
        """Why the video could not be read to its end, or nothing."""
        self.info = info_of(container, self._stream)
        self._check()

    @classmethod
    def open(
        cls,
        source: Source,
        *,
        limits: VideoLimits | None = None,
        options: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> Self:
        """options: FFmpeg's own, of the format and the protocol. clock: seconds, for streams that
        have no times of their own.

        Raises InvalidVideo for what is no video, VideoTooLarge, and OSError for a file that
        cannot be opened at all."""
        limits = limits or VideoLimits()
        if isinstance(source, Path | str) and _is_empty(Path(source)):
            raise InvalidVideo("It cannot be opened as a video: the file is empty.")
        place = str(source) if isinstance(source, Path) else source
        with _translated("It cannot be opened"):
            container = av.open(
                place,
                "r",
                timeout=(limits.open_seconds, limits.stall_seconds),
                metadata_errors="replace",
                options=dict(options or {}),
            )
        try:
            return cls(container, limits=limits, clock=clock)
        except BaseException:
            container.close()
            raise

    def frames(
        self,
        policy: Policy,
        *,
        after: Fraction | None = None,
        longest_side: int | None = None,
        thumbnail_wh: tuple[int, int] | None = None,
    ) -> Iterator[Frame]:
        """The frames that the policy asks for, in order of time.

        after: only those later than this, chosen as if all had been asked for; what lies before is
            not decoded if it can be helped.
        longest_side: larger pictures are brought down to it. thumbnail_wh: all pictures are
            brought to it whatever their shape, the cheapest way to look at every frame. A thread of
            its own decodes a few ahead, and leaves shrinking, a fifth of the work, to whoever asks.
            They can be had larger while they are new.
        A video that breaks off half-way ends the iteration and says so in `ended_early`. Raises
        InvalidVideo if not one frame could be decoded.
        """
        every = isinstance(policy, EveryFrame)
        alone = thumbnail_wh is not None and _processors() <= _FEW
        # Frames decoded side by side cost a fifth more: not worth it where another thread looks
        # at thumbnails meanwhile and both processors are busy.
        self._stream.thread_type = "AUTO" if every and not alone else "SLICE"
        if isinstance(policy, Keyframes):
            self._stream.codec_context.skip_frame = "NONKEY"
        wanted = self._wanted(policy, after)
        if thumbnail_wh is None:
            for frame, seconds in wanted:
                yield Frame(seconds, _upright(frame, longest_side))
        else:
            self._ahead = ReadAhead(wanted, depth=_AHEAD)
            for frame, seconds in self._ahead:
                yield _small(frame, seconds, thumbnail_wh)
        self._say_what_is_missing()
        if self._origin is None:
            reason = self.ended_early or "it holds no pictures"
            raise InvalidVideo(f"The video cannot be decoded: {reason}.")

    def _say_what_is_missing(self) -> None:
        """Of a file whose index names more frames than it holds: one that was cut short."""
        named, there = self._stream.frames, self._packets_read
        if not self.ended_early and named - there > max(_FRAMES_OFF, _SHARE_OFF * named):
            self.ended_early = f"its index names {named} frames, but it holds {there}"

    def frame_at(self, milliseconds: int) -> Frame:
        """The picture that is on the screen at this moment, from the keyframe before it.

        Of a video that is read for nothing else. Raises InvalidInput for a moment before the start
        or after the end, VideoTooLarge where that keyframe is too far away, and InvalidVideo.
        """
        if milliseconds < 0:
            raise InvalidInput("A moment of a video is 0 ms or later.")
        self._stream.thread_type = "SLICE"
        if next(self._all(), None) is None or self._origin is None:
            raise InvalidVideo("The video cannot be decoded: it holds no pictures.")
        wanted = self._origin + Fraction(milliseconds, 1000)
        for back in (*_STEPS_BACK, None):
            self._go_to(self._origin if back is None else wanted - back)
            found = self._last_until(milliseconds)
            if found is not None:
                return Frame(found[1], _upright(found[0], None))
        raise InvalidVideo("The video cannot be decoded at this moment.")

    def _go_to(self, moment: Fraction) -> None:
        """To a keyframe at or before this time of the stream's own clock, if it can."""
        clock = self._stream.time_base or Fraction(1, av.time_base)
        with suppress(av.FFmpegError):  # what cannot seek is read on from where it is
            self._container.seek(int(moment / clock), stream=self._stream, backward=True)
        self._stream.codec_context.flush_buffers()

    def _last_until(self, milliseconds: int) -> tuple[VideoFrame, Fraction] | None:
        """The last frame not after this moment; None if the first that comes is."""
        last: tuple[VideoFrame, Fraction] | None = None
        for count, (frame, seconds) in enumerate(self._timed(self._decoded(self._packets()))):
            if int(1000 * seconds) > milliseconds:
                return last
            if count > _MOST_DECODED:
                raise VideoTooLarge("The video cannot be entered near this moment: no keyframes.")
            last = frame, seconds
        end = self._length(last)
        if last is not None and milliseconds > 1000 * end:
            raise InvalidInput(f"The video ends after {float(end):.3f} seconds.")
        return last

    def _length(self, last: tuple[VideoFrame, Fraction] | None) -> Fraction:
        """Seconds until the last frame is gone, at least as many as the container says."""
        shown = 1 / self.info.frame_rate if self.info.frame_rate else Fraction(1)
        seen = Fraction(0) if last is None else last[1] + shown
        return max(seen, self.info.duration_seconds or Fraction(0))

    def live_frames(self, every: Every, *, longest_side: int | None = None) -> Iterator[Frame]:
        """Frames of a stream as soon as they are there, the first at once.

        Unlike `frames` it does not wait for the next keyframe: packets are held undecoded until the
        one that is wanted has come. Times that jump back, or far ahead, begin anew from there: the
        next frame is at 0 again.
        """
        due, held, last = Fraction(0), list[VideoPacket](), Fraction(0)
        given = Fraction(-1)  # the furthest that the decoder was given; it gives out later
        for packet in dropwhile(_Unready(), self._arriving()):
            seconds = self._since_origin(packet)
            jumps = seconds is not None and not last - _JUMP_BACK < seconds < last + _JUMP
            if (packet.is_keyframe and held) or jumps:
                held.clear()  # nothing before it is needed for what comes
                self._stream.codec_context.flush_buffers()
            held.append(packet)
            if jumps:
                self._origin, due, seconds, given = None, Fraction(0), None, Fraction(-1)
            last = last if seconds is None else seconds
            if seconds is not None and max(seconds, given) < due:
                continue
            given = given if seconds is None else max(seconds, given)
            for frame, at in self._timed(self._decoded(iter(held))):
                last = at
                if at >= due:
                    yield Frame(at, _upright(frame, longest_side))
                    due = every.due_after(at)
            held.clear()

    def close(self) -> None:
        if self._ahead is not None:
            self._ahead.close()
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def _wanted(self, policy: Policy, after: Fraction | None) -> TimedFrames:
        if not isinstance(policy, Every):
            yield from self._all() if after is None else self._all_after(after)
            return
        due = Fraction(0) if after is None else _due_after(policy, after)
        for group in self._groups():
            if self._ends_before(group, due):
                continue
            with closing(self._timed(self._decoded(group.packets()))) as frames:
                for frame, seconds in frames:
                    if seconds >= due and (after is None or seconds > after):
                        yield frame, seconds
                        due = _due_after(policy, seconds)
                    if group.end is not None and due >= group.end - self._start:
                        break  # the rest of the group holds nothing that is wanted
            self._stream.codec_context.flush_buffers()

    def _all(self) -> TimedFrames:
        yield from self._timed(self._decoded(self._packets()))

    def _all_after(self, after: Fraction) -> TimedFrames:
        """From the group that holds this time on everything is decoded in one go: in open groups
        some frames lie behind the keyframe that follows them and need both."""
        groups = self._groups()
        for group in groups:
            if group.end is None or group.end - self._origin_of(group) > after:
                break
            if self._origin is None:
                deque(self._timed(self._decoded(group.packets())), maxlen=0)  # for the origin
                self._stream.codec_context.flush_buffers()
        else:
            return
        packets = chain(group.held, chain.from_iterable(later.held for later in groups))
        for frame, seconds in self._timed(self._decoded(packets)):
            if seconds > after:
                yield frame, seconds

    def _origin_of(self, group: _Group) -> Fraction:
        """Of the video when it is known, else as this first group says."""
        return group.start if self._origin is None else self._origin

    def _since_origin(self, packet: VideoPacket) -> Fraction | None:
        """When the packet is shown, from the first frame; None before it and without a time."""
        if self._origin is None or packet.pts is None or packet.time_base is None:
            return None
        return packet.pts * Fraction(packet.time_base) - self._origin

    @property
    def _start(self) -> Fraction:
        return self._origin or Fraction(0)

    def _ends_before(self, group: _Group, due: Fraction) -> bool:
        return self._origin is not None and group.end is not None and group.end - self._start <= due

    def _timed(self, frames: Iterator[VideoFrame]) -> TimedFrames:
        """Frames with their times from the first one; what has no time or goes back is dropped."""
        for frame in frames:
            if frame.pts is None:
                continue
            absolute = frame.pts * Fraction(frame.time_base or self._stream.time_base or 1)
            if self._origin is None:
                self._origin = absolute
            seconds = absolute - self._origin
            if seconds < 0:
                continue
            if seconds > self._limits.max_seconds:
                raise VideoTooLarge(
                    f"The video is longer than the limit of {self._limits.max_seconds} seconds."
                )
            yield frame, seconds

    def _decoded(self, packets: Iterator[VideoPacket]) -> Iterator[VideoFrame]:
        in_a_row = 0
        for packet in packets:
            try:
                frames = packet.decode()
            except av.FFmpegError as error:
                self.damaged_packets += 1
                in_a_row += 1
                if in_a_row > _DAMAGED_IN_A_ROW:
                    self.ended_early = f"too much of it is damaged ({error.strerror})"
                    return
                continue
            in_a_row = 0
            for frame in frames:
                if isinstance(frame, VideoFrame):
                    yield frame

    def _packets(self) -> Iterator[VideoPacket]:
        """All packets, then the empty one that makes a decoder give out what it holds back."""
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
                self._packets_read += bool(packet.size)
                yield packet
            except StopIteration:
                return
            except av.FFmpegError as error:
                self.ended_early = f"reading it failed ({error.strerror or error})"
                return

    def _arriving(self) -> Iterator[VideoPacket]:
        """All packets. A camera that sends one JPEG after another sends no times with them, and
        FFmpeg counts 25 a second, however many come: there, the time when it came."""
        if self._container.format.name != _NO_TIMES:
            yield from self._packets()
            return
        began = self._clock()
        for packet in self._packets():
            if packet.size and packet.time_base is not None:
                packet.pts = packet.dts = round((self._clock() - began) / packet.time_base)
            yield packet

    def _groups(self) -> Iterator[_Group]:
        """From keyframe to keyframe. Only one group is in memory, as packets."""
        waiting: list[VideoPacket] = []
        for packet in self._packets():
            if packet.is_keyframe and waiting and packet.pts is not None:
                yield _Group(waiting, packet.pts * Fraction(packet.time_base))
                waiting = []
            waiting.append(packet)
        if waiting:
            yield _Group(waiting, _last_moment(waiting))

    def _check(self) -> None:
        width, height = self.info.size_wh
        if width * height > self._limits.max_pixels:
            raise VideoTooLarge(
                f"The video is {width} x {height} pixels, over the limit of "
                f"{self._limits.max_pixels} pixels a frame."
            )
        duration = self.info.duration_seconds
        if duration is not None and duration > self._limits.max_seconds:
            raise VideoTooLarge(
                f"The video is {float(duration):.0f} seconds long, over the limit of "
                f"{self._limits.max_seconds}."
            )


def _due_after(policy: Policy, seconds: Fraction) -> Fraction:
    """The earliest time of the next wanted frame."""
    return policy.due_after(seconds) if isinstance(policy, Every) else seconds


class _Unready:
    """Says of packets, in order, that they cannot be decoded yet: those before the first keyframe.
    A stream that refreshes its pictures piece by piece has none, and is tried after a while."""

    def __init__(self) -> None:
        self._passed = 0

    def __call__(self, packet: VideoPacket) -> bool:
        self._passed += 1
        return not packet.is_keyframe and self._passed <= _DAMAGED_IN_A_ROW


@dataclass(frozen=True, slots=True)
class _Group:
    """Packets that decode without any others. end: no frame of it is at or after this time, on
    the stream's own clock; None when packets carry no times."""

    held: list[VideoPacket]
    end: Fraction | None

    @property
    def start(self) -> Fraction:
        """The earliest time of its packets; 0 when they carry none."""
        times = (
            packet.pts * Fraction(packet.time_base)
            for packet in self.held
            if packet.pts is not None and packet.time_base is not None
        )
        return min(times, default=Fraction(0))

    def packets(self) -> Iterator[VideoPacket]:
        """The group, and at its end an empty packet so that its last frames come out."""
        yield from self.held
        if self.held[-1].size:
            end: av.Packet[Any] = av.Packet()
            end.stream = self.held[-1].stream
            yield end


def _last_moment(packets: list[VideoPacket]) -> Fraction | None:
    ends = [
        (packet.pts + max(packet.duration or 1, 1)) * Fraction(packet.time_base)
        for packet in packets
        if packet.pts is not None and packet.time_base is not None
    ]
    return max(ends, default=None)


def _processors() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _small(frame: VideoFrame, seconds: Fraction, size_wh: tuple[int, int]) -> Frame:
    return Frame(seconds, thumbnail(frame, size_wh), partial(_upright, frame))


def _upright(frame: VideoFrame, longest_side: int | None) -> ByteArray:
    pixels = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    height, width = pixels.shape[:2]
    if longest_side is not None and max(width, height) > longest_side:
        scale = longest_side / max(width, height)
        pixels = resize(pixels, (max(1, round(width * scale)), max(1, round(height * scale))))
    turns = round(frame.rotation / 90) % 4  # counter-clockwise, as FFmpeg counts it
    return np.ascontiguousarray(np.rot90(pixels, turns)) if turns else pixels


def _is_empty(file: Path) -> bool:
    try:
        return file.is_file() and file.stat().st_size == 0
    except OSError:  # a URL may be longer than a name can be
        return False


@contextmanager
def _translated(what: str) -> Iterator[None]:
    try:
        yield
    except av.FFmpegError as error:
        if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
            raise
        if isinstance(error, av.InvalidDataError):
            raise InvalidVideo(f"{what} as a video: it is none, or it is damaged.") from error
        raise InvalidVideo(f"{what} as a video: {error.strerror or error}.") from error
