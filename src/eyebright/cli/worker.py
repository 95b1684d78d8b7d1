"""`eyebright worker`: a process that does video jobs and runs live streams beside the server."""

from __future__ import annotations

import signal
import threading

import click

from eyebright.cli.serve import bucket_folders
from eyebright.cli.session import Session, pass_session


@click.command("worker")
@click.option(
    "--bucket",
    "buckets",
    multiple=True,
    metavar="NAME=DIR",
    help="A folder that plays a bucket, as for `serve`. May be said again.",
)
@click.option(
    "--threads",
    type=click.IntRange(0, 64),
    default=1,
    show_default=True,
    help="Video jobs at once; 0 does none.",
)
@click.option(
    "--streams",
    type=click.IntRange(0, 256),
    help="Live streams at once; 0 runs none.  [default: $EYEBRIGHT_STREAM_WORKERS or 16 where "
    "$EYEBRIGHT_STREAMS names any, else 0]",
)
@pass_session
def command(session: Session, buckets: tuple[str, ...], threads: int, streams: int | None) -> None:
    """Do video jobs and run live streams of a server over the same home.

    Start as many as you like, all with the same EYEBRIGHT_STREAMS. Ctrl-C or
    SIGTERM gives what is in work back, with all that was found; another worker
    goes on with it. That of a killed worker goes on after its lease.
    """
    if streams is None:
        streams = session.settings.stream_workers if session.settings.stream_addresses else 0
    if not threads and not streams:
        raise click.UsageError("There is nothing to do with --threads 0 and no --streams.")
    folders = bucket_folders(buckets)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    with session.rooms() as rooms:
        from eyebright.app.door import open_sources
        from eyebright.app.library import open_library
        from eyebright.app.streams import build_stream_worker
        from eyebright.app.video import build_worker

        sources = open_sources(rooms, folders)
        with (
            open_library(rooms, sources).indexer,
            build_worker(rooms, sources, threads=threads),
            build_stream_worker(rooms, buckets=folders, at_once=streams),
        ):
            session.terminal.say(f"Working on {threads} video jobs and {streams} streams at once.")
            stopped.wait()
    session.terminal.say("Stopped.")
