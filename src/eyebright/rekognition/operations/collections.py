"""CreateCollection, DescribeCollection, ListCollections, DeleteCollection."""

from __future__ import annotations

from eyebright.ids import CollectionId
from eyebright.rekognition import limits
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.shapes.faces import FACE_MODEL_VERSION, collection_arn
from eyebright.rekognition.shapes.units import Json


def create_collection(door: Door, call: Call) -> Json:
    collection = door.collections.create(
        call.scope,
        CollectionId(call.input["CollectionId"]),
        space=door.vision.space,
        tags=call.input.get("Tags") or {},
    )
    return {
        "StatusCode": 200,
        "CollectionArn": collection_arn(call.scope, collection.collection_id),
        "FaceModelVersion": FACE_MODEL_VERSION,
    }


def describe_collection(door: Door, call: Call) -> Json:
    collection = door.collections.get(call.scope, CollectionId(call.input["CollectionId"]))
    return {
        "FaceCount": collection.face_count,
        "UserCount": collection.user_count,
        "FaceModelVersion": FACE_MODEL_VERSION,
        "CollectionARN": collection_arn(call.scope, collection.collection_id),
        "CreationTimestamp": collection.created_at,
    }


def list_collections(door: Door, call: Call) -> Json:
    page = door.collections.list(
        call.scope,
        limit=limits.collections_per_page(call.input.get("MaxResults")),
        after=door.cursors.read(call),
    )
    return {
        "CollectionIds": [collection.collection_id for collection in page.items],
        "FaceModelVersions": [FACE_MODEL_VERSION for _ in page.items],
        "NextToken": door.cursors.write(call, page.next),
    }


def delete_collection(door: Door, call: Call) -> Json:
    door.collections.delete(call.scope, CollectionId(call.input["CollectionId"]))
    return {"StatusCode": 200}
