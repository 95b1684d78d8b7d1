"""Finding assets: by words, by a picture that is like another, by a face."""

from __future__ import annotations

from collections.abc import Mapping

from eyebright.errors import InvalidInput
from eyebright.search.values import Field, Query, Sort
from eyebright.web.answers import Answer, Asked, json_answer
from eyebright.web.door import WebDoor
from eyebright.web.handlers.shelf import asset_id_of, face_id_of, known, library_of, named
from eyebright.web.parameters import Parameter, Parameters
from eyebright.web.shapes.cards import (
    AlikesJson,
    FaceAlikesJson,
    FoundJson,
    SuggestionsJson,
    alike_json,
    facets_json,
    hit_json,
    suggestion_json,
)

MOST_HITS = 500
DEEPEST = 1_000_000
FIELDS: tuple[Field, ...] = (
    Field.LABEL,
    Field.CATEGORY,
    Field.PERSON,
    Field.ROLE,
    Field.MODERATION,
    Field.MEDIA,
    Field.SOURCE,
    Field.TEXT,
    Field.NAME,
)
PARAMETERS: tuple[Parameter, ...] = (
    Parameter("q", 'Words; all must match. "quoted words" are a phrase, -word excludes'),
    *(
        Parameter(field.value, f"This {field.value} must be there; -VALUE: must not", many=True)
        for field in FIELDS
    ),
    Parameter("from", "Taken or added at this time or later", "moment"),
    Parameter("to", "Taken or added before this time", "moment"),
    Parameter("min_confidence", "0-100; what is less sure finds nothing", "number"),
    Parameter("sort", "Order", choices=tuple(sort.value for sort in Sort)),
    Parameter("limit", f"How many at most, 1 to {MOST_HITS}; 60 if absent", "whole"),
    Parameter("offset", "How many to leave out", "whole"),
    Parameter("facets", "1: count values of fields, too", "flag"),
    Parameter("by_year", "1: count dates by year, not by month", "flag"),
)


def search(door: WebDoor, asked: Asked) -> Answer:
    library = library_of(door, asked)
    found = door.library.finding.search(library, query_of(asked.query))
    assets = known(door, library, [hit.number for hit in found.hits])
    body: FoundJson = {
        "total": found.total,
        "took_ms": round(found.took_ms, 2),
        "hits": [
            hit_json(hit, asset, name=name)
            for hit in found.hits
            if hit.number in assets  # gone since it was found
            for asset, name in [assets[hit.number]]
        ],
        "facets": facets_json(found),
    }
    return json_answer(body)


def suggest(door: WebDoor, asked: Asked) -> Answer:
    library = library_of(door, asked)
    limit = asked.query.whole("limit", 12, low=1, high=100)
    text = asked.query.text("q", most=200)
    found = door.library.finding.suggest(library, text, limit) if text.strip() else ()
    body: SuggestionsJson = {"suggestions": [suggestion_json(one) for one in found]}
    return json_answer(body)


def similar(door: WebDoor, asked: Asked) -> Answer:
    library = library_of(door, asked)
    likes = door.library.finding.similar(library, asset_id_of(asked), _limit(asked))
    names = named(door, library, [like.asset for like in likes])
    body: AlikesJson = {"hits": [alike_json(like, name=names[like.asset.number]) for like in likes]}
    return json_answer(body)


def with_face(door: WebDoor, asked: Asked) -> Answer:
    library = library_of(door, asked)
    least = asked.query.number("min_percent", 80.0, low=0.0, high=100.0)
    face_id = face_id_of(asked)
    likes = door.library.finding.with_face(library, face_id, _limit(asked), least)
    names = named(door, library, [like.asset for like in likes])
    body: FaceAlikesJson = {
        "hits": [
            {**alike_json(like, name=names[like.asset.number]), "face_id": like.face_id or face_id}
            for like in likes
        ]
    }
    return json_answer(body)


def query_of(said: Parameters) -> Query:
    """What was asked for. Raises InvalidInput."""
    only, without = _wanted(said)
    start, end = said.moment("from"), said.moment("to")
    if start is not None and end is not None and start >= end:
        raise InvalidInput("`from` must be before `to`.")
    sort = said.choice("sort", tuple(one.value for one in Sort), default=Sort.RELEVANCE.value)
    return Query(
        text=said.text("q", most=1000),
        only=only,
        without=without,
        min_score=said.number("min_confidence", 0.0, low=0.0, high=100.0) / 100,
        date_from=None if start is None else int(start.timestamp() * 1000),
        date_to=None if end is None else int(end.timestamp() * 1000),
        sort=Sort(sort),
        limit=said.whole("limit", 60, low=1, high=MOST_HITS),
        offset=said.whole("offset", 0, low=0, high=DEEPEST),
        with_facets=said.flag("facets"),
        by_year=said.flag("by_year"),
    )


def _wanted(
    said: Parameters,
) -> tuple[Mapping[Field, tuple[str, ...]], Mapping[Field, tuple[str, ...]]]:
    """Values that must be there, and those that must not."""
    only, without = {}, {}
    for field in FIELDS:
        values = said.many(field.value)
        wanted = tuple(one for one in values if not one.startswith("-"))
        unwanted = tuple(one[1:] for one in values if one.startswith("-") and len(one) > 1)
        if wanted:
            only[field] = wanted
        if unwanted:
            without[field] = unwanted
    return only, without


def _limit(asked: Asked) -> int:
    return asked.query.whole("limit", 24, low=1, high=200)
