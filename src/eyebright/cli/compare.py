"""`eyebright compare`: is it the same person?"""

from __future__ import annotations

from pathlib import Path

import click

from eyebright.cli.faces import HEADINGS, RIGHT, box_row, face_json
from eyebright.cli.session import Session, pass_session


@click.command("compare", short_help="Is it the same person?")
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def command(session: Session, source: Path, target: Path, as_json: bool) -> None:
    """How alike SOURCE's largest face is to each face of TARGET, 0-100.

    Two random strangers reach 80 at most about once in 1,000 comparisons and 99
    once in 100,000; people who resemble each other more often. See
    docs/howto/thresholds.md.
    """
    with session.opened() as eyebright:
        likenesses = eyebright.compare(source, target)
    if as_json:
        session.terminal.json(
            [{"similarity": one.percent, "face": face_json(one.face)} for one in likenesses]
        )
        return
    session.terminal.table(
        ("Similarity", *HEADINGS),
        [
            (f"{one.percent:.1f}", *box_row(number, one.face))
            for number, one in enumerate(likenesses, start=1)
        ],
        Similarity="right",
        **RIGHT,
    )
