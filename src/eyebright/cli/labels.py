"""`eyebright labels`: what is in a picture, in words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from eyebright.analysis.labels.filters import select
from eyebright.analysis.labels.values import Label
from eyebright.analysis.properties.values import DominantColour, ImageProperties, PictureQuality
from eyebright.cli.pictures import Request, View, picture_options, show_pictures
from eyebright.cli.session import Session, pass_session
from eyebright.cli.terminal import Terminal
from eyebright.imaging.draw import Mark

DEFAULT_PERCENT = 55.0
COLOURS = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """properties: None unless they were asked for."""

    labels: tuple[Label, ...]
    properties: ImageProperties | None


@click.command("labels")
@picture_options
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 100),
    default=DEFAULT_PERCENT,
    show_default=True,
    help="Leave out what is less sure, in percent.",
)
@click.option("--max-labels", type=click.IntRange(min=1), help="At most so many, surest first.")
@click.option("--properties", is_flag=True, help="Colours and quality of the picture as well.")
@pass_session
def command(
    session: Session,
    images: tuple[Path, ...],
    draw: Path | None,
    as_json: bool,
    min_confidence: float,
    max_labels: int | None,
    properties: bool,
) -> None:
    """Say what JPEG and PNG files show, or all of a folder."""
    view = View(
        look=lambda eyebright, path: Seen(
            select(eyebright.detect_labels(path), min_score=min_confidence / 100, limit=max_labels),
            eyebright.properties(path) if properties else None,
        ),
        table=_table,
        json=_json,
        marks=_marks,
    )
    show_pictures(session, view, Request(images, draw, as_json))


def _table(terminal: Terminal, seen: Seen) -> None:
    if not seen.labels:
        terminal.say("No labels.")
    else:
        rows = [_row(label) for label in seen.labels]
        terminal.table(("Label", "Sure", "Count", "Kind of"), rows, Sure="right", Count="right")
    if seen.properties is not None:
        _say_properties(terminal, seen.properties)


def _row(label: Label) -> list[str]:
    count = str(len(label.instances)) if label.instances else ""
    return [label.name, f"{100 * label.score:.0f} %", count, ", ".join(label.parents)]


def _say_properties(terminal: Terminal, properties: ImageProperties) -> None:
    colours = ", ".join(
        f"{colour.css_name} {100 * colour.share:.0f} %" for colour in properties.colours[:COLOURS]
    )
    terminal.answer(f"Colours: {colours or 'none'}")
    measured = (f"{name} {value}" for name, value in _quality(properties.quality).items())
    terminal.answer(f"Quality: {', '.join(measured)}")


def _json(seen: Seen) -> dict[str, Any]:
    answer: dict[str, Any] = {"labels": [_label(label) for label in seen.labels]}
    if seen.properties is not None:
        answer["properties"] = {
            "quality": _quality(seen.properties.quality),
            "colours": [_colour(colour) for colour in seen.properties.colours],
        }
    return answer


def _label(label: Label) -> dict[str, Any]:
    return {
        "name": label.name,
        "percent": round(100 * label.score, 1),
        "parents": list(label.parents),
        "aliases": list(label.aliases),
        "categories": list(label.categories),
        "boxes": [
            {
                "box": [round(edge, 1) for edge in one.box_xyxy],
                "percent": round(100 * one.score, 1),
            }
            for one in label.instances
        ],
    }


def _quality(quality: PictureQuality) -> dict[str, int]:
    """Whole percents."""
    said = {"brightness": quality.brightness, "sharpness": quality.sharpness}
    if quality.contrast is not None:
        said["contrast"] = quality.contrast
    return {name: round(100 * value) for name, value in said.items()}


def _colour(colour: DominantColour) -> dict[str, Any]:
    return {
        "hex": colour.hex_code,
        "name": colour.css_name,
        "plain": colour.simplified,
        "percent": round(100 * colour.share, 1),
    }


def _marks(seen: Seen) -> list[Mark]:
    """Each box once, under the first word that has it: the surest."""
    marks: dict[tuple[float, ...], Mark] = {}
    for label in seen.labels:
        for one in label.instances:
            marks.setdefault(one.box_xyxy, Mark(one.box_xyxy, label=label.name))
    return list(marks.values())
