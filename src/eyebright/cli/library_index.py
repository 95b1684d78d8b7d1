"""`eyebright library index`: an archive becomes searchable while you watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from eyebright.cli.counting_bar import CountingBar
from eyebright.cli.library_options import (
    bucket_option,
    json_option,
    library_option,
    opened_library,
    span,
)
from eyebright.cli.session import Session, pass_session
from eyebright.cli.terminal import Terminal

if TYPE_CHECKING:
    from eyebright.api.library import LocalLibrary
    from eyebright.library.failures import Reason
    from eyebright.library.index_run import IndexProgress, IndexReport
    from eyebright.library.scan_report import ScanReport

_SHOWN_REASONS = 20
_SHOWN_TROUBLES = 10


@click.command("index", short_help="Analyse folders, buckets and files.")
@click.argument("targets", nargs=-1, metavar="[DIR|s3://BUCKET/PREFIX|FILE]...")
@click.option("--again", is_flag=True, help="Bring back what was removed from the library.")
@click.option(
    "--ray",
    "ray_address",
    metavar="ADDRESS",
    help="Have the actors of a Ray cluster work, `local` for one on this machine; needs "
    "eyebright[ray].",
)
@bucket_option
@library_option
@json_option
@click.pass_context
@pass_session
def command(
    session: Session,
    context: click.Context,
    targets: tuple[str, ...],
    again: bool,
    ray_address: str | None,
    buckets: tuple[str, ...],
    name: str,
    as_json: bool,
) -> None:
    """Look through folders, buckets and files, and analyse what is new.

    Without any, all that were named before. Run it again after Ctrl-C, a crash
    or a power cut: what is done is not done again. The files stay where they
    are and as they are.
    """
    with opened_library(session, name, buckets) as library, IndexBar(session) as bar:
        library.rooms.vision.preload()  # says at once that no pack is installed
        report = _index(library, targets, again=again, ray_address=ray_address, bar=bar)
        reasons, lacking = library.reasons(), library.lacking()
    if as_json:
        session.terminal.json(_json(report, reasons, lacking))
    else:
        _say(session.terminal, report, reasons)
        for one in lacking:
            session.terminal.warn(f"{one.what} of {one.count} files waits: {one.message}")
    if report.stopped:
        context.exit(130)
    if report.errors or any(one.away for one in report.scans) or report.library.failed:
        context.exit(1)


def _index(
    library: LocalLibrary,
    targets: tuple[str, ...],
    *,
    again: bool,
    ray_address: str | None,
    bar: IndexBar,
) -> IndexReport:
    if ray_address is None:
        return library.index(*targets, again=again, tell=bar.show)
    from eyebright.app.ray_workers import RayWorkers

    workers = RayWorkers(
        library.rooms.settings,
        library.library,
        address=ray_address,
        buckets=library.buckets,
    )
    return library.index(*targets, again=again, tell=bar.show, workers=workers)


class IndexBar(CountingBar):
    """Pictures done, a second, faces, failures, what the service would have charged, time left."""

    def show(self, so_far: IndexProgress) -> None:
        self.say(
            "Looking" if so_far.is_listing else "Indexing",
            done=so_far.done,
            total=so_far.done + so_far.waiting,
            rest=bar_text(so_far),
        )


def bar_text(so_far: IndexProgress) -> str:
    parts = [f"{so_far.per_second:.1f}/s", f"{so_far.faces} faces"]
    if so_far.failed:
        parts.append(f"{so_far.failed} failed")
    parts.append(f"AWS ${so_far.usd:.2f}")
    if so_far.seconds_left is not None:
        parts.append(f"{span(so_far.seconds_left)} left")
    return "  ".join(parts)


def _say(terminal: Terminal, report: IndexReport, reasons: tuple[Reason, ...]) -> None:
    for message in (*report.errors, *(one.away for one in report.scans if one.away)):
        terminal.error(message)
    for message in (one.message for one in report.scans if one.message):
        terminal.warn(message)
    _say_troubles(terminal, report.scans)
    if reasons:
        terminal.table(
            ("What", "Why not", "How many"),
            [(one.what, one.message, one.count) for one in reasons[:_SHOWN_REASONS]],
            How_many="right",
        )
        if len(reasons) > _SHOWN_REASONS:
            terminal.answer(f"... and {len(reasons) - _SHOWN_REASONS} more; --json names all")
    terminal.say(_summary(report))


def _say_troubles(terminal: Terminal, scans: tuple[ScanReport, ...]) -> None:
    troubles = [one for scan in scans for one in scan.troubles]
    for trouble in troubles[:_SHOWN_TROUBLES]:
        terminal.warn(f"{trouble.path or 'the folder itself'}: {trouble.reason}")
    if len(troubles) > _SHOWN_TROUBLES:
        terminal.warn(f"... and {len(troubles) - _SHOWN_TROUBLES} more that cannot be read")


def _summary(report: IndexReport) -> str:
    done = report.progress
    rate = done.done / max(report.seconds, 1e-3)
    parts = [
        "Stopped; run it again to go on. " if report.stopped else "",
        f"{done.done} analysed in {span(report.seconds)} ({rate:.1f}/s), {done.faces} faces; ",
        f"the library has {report.library.total}, {report.library.ready} ready, ",
        f"{report.library.failed} failed. AWS would have charged ${done.usd:.2f}.",
    ]
    if report.later:
        parts.append(f" {report.later} are still to do: run it again, or start the server.")
    kept_out = sum(scan.kept_out for scan in report.scans)
    if kept_out:
        parts.append(f" Files that were removed stay out ({kept_out}); --again takes them back.")
    restless = sum(scan.restless for scan in report.scans)
    if restless:
        parts.append(f" {restless} files are still written to: run it again later.")
    return "".join(parts)


def _json(
    report: IndexReport, reasons: tuple[Reason, ...], lacking: tuple[Reason, ...]
) -> dict[str, object]:
    done = report.progress
    return {
        "analysed": done.done,
        "seconds": round(report.seconds, 3),
        "faces": done.faces,
        "aws_price_usd": round(float(done.usd), 5),
        "later": report.later,
        "stopped": report.stopped,
        "errors": [*report.errors, *(one.away for one in report.scans if one.away)],
        "library": {
            "total": report.library.total,
            "ready": report.library.ready,
            "failed": report.library.failed,
        },
        "sources": [_scan_json(one) for one in report.scans],
        "failures": _reasons_json(reasons),
        "lacking": _reasons_json(lacking),
    }


def _reasons_json(reasons: tuple[Reason, ...]) -> list[dict[str, object]]:
    return [{"what": one.what, "reason": one.message, "count": one.count} for one in reasons]


def _scan_json(scan: ScanReport) -> dict[str, object]:
    return {
        "files": scan.files,
        "new": scan.added,
        "changed": scan.changed,
        "unchanged": scan.unchanged,
        "renamed": scan.renamed,
        "vanished": scan.vanished,
        "unsupported": scan.unsupported,
        "unreadable": scan.unreadable,
        "skipped": scan.skipped,
        "kept_out": scan.kept_out,
        "still_written_to": scan.restless,
        "whole": scan.is_whole,
        "message": scan.message,
        "troubles": [{"path": one.path, "reason": one.reason} for one in scan.troubles],
    }
