"""StartCelebrityRecognition and GetCelebrityRecognition.

A job keeps ids; names and links are those of the moment in which the results are read. A celebrity
who was deleted meanwhile is in no result.
"""

from __future__ import annotations

from eyebright.errors import CelebrityNotFound
from eyebright.ids import CelebrityId
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.videos import Reading, read, start
from eyebright.rekognition.shapes.celebrities import celebrity_info
from eyebright.rekognition.shapes.units import Json
from eyebright.rekognition.shapes.video_people import celebrity_face
from eyebright.videojobs.followed_faces import FollowedFace
from eyebright.videojobs.values import VideoKind, VideoSummary
from eyebright.videojobs.work import Timed


def start_celebrity_recognition(door: Door, call: Call) -> Json:
    return start(door, call, VideoKind.CELEBRITY_RECOGNITION, {})


def get_celebrity_recognition(door: Door, call: Call) -> Json:
    answer = read(door, call, _READING)
    if "Celebrities" not in answer:
        return answer
    found = answer["Celebrities"]
    known = {id_: _info(door, call, id_) for id_ in {one["Celebrity"]["Id"] for one in found}}
    answer["Celebrities"] = [
        one | {"Celebrity": one["Celebrity"] | info}
        for one in found
        if (info := known[one["Celebrity"]["Id"]]) is not None
    ]
    return answer


def _info(door: Door, call: Call, celebrity_id: str) -> Json | None:
    """What is said of the celebrity now; None when there is no such celebrity any more."""
    try:
        return celebrity_info(door.celebrities.get(call.scope, CelebrityId(celebrity_id)).biography)
    except CelebrityNotFound:
        return None


def _celebrity(found: Timed[FollowedFace], summary: VideoSummary) -> Json:
    return {
        "Timestamp": found.at_ms,
        "Celebrity": celebrity_face(found.item, summary.frame_wh),
    }


_READING = Reading(
    VideoKind.CELEBRITY_RECOGNITION,
    FollowedFace,
    member="Celebrities",
    shape=_celebrity,
    ranked_by="ID",
)
