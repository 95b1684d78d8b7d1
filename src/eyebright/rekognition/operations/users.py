"""CreateUser, DeleteUser, ListUsers, AssociateFaces, DisassociateFaces."""

from __future__ import annotations

from eyebright.ids import CollectionId, FaceId, UserId
from eyebright.people.values import RefusedFace
from eyebright.rekognition import limits
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.tokens import once
from eyebright.rekognition.shapes.faces import matched_user, refused_face
from eyebright.rekognition.shapes.units import Json


def create_user(door: Door, call: Call) -> Json:
    collection_id, user_id = _names(call)

    def create() -> Json:
        door.users.create(call.scope, collection_id, user_id)
        return {}

    return once(door, call, create)


def delete_user(door: Door, call: Call) -> Json:
    collection_id, user_id = _names(call)

    def delete() -> Json:
        door.users.delete(call.scope, collection_id, user_id)
        return {}

    return once(door, call, delete)


def list_users(door: Door, call: Call) -> Json:
    page = door.users.list(
        call.scope,
        CollectionId(call.input["CollectionId"]),
        limit=limits.users_per_page(call.input.get("MaxResults")),
        after=door.cursors.read(call),
    )
    return {
        "Users": [matched_user(user) for user in page.items],
        "NextToken": door.cursors.write(call, page.next),
    }


def associate_faces(door: Door, call: Call) -> Json:
    collection_id, user_id = _names(call)
    threshold = call.input.get("UserMatchThreshold", limits.DEFAULT_ASSOCIATION_PERCENT)

    def associate() -> Json:
        outcome = door.users.associate(
            call.scope, collection_id, user_id, _face_ids(call), min_percent=threshold
        )
        return {
            "AssociatedFaces": [{"FaceId": face_id} for face_id in outcome.changed],
            "UnsuccessfulFaceAssociations": _refused(outcome.unsuccessful),
            "UserStatus": outcome.status.value,
        }

    return once(door, call, associate)


def disassociate_faces(door: Door, call: Call) -> Json:
    collection_id, user_id = _names(call)

    def disassociate() -> Json:
        outcome = door.users.disassociate(call.scope, collection_id, user_id, _face_ids(call))
        return {
            "DisassociatedFaces": [{"FaceId": face_id} for face_id in outcome.changed],
            "UnsuccessfulFaceDisassociations": _refused(outcome.unsuccessful),
            "UserStatus": outcome.status.value,
        }

    return once(door, call, disassociate)


def _names(call: Call) -> tuple[CollectionId, UserId]:
    return CollectionId(call.input["CollectionId"]), UserId(call.input["UserId"])


def _face_ids(call: Call) -> list[FaceId]:
    return [FaceId(face_id) for face_id in call.input["FaceIds"]]


def _refused(faces: tuple[RefusedFace, ...]) -> list[Json]:
    return [refused_face(face) for face in faces]
