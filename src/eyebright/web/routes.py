"""The table of routes: all that pages and programs may ask of this door."""

from __future__ import annotations

from eyebright.library.uploading import MAX_UPLOAD_BYTES
from eyebright.web.answers import JSON_TYPE
from eyebright.web.docs_page import STYLE_PATH
from eyebright.web.handlers import (
    assets,
    console,
    description,
    events,
    jobs,
    library,
    pictures,
    search,
    session,
    usage,
)
from eyebright.web.handlers.description import describing, document_of, page_of
from eyebright.web.parameters import Parameter
from eyebright.web.routing import MEGABYTE, Route
from eyebright.web.shapes.assets import AssetJson
from eyebright.web.shapes.cards import (
    AlikesJson,
    FaceAlikesJson,
    FoundJson,
    PageJson,
    SuggestionsJson,
)
from eyebright.web.shapes.console import ConsoleJson, OperationJson, SamplesJson
from eyebright.web.shapes.jobs import JobJson, JobsJson
from eyebright.web.shapes.library import (
    EventsJson,
    FailuresJson,
    LibraryJson,
    NewSource,
    ReceiptJson,
    RemovedSourceJson,
    RetriedJson,
    SourceJson,
    SourcesJson,
    StartedJson,
    TokenJson,
    UploadJson,
)
from eyebright.web.shapes.session import SessionJson, SignIn
from eyebright.web.shapes.usage import UsageJson
from eyebright.web.shapes.values import DoneJson

CONSOLE_BODY = 16 * MEGABYTE
"""Two pictures of 5 MiB are 13.4 MiB of base64."""

AFTER = Parameter("after", "`next` of the page before; absent for the first page")

LIBRARY = Parameter("library", "Name of the library; the account's first if absent")


def limit_of(default: int, most: int) -> Parameter:
    return Parameter("limit", f"How many at most, 1 to {most}; {default} if absent", "whole")


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
    # Finding
    Route(
        "GET",
        "/api/library/search",
        search.search,
        "Find assets by words and filters; each says why it matched",
        FoundJson,
        "search",
        query=(*search.PARAMETERS, LIBRARY),
    ),
    Route(
        "GET",
        "/api/library/suggest",
        search.suggest,
        "What somebody who types may be about to type",
        SuggestionsJson,
        "search",
        query=(Parameter("q", "What was typed so far"), limit_of(12, 100), LIBRARY),
    ),
    Route(
        "GET",
        "/api/library/assets/{asset_id}/similar",
        search.similar,
        "Assets that look like this one, most alike first",
        AlikesJson,
        "search",
        query=(limit_of(24, 200), LIBRARY),
    ),
    Route(
        "GET",
        "/api/library/faces/{face_id}/similar",
        search.with_face,
        "Assets with a face like this one, most alike first",
        FaceAlikesJson,
        "search",
        query=(
            limit_of(24, 200),
            Parameter("min_percent", "0-100; 80 if absent", "number"),
            LIBRARY,
        ),
    ),
    # Assets
    Route(
        "GET",
        "/api/library/assets",
        assets.recent,
        "Assets of the library, newest first",
        PageJson,
        "assets",
        query=(limit_of(100, assets.MOST_ASSETS), AFTER, LIBRARY),
    ),
    Route(
        "GET",
        "/api/library/assets/{asset_id}",
        assets.show,
        "All that is known of one asset",
        AssetJson,
        "assets",
        query=(LIBRARY,),
    ),
    Route(
        "DELETE",
        "/api/library/assets/{asset_id}",
        assets.remove,
        "Remove an asset and all traces of it; the person's own file stays where it is",
        ReceiptJson,
        "assets",
        query=(LIBRARY,),
    ),
    Route(
        "POST",
        "/api/library/assets/{asset_id}/retry",
        assets.retry,
        "Try the failed stages of an asset again",
        RetriedJson,
        "assets",
        query=(LIBRARY,),
    ),
    Route(
        "GET",
        "/api/library/failures",
        assets.failures,
        "Stages that failed, of the newest assets first",
        FailuresJson,
        "assets",
        query=(limit_of(50, assets.MOST_FAILURES), AFTER, LIBRARY),
    ),
    Route(
        "POST",
        "/api/library/failures/retry",
        assets.retry_failures,
        "Try all failed stages again",
        RetriedJson,
        "assets",
        query=(LIBRARY,),
    ),
    # Pictures
    Route(
        "GET",
        "/api/library/assets/{asset_id}/picture",
        pictures.picture,
        "The picture, or a frame of the film",
        "image/*",
        "pictures",
        query=(
            Parameter(
                "size",
                "thumb: 320 px at its longer side; proxy: 1280 px; full: the original",
                choices=("thumb", "proxy", "full"),
            ),
            LIBRARY,
        ),
    ),
    Route(
        "GET",
        "/api/library/assets/{asset_id}/crop",
        pictures.crop,
        "A part of the picture in a shape of your choice",
        "image/jpeg",
        "pictures",
        query=(*pictures.CROP_PARAMETERS, LIBRARY),
    ),
    Route(
        "GET",
        "/api/library/assets/{asset_id}/face/{face_id}",
        pictures.face,
        "One face of the picture, square",
        "image/jpeg",
        "pictures",
        query=(LIBRARY,),
    ),
    Route(
        "GET",
        "/api/library/assets/{asset_id}/video",
        pictures.video,
        "The film, or the part of it that a Range header names",
        "video/*",
        "pictures",
        query=(LIBRARY,),
    ),
    # The library as a whole
    Route(
        "GET",
        "/api/library",
        library.show,
        "How far the library is",
        LibraryJson,
        "library",
        query=(LIBRARY,),
    ),
    Route(
        "POST",
        "/api/library/uploads",
        library.upload,
        "Send one picture or film as the body",
        UploadJson,
        "library",
        query=(Parameter("name", "The file's name"), LIBRARY),
        takes="application/octet-stream",
        status=201,
        limit=MAX_UPLOAD_BYTES,
        to_file=True,
    ),
    Route(
        "GET",
        "/api/library/sources",
        library.sources,
        "Where assets come from",
        SourcesJson,
        "library",
        query=(LIBRARY,),
    ),
    Route(
        "POST",
        "/api/library/sources",
        library.add_source,
        "Add a folder of the server or a bucket, and look through it",
        SourceJson,
        "library",
        query=(LIBRARY,),
        takes=NewSource,
        status=201,
    ),
    Route(
        "DELETE",
        "/api/library/sources/{source_id}",
        library.remove_source,
        "Forget a source and the assets that lie nowhere else",
        RemovedSourceJson,
        "library",
        query=(LIBRARY,),
    ),
    Route(
        "POST",
        "/api/library/sources/{source_id}/scan",
        library.scan,
        "Look through a source again",
        StartedJson,
        "library",
        query=(LIBRARY,),
        status=202,
    ),
    Route(
        "POST",
        "/api/library/sources/{source_id}/token",
        library.new_token,
        "Make the secret with which a store may tell of changes in a bucket; shown this once",
        TokenJson,
        "library",
        query=(LIBRARY,),
        status=201,
    ),
    Route(
        "POST",
        "/api/library/events",
        library.take_event,
        "Event notifications of an S3-compatible store",
        EventsJson,
        "library",
        query=(Parameter("token", "The secret of the source"),),
        takes=dict[str, object],
        limit=MEGABYTE,
        open=True,
        any_host=True,
    ),
    # What happens
    Route(
        "GET",
        "/api/events",
        events.listen,
        "Server-sent events: indexing, asset, job",
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
