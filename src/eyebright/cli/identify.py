"""`eyebright identify`: who is in a picture?"""

from __future__ import annotations

from pathlib import Path

import click

from eyebright.api.values import Identification
from eyebright.cli.drawing import write_drawing
from eyebright.cli.faces import HEADINGS, RIGHT, box_row, face_json
from eyebright.cli.session import Session, pass_session
from eyebright.imaging.draw import Mark


@click.command("identify")
@click.argument("image", type=click.Path(path_type=Path))
@click.option("-c", "--collection", required=True, help="Where to look.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 100),
    default=80.0,
    show_default=True,
    help="Least similarity to name somebody.",
)
@click.option(
    "--draw", type=click.Path(dir_okay=False, path_type=Path), help="Write the picture with names."
)
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def command(
    session: Session,
    image: Path,
    collection: str,
    threshold: float,
    draw: Path | None,
    as_json: bool,
) -> None:
    """Name the faces of IMAGE from a collection."""
    with session.opened() as eyebright:
        found = eyebright.identify(image, collection, min_percent=threshold)
    if as_json:
        session.terminal.json([_json(one) for one in found])
    elif not found:
        session.terminal.say("No faces found.")
    else:
        session.terminal.table(
            (*HEADINGS[:-1], "Similarity", "Person"),
            [
                (*box_row(number, one.face)[:-1], _percent(one), _name(one))
                for number, one in enumerate(found, start=1)
            ],
            Similarity="right",
            **RIGHT,
        )
    if draw is not None:
        marks = [
            Mark(one.face.box_xyxy, label=f"{_name(one)} {_percent(one)}".strip("- "))
            for one in found
        ]
        write_drawing(image, marks, draw)
        session.terminal.say(f"Wrote {draw}.")


def _name(one: Identification) -> str:
    """The person, else what the nearest face remembers of its photo, else a dash."""
    if one.person is not None:
        return one.person
    if one.nearest is not None:
        return one.nearest.face.external_image_id or one.nearest.face.face_id
    return "-"


def _percent(one: Identification) -> str:
    if one.percent is not None:
        return f"{one.percent:.1f}"
    return f"{one.nearest.percent:.1f}" if one.nearest is not None else ""


def _json(one: Identification) -> dict[str, object]:
    nearest = one.nearest
    return {
        "person": one.person,
        "similarity": one.percent,
        "nearest_face": nearest
        and {
            "face_id": nearest.face.face_id,
            "external_image_id": nearest.face.external_image_id,
            "user": nearest.face.user_id,
            "similarity": nearest.percent,
        },
        "face": face_json(one.face),
    }
