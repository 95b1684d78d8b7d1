"""The table of routes: all that pages and programs may ask of this door."""

from __future__ import annotations

from eyebright.web.answers import JSON_TYPE
from eyebright.web.decision_routes import DECISION_ROUTES
from eyebright.web.docs_page import STYLE_PATH
from eyebright.web.handlers import console, description, events, jobs, session, usage
from eyebright.web.handlers.description import describing, document_of, page_of
from eyebright.web.library_routes import LIBRARY_ROUTES
from eyebright.web.parameters import AFTER, LIBRARY, Parameter, limit_of
from eyebright.web.people_routes import PEOPLE_ROUTES
from eyebright.web.recognise_routes import RECOGNISE_ROUTES
from eyebright.web.routing import MEGABYTE, Route
from eyebright.web.shapes.console import ConsoleJson, OperationJson, SamplesJson
from eyebright.web.shapes.jobs import JobJson, JobsJson
from eyebright.web.shapes.session import SessionJson, SignIn
from eyebright.web.shapes.usage import UsageJson
from eyebright.web.shapes.values import DoneJson

CONSOLE_BODY = 16 * MEGABYTE
"""Two pictures of 5 MiB are 13.4 MiB of base64."""

ROUTES: tuple[Route, ...] = (
    # Who sits before the page
    Route(
        "POST",
        "/api/session",
        session.sign_in,
        "Sign in with an access key; sets the session's cookie",
        SessionJson,
        "session",
        takes=SignIn,
        open=True,
    ),
    Route("GET", "/api/session", session.show, "Who is signed in", SessionJson, "session"),
    Route("DELETE", "/api/session", session.sign_out, "Sign out", DoneJson, "session"),
    # The AWS door from the page
    Route(
        "GET",
        "/api/operations",
        console.operations,
        "The operations of the AWS API, and which are answered",
        list[OperationJson],
        "console",
    ),
    Route(
        "POST",
        "/api/console/{operation}",
        console.call,
        "Ask an operation of the AWS API for the session's account; the body is its input",
        ConsoleJson,
        "console",
        takes=dict[str, object],
        limit=CONSOLE_BODY,
    ),
    Route(
        "GET",
        "/api/console/samples",
        console.samples,
        "Pictures to try things with",
        SamplesJson,
        "console",
    ),
    Route(
        "GET",
        "/api/console/samples/{name}",
        console.sample,
        "One of them",
        "image/jpeg",
        "console",
    ),
    *LIBRARY_ROUTES,
    *PEOPLE_ROUTES,
    *RECOGNISE_ROUTES,
    *DECISION_ROUTES,
    # What happens
    Route(
        "GET",
        "/api/events",
        events.listen,
        "Server-sent events: indexing, asset, job, recognition",
        "text/event-stream",
        "events",
        query=(LIBRARY,),
    ),
    # Jobs and usage
    Route(
        "GET",
        "/api/jobs",
        jobs.recent,
        "Jobs of the account, newest first",
        JobsJson,
        "jobs",
        query=(limit_of(50, jobs.MOST_JOBS), AFTER),
    ),
    Route("GET", "/api/jobs/{job_id}", jobs.show, "One job", JobJson, "jobs"),
    Route("POST", "/api/jobs/{job_id}/cancel", jobs.cancel, "Stop a job", JobJson, "jobs"),
    Route(
        "POST",
        "/api/jobs/{job_id}/retry",
        jobs.retry,
        "Do a job again that failed or was cancelled",
        JobJson,
        "jobs",
    ),
    Route(
        "GET",
        "/api/usage",
        usage.by_day,
        "Calls by day and operation, and what the service would have charged",
        UsageJson,
        "usage",
        query=(Parameter("days", "How many days, with today; 30 if absent", "whole"),),
    ),
    # The API about itself
    Route(
        "GET",
        "/api/openapi.json",
        describing(lambda: ROUTES, document_of, JSON_TYPE),
        "This description, as OpenAPI 3.1",
        dict[str, object],
        "description",
        open=True,
    ),
    Route(
        "GET",
        "/api/docs",
        describing(lambda: ROUTES, page_of, "text/html; charset=utf-8"),
        "This description, as a page",
        "text/html",
        "description",
        open=True,
    ),
    Route(
        "GET",
        STYLE_PATH,
        description.style,
        "How that page looks",
        "text/css",
        "description",
        open=True,
    ),
)
