"""TagResource, UntagResource, ListTagsForResource. The tags of a resource are a map."""

from __future__ import annotations

from eyebright.errors import ResourceNotFound
from eyebright.governance.accounts import Scope
from eyebright.people.values import Resource
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.shapes.units import Json

_KINDS = frozenset({"collection", "streamprocessor"})


def tag_resource(door: Door, call: Call) -> Json:
    door.tags.tag(call.scope, _resource(call), call.input["Tags"])
    return {}


def untag_resource(door: Door, call: Call) -> Json:
    door.tags.untag(call.scope, _resource(call), call.input["TagKeys"])
    return {}


def list_tags_for_resource(door: Door, call: Call) -> Json:
    return {"Tags": door.tags.list(call.scope, _resource(call))}


def _resource(call: Call) -> Resource:
    return resource_of(call.input["ResourceArn"], call.scope)


def resource_of(arn: str, scope: Scope) -> Resource:
    """What an ARN names.

    Raises ResourceNotFound for an ARN of another account or region too: whether such a resource
    exists is not this caller's to know.
    """
    prefix = f"arn:aws:rekognition:{scope.region}:{scope.account_id}:"
    kind, _, name = arn.removeprefix(prefix).partition("/")
    if not arn.startswith(prefix) or kind not in _KINDS or not name:
        raise ResourceNotFound(f"The resource {arn} does not exist.")
    return Resource(kind, name)
