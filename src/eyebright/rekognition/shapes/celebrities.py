"""Celebrities in AWS's words."""

from __future__ import annotations

from eyebright.people.biographies import Biography, Recognition
from eyebright.people.recognition import RecognisedFaces
from eyebright.rekognition.shapes.faces import face_detail
from eyebright.rekognition.shapes.units import Json


def celebrity_info(biography: Biography) -> Json:
    """What GetCelebrityInfo answers, and what every recognised face carries."""
    return {
        "Urls": list(biography.urls),
        "Name": biography.name,
        "KnownGender": {"Type": biography.gender.value},
    }


def celebrity(recognition: Recognition, face: Json) -> Json:
    """AWS's Celebrity: who a face is. face: its ComparedFace."""
    return {
        **celebrity_info(recognition.celebrity.biography),
        "Id": recognition.celebrity.celebrity_id,
        "Face": face,
        "MatchConfidence": recognition.percent,
    }


def compared_faces(seen: RecognisedFaces, size_wh: tuple[int, int]) -> list[Json]:
    """AWS's ComparedFace of each face, with Emotions and Smile."""
    return [
        face_detail(seen.detections, place, description=description, size_wh=size_wh)
        for place, description in enumerate(seen.descriptions)
    ]
