"""Looking for faces on request: what it will take, and how far it is."""

from __future__ import annotations

from typing import TypedDict

from eyebright.library.recognising import Outcome
from eyebright.library.recognition_outlook import Outlook
from eyebright.library.recognition_runs import Recognition
from eyebright.people.found_faces import Found
from eyebright.web.shapes.values import maybe_moment, moment


class RecogniseAsked(TypedDict, total=False):
    """Either: the ids of some assets (at most 100,000 in a call; ids of none count for nothing), or
    `all` for every one that was not looked through."""

    asset_ids: list[str]
    all: bool


class EstimateJson(TypedDict):
    """photos: pictures and films. already: looked through before; they are left out. is_measured:
    this library's own photos say how many faces there are in one. aws_usd: list price of
    IndexFaces and SearchUsers, and of StartFaceSearch for films. per_face_usd: of the service that
    per_face_service names, which charges for each face."""

    photos: int
    already: int
    to_do: int
    faces_expected: int
    is_measured: bool
    seconds_expected: float
    aws_usd: float
    per_face_usd: float
    per_face_service: str


class RecogniseRunJson(TypedDict):
    """state: "running", "done" or "cancelled". photos: what the run is about; done, failed: of
    them. faces: found and kept. named, suggested, unknown: of those, as it is now; with those put
    aside they are all of them. While the run goes on nobody asks, and they are 0. is_estimate:
    these three are what a sample says. faces_per_second: lately; of a run that ended, over all of
    it."""

    run_id: str
    state: str
    photos: int
    already: int
    done: int
    failed: int
    faces: int
    faces_per_second: float | None
    seconds_left: float | None
    named: int
    suggested: int
    unknown: int
    is_estimate: bool
    created_at: str
    ended_at: str | None


class RecogniseRunsJson(TypedDict):
    runs: list[RecogniseRunJson]


class IdsJson(TypedDict):
    """total: how many there are; asset_ids: some of them, in the order of the search."""

    total: int
    asset_ids: list[str]


def estimate_json(outlook: Outlook) -> EstimateJson:
    return {
        "photos": outlook.photos,
        "already": outlook.already,
        "to_do": outlook.to_do,
        "faces_expected": outlook.faces_expected,
        "is_measured": outlook.is_measured,
        "seconds_expected": round(outlook.seconds_expected, 1),
        "aws_usd": round(float(outlook.aws_usd), 4),
        "per_face_usd": round(float(outlook.per_face_usd), 4),
        "per_face_service": outlook.per_face_service,
    }


def run_json(run: Recognition, outcome: Outcome | None) -> RecogniseRunJson:
    """outcome: None while the run goes on."""
    found = Found() if outcome is None else outcome.found
    return {
        "run_id": run.run_id,
        "state": run.state.value,
        "photos": run.photos,
        "already": run.already,
        "done": run.done,
        "failed": run.failed,
        "faces": run.faces,
        "faces_per_second": _rounded(run.faces_per_second),
        "seconds_left": _rounded(run.seconds_left),
        "named": found.named,
        "suggested": found.suggested,
        "unknown": found.unknown,
        "is_estimate": outcome is not None and outcome.is_estimate,
        "created_at": moment(run.created_at),
        "ended_at": maybe_moment(run.ended_at),
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 2)
