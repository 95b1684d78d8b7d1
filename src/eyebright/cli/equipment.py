"""`eyebright equipment`: who wears a mask, and where their hands and heads are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from eyebright.analysis.equipment.summary import EquipmentSummary, summarise
from eyebright.analysis.equipment.values import (
    BodyPart,
    Equipment,
    EquipmentType,
    EquippedPerson,
    ObservedBodyPart,
)
from eyebright.cli.pictures import Request, View, picture_options, show_pictures
from eyebright.cli.session import Session, pass_session
from eyebright.cli.terminal import Terminal
from eyebright.imaging.draw import Mark

DEFAULT_PERCENT = 80.0
_HEADINGS = ("Person", "Left", "Top", "Right", "Bottom", "Sure", "Face cover", "Seen")
_RIGHT = dict.fromkeys(("Person", "Left", "Top", "Right", "Bottom", "Sure"), "right")
_PART_WORDS = {
    BodyPart.FACE: "face",
    BodyPart.HEAD: "head",
    BodyPart.LEFT_HAND: "left hand",
    BodyPart.RIGHT_HAND: "right hand",
}


@click.command("equipment")
@picture_options
@click.option(
    "--require",
    "required",
    multiple=True,
    type=click.Choice([kind.value for kind in EquipmentType]),
    metavar="TYPE",
    help=f"Say who wears it: {', '.join(EquipmentType)}. May be said again.",
)
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 100),
    default=DEFAULT_PERCENT,
    show_default=True,
    help="For --require: how sure to be of everything, in percent; under 50 counts as 50.",
)
@pass_session
def command(
    session: Session,
    images: tuple[Path, ...],
    draw: Path | None,
    as_json: bool,
    required: tuple[str, ...],
    min_confidence: float,
) -> None:
    """Find persons and protective equipment in JPEG and PNG files, or in all of a folder.

    Masks are judged. Bare heads are; whether a hat protects is not, nor are gloves.
    """
    wanted = [EquipmentType(name) for name in required]

    def summary(persons: Sequence[EquippedPerson]) -> EquipmentSummary | None:
        if not wanted:
            return None
        return summarise(persons, wanted, min_score=min_confidence / 100)

    view = View(
        look=lambda eyebright, path: eyebright.equipment(path),
        table=lambda terminal, persons: _table(terminal, persons, summary(persons)),
        json=lambda persons: _json(persons, summary(persons)),
        marks=_marks,
    )
    show_pictures(session, view, Request(images, draw, as_json))


def _table(
    terminal: Terminal, persons: tuple[EquippedPerson, ...], summary: EquipmentSummary | None
) -> None:
    if not persons:
        terminal.say("No persons found.")
        return
    terminal.table(
        _HEADINGS, [_row(number, person) for number, person in enumerate(persons, 1)], **_RIGHT
    )
    if summary is not None:
        for word, group in _groups(summary).items():
            numbers = ", ".join(str(index + 1) for index in group) or "nobody"
            terminal.answer(f"{word}: {numbers}")


def _groups(summary: EquipmentSummary) -> dict[str, tuple[int, ...]]:
    return {
        "With what is required": summary.with_required,
        "Without it": summary.without_required,
        "Cannot be said": summary.indeterminate,
    }


def _row(number: int, person: EquippedPerson) -> list[str]:
    edges = [f"{edge:.0f}" for edge in person.box_xyxy]
    seen = ", ".join(_PART_WORDS[part.part] for part in person.parts) or "-"
    return [str(number), *edges, f"{100 * person.score:.0f} %", face_cover_words(person), seen]


def face_cover_words(person: EquippedPerson) -> str:
    """What the face wears, in words."""
    for part in person.parts:
        if part.part is BodyPart.FACE:
            return _cover_words(part)
    return "no face"


def _cover_words(face: ObservedBodyPart) -> str:
    for item in face.equipment:
        kind = "covers" if item.covers else "worn badly"
        return f"{kind} ({100 * item.score:.0f} %)"
    return "none" if EquipmentType.FACE_COVER in face.judged else "not sure"


def _json(persons: tuple[EquippedPerson, ...], summary: EquipmentSummary | None) -> dict[str, Any]:
    answer: dict[str, Any] = {"persons": [_person(person) for person in persons]}
    if summary is not None:
        answer["summary"] = {
            "with_required": list(summary.with_required),
            "without_required": list(summary.without_required),
            "indeterminate": list(summary.indeterminate),
        }
    return answer


def _person(person: EquippedPerson) -> dict[str, Any]:
    return {
        "box": list(person.box_xyxy),
        "score": person.score,
        "parts": [
            {
                "part": part.part.value,
                "box": list(part.box_xyxy),
                "score": part.score,
                "equipment": [_item(item) for item in part.equipment],
                "judged": sorted(kind.value for kind in part.judged),
            }
            for part in person.parts
        ],
    }


def _item(item: Equipment) -> dict[str, Any]:
    return {
        "type": item.type.value,
        "box": list(item.box_xyxy),
        "score": item.score,
        "covers": item.covers,
        "covers_score": item.covers_score,
    }


def _marks(persons: tuple[EquippedPerson, ...]) -> list[Mark]:
    """Each person in one colour; words stand on the person only, or a crowd hides itself."""
    marks = []
    for number, person in enumerate(persons, 1):
        said = f"{number}: {face_cover_words(person)}"
        marks.append(Mark(person.box_xyxy, label=said, colour=number))
        for part in person.parts:
            marks.append(Mark(part.box_xyxy, colour=number))
            marks += [Mark(item.box_xyxy, colour=number) for item in part.equipment]
    return marks
