"""RecognizeCelebrities and GetCelebrityInfo, over the galleries of the account and region."""

from __future__ import annotations

from eyebright.ids import CelebrityId
from eyebright.people.recognition import recognise_celebrities
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.images import read_image
from eyebright.rekognition.shapes.celebrities import celebrity, celebrity_info, compared_faces
from eyebright.rekognition.shapes.units import Json


def recognize_celebrities(door: Door, call: Call) -> Json:
    image = read_image(door, call.input["Image"])
    seen = recognise_celebrities(door.vision, image, celebrities=door.celebrities, scope=call.scope)
    faces = compared_faces(seen, image.size_wh)
    known = [
        celebrity(found, face)
        for found, face in zip(seen.recognitions, faces, strict=True)
        if found is not None
    ]
    unknown = [face for found, face in zip(seen.recognitions, faces, strict=True) if found is None]
    return {"CelebrityFaces": known, "UnrecognizedFaces": unknown}


def get_celebrity_info(door: Door, call: Call) -> Json:
    found = door.celebrities.get(call.scope, CelebrityId(call.input["Id"]))
    return celebrity_info(found.biography)
