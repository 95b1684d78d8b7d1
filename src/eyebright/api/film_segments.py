"""Shots, technical stretches and credits of one film, read once from front to back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from eyebright.analysis.segments.values import THUMBNAIL_WH, Cue, Shot
from eyebright.analysis.sight import Sight
from eyebright.api.videos import Film, WhoProgress
from eyebright.video.reader import VideoReader
from eyebright.video.timecode import Timecode
from eyebright.video.values import VideoInfo
from eyebright.videojobs.segments import (
    Segment,
    SegmentSettings,
    SegmentWork,
    aspect_of,
    eyes_for,
    length_of,
)


@dataclass(frozen=True, slots=True)
class FilmSegments:
    """In order of time. frames: how many the film has. cuts_only: the pack "shots" is not
    installed, so dissolves and fades were not looked for. unread: the pack "text" is not, so
    neither credits nor slates were. broke_off: why the film was not read to its end, or nothing."""

    film: str
    info: VideoInfo
    frames: int
    length_ms: int
    shots: tuple[Shot, ...]
    cues: tuple[Cue, ...]
    elapsed: float
    cuts_only: bool
    unread: bool
    broke_off: str = ""

    @property
    def timecode(self) -> Timecode:
        """What names the film's frames."""
        return Timecode.of(self.info.frame_rate)


def film_segments(
    sight: Sight,
    film: Film,
    *,
    settings: SegmentSettings | None = None,
    blends: bool = True,
    tell: Callable[[WhoProgress], None] = lambda _progress: None,
) -> FilmSegments:
    """blends: whether to look for dissolves and fades, too.

    Raises InvalidVideo, VideoTooLarge, OSError.
    """
    began = time.monotonic()
    settings = settings or SegmentSettings()
    eyes = eyes_for(sight, settings.kinds, blends=blends)
    found: list[Segment] = []
    frames, seconds = 0, 0.0
    with VideoReader.open(film) as video:
        work = SegmentWork(
            settings, eyes, length_ms=length_of(video.info), aspect=aspect_of(video.info)
        )
        length = video.info.duration_seconds
        total = None if length is None else float(length)
        for frame in video.frames(work.policy, thumbnail_wh=THUMBNAIL_WH):
            found += (one.item for one in work.look(frame))
            frames, seconds = frames + 1, float(frame.seconds)
            tell(WhoProgress(str(film), seconds, total, time.monotonic() - began))
        found += (one.item for one in work.finish())
        return FilmSegments(
            film=str(film),
            info=video.info,
            frames=frames,
            length_ms=int((seconds if total is None else total) * 1000),
            shots=tuple(one.shot for one in found if one.shot is not None),
            cues=tuple(
                sorted((one.cue for one in found if one.cue), key=lambda cue: cue.start_frame)
            ),
            elapsed=time.monotonic() - began,
            cuts_only=blends and eyes.transitions is None,
            unread=eyes.text is None,
            broke_off=video.ended_early,
        )
