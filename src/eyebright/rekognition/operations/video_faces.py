"""StartFaceDetection and GetFaceDetection."""

from __future__ import annotations

from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.videos import Reading, read, start
from eyebright.rekognition.shapes.faces import described_face, wanted_attributes
from eyebright.rekognition.shapes.units import Json
from eyebright.videojobs.faces import VideoFace
from eyebright.videojobs.values import VideoKind, VideoSummary
from eyebright.videojobs.work import Timed


def start_face_detection(door: Door, call: Call) -> Json:
    wanted = wanted_attributes([call.input.get("FaceAttributes", "DEFAULT")])
    settings = {"attributes": sorted(attribute.value for attribute in wanted)}
    return start(door, call, VideoKind.FACE_DETECTION, settings)


def get_face_detection(door: Door, call: Call) -> Json:
    return read(door, call, _READING)


def _face(found: Timed[VideoFace], summary: VideoSummary) -> Json:
    face = found.item
    detail = described_face(
        face.box_xyxy, face.score, description=face.description, size_wh=summary.frame_wh
    )
    return {"Timestamp": found.at_ms, "Face": detail}


_READING = Reading(VideoKind.FACE_DETECTION, VideoFace, member="Faces", shape=_face)
