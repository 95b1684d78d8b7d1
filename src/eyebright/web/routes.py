"""The table of routes: all that pages and programs may ask of this door."""

from __future__ import annotations

from eyebright.web.handlers import console, session
from eyebright.web.routing import MEGABYTE, Route
from eyebright.web.shapes.console import ConsoleJson, OperationJson
from eyebright.web.shapes.session import DoneJson, SessionJson, SignIn

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
)
