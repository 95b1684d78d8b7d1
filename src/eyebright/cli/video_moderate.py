"""`eyebright video moderate`: when does a film show what some audiences should not see?"""

from __future__ import annotations

from pathlib import Path

import click

from eyebright.cli.film_report import Words
from eyebright.cli.session import Session, pass_session
from eyebright.cli.video_names import Asked, Names, name_options, tell_names
from eyebright.video.sampling import Policy

_NAMES = Names(
    words=Words(
        title="What some audiences should not see",
        one="kind of content",
        many="kinds of content",
        columns=("Content", "Sure", "Surest at"),
        nothing="Nothing was found of what the installed packs can see.",
    ),
    member="labels",
    look=lambda eyebright, film, options, tell: eyebright.video_moderation(
        film, options=options, tell=tell
    ),
    ready=lambda eyebright: eyebright.rooms.sight.moderation(),
)


@click.command("moderate", short_help="When do films show what some should not see?")
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
    """Say when films show content that some audiences should not see.

    What the installed packs cannot see is never said: `eyebright packs show
    moderation` lists it. Starts and ends lie half-way between two looks.
    """
    tell_names(session, _NAMES, Asked(films, policy, percent, as_csv, as_json, page))
