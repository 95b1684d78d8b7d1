from __future__ import annotations

import re
from typing import Any, TypedDict

import pytest
from openapi_spec_validator import validate

from eyebright.web.docs_page import docs_page
from eyebright.web.openapi import describe, operation_id, schema_of
from eyebright.web.routes import ROUTES


class Inner(TypedDict):
    """A thing."""

    name: str | None


class OuterJson(TypedDict, total=False):
    inner: list[Inner]
    counts: dict[str, int]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return describe(ROUTES)


def test_the_description_is_valid(document: dict[str, Any]) -> None:
    validate(document)


def test_every_route_is_described_with_its_names_and_what_it_answers(
    document: dict[str, Any],
) -> None:
    assert len(ROUTES) > 30
    for route in ROUTES:
        said = document["paths"][route.path][route.method.lower()]
        names = {one["name"] for one in said["parameters"] if one["in"] == "path"}
        assert names == set(re.findall(r"{(\w+)}", route.path))
        assert set(said["responses"]) == {str(route.status), "default"}
        assert said["summary"]
        assert ("requestBody" in said) == (route.takes is not None)
        needs = {name for one in said["security"] for name in one}
        assert ("session" in needs) == (not route.open)
        assert ("token" in needs) == (not route.open and route.method != "GET")
    count = sum(len(methods) for methods in document["paths"].values())
    assert count == len(ROUTES)


def test_ids_of_operations_are_unique() -> None:
    ids = [operation_id(route) for route in ROUTES]
    assert len(set(ids)) == len(ids)
    assert all(one.isalnum() for one in ids)


def test_only_signing_in_events_of_stores_and_the_description_are_open() -> None:
    assert {(route.method, route.path) for route in ROUTES if route.open} == {
        ("POST", "/api/session"),
        ("POST", "/api/library/events"),
        ("GET", "/api/openapi.json"),
        ("GET", "/api/docs"),
        ("GET", "/api/docs.css"),
    }


def test_shapes_become_schemas() -> None:
    schemas: dict[str, Any] = {}
    assert schema_of(OuterJson, schemas) == {"$ref": "#/components/schemas/Outer"}
    assert schemas["Outer"]["properties"]["inner"] == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Inner"},
    }
    assert schemas["Outer"]["required"] == []
    assert schemas["Inner"]["description"] == "A thing."
    assert schemas["Inner"]["properties"]["name"] == {
        "anyOf": [{"type": "string"}, {"type": "null"}]
    }
    with pytest.raises(TypeError):
        schema_of(set[int], schemas)


def test_the_page_names_every_route_and_runs_nothing(document: dict[str, Any]) -> None:
    page = docs_page(document)
    for route in ROUTES:
        assert f"<code>{route.path}</code>" in page
    assert "<script" not in page
    assert not re.findall(r"https?://", page)
    assert not re.findall(r"\sstyle=|\son\w+=", page)
