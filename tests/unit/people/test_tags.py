from __future__ import annotations

import pytest

from eyebright.errors import InvalidTag, QuotaExceeded, ResourceNotFound
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId
from eyebright.people.values import Resource
from eyebright.testing.rooms import SPACE, Rooms


@pytest.fixture
def resource(staff: CollectionId) -> Resource:
    return Resource("collection", staff)


def test_tags_are_added_replaced_and_removed(
    rooms: Rooms, scope: Scope, resource: Resource
) -> None:
    rooms.tags.tag(scope, resource, {"colour": "red", "size": ""})
    rooms.tags.tag(scope, resource, {"colour": "blue", "Colour": "green"})
    expected = {"colour": "blue", "Colour": "green", "size": ""}
    assert rooms.tags.list(scope, resource) == expected
    rooms.tags.untag(scope, resource, ["colour", "never there"])
    assert rooms.tags.list(scope, resource) == {"Colour": "green", "size": ""}
    rooms.tags.untag(scope, resource, [])
    rooms.tags.tag(scope, resource, {})
    assert len(rooms.tags.list(scope, resource)) == 2


def test_tags_given_at_creation_are_there(rooms: Rooms, scope: Scope) -> None:
    rooms.collections.create(scope, CollectionId("c"), space=SPACE, tags={"a": "1"})
    assert rooms.tags.list(scope, Resource("collection", "c")) == {"a": "1"}


def test_a_resource_has_two_hundred_tags_and_no_more(
    rooms: Rooms, scope: Scope, resource: Resource
) -> None:
    rooms.tags.tag(scope, resource, {f"key {number}": "v" for number in range(200)})
    rooms.tags.tag(scope, resource, {"key 7": "changed"})
    with pytest.raises(QuotaExceeded, match="201 tags"):
        rooms.tags.tag(scope, resource, {"key 8": "changed too", "one more": "v"})
    assert rooms.tags.list(scope, resource)["key 8"] == "v"


@pytest.mark.parametrize("key", ["aws:x", "AWS:x", "aws:"])
def test_reserved_keys_are_refused(
    rooms: Rooms, scope: Scope, resource: Resource, key: str
) -> None:
    with pytest.raises(InvalidTag, match="aws:"):
        rooms.tags.tag(scope, resource, {"fine": "1", key: "2"})
    assert rooms.tags.list(scope, resource) == {}


@pytest.mark.parametrize("unknown", [Resource("collection", "none"), Resource("project", "staff")])
def test_an_unknown_resource_is_not_found(
    rooms: Rooms, scope: Scope, resource: Resource, unknown: Resource
) -> None:
    with pytest.raises(ResourceNotFound):
        rooms.tags.list(scope, unknown)
    with pytest.raises(ResourceNotFound):
        rooms.tags.tag(scope, unknown, {"a": "b"})
    with pytest.raises(ResourceNotFound):
        rooms.tags.untag(scope, unknown, ["a"])
