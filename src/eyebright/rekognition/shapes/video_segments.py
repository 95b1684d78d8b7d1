"""Segments of stored videos in AWS's words."""

from __future__ import annotations

from eyebright.analysis.segments.values import CueKind
from eyebright.rekognition.shapes.units import Json
from eyebright.rekognition.shapes.videos import video_metadata
from eyebright.video.timecode import Timecode
from eyebright.video.values import AudioInfo, VideoInfo
from eyebright.videojobs.segments import Segment, SegmentKind

SEGMENT_MODEL_VERSION = "2.0"
SEGMENT_TYPES = {"SHOT": SegmentKind.SHOT, "TECHNICAL_CUE": SegmentKind.CUE}
_TYPE_OF = {kind: name for name, kind in SEGMENT_TYPES.items()}
_CUE_TYPES = {
    CueKind.BLACK: "BlackFrames",
    CueKind.COLOUR_BARS: "ColorBars",
    CueKind.SLATE: "Slate",
    CueKind.STUDIO_LOGO: "StudioLogo",
    CueKind.OPENING_CREDITS: "OpeningCredits",
    CueKind.END_CREDITS: "EndCredits",
    CueKind.CONTENT: "Content",
}


def segment_json(found: Segment, info: VideoInfo) -> Json:
    """AWS's SegmentDetection. Its end is the last frame inside, and its duration what lies between
    the first and the last: what the service's published answers show."""
    stretch, codes = found.stretch, Timecode.of(info.frame_rate)
    frames = stretch.end_frame - stretch.start_frame
    return {
        "Type": _TYPE_OF[SegmentKind.SHOT if found.shot else SegmentKind.CUE],
        "StartTimestampMillis": stretch.start_ms,
        "EndTimestampMillis": stretch.end_ms,
        "DurationMillis": stretch.end_ms - stretch.start_ms,
        "StartTimecodeSMPTE": codes.name(stretch.start_frame),
        "EndTimecodeSMPTE": codes.name(stretch.end_frame),
        "DurationSMPTE": codes.name(frames),
        "StartFrameNumber": stretch.start_frame,
        "EndFrameNumber": stretch.end_frame,
        "DurationFrames": frames,
    } | _what(found)


def segment_metadata(info: VideoInfo) -> Json:
    """What other operations tell of one video, here as lists."""
    return {
        "VideoMetadata": [video_metadata(info)],
        "AudioMetadata": [_audio(one) for one in info.audio],
    }


def selected_types(kinds: list[str]) -> list[Json]:
    return [
        {"Type": _TYPE_OF[SegmentKind(kind)], "ModelVersion": SEGMENT_MODEL_VERSION}
        for kind in kinds
    ]


def _what(found: Segment) -> Json:
    if found.cue is not None:
        cue = {"Type": _CUE_TYPES[found.cue.kind], "Confidence": found.cue.score * 100}
        return {"TechnicalCueSegment": cue}
    assert found.shot is not None
    return {"ShotSegment": {"Index": found.shot.index, "Confidence": found.shot.score * 100}}


def _audio(one: AudioInfo) -> Json:
    members: Json = {
        "Codec": one.codec,
        "SampleRate": one.sample_rate,
        "NumberOfChannels": one.channels,
    }
    if one.duration_seconds is not None:
        members["DurationMillis"] = int(one.duration_seconds * 1000)
    return members
