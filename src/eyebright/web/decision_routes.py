"""The table of routes by which people decide."""

from __future__ import annotations

from eyebright.web.handlers import decisions
from eyebright.web.parameters import AFTER, LIBRARY, limit_of
from eyebright.web.routing import MEGABYTE, Route
from eyebright.web.shapes.decisions import (
    DecidedJson,
    FacesDecision,
    GroupDecision,
    HistoryJson,
    PeopleMerge,
    PersonChange,
)

DECISION_ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/api/library/faces/decide",
        decisions.decide_faces,
        "Decide who faces are, or are not, or that they are put aside",
        DecidedJson,
        "deciding",
        query=(LIBRARY,),
        takes=FacesDecision,
        limit=MEGABYTE,
    ),
    Route(
        "POST",
        "/api/library/groups/{group}/decide",
        decisions.decide_group,
        "Decide the same of all faces of a group",
        DecidedJson,
        "deciding",
        query=(LIBRARY,),
        takes=GroupDecision,
    ),
    Route(
        "POST",
        "/api/library/people/{user_id}",
        decisions.change_person,
        "Change what is known of somebody",
        DecidedJson,
        "deciding",
        query=(LIBRARY,),
        takes=PersonChange,
        limit=MEGABYTE,
    ),
    Route(
        "POST",
        "/api/library/people/{user_id}/merge",
        decisions.merge_people,
        "Say that two people are one",
        DecidedJson,
        "deciding",
        query=(LIBRARY,),
        takes=PeopleMerge,
    ),
    Route(
        "GET",
        "/api/library/history",
        decisions.history,
        "What was decided about people",
        HistoryJson,
        "deciding",
        query=(limit_of(50, decisions.MOST_EVENTS), AFTER, LIBRARY),
    ),
    Route(
        "POST",
        "/api/library/history/undo",
        decisions.undo,
        "Take back the last that was done with this key",
        DecidedJson,
        "deciding",
        query=(LIBRARY,),
    ),
    Route(
        "POST",
        "/api/library/history/redo",
        decisions.redo,
        "Do again what was undone last with this key",
        DecidedJson,
        "deciding",
        query=(LIBRARY,),
    ),
    Route(
        "POST",
        "/api/library/history/{event_id}/revert",
        decisions.revert,
        "Take back an older event, as far as it still holds",
        DecidedJson,
        "deciding",
        query=(LIBRARY,),
    ),
)
