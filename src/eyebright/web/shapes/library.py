"""A library: how far it is, where it looks, what failed."""

from __future__ import annotations

from typing import TypedDict

from eyebright.library.removal import Receipt
from eyebright.library.values import AssetDetail, Library, LibrarySource, StageState
from eyebright.web.shapes.assets import name_of
from eyebright.web.shapes.values import maybe_moment, moment


class IndexingJson(TypedDict):
    """images_per_second, seconds_left: of the last half minute; null when nobody knows."""

    active: bool
    images_per_second: float | None
    seconds_left: int | None


class LibrarySettings(TypedDict):
    """faces: "always", they are looked for as assets come, or "asked", when somebody asks."""

    faces: str


class LibraryJson(TypedDict):
    """failed: assets with a stage that was given up. unreadable: files that are no assets.
    aws_price_usd: what the service would have charged for the same, by its list prices."""

    name: str
    total: int
    ready: int
    waiting: int
    failed: int
    unreadable: int
    faces: int
    bytes: int
    indexing: IndexingJson
    aws_price_usd: float
    settings: LibrarySettings


class SourceJson(TypedDict):
    """message: what went wrong the last time it was looked through, or empty."""

    source_id: str
    kind: str
    location: str
    watched: bool
    created_at: str
    scanned_at: str | None
    message: str


class SourcesJson(TypedDict):
    sources: list[SourceJson]


class NewSource(TypedDict):
    """kind: "folder" or "bucket". location: an absolute folder, or BUCKET/PREFIX."""

    kind: str
    location: str
    watched: bool


class RemovedSourceJson(TypedDict):
    """removed: assets that lay nowhere else."""

    removed: int


class StartedJson(TypedDict):
    """started: false when it is on already."""

    started: bool


class UploadJson(TypedDict):
    """known: whether the library had this content already."""

    asset_id: str
    state: str
    known: bool


class ReceiptNumbersJson(TypedDict):
    """people: who lost a face by it."""

    assets: int
    places: int
    faces: int
    people: int


class ReceiptJson(TypedDict):
    receipt: ReceiptNumbersJson


class TokenJson(TypedDict):
    """path: where a store sends its events; the token is part of it."""

    token: str
    path: str


class EventsJson(TypedDict):
    """taken: objects of the source that the events were about."""

    taken: int


class FailureJson(TypedDict):
    asset_id: str
    name: str
    media: str
    stage: str
    message: str
    attempts: int
    ended_at: str


class FailuresJson(TypedDict):
    failures: list[FailureJson]
    next: str | None


class RetriedJson(TypedDict):
    """retried: assets whose failed stages are due again."""

    retried: int


def settings_json(library: Library) -> LibrarySettings:
    return {"faces": library.faces.value}


def source_json(source: LibrarySource) -> SourceJson:
    return {
        "source_id": source.source_id,
        "kind": source.kind.value,
        "location": source.location,
        "watched": source.is_watched,
        "created_at": moment(source.created_at),
        "scanned_at": maybe_moment(source.scanned_at),
        "message": source.message,
    }


def failures_json(detail: AssetDetail) -> list[FailureJson]:
    """One for each stage of an asset that failed."""
    return [
        {
            "asset_id": detail.asset.asset_id,
            "name": name_of(detail),
            "media": detail.asset.media.value,
            "stage": run.stage,
            "message": run.message,
            "attempts": run.attempts,
            "ended_at": moment(run.ended_at),
        }
        for run in detail.runs
        if run.state is StageState.FAILED
    ]


def receipt_json(receipt: Receipt) -> ReceiptJson:
    return {
        "receipt": {
            "assets": receipt.assets,
            "places": receipt.places,
            "faces": receipt.faces,
            "people": receipt.people,
        }
    }
