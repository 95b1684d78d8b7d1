"""StartPersonTracking and GetPersonTracking."""

from __future__ import annotations

from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.videos import Reading, read, start
from eyebright.rekognition.shapes.units import Json
from eyebright.rekognition.shapes.video_people import tracked_person
from eyebright.videojobs.persons import TrackedPerson
from eyebright.videojobs.values import VideoKind, VideoSummary
from eyebright.videojobs.work import Timed


def start_person_tracking(door: Door, call: Call) -> Json:
    return start(door, call, VideoKind.PERSON_TRACKING, {})


def get_person_tracking(door: Door, call: Call) -> Json:
    return read(door, call, _READING)


def _person(found: Timed[TrackedPerson], summary: VideoSummary) -> Json:
    return {"Timestamp": found.at_ms, "Person": tracked_person(found.item, summary.frame_wh)}


_READING = Reading(
    VideoKind.PERSON_TRACKING, TrackedPerson, member="Persons", shape=_person, ranked_by="INDEX"
)
