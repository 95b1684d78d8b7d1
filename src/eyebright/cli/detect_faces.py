"""`eyebright detect-faces`: where faces are and what is said of them."""

from __future__ import annotations

from pathlib import Path

import click

from eyebright.analysis.faces.observation import ALL_ATTRIBUTES, FaceAttribute
from eyebright.api.values import ObservedFace
from eyebright.cli.drawing import write_drawing
from eyebright.cli.faces import HEADINGS, RIGHT, box_row, face_json, looks, points_of
from eyebright.cli.session import Session, pass_session
from eyebright.errors import EyebrightError
from eyebright.imaging.draw import Mark


@click.command("detect-faces")
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--attributes",
    multiple=True,
    type=click.Choice(["ALL", *(attribute.value for attribute in FaceAttribute)]),
    metavar="NAME",
    help="What else to say of each face: ALL, or one of "
    f"{', '.join(FaceAttribute)}. May be said again.",
)
@click.option(
    "--draw", type=click.Path(dir_okay=False, path_type=Path), help="Write the picture with boxes."
)
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def command(
    session: Session,
    images: tuple[Path, ...],
    attributes: tuple[str, ...],
    draw: Path | None,
    as_json: bool,
) -> None:
    """Find faces in JPEG and PNG files."""
    if draw is not None and len(images) > 1:
        raise click.UsageError("--draw takes one image at a time.")
    wanted = _wanted(attributes)
    found: dict[Path, list[ObservedFace]] = {}
    failed: dict[Path, str] = {}
    with session.opened() as eyebright:
        for path in images:
            try:
                found[path] = eyebright.detect_faces(path, attributes=wanted)
            except (EyebrightError, OSError) as error:
                if len(images) == 1:
                    raise
                failed[path] = str(error)
    if as_json:
        session.terminal.json(_json(found, failed))
    else:
        _tables(session, found, several=len(images) > 1)
    for path, reason in failed.items():
        session.terminal.error(f"{path}: {reason}")
    if draw is not None:
        marks = [
            Mark(face.box_xyxy, label=str(number), points=points_of(face))
            for number, face in enumerate(found[images[0]], start=1)
        ]
        write_drawing(images[0], marks, draw)
        session.terminal.say(f"Wrote {draw}.")
    if failed:
        raise SystemExit(1)


def _wanted(names: tuple[str, ...]) -> frozenset[FaceAttribute]:
    return ALL_ATTRIBUTES if "ALL" in names else frozenset(FaceAttribute(name) for name in names)


def _tables(session: Session, found: dict[Path, list[ObservedFace]], *, several: bool) -> None:
    for path, faces in found.items():
        if several:
            session.terminal.answer(f"{path}: {len(faces)} face{'' if len(faces) == 1 else 's'}")
        elif not faces:
            session.terminal.say("No faces found.")
        if faces:
            said = [looks(face.description) for face in faces]
            headings = (*HEADINGS, "Looks") if any(said) else HEADINGS
            rows = [
                [*box_row(number, face), *([words] if any(said) else [])]
                for number, (face, words) in enumerate(zip(faces, said, strict=True), start=1)
            ]
            session.terminal.table(headings, rows, **RIGHT)


def _json(
    found: dict[Path, list[ObservedFace]], failed: dict[Path, str]
) -> list[dict[str, object]]:
    answers: list[dict[str, object]] = [
        {"image": str(path), "faces": [face_json(face) for face in faces]}
        for path, faces in found.items()
    ]
    return answers + [{"image": str(path), "error": reason} for path, reason in failed.items()]
