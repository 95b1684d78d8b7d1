"""`eyebright library stats`: how large a library is, and how far."""

from __future__ import annotations

import click

from eyebright.cli.library_options import json_option, library_option, opened_library, size
from eyebright.cli.session import Session, pass_session

_SHOWN_REASONS = 10


@click.command("stats", short_help="How large the library is, and how far.")
@library_option
@json_option
@pass_session
def command(session: Session, name: str, as_json: bool) -> None:
    """Say how large a library is, how far it is, and what failed."""
    with opened_library(session, name) as library:
        stats = library.stats()
    progress, totals = stats.progress, stats.totals
    if as_json:
        session.terminal.json(
            {
                "library": name,
                "assets": progress.total,
                "ready": progress.ready,
                "waiting": progress.waiting,
                "failed": progress.failed,
                "unreadable": progress.unreadable,
                "faces": progress.faces,
                "bytes": totals.byte_count,
                "film_minutes": round(totals.film_minutes, 2),
                "aws_price_usd": round(float(totals.usd), 5),
                "sources": len(stats.sources),
                "failures": [
                    {"what": one.what, "reason": one.message, "count": one.count}
                    for one in stats.reasons
                ],
            }
        )
        return
    rows: list[tuple[str, object]] = [
        ("Assets", progress.total),
        ("Ready", progress.ready),
        ("Waiting", progress.waiting),
        ("Failed", progress.failed),
        ("Files that cannot be read", progress.unreadable),
        ("Faces", progress.faces),
        ("Size of the originals", size(totals.byte_count)),
        ("Minutes of film", f"{totals.film_minutes:.1f}"),
        ("AWS would have charged", f"${totals.usd:.2f}"),
        ("Folders and buckets", len(stats.sources)),
    ]
    session.terminal.table(("Library", name), rows, **{name: "right"})
    if stats.reasons:
        session.terminal.answer("")
        session.terminal.table(
            ("What", "Why not", "How many"),
            [(one.what, one.message, one.count) for one in stats.reasons[:_SHOWN_REASONS]],
            How_many="right",
        )
