"""`eyebright detect-faces`: where faces are and what is said of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eyebright.analysis.faces.observation import ALL_ATTRIBUTES, FaceAttribute
from eyebright.api.values import ObservedFace
from eyebright.cli.faces import HEADINGS, RIGHT, box_row, face_json, looks, points_of
from eyebright.cli.pictures import Request, View, picture_options, show_pictures
from eyebright.cli.session import Session, pass_session
from eyebright.cli.terminal import Terminal
from eyebright.imaging.draw import Mark


@click.command("detect-faces")
@picture_options
@click.option(
    "--attributes",
    multiple=True,
    type=click.Choice(["ALL", *(attribute.value for attribute in FaceAttribute)]),
    metavar="NAME",
    help="What else to say of each face: ALL, or one of "
    f"{', '.join(FaceAttribute)}. May be said again.",
)
@pass_session
def command(
    session: Session,
    images: tuple[Path, ...],
    draw: Path | None,
    as_json: bool,
    attributes: tuple[str, ...],
) -> None:
    """Find faces in JPEG and PNG files, or in all of a folder."""
    wanted = _wanted(attributes)
    view = View(
        look=lambda eyebright, path: eyebright.detect_faces(path, attributes=wanted),
        table=_table,
        json=_json,
        marks=_marks,
    )
    show_pictures(session, view, Request(images, draw, as_json))


def _wanted(names: tuple[str, ...]) -> frozenset[FaceAttribute]:
    return ALL_ATTRIBUTES if "ALL" in names else frozenset(FaceAttribute(name) for name in names)


def _table(terminal: Terminal, faces: list[ObservedFace]) -> None:
    if not faces:
        terminal.say("No faces found.")
        return
    said = [looks(face.description) for face in faces]
    headings = (*HEADINGS, "Looks") if any(said) else HEADINGS
    rows = [
        [*box_row(number, face), *([words] if any(said) else [])]
        for number, (face, words) in enumerate(zip(faces, said, strict=True), start=1)
    ]
    terminal.table(headings, rows, **RIGHT)


def _json(faces: list[ObservedFace]) -> dict[str, Any]:
    return {"faces": [face_json(face) for face in faces]}


def _marks(faces: list[ObservedFace]) -> list[Mark]:
    return [
        Mark(face.box_xyxy, label=str(number), points=points_of(face))
        for number, face in enumerate(faces, start=1)
    ]
