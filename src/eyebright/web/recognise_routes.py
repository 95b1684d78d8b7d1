"""The routes of select, then recognise."""

from __future__ import annotations

from eyebright.web.handlers import recognising
from eyebright.web.handlers.search import PARAMETERS
from eyebright.web.parameters import LIBRARY
from eyebright.web.routing import MEGABYTE, Route
from eyebright.web.shapes.library import LibrarySettings
from eyebright.web.shapes.recognising import (
    EstimateJson,
    IdsJson,
    RecogniseAsked,
    RecogniseRunJson,
    RecogniseRunsJson,
)

_BODY = 5 * MEGABYTE
"""100,000 ids are 3.9 MB."""
_OF_PAGES = ("limit", "facets", "by_year")

RECOGNISE_ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/api/library/recognise/estimate",
        recognising.estimate,
        "What it would take to look for the faces of some assets, or of all",
        EstimateJson,
        "recognise",
        query=(LIBRARY,),
        takes=RecogniseAsked,
        limit=_BODY,
    ),
    Route(
        "POST",
        "/api/library/recognise",
        recognising.start,
        "Look for the faces of some assets, or of all, that were not looked through yet",
        RecogniseRunJson,
        "recognise",
        query=(LIBRARY,),
        takes=RecogniseAsked,
        status=201,
        limit=_BODY,
    ),
    Route(
        "GET",
        "/api/library/recognise",
        recognising.runs,
        "The latest runs, newest first",
        RecogniseRunsJson,
        "recognise",
        query=(LIBRARY,),
    ),
    Route(
        "POST",
        "/api/library/recognise/{run_id}/cancel",
        recognising.cancel,
        "Stop a run; what it found stays",
        RecogniseRunJson,
        "recognise",
        query=(LIBRARY,),
    ),
    Route(
        "POST",
        "/api/library/settings",
        recognising.settings,
        "Say when the library looks for faces",
        LibrarySettings,
        "recognise",
        query=(LIBRARY,),
        takes=LibrarySettings,
    ),
    Route(
        "GET",
        "/api/library/search/ids",
        recognising.found_ids,
        "Ids of what a search finds, 10,000 at a time",
        IdsJson,
        "recognise",
        query=(*(one for one in PARAMETERS if one.name not in _OF_PAGES), LIBRARY),
    ),
)
