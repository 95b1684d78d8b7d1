"""Photos that one chooses among: one scene in a row, one picture in several files, one person."""

from __future__ import annotations

from collections.abc import Sequence

from eyebright.ids import UserId
from eyebright.library.choice import Choice
from eyebright.library.values import Library
from eyebright.web.answers import Answer, Asked, json_answer
from eyebright.web.door import WebDoor
from eyebright.web.handlers.shelf import known, library_of
from eyebright.web.shapes.cards import card_json
from eyebright.web.shapes.people import ChoiceJson, ChoicesJson
from eyebright.web.shapes.values import percent

MOST_GROUPS = 1000


def bursts(door: WebDoor, asked: Asked) -> Answer:
    library = library_of(door, asked)
    return _said(door, library, door.library.choosing.bursts(library, limit=_limit(asked)))


def duplicates(door: WebDoor, asked: Asked) -> Answer:
    library = library_of(door, asked)
    return _said(door, library, door.library.choosing.duplicates(library, limit=_limit(asked)))


def best_of_person(door: WebDoor, asked: Asked) -> Answer:
    """The photos in which somebody was named, best first; one group, or none."""
    library = library_of(door, asked)
    numbers = door.library.naming.assets_of(library, UserId(asked.names["user_id"]))
    choice = door.library.choosing.best_of(library, numbers)
    return _said(door, library, [choice] if choice else [])


def _said(door: WebDoor, library: Library, choices: Sequence[Choice]) -> Answer:
    assets = known(door, library, [shot.number for one in choices for shot in one.shots])
    groups: list[ChoiceJson] = [
        {
            "shots": [
                {**card_json(asset, name=name), "merit": percent(shot.merit)}
                for shot in one.shots
                if shot.number in assets
                for asset, name in [assets[shot.number]]
            ]
        }
        for one in choices
    ]
    body: ChoicesJson = {"groups": groups}
    return json_answer(body)


def _limit(asked: Asked) -> int:
    return asked.query.whole("limit", 200, low=1, high=MOST_GROUPS)
