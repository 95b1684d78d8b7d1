"""`eyebright video text`: what can be read in a film when?"""

from __future__ import annotations

from pathlib import Path

import click

from eyebright.cli.film_report import Words
from eyebright.cli.session import Session, pass_session
from eyebright.cli.video_names import Asked, Names, name_options, tell_names
from eyebright.video.sampling import Policy

_NAMES = Names(
    words=Words(
        title="What films say",
        one="text",
        many="texts",
        columns=("Text", "Sure", "Surest at"),
        nothing="No text was found.",
    ),
    member="texts",
    look=lambda eyebright, film, options, tell: eyebright.video_text(
        film, options=options, tell=tell
    ),
    ready=lambda eyebright: eyebright.rooms.sight.text(),
)


@click.command("text", short_help="What can be read in films when?")
@name_options
@pass_session
def command(
    session: Session,
    films: tuple[str, ...],
    policy: Policy,
    percent: float,
    as_csv: bool,
    as_json: bool,
    page: Path | None,
) -> None:
    """Say what can be read in films when, line by line.

    Starts and ends lie half-way between two looks. A line that is read a
    little otherwise now and then is one line, by its surest reading.
    """
    tell_names(session, _NAMES, Asked(films, policy, percent, as_csv, as_json, page))
