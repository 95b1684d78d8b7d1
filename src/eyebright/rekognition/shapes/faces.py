"""Faces, users and collections in AWS's words."""

from __future__ import annotations

from collections.abc import Sequence

from eyebright.analysis.faces.observation import (
    ALL_ATTRIBUTES,
    Detections,
    FaceAttribute,
    FaceDescription,
    Pose,
    Quality,
    YesNo,
)
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId
from eyebright.people.values import Face, FaceMatch, RefusedFace, User, UserMatch
from eyebright.rekognition.shapes.units import Json, bounding_box, percent

FACE_MODEL_VERSION = "7.0"
"""What clients of the present API expect; the embedding space itself is pinned by its digest."""

ANSWER_MEMBERS: dict[FaceAttribute, str] = {
    FaceAttribute.SMILE: "Smile",
    FaceAttribute.EYEGLASSES: "Eyeglasses",
    FaceAttribute.SUNGLASSES: "Sunglasses",
    FaceAttribute.BEARD: "Beard",
    FaceAttribute.MUSTACHE: "Mustache",
    FaceAttribute.EYES_OPEN: "EyesOpen",
    FaceAttribute.MOUTH_OPEN: "MouthOpen",
    FaceAttribute.FACE_OCCLUDED: "FaceOccluded",
}


def wanted_attributes(names: list[str] | None) -> frozenset[FaceAttribute]:
    """AWS's Attributes list as what to look for; ALL wins over everything, DEFAULT adds nothing."""
    asked = names or []
    if "ALL" in asked:
        return ALL_ATTRIBUTES
    return frozenset(FaceAttribute(name) for name in asked if name != "DEFAULT")


def landmarks(description: FaceDescription, size_wh: tuple[int, int]) -> list[Json]:
    """Named points in pixels as ratios of the picture's size."""
    width, height = size_wh
    return [
        {"Type": name, "X": float(point[0]) / width, "Y": float(point[1]) / height}
        for name, point in description.landmarks.items()
    ]


def pose(value: Pose) -> Json:
    return {"Roll": value.roll, "Yaw": value.yaw, "Pitch": value.pitch}


def quality(value: Quality) -> Json:
    return {"Brightness": percent(value.brightness), "Sharpness": percent(value.sharpness)}


def face_detail(
    detections: Detections,
    index: int,
    *,
    description: FaceDescription,
    size_wh: tuple[int, int],
) -> Json:
    """AWS's FaceDetail of one of some faces."""
    return described_face(
        detections.boxes_xyxy[index],
        float(detections.scores[index]),
        description=description,
        size_wh=size_wh,
    )


def described_face(
    box_xyxy: FloatArray | Sequence[float],
    score: float,
    *,
    description: FaceDescription,
    size_wh: tuple[int, int],
) -> Json:
    """AWS's FaceDetail of one face; members that were not asked for are absent.

    With nothing asked for it is a ComparedFace too, as CompareFaces answers it.
    """
    detail: Json = {
        "BoundingBox": bounding_box(box_xyxy, size_wh),
        "Landmarks": landmarks(description, size_wh),
        "Pose": pose(description.pose),
        "Quality": quality(description.quality),
        "Confidence": percent(score),
    }
    detail.update(_asked_members(description))
    return detail


def _asked_members(description: FaceDescription) -> Json:
    members: Json = {
        ANSWER_MEMBERS[attribute]: _answer(answer)
        for attribute, answer in description.answers.items()
    }
    if description.age is not None:
        members["AgeRange"] = {"Low": description.age.low, "High": description.age.high}
    if description.gender is not None:
        members["Gender"] = {
            "Value": description.gender.value,
            "Confidence": percent(description.gender.confidence),
        }
    if description.emotions:
        members["Emotions"] = [
            {"Type": name, "Confidence": percent(score)} for name, score in description.emotions
        ]
    if description.eye_direction is not None:
        members["EyeDirection"] = {
            "Yaw": description.eye_direction.yaw,
            "Pitch": description.eye_direction.pitch,
            "Confidence": percent(description.eye_direction.confidence),
        }
    return members


def _answer(answer: YesNo) -> Json:
    return {"Value": answer.value, "Confidence": percent(answer.confidence)}


def indexed_face(face: Face) -> Json:
    """AWS's Face as IndexFaces returns it: without model version and user."""
    shape: Json = {
        "FaceId": face.face_id,
        "BoundingBox": bounding_box(face.box_xyxy, face.image_size_wh),
        "ImageId": face.image_id,
        "Confidence": percent(face.score),
    }
    if face.external_image_id is not None:
        shape["ExternalImageId"] = face.external_image_id
    return shape


def stored_face(face: Face) -> Json:
    """AWS's Face as lists and searches return it."""
    shape = indexed_face(face)
    shape["IndexFacesModelVersion"] = FACE_MODEL_VERSION
    if face.user_id is not None:
        shape["UserId"] = face.user_id
    return shape


def face_match(match: FaceMatch) -> Json:
    return {"Similarity": match.percent, "Face": stored_face(match.face)}


def matched_user(user: User) -> Json:
    return {"UserId": user.user_id, "UserStatus": user.status.value}


def user_match(match: UserMatch) -> Json:
    return {"Similarity": match.percent, "User": matched_user(match.user)}


def collection_arn(scope: Scope, collection_id: CollectionId) -> str:
    """arn:aws:rekognition:REGION:ACCOUNT:collection/ID."""
    return f"arn:aws:rekognition:{scope.region}:{scope.account_id}:collection/{collection_id}"


def refused_face(face: RefusedFace) -> Json:
    """A face that a request left as it was, with the one reason for it."""
    shape: Json = {"FaceId": face.face_id, "Reasons": [face.reason.value]}
    if face.user_id is not None:
        shape["UserId"] = face.user_id
    if face.percent is not None:
        shape["Confidence"] = face.percent
    return shape
