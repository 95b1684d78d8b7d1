"""IndexFaces, ListFaces, DeleteFaces, SearchFaces, SearchFacesByImage."""

from __future__ import annotations

from eyebright.analysis.faces.selection import QualityFilter
from eyebright.ids import CollectionId, FaceId, UserId
from eyebright.people.indexing import IndexedImage
from eyebright.people.probes import largest_face
from eyebright.rekognition import limits
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.images import read_image
from eyebright.rekognition.shapes.faces import (
    FACE_MODEL_VERSION,
    face_detail,
    face_match,
    indexed_face,
    refused_face,
    stored_face,
    wanted_attributes,
)
from eyebright.rekognition.shapes.units import Json, bounding_box, percent


def index_faces(door: Door, call: Call) -> Json:
    collection_id = CollectionId(call.input["CollectionId"])
    door.collections.get(call.scope, collection_id)
    image = read_image(door, call.input["Image"])
    outcome = door.indexing.index(
        call.scope,
        collection_id,
        image=image,
        external_image_id=call.input.get("ExternalImageId"),
        max_faces=call.input.get("MaxFaces", limits.MAX_FACES_PER_IMAGE),
        quality_filter=QualityFilter(call.input.get("QualityFilter", "AUTO")),
        wanted=wanted_attributes(call.input.get("DetectionAttributes")),
    )
    return {
        "FaceRecords": [
            {
                "Face": indexed_face(face),
                "FaceDetail": _detail(outcome, position, size_wh=image.size_wh),
            }
            for position, face in outcome.indexed
        ],
        "FaceModelVersion": FACE_MODEL_VERSION,
        "UnindexedFaces": [
            {
                "Reasons": [reason.value for reason in reasons],
                "FaceDetail": _detail(outcome, position, size_wh=image.size_wh),
            }
            for position, reasons in outcome.refused
        ],
    }


def _detail(outcome: IndexedImage, position: int, *, size_wh: tuple[int, int]) -> Json:
    return face_detail(
        outcome.detections,
        position,
        description=outcome.descriptions[position],
        size_wh=size_wh,
    )


def list_faces(door: Door, call: Call) -> Json:
    user_id = call.input.get("UserId")
    face_ids = call.input.get("FaceIds")
    page = door.faces.list(
        call.scope,
        CollectionId(call.input["CollectionId"]),
        limit=limits.faces_per_page(call.input.get("MaxResults")),
        after=door.cursors.read(call),
        user_id=None if user_id is None else UserId(user_id),
        face_ids=None if face_ids is None else [FaceId(face_id) for face_id in face_ids],
    )
    return {
        "Faces": [stored_face(face) for face in page.items],
        "NextToken": door.cursors.write(call, page.next),
        "FaceModelVersion": FACE_MODEL_VERSION,
    }


def delete_faces(door: Door, call: Call) -> Json:
    outcome = door.faces.delete(
        call.scope,
        CollectionId(call.input["CollectionId"]),
        [FaceId(face_id) for face_id in call.input["FaceIds"]],
    )
    return {
        "DeletedFaces": list(outcome.deleted),
        "UnsuccessfulFaceDeletions": [refused_face(face) for face in outcome.unsuccessful],
    }


def search_faces(door: Door, call: Call) -> Json:
    matches = door.search.by_face(
        call.scope,
        CollectionId(call.input["CollectionId"]),
        FaceId(call.input["FaceId"]),
        max_faces=call.input.get("MaxFaces", limits.DEFAULT_SEARCH_RESULTS),
        min_percent=call.input.get("FaceMatchThreshold", limits.DEFAULT_SIMILARITY_PERCENT),
    )
    return {
        "SearchedFaceId": call.input["FaceId"],
        "FaceMatches": [face_match(match) for match in matches],
        "FaceModelVersion": FACE_MODEL_VERSION,
    }


def search_faces_by_image(door: Door, call: Call) -> Json:
    collection_id = CollectionId(call.input["CollectionId"])
    door.collections.get(call.scope, collection_id)
    image = read_image(door, call.input["Image"])
    probe, vector = largest_face(
        door.vision,
        image,
        quality_filter=QualityFilter(call.input.get("QualityFilter", "NONE")),
    )
    matches = door.search.by_vector(
        call.scope,
        collection_id,
        vector,
        space=door.vision.space,
        max_faces=call.input.get("MaxFaces", limits.DEFAULT_SEARCH_RESULTS),
        min_percent=call.input.get("FaceMatchThreshold", limits.DEFAULT_SIMILARITY_PERCENT),
    )
    return {
        "SearchedFaceBoundingBox": bounding_box(probe.boxes_xyxy[0], image.size_wh),
        "SearchedFaceConfidence": percent(probe.scores[0]),
        "FaceMatches": [face_match(match) for match in matches],
        "FaceModelVersion": FACE_MODEL_VERSION,
    }
