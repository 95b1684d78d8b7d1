"""Select, then recognise: the estimate, runs, and when a library looks for faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from eyebright.errors import InvalidInput, RecognitionNotFound
from eyebright.library.recognition_choice import MOST_ASSETS
from eyebright.library.recognition_runs import Recognition, RunState
from eyebright.library.values import AssetId, FaceLooks, Library
from eyebright.web.answers import Answer, Asked, json_answer, text_of
from eyebright.web.door import WebDoor
from eyebright.web.handlers.search import query_of
from eyebright.web.handlers.shelf import library_of
from eyebright.web.shapes.library import settings_json
from eyebright.web.shapes.recognising import (
    IdsJson,
    RecogniseRunJson,
    RecogniseRunsJson,
    estimate_json,
    run_json,
)

MOST_RUNS = 10
MOST_IDS = 10_000
"""Of one page of ids."""


def estimate(door: WebDoor, asked: Asked) -> Answer:
    library = library_of(door, asked)
    return json_answer(estimate_json(door.library.recognising.estimate(library, _ids_of(asked))))


def start(door: WebDoor, asked: Asked) -> Answer:
    library = library_of(door, asked)
    run = door.library.recognising.start(library, _ids_of(asked))
    return json_answer(told(door, library, run), status=201)


def runs(door: WebDoor, asked: Asked) -> Answer:
    library = library_of(door, asked)
    found = door.library.recognising.runs(library, limit=MOST_RUNS)
    body: RecogniseRunsJson = {"runs": [told(door, library, run) for run in found]}
    return json_answer(body)


def cancel(door: WebDoor, asked: Asked) -> Answer:
    library = library_of(door, asked)
    run_id = asked.names["run_id"]
    if len(run_id) != 36:
        raise RecognitionNotFound("The library has no such recognition run.")
    return json_answer(told(door, library, door.library.recognising.cancel(library, run_id)))


def settings(door: WebDoor, asked: Asked) -> Answer:
    """Say when this library looks for faces."""
    said = text_of(asked.json(), "faces", most=20)
    if said not in [looks.value for looks in FaceLooks]:
        raise InvalidInput('faces must be "always" or "asked".')
    library = door.library.face_setting.set(library_of(door, asked), FaceLooks(said))
    return json_answer(settings_json(library))


def found_ids(door: WebDoor, asked: Asked) -> Answer:
    """Ids alone, to choose all that a search finds."""
    library = library_of(door, asked)
    query = replace(query_of(asked.query), limit=MOST_IDS, with_facets=False)
    found = door.library.finding.search(library, query)
    body: IdsJson = {"total": found.total, "asset_ids": [hit.key for hit in found.hits]}
    return json_answer(body)


def told(door: WebDoor, library: Library, run: Recognition) -> RecogniseRunJson:
    """A run with what became of its faces, which is asked once it has ended."""
    recognising = door.library.recognising
    asks = run.state is not RunState.RUNNING and run.faces > 0
    return run_json(run, recognising.outcome(library, run) if asks else None)


def _ids_of(asked: Asked) -> Sequence[AssetId] | None:
    """None for all. Raises InvalidInput."""
    given = asked.json()
    ids: Any = given.get("asset_ids")
    if (ids is None) is not (given.get("all") is True):
        raise InvalidInput("Say either asset_ids, or `all` as true.")
    if ids is None:
        return None
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise InvalidInput("asset_ids must be a list of texts.")
    if len(ids) > MOST_ASSETS:
        raise InvalidInput(f"asset_ids are {len(ids)}; at most {MOST_ASSETS} can be in one call.")
    return [AssetId(one) for one in ids]
