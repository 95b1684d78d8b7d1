"""SearchUsers and SearchUsersByImage."""

from __future__ import annotations

from eyebright.analysis.faces.selection import QualityFilter
from eyebright.errors import InvalidInput
from eyebright.ids import CollectionId, FaceId, UserId
from eyebright.people.probes import LookedAt, look
from eyebright.people.values import UserMatch
from eyebright.rekognition import limits
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.images import read_image
from eyebright.rekognition.shapes.faces import FACE_MODEL_VERSION, face_detail, user_match
from eyebright.rekognition.shapes.units import Json


def search_users(door: Door, call: Call) -> Json:
    if ("UserId" in call.input) == ("FaceId" in call.input):
        raise InvalidInput("Request has invalid parameters: give either UserId or FaceId.")
    if "FaceId" in call.input:
        matches = _by_face(door, call)
        searched = {"SearchedFace": {"FaceId": call.input["FaceId"]}}
    else:
        matches = _by_user(door, call)
        searched = {"SearchedUser": {"UserId": call.input["UserId"]}}
    return {
        "UserMatches": [user_match(match) for match in matches],
        "FaceModelVersion": FACE_MODEL_VERSION,
        **searched,
    }


def _by_face(door: Door, call: Call) -> list[UserMatch]:
    return door.search.users_by_face(
        call.scope,
        CollectionId(call.input["CollectionId"]),
        FaceId(call.input["FaceId"]),
        max_users=_max_users(call),
        min_percent=_threshold(call),
    )


def _by_user(door: Door, call: Call) -> list[UserMatch]:
    return door.search.users_by_user(
        call.scope,
        CollectionId(call.input["CollectionId"]),
        UserId(call.input["UserId"]),
        max_users=_max_users(call),
        min_percent=_threshold(call),
    )


def search_users_by_image(door: Door, call: Call) -> Json:
    collection_id = CollectionId(call.input["CollectionId"])
    door.collections.get(call.scope, collection_id)
    image = read_image(door, call.input["Image"])
    seen = look(
        door.vision, image, quality_filter=QualityFilter(call.input.get("QualityFilter", "NONE"))
    )
    answer: Json = {"UserMatches": [], "FaceModelVersion": FACE_MODEL_VERSION}
    searched = next(iter(seen.usable), None)
    if searched is not None:
        vector = door.vision.embed(image, seen.detections.take([searched]))[0]
        matches = door.search.users_by_vector(
            call.scope,
            collection_id,
            vector,
            space=door.vision.space,
            max_users=_max_users(call),
            min_percent=_threshold(call),
        )
        answer["UserMatches"] = [user_match(match) for match in matches]
        answer["SearchedFace"] = {"FaceDetail": _detail(seen, searched, size_wh=image.size_wh)}
    answer["UnsearchedFaces"] = [
        {
            "FaceDetails": _detail(seen, position, size_wh=image.size_wh),
            "Reasons": [reason.value for reason in seen.reasons[position]] or ["FACE_NOT_LARGEST"],
        }
        for position in range(len(seen.detections))
        if position != searched
    ]
    return answer


def _detail(seen: LookedAt, position: int, *, size_wh: tuple[int, int]) -> Json:
    return face_detail(
        seen.detections, position, description=seen.descriptions[position], size_wh=size_wh
    )


def _max_users(call: Call) -> int:
    return int(call.input.get("MaxUsers", limits.DEFAULT_SEARCH_RESULTS))


def _threshold(call: Call) -> float:
    return float(call.input.get("UserMatchThreshold", limits.DEFAULT_SIMILARITY_PERCENT))
