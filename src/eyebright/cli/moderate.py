"""`eyebright moderate`: what some audiences should not see in a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eyebright.analysis.moderation.values import Moderation, ModerationLabel
from eyebright.cli.pictures import Request, View, picture_options, show_pictures
from eyebright.cli.session import Session, pass_session
from eyebright.cli.terminal import Terminal
from eyebright.imaging.draw import Mark

if TYPE_CHECKING:
    from eyebright.api.local import LocalEyebright

DEFAULT_PERCENT = 50.0
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Judged:
    """labels: those sure enough. size_wh: of the picture, where it is drawn on."""

    labels: tuple[ModerationLabel, ...]
    size_wh: tuple[int, int] | None


@click.command("moderate")
@picture_options
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 100),
    default=DEFAULT_PERCENT,
    show_default=True,
    help="Leave out what is less sure, in percent.",
)
@pass_session
def command(
    session: Session,
    images: tuple[Path, ...],
    draw: Path | None,
    as_json: bool,
    min_confidence: float,
) -> None:
    """Look for content that some audiences should not see, in pictures or all of a folder.

    What the installed packs cannot see is never said: `eyebright packs show moderation` lists it.
    """

    def look(eyebright: LocalEyebright, path: Path) -> Judged:
        found = eyebright.moderate(path)
        size_wh = None if draw is None else _size_of(path)
        return Judged(_sure(found, min_confidence / 100), size_wh)

    show_pictures(session, View(look, _table, _json, _marks), Request(images, draw, as_json))


def _sure(found: Moderation, least: float) -> tuple[ModerationLabel, ...]:
    return tuple(label for label in found.labels if label.score >= least)


def _size_of(path: Path) -> tuple[int, int]:
    from eyebright.api.local import read_picture

    return read_picture(path).size_wh


def _table(terminal: Terminal, judged: Judged) -> None:
    """Parents first, children indented below them: the way that people read a tree."""
    if not judged.labels:
        terminal.say("Nothing found of what the installed packs can see.")
        return
    rows = [
        [f"{_INDENT * (label.level - 1)}{label.name}", f"{100 * label.score:.0f} %"]
        for group in _groups(judged.labels)
        for label in reversed(group)
    ]
    terminal.table(("Content", "Sure"), rows, Sure="right")


def _groups(labels: tuple[ModerationLabel, ...]) -> list[list[ModerationLabel]]:
    """Labels of one top class together; that class ends its group."""
    groups: list[list[ModerationLabel]] = []
    for label in reversed(labels):
        if label.level == 1:
            groups.insert(0, [])
        groups[0].insert(0, label)
    return groups


def _json(judged: Judged) -> dict[str, Any]:
    return {
        "labels": [
            {
                "name": label.name,
                "parent": label.parent,
                "level": label.level,
                "percent": round(100 * label.score, 1),
            }
            for label in judged.labels
        ]
    }


def _marks(judged: Judged) -> list[Mark]:
    """One frame around the picture with the most special words: what was found has no place."""
    if judged.size_wh is None or not judged.labels:
        return []
    parents = {label.parent for label in judged.labels}
    words = [
        f"{label.name} {100 * label.score:.0f} %"
        for label in judged.labels
        if label.name not in parents
    ]
    return [Mark((0.0, 0.0, *(float(side) for side in judged.size_wh)), label=", ".join(words))]
