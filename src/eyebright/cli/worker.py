"""`eyebright worker`: a process that does video jobs beside the server."""

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
    "--threads", type=click.IntRange(1, 64), default=1, show_default=True, help="Jobs at once."
)
@pass_session
def command(session: Session, buckets: tuple[str, ...], threads: int) -> None:
    """Do video jobs that a server over the same home has queued.

    Start as many as you like. Ctrl-C or SIGTERM gives the jobs in work back,
    with all they have found; another worker goes on with them.
    """
    folders = bucket_folders(buckets)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    with session.rooms() as rooms:
        from eyebright.app.door import open_sources
        from eyebright.app.video import build_worker

        with build_worker(rooms, open_sources(rooms, folders), threads=threads):
            session.terminal.say(f"Working on video jobs with {threads} threads.")
            stopped.wait()
    session.terminal.say("Stopped.")
