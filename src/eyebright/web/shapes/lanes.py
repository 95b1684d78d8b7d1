"""Rows under a film: what it shows when."""

from __future__ import annotations

from typing import TypedDict

from eyebright.library.values import AssetDetail, Lane
from eyebright.web.shapes.values import BoxJson, box_json, percent


class StretchJson(TypedDict):
    start_ms: int
    end_ms: int
    confidence: float
    best_ms: int


class SeenBestJson(TypedDict):
    """When and where somebody is seen best."""

    at_ms: int
    box: BoxJson


class LaneJson(TypedDict):
    """screen_percent: share of the film's time. best: of people, where it is known."""

    kind: str
    name: str
    user_id: str | None
    face_id: str | None
    stretches: list[StretchJson]
    screen_percent: float
    best: SeenBestJson | None


def lane_json(lane: Lane, duration_ms: int | None, detail: AssetDetail) -> LaneJson:
    shown_ms = sum(one.end_ms - one.start_ms for one in lane.stretches)
    person = detail.people.get(lane.face_id) if lane.face_id else None
    return {
        "kind": lane.kind.value,
        "name": person.name if person else lane.name,
        "user_id": person.user_id if person else lane.user_id,
        "face_id": lane.face_id,
        "stretches": [
            {
                "start_ms": one.start_ms,
                "end_ms": one.end_ms,
                "confidence": percent(one.score),
                "best_ms": one.best_ms,
            }
            for one in lane.stretches
        ],
        "screen_percent": percent(min(shown_ms / duration_ms, 1.0)) if duration_ms else 0.0,
        "best": {"at_ms": lane.best.at_ms, "box": box_json(lane.best.box_ltrb, (1, 1))}
        if lane.best
        else None,
    }
