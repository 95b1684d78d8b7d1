"""`eyebright video labels`: what does a film show when?"""

from __future__ import annotations

from pathlib import Path

import click

from eyebright.cli.film_report import Words
from eyebright.cli.session import Session, pass_session
from eyebright.cli.video_names import Asked, Names, name_options, tell_names
from eyebright.video.sampling import Policy

_NAMES = Names(
    words=Words(
        title="What films show",
        one="label",
        many="labels",
        columns=("Label", "Sure", "Surest at"),
        nothing="No labels.",
    ),
    member="labels",
    look=lambda eyebright, film, options, tell: eyebright.video_labels(
        film, options=options, tell=tell
    ),
    ready=lambda eyebright: eyebright.rooms.sight.objects(),
)


@click.command("labels", short_help="What do films show when?")
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
    """Say what films show when, in Rekognition's words.

    Starts and ends lie half-way between two looks. Words that a label implies
    ("Animal" for "Dog") are told, too.
    """
    tell_names(session, _NAMES, Asked(films, policy, percent, as_csv, as_json, page))
