"""`eyebright celebrities`: who is famous in a picture, and the galleries that say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eyebright.api.local import DEFAULT_GALLERY
from eyebright.api.values import ImportReport, RecognisedFace
from eyebright.cli.enrol import EnrolmentBar
from eyebright.cli.faces import HEADINGS, RIGHT, box_row, face_json
from eyebright.cli.pictures import SUFFIXES, Request, View, picture_options, show_pictures
from eyebright.cli.proofs import report_proof
from eyebright.cli.session import Session, pass_session
from eyebright.cli.terminal import Terminal
from eyebright.imaging.draw import Mark
from eyebright.people.biographies import Celebrity

_RECOGNISE = "recognise"
_SHOWN_FAILURES = 50


class _Group(click.Group):
    """A first argument that is a picture or a folder, or an option, means `recognise`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and _means_pictures(args[0], ctx):
            args = [_RECOGNISE, *args]
        return super().parse_args(ctx, args)


def _means_pictures(first: str, context: click.Context) -> bool:
    if first.startswith("-"):
        return first not in context.help_option_names
    path = Path(first)
    return path.exists() or path.suffix.lower() in SUFFIXES or len(path.parts) > 1


@click.group("celebrities", cls=_Group, short_help="Celebrities: import, recognise, list, delete.")
def command() -> None:
    """Celebrities: galleries of people with names, links and ids.

    \b
    eyebright celebrities import people.csv
    eyebright celebrities premiere.jpg --draw names.jpg

    IMAGE... without a command means `recognise`. The same galleries answer
    RecognizeCelebrities. See docs/howto/celebrities.md.
    """


@command.command(_RECOGNISE)
@picture_options
@pass_session
def recognise(session: Session, images: tuple[Path, ...], draw: Path | None, as_json: bool) -> None:
    """Name the celebrities in JPEG and PNG files, or in all of a folder."""
    view = View(
        look=lambda eyebright, path: eyebright.recognise_celebrities(path),
        table=_table,
        json=lambda faces: {"faces": [_face_json(one) for one in faces]},
        marks=lambda faces: [
            Mark(one.face.box_xyxy, label=f"{_name(one)} {_percent(one)}".strip()) for one in faces
        ],
    )
    show_pictures(session, view, Request(images, draw, as_json))


@command.command("import")
@click.argument("source", metavar="FILE.csv|DIR", type=click.Path(path_type=Path))
@click.option(
    "--gallery",
    default=DEFAULT_GALLERY,
    show_default=True,
    help="The collection they go to; made if missing.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_context
@pass_session
def bring_in(
    session: Session, context: click.Context, source: Path, gallery: str, as_json: bool
) -> None:
    """Fill a gallery from a CSV file, or from a folder for each person.

    The CSV's first line names its columns: name,images and, if you like,
    urls,gender,id. Images are paths below the file's folder; several images or
    urls have ; between them. In a folder of folders each person's folder is
    named after them and may hold web addresses in urls.txt, one a line.

    Lines that cannot be used are reported and skipped. Run it again after
    changes, or after Ctrl-C: photos that were imported before are skipped.
    """
    with session.opened() as eyebright, EnrolmentBar(session) as bar:
        report = eyebright.import_celebrities(source, gallery, tell=bar.show)
    if as_json:
        session.terminal.json(_report_json(report))
    else:
        _say(session.terminal, report)
    if report.stopped:
        context.exit(130)
    if report.failures:
        context.exit(1)


@command.command("list")
@click.option("--gallery", help="Only those of this gallery.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def show_all(session: Session, gallery: str | None, as_json: bool) -> None:
    """List celebrities."""
    with session.opened() as eyebright:
        found = eyebright.celebrities(gallery)
    if as_json:
        session.terminal.json([_celebrity_json(one) for one in found])
    elif not found:
        session.terminal.say("No celebrities yet: eyebright celebrities import FILE.csv")
    else:
        session.terminal.table(
            ("Id", "Name", "Faces", "Gallery"),
            [(one.celebrity_id, one.biography.name, one.face_count, one.gallery) for one in found],
            Faces="right",
        )


@command.command("show")
@click.argument("celebrity_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def show(session: Session, celebrity_id: str, as_json: bool) -> None:
    """Show what is known of one celebrity."""
    with session.opened() as eyebright:
        found = eyebright.celebrity(celebrity_id)
    if as_json:
        session.terminal.json(_celebrity_json(found))
        return
    known = found.biography
    session.terminal.table(
        ("Celebrity", known.name),
        [
            ("Id", found.celebrity_id),
            ("Gender", known.gender.value),
            *(("Link", url) for url in known.urls),
            ("Faces", found.face_count),
            ("Gallery", found.gallery),
        ],
    )


@command.command("delete")
@click.argument("celebrity_id", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def delete(session: Session, celebrity_id: str, yes: bool) -> None:
    """Delete a celebrity with all their faces, and look that nothing is left.

    A whole gallery goes with `eyebright collections delete`.
    """
    with session.opened() as eyebright:
        found = eyebright.celebrity(celebrity_id)
        name = found.biography.name
        if not yes:
            click.confirm(f"Delete {name!r} and {found.face_count} faces?", abort=True, err=True)
        proof = eyebright.forget_celebrity(celebrity_id)
    session.terminal.say(f"Deleted {name!r} and {proof.faces} faces.")
    report_proof(session, proof)


def _table(terminal: Terminal, faces: list[RecognisedFace]) -> None:
    if not faces:
        terminal.say("No faces found.")
        return
    terminal.table(
        (*HEADINGS[:-1], "Match", "Celebrity", "Id"),
        [
            (
                *box_row(number, one.face)[:-1],
                _percent(one),
                _name(one) or "-",
                one.celebrity.celebrity_id if one.celebrity else "",
            )
            for number, one in enumerate(faces, start=1)
        ],
        Match="right",
        **RIGHT,
    )


def _name(one: RecognisedFace) -> str:
    return one.celebrity.biography.name if one.celebrity else ""


def _percent(one: RecognisedFace) -> str:
    return "" if one.percent is None else f"{one.percent:.1f}"


def _face_json(one: RecognisedFace) -> dict[str, Any]:
    return {
        "celebrity": one.celebrity and _celebrity_json(one.celebrity),
        "match": one.percent,
        "face": face_json(one.face),
    }


def _celebrity_json(one: Celebrity) -> dict[str, Any]:
    return {
        "id": one.celebrity_id,
        "name": one.biography.name,
        "urls": list(one.biography.urls),
        "gender": one.biography.gender.value,
        "faces": one.face_count,
        "gallery": one.gallery,
    }


def _say(terminal: Terminal, report: ImportReport) -> None:
    if report.failures:
        shown = report.failures[:_SHOWN_FAILURES]
        terminal.table(
            ("Where", "Photo", "Why not"),
            [(one.where, one.path.name if one.path else "", one.reason) for one in shown],
        )
        if len(report.failures) > len(shown):
            more = len(report.failures) - len(shown)
            terminal.answer(f"... and {more} more; --json names all")
    stopped = "Stopped; run it again to go on. " if report.stopped else ""
    terminal.say(
        f"{stopped}{report.gallery}: {report.images} photos of {report.people} people, "
        f"{report.added} faces added, {report.known} known before, {len(report.failures)} failed."
    )


def _report_json(report: ImportReport) -> dict[str, Any]:
    return {
        "gallery": report.gallery,
        "people": report.people,
        "photos": report.images,
        "added": report.added,
        "known": report.known,
        "stopped": report.stopped,
        "failures": [
            {
                "where": one.where,
                "photo": str(one.path) if one.path else None,
                "reason": one.reason,
            }
            for one in report.failures
        ],
    }
