"""StartFaceSearch and GetFaceSearch.

A job keeps ids of faces, no names: who a face is, is looked up when the results are read. So a
name that is given later is in them, and a face that was deleted is not.
"""

from __future__ import annotations

from collections.abc import Mapping

from eyebright.errors import CollectionNotFound
from eyebright.ids import CollectionId, FaceId, JobId
from eyebright.people.values import Face
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.videos import Reading, read, start
from eyebright.rekognition.shapes.units import Json
from eyebright.rekognition.shapes.video_people import (
    face_matches,
    searched_person,
    with_faces_known_now,
)
from eyebright.videojobs.codec import plain
from eyebright.videojobs.face_search import FaceSearchSettings
from eyebright.videojobs.followed_faces import FollowedFace
from eyebright.videojobs.values import VideoKind, VideoSummary
from eyebright.videojobs.work import Timed

DEFAULT_PERCENT = 80.0


def start_face_search(door: Door, call: Call) -> Json:
    collection = door.collections.get(call.scope, CollectionId(call.input["CollectionId"]))
    collection.space.require(door.vision.space)
    min_percent = call.input.get("FaceMatchThreshold", DEFAULT_PERCENT)
    settings = FaceSearchSettings(collection.collection_id, min_percent)
    return start(door, call, VideoKind.FACE_SEARCH, plain(settings))


def get_face_search(door: Door, call: Call) -> Json:
    answer = read(door, call, _READING)
    persons = answer.get("Persons", ())
    ids = {match["Face"]["FaceId"] for one in persons for match in one["FaceMatches"]}
    known = _faces_now(door, call, ids) if ids else {}
    for one in persons:
        one["FaceMatches"] = with_faces_known_now(one["FaceMatches"], known)
    return answer


def _faces_now(door: Door, call: Call, ids: set[str]) -> Mapping[str, Face]:
    """By their ids, those that are still there."""
    job = door.videos.get(call.scope, VideoKind.FACE_SEARCH, JobId(call.input["JobId"]))
    collection = CollectionId(job.request.settings["collection"])
    wanted = [FaceId(one) for one in sorted(ids)]
    try:
        page = door.faces.list(call.scope, collection, limit=len(wanted), face_ids=wanted)
    except CollectionNotFound:
        return {}
    return {face.face_id: face for face in page.items}


def _person(found: Timed[FollowedFace], summary: VideoSummary) -> Json:
    return {
        "Timestamp": found.at_ms,
        "Person": searched_person(found.item, summary.frame_wh),
        "FaceMatches": face_matches(found.item.alike),
    }


_READING = Reading(
    VideoKind.FACE_SEARCH, FollowedFace, member="Persons", shape=_person, ranked_by="INDEX"
)
