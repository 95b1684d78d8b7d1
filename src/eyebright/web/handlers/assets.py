"""Assets: the list, one with all that is known of it, removal, another attempt."""

from __future__ import annotations

from contextlib import suppress

from eyebright.errors import NotFound
from eyebright.library.stages import not_asked_for
from eyebright.web.answers import Answer, Asked, json_answer
from eyebright.web.door import WebDoor
from eyebright.web.handlers.shelf import asset_id_of, asset_of, library_of, named
from eyebright.web.shapes.assets import asset_json
from eyebright.web.shapes.cards import PageJson, card_json
from eyebright.web.shapes.faces import is_aside, unnamed
from eyebright.web.shapes.library import (
    FailuresJson,
    RetriedJson,
    failures_json,
    receipt_json,
)

MOST_ASSETS = 1000
MOST_FAILURES = 200


def recent(door: WebDoor, asked: Asked) -> Answer:
    """Newest first."""
    library = library_of(door, asked)
    listed = f"assets {library.number}"
    page = door.library.assets.list(
        library,
        limit=asked.query.whole("limit", 100, low=1, high=MOST_ASSETS),
        after=door.cursors.read(library.scope, listed, asked.query.text("after")),
    )
    names = named(door, library, page.items)
    body: PageJson = {
        "assets": [card_json(asset, name=names[asset.number]) for asset in page.items],
        "next": door.cursors.write(library.scope, listed, page.next),
    }
    return json_answer(body)


def show(door: WebDoor, asked: Asked) -> Answer:
    library = library_of(door, asked)
    detail = door.library.assets.detail(library, asset_id_of(asked))
    said = door.library.assets.said(library, detail)
    asked_about = [face_id for face_id in unnamed(detail) if not is_aside(said, face_id)]
    guesses = {
        face_id: guess
        for face_id, guess in door.library.naming.guesses(library, asked_about).items()
        if face_id not in said or said[face_id].may_be(guess.user_id)
    }
    names = {}
    for guess in guesses.values():
        with suppress(NotFound):  # somebody who is nobody any more
            person = door.library.persons.get(library.scope, library.collection_id, guess.user_id)
            names[guess.user_id] = person.name
    waits = not_asked_for(library, detail.asset, detail.runs)
    return json_answer(asset_json(detail, guesses=guesses, names=names, said=said, not_asked=waits))


def remove(door: WebDoor, asked: Asked) -> Answer:
    """All traces are gone when this answers; the person's own file stays where it is."""
    library = library_of(door, asked)
    return json_answer(receipt_json(door.library.removal.remove(library, asset_id_of(asked))))


def retry(door: WebDoor, asked: Asked) -> Answer:
    library, asset = asset_of(door, asked)
    return _retried(door.library.indexer.retry(library, [asset.number]), door)


def failures(door: WebDoor, asked: Asked) -> Answer:
    library = library_of(door, asked)
    listed = f"failures {library.number}"
    page = door.library.assets.failures(
        library,
        limit=asked.query.whole("limit", 50, low=1, high=MOST_FAILURES),
        after=door.cursors.read(library.scope, listed, asked.query.text("after")),
    )
    body: FailuresJson = {
        "failures": [one for detail in page.items for one in failures_json(detail)],
        "next": door.cursors.write(library.scope, listed, page.next),
    }
    return json_answer(body)


def retry_failures(door: WebDoor, asked: Asked) -> Answer:
    return _retried(door.library.indexer.retry(library_of(door, asked)), door)


def _retried(count: int, door: WebDoor) -> Answer:
    door.library.indexer.wake()
    body: RetriedJson = {"retried": count}
    return json_answer(body)
