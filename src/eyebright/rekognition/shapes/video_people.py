"""People of stored videos in AWS's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eyebright.people.values import Face
from eyebright.rekognition.shapes.faces import described_face, stored_face
from eyebright.rekognition.shapes.units import Json, bounding_box
from eyebright.videojobs.followed_faces import Alike, FollowedFace
from eyebright.videojobs.persons import PersonFace, TrackedPerson


def followed_face(face: FollowedFace | PersonFace, size_wh: tuple[int, int]) -> Json:
    """AWS's FaceDetail."""
    return described_face(face.box_xyxy, face.score, description=face.description, size_wh=size_wh)


def searched_person(face: FollowedFace, size_wh: tuple[int, int]) -> Json:
    """AWS's PersonDetail of a face search: a number and a face, no body."""
    return {"Index": face.person, "Face": followed_face(face, size_wh)}


def tracked_person(person: TrackedPerson, size_wh: tuple[int, int]) -> Json:
    """AWS's PersonDetail."""
    detail: Json = {
        "Index": person.index,
        "BoundingBox": bounding_box(person.box_xyxy, size_wh),
    }
    if person.face is not None:
        detail["Face"] = followed_face(person.face, size_wh)
    return detail


def face_matches(alike: Sequence[Alike]) -> list[Json]:
    """AWS's FaceMatches, of each face only its id."""
    return [{"Similarity": one.percent, "Face": {"FaceId": one.id}} for one in alike]


def with_faces_known_now(matches: Sequence[Json], known: Mapping[str, Face]) -> list[Json]:
    """The matches with all that is known of their faces; without faces that are not there."""
    return [
        match | {"Face": stored_face(known[match["Face"]["FaceId"]])}
        for match in matches
        if match["Face"]["FaceId"] in known
    ]


def celebrity_face(found: FollowedFace, size_wh: tuple[int, int]) -> Json:
    """AWS's CelebrityDetail without who it is, but for the id. BoundingBox is the face's: bodies
    are not looked for."""
    return {
        "Id": found.alike[0].id,
        "Confidence": found.alike[0].percent,
        "BoundingBox": bounding_box(found.box_xyxy, size_wh),
        "Face": followed_face(found, size_wh),
    }
