"""`eyebright library reindex`: make the search index of a library anew."""

from __future__ import annotations

import time

import click
from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn

from eyebright.cli.library_options import json_option, library_option, opened_library
from eyebright.cli.session import Session, pass_session


@click.command("reindex", short_help="Make the search index anew.")
@library_option
@json_option
@pass_session
def command(session: Session, name: str, *, as_json: bool) -> None:
    """Make the search index anew from what is known of the assets; no model runs.

    The index mends itself; this also takes the last bytes of removed assets off the disk.
    """
    started = time.perf_counter()
    terminal = session.terminal
    with (
        opened_library(session, name) as library,
        terminal.progress(
            "Indexing", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        ) as bar,
    ):
        task = bar.add_task("", total=None)
        count = library.media.finding.reindex(
            library.library, lambda done, total: bar.update(task, completed=done, total=total)
        )
    seconds = time.perf_counter() - started
    if as_json:
        terminal.json({"documents": count, "seconds": round(seconds, 3)})
    else:
        terminal.say(f"{count:,} assets can be searched; it took {seconds:.1f} s.")
