"""`eyebright enrol`: a folder for each person becomes a collection."""

from __future__ import annotations

import time
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn

from eyebright.api.values import EnrolmentProgress, EnrolmentReport
from eyebright.cli.session import Session, pass_session
from eyebright.errors import CollectionNotFound

_SHOWN_FAILURES = 50


@click.command("enrol", short_help="Fill a collection from a folder of people.")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("-c", "--collection", required=True, help="Where the faces go; made if missing.")
@click.option(
    "--min-similarity",
    type=click.FloatRange(0, 100),
    default=0.0,
    show_default=True,
    help="How like the person's other faces a face must be to be named; 0 trusts the folders.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_context
@pass_session
def command(
    session: Session,
    context: click.Context,
    directory: Path,
    collection: str,
    min_similarity: float,
    as_json: bool,
) -> None:
    """Enrol the photos of DIRECTORY: a folder for each person, named after them.

    The largest face of each photo is kept. Run it again after adding photos, or
    after Ctrl-C: photos that were enrolled before are skipped.
    """
    with session.opened() as eyebright, EnrolmentBar(session) as bar:
        try:
            eyebright.collection(collection)
        except CollectionNotFound:
            eyebright.create_collection(collection)
        report = eyebright.enrol(directory, collection, min_percent=min_similarity, tell=bar.show)
    if as_json:
        session.terminal.json(_json(report))
    else:
        _say(session, report, collection)
    if report.stopped:
        context.exit(130)
    if report.failures:
        context.exit(1)


class EnrolmentBar:
    """Photos done, photos a second, faces, failures and the time left, on standard error."""

    def __init__(self, session: Session) -> None:
        self._progress = session.terminal.progress(
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}/s"),
            TextColumn("{task.fields[faces]} faces"),
            TextColumn("{task.fields[failed]}"),
            TimeRemainingColumn(),
        )
        self._task: TaskID | None = None
        self._began = time.monotonic()

    def __enter__(self) -> EnrolmentBar:
        self._progress.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, so_far: EnrolmentProgress) -> None:
        if self._task is None:
            self._task = self._progress.add_task(
                "", total=so_far.total, rate="", faces=0, failed=""
            )
        seconds = max(time.monotonic() - self._began, 1e-3)
        self._progress.update(
            self._task,
            completed=so_far.images,
            rate=f"{so_far.images / seconds:.1f}",
            faces=so_far.faces,
            failed=f"{so_far.failures} failed" if so_far.failures else "",
        )


def _say(session: Session, report: EnrolmentReport, collection: str) -> None:
    terminal = session.terminal
    if report.failures:
        terminal.table(
            ("Photo", "Why not"),
            [(one.path, one.reason) for one in report.failures[:_SHOWN_FAILURES]],
        )
        if len(report.failures) > _SHOWN_FAILURES:
            more = len(report.failures) - _SHOWN_FAILURES
            terminal.answer(f"... and {more} more; --json names all")
    stopped = "Stopped; run it again to go on. " if report.stopped else ""
    terminal.say(
        f"{stopped}{collection}: {report.images} photos of {report.people} people, "
        f"{report.added} faces added, {report.known} known before, {len(report.failures)} failed."
    )


def _json(report: EnrolmentReport) -> dict[str, object]:
    return {
        "photos": report.images,
        "people": report.people,
        "added": report.added,
        "known": report.known,
        "stopped": report.stopped,
        "failures": [{"photo": str(one.path), "reason": one.reason} for one in report.failures],
    }
