"""The description of the API (OpenAPI 3.1), made from the table of routes and the types of the
shapes, so that it cannot say anything else than the code does."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, Required, TypeAlias, Union, get_args, get_origin

from eyebright.web.parameters import Kind, Parameter
from eyebright.web.routing import Route
from eyebright.web.security import TOKEN_HEADER, cookie_name

Schema: TypeAlias = dict[str, Any]

VERSION = "1"
_ABOUT = """\
The private API of Eyebright's pages, and of programs that work with a media library.

Sign in with POST /api/session: it sets a cookie that holds the session. Every request but GET and
HEAD needs the header X-CSRF-Token with the token that signing in answered. Errors are
`{"error": {"code", "message"}}`. Scores are percents 0-100, boxes are ratios 0-1 of the picture,
times are ISO 8601 in UTC. Lists go on with `after`, which is the `next` of the page before.
"""
_KINDS: Mapping[Kind, Schema] = {
    "text": {"type": "string"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "flag": {"type": "string", "enum": ["0", "1", "true", "false"]},
    "moment": {"type": "string"},
}
_PLAIN: Mapping[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
    object: {},
}
_ERROR: Schema = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        }
    },
}


def describe(routes: Sequence[Route]) -> Schema:
    """The whole document."""
    schemas: dict[str, Schema] = {"Error": _ERROR}
    paths: dict[str, dict[str, Schema]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Eyebright", "version": VERSION, "description": _ABOUT},
        "paths": paths,
        "tags": [{"name": name} for name in dict.fromkeys(route.group for route in routes)],
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": cookie_name(secure=False),
                    "description": f"Under TLS its name is {cookie_name(secure=True)}.",
                },
                "token": {"type": "apiKey", "in": "header", "name": TOKEN_HEADER},
            },
        },
    }


def schema_of(kind: object, schemas: dict[str, Schema]) -> Schema:
    """The schema of a shape's type; TypedDicts are put into `schemas` and referred to. Raises
    TypeError for a type that no shape should have."""
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if typing.is_typeddict(kind):
        return _reference(typing.cast(type, kind), schemas)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(one, schemas) for one in arguments]}
    if origin is list:
        return {"type": "array", "items": schema_of(arguments[0], schemas)}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(arguments[1], schemas)}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Required, NotRequired):
        return schema_of(arguments[0], schemas)
    raise TypeError(f"{kind} has no place in the API's description.")


def _reference(kind: type, schemas: dict[str, Schema]) -> Schema:
    name = kind.__name__.removesuffix("Json")
    if name not in schemas:
        schemas[name] = {}  # it may be part of itself
        members = typing.get_type_hints(kind, include_extras=True)
        schemas[name] = {
            "type": "object",
            "properties": {member: schema_of(one, schemas) for member, one in members.items()},
            "required": sorted(
                member
                for member in getattr(kind, "__required_keys__", ())
                if get_origin(members[member]) is not NotRequired  # it was text when that was set
            ),
        }
        about = inspect.cleandoc(kind.__doc__ or "")
        if about and not about.startswith("dict("):
            schemas[name]["description"] = " ".join(about.split())
    return {"$ref": f"#/components/schemas/{name}"}


def _operation(route: Route, schemas: dict[str, Schema]) -> Schema:
    said: Schema = {
        "operationId": operation_id(route),
        "summary": route.says,
        "tags": [route.group],
        "parameters": [
            *(_named(name) for name in route.names),
            *(_parameter(one) for one in route.query),
        ],
        "responses": _responses(route, schemas),
        "security": [] if route.open else [_needed(route)],
    }
    about = inspect.getdoc(route.handler)
    if about:
        said["description"] = " ".join(about.split())
    if route.takes is not None:
        said["requestBody"] = {"required": True, "content": _content(route.takes, schemas)}
    return said


def operation_id(route: Route) -> str:
    """Unique, and of letters only, for programs that make clients of the description."""
    words = [word.strip("{}") for word in route.path.split("/")[2:]]
    parts = "_".join(words).replace("-", "_").replace(".", "_").title().replace("_", "")
    return route.method.lower() + parts


def _needed(route: Route) -> dict[str, list[str]]:
    session: dict[str, list[str]] = {"session": []}
    return session if route.method == "GET" else {**session, "token": []}


def _named(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _parameter(one: Parameter) -> Schema:
    schema = dict(_KINDS[one.kind])
    if one.choices:
        schema["enum"] = list(one.choices)
    if one.many:
        schema = {"type": "array", "items": schema}
    return {"name": one.name, "in": "query", "description": one.meaning, "schema": schema}


def _responses(route: Route, schemas: dict[str, Schema]) -> Schema:
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    good = {"description": "Done", "content": _content(route.answers, schemas)}
    return {str(route.status): good, "default": {"description": "Refused", "content": error}}


def _content(kind: object, schemas: dict[str, Schema]) -> Schema:
    if isinstance(kind, str):  # a media type: bytes
        return {kind: {"schema": {"type": "string", "format": "binary"}}}
    return {"application/json": {"schema": schema_of(kind, schemas)}}
