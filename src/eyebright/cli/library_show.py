"""`eyebright library show`: all that is known of one asset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

import click

from eyebright.cli.films import clock
from eyebright.cli.library_options import (
    bucket_option,
    json_option,
    library_option,
    opened_library,
    size,
)
from eyebright.cli.session import Session, pass_session
from eyebright.library.failures import joined
from eyebright.library.values import (
    AssetDetail,
    AssetFace,
    Decoded,
    FacesFound,
    Labels,
    Lanes,
    Moderated,
    Properties,
    TextFound,
)

BAR = 16
"""Characters of a bar of 100 %."""
_SHOWN_LABELS = 25
_SHOWN_STRETCHES = 4


@click.command("show", short_help="All that is known of one asset.")
@click.argument("asset", metavar="ASSET|FILE")
@bucket_option
@library_option
@json_option
@pass_session
def command(
    session: Session, asset: str, buckets: tuple[str, ...], name: str, as_json: bool
) -> None:
    """Show all that is known of an asset: by its id, or by its file."""
    from eyebright.library.stages import not_asked_for  # brings the analysis along

    with opened_library(session, name, buckets) as library:
        detail = library.show(asset)
        waits = not_asked_for(library.library, detail.asset, detail.runs)
    if as_json:
        session.terminal.json({**asset_json(detail), "not_asked": list(waits)})
        return
    terminal = session.terminal
    terminal.table(("Asset", detail.asset.asset_id), _head(detail))
    for heading, part in _PARTS:
        rows = part(detail)
        if rows is not None:
            terminal.answer("")
            terminal.table(heading, rows, Sure="right", Took="right")
    if waits:
        terminal.answer(f"Not asked for: {', '.join(waits)}")


def _head(detail: AssetDetail) -> list[tuple[str, object]]:
    asset, decoded = detail.asset, detail.found.get("decode")
    rows: list[tuple[str, object]] = [
        (f"{place.kind.value} path", joined(place.location, place.path)) for place in detail.places
    ]
    rows += [
        ("Kind", asset.media.value),
        ("State", asset.state.value),
        ("Pixels", f"{asset.size_wh[0]} x {asset.size_wh[1]}" if asset.size_wh[0] else ""),
        ("Length", "" if asset.duration_ms is None else clock(asset.duration_ms)),
        ("Size", size(asset.byte_count)),
        ("Taken", "" if asset.taken_at is None else f"{asset.taken_at:%Y-%m-%d %H:%M:%S}"),
        ("Added", f"{asset.created_at:%Y-%m-%d %H:%M:%S} UTC"),
    ]
    if isinstance(decoded, Decoded):
        rows += [("Format", decoded.format), ("Camera", decoded.camera)]
    properties = detail.found.get("properties")
    if isinstance(properties, Properties):
        found = properties.properties
        colours = ", ".join(f"{one.css_name} {100 * one.share:.0f} %" for one in found.colours[:5])
        rows += [
            ("Colours", colours),
            (
                "Quality",
                _quality(found.quality.brightness, found.quality.sharpness),
            ),
        ]
    return [row for row in rows if row[1] != ""]


def _quality(brightness: float, sharpness: float) -> str:
    return f"brightness {100 * brightness:.0f}, sharpness {100 * sharpness:.0f}"


def _labels(detail: AssetDetail) -> list[tuple[object, ...]] | None:
    found = detail.found.get("labels")
    if not isinstance(found, Labels) or not found.labels:
        return None
    return [
        (one.name, bar(one.score), f"{100 * one.score:.0f} %", ", ".join(one.parents))
        for one in found.labels[:_SHOWN_LABELS]
    ]


def _faces(detail: AssetDetail) -> list[tuple[object, ...]] | None:
    found = detail.found.get("faces")
    if not isinstance(found, FacesFound) or not found.faces:
        return None
    return [
        (_who(detail, face), _age(face), _mood(face), _box(face), ", ".join(face.refused))
        for face in found.faces
    ]


def _text(detail: AssetDetail) -> list[tuple[object, ...]] | None:
    found = detail.found.get("text")
    if not isinstance(found, TextFound) or not found.lines:
        return None
    return [(line.text, f"{100 * line.score:.0f} %") for line in found.lines]


def _moderation(detail: AssetDetail) -> list[tuple[object, ...]] | None:
    found = detail.found.get("moderation")
    if not isinstance(found, Moderated) or not found.moderation.labels:
        return None
    return [
        (one.name, bar(one.score), f"{100 * one.score:.0f} %", one.parent)
        for one in found.moderation.labels
    ]


def _lanes(detail: AssetDetail) -> list[tuple[object, ...]] | None:
    rows: list[tuple[object, ...]] = []
    for stage in ("film-shots", "film-faces", "film-sights"):
        found = detail.found.get(stage)
        if not isinstance(found, Lanes):
            continue
        for lane in found.lanes:
            shown = ", ".join(
                f"{clock(one.start_ms)}-{clock(one.end_ms)}"
                for one in lane.stretches[:_SHOWN_STRETCHES]
            )
            more = len(lane.stretches) - _SHOWN_STRETCHES
            rows.append(
                (lane.kind.value, lane.name, shown + (f", {more} more" if more > 0 else ""))
            )
    return rows or None


def _stages(detail: AssetDetail) -> list[tuple[object, ...]]:
    return [
        (run.stage, run.state.value, run.attempts, f"{run.took_ms} ms", run.message)
        for run in detail.runs
    ]


_PARTS = (
    (("Label", "", "Sure", "Kind of"), _labels),
    (("Face", "Age", "Mood", "Box", "Kept out"), _faces),
    (("Text", "Sure"), _text),
    (("Moderation", "", "Sure", "Kind of"), _moderation),
    (("Lane", "What", "When"), _lanes),
    (("Stage", "State", "Tries", "Took", "Why not"), _stages),
)


def bar(share: float) -> str:
    """A bar for 0-1."""
    full = round(BAR * min(max(share, 0.0), 1.0))
    return "\N{FULL BLOCK}" * full + "\N{LIGHT SHADE}" * (BAR - full)


def _who(detail: AssetDetail, face: AssetFace) -> str:
    person = None if face.face_id is None else detail.people.get(face.face_id)
    return "unknown" if person is None else person.name


def _age(face: AssetFace) -> str:
    return "" if face.age is None else f"{face.age[0]}-{face.age[1]}"


def _mood(face: AssetFace) -> str:
    return face.emotions[0][0].lower() if face.emotions else ""


def _box(face: AssetFace) -> str:
    left, top, right, bottom = face.box_xyxy
    return f"{left:.0f},{top:.0f} {right - left:.0f}x{bottom - top:.0f}"


def asset_json(detail: AssetDetail) -> dict[str, Any]:
    """All that is known, as plain members. Pixels; scores 0-1."""
    asset = detail.asset
    return {
        "asset": asset.asset_id,
        "media": asset.media.value,
        "state": asset.state.value,
        "width": asset.size_wh[0],
        "height": asset.size_wh[1],
        "duration_ms": asset.duration_ms,
        "bytes": asset.byte_count,
        "taken_at": None if asset.taken_at is None else asset.taken_at.isoformat(),
        "added_at": asset.created_at.isoformat(),
        "places": [joined(place.location, place.path) for place in detail.places],
        "stages": [
            {
                "stage": run.stage,
                "version": run.version,
                "state": run.state.value,
                "attempts": run.attempts,
                "message": run.message,
                "took_ms": run.took_ms,
            }
            for run in detail.runs
        ],
        "people": {face: person.name for face, person in detail.people.items()},
        "found": plain(detail.found),
    }


def plain(value: object) -> Any:
    """Values of the library as JSON has them."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value
