"""`eyebright people review`: who unknown faces may be."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from eyebright.cli.library_options import SHORT, json_option, library_option, opened_library
from eyebright.cli.people_said import WHO
from eyebright.cli.session import Session, pass_session

if TYPE_CHECKING:
    from eyebright.library.reviewing import Review, ReviewRow

_BANDS = ("likely", "maybe", "unlikely")
_SHOWN = 40


@click.command("review", short_help="Look at suggestions, and accept them.")
@click.option("--person", "who", metavar=WHO, help="Of one person only, face by face.")
@click.option(
    "--accept",
    "bands",
    multiple=True,
    type=click.Choice(("likely", "maybe")),
    help="Confirm all of this band; may be said again.",
)
@library_option
@json_option
@pass_session
def command(
    session: Session, who: str | None, bands: tuple[str, ...], name: str, as_json: bool
) -> None:
    """List people with unknown faces that may be theirs, most first.

    Nobody is named unless you accept it: --accept likely confirms what is sure
    enough, person by person, each an event of its own for `undo`.
    """
    from eyebright.people.bands import Band

    with opened_library(session, name) as library:
        review = library.people.review(who)
        if bands:
            accepted = library.people.accept(review, [Band(band) for band in bands])
            told = {
                "people": accepted.people,
                "faces": accepted.faces,
                "skipped": accepted.skipped,
            }
            if as_json:
                session.terminal.json(told)
            else:
                left = f"; {accepted.skipped} were left out" if accepted.skipped else ""
                session.terminal.say(
                    f"{accepted.faces} faces of {accepted.people} people were confirmed{left}."
                )
            return
    if as_json:
        session.terminal.json([_json(row) for row in review.rows])
    elif not review.rows:
        session.terminal.say("Nobody is suggested for any face.")
    elif who is None:
        _list(session, review)
    else:
        _faces(session, review.rows[0])


def _list(session: Session, review: Review) -> None:
    rows = []
    for row in review.rows[:_SHOWN]:
        counts = Counter(one.band.value for one in row.suggested)
        facts = row.person.somebody.facts
        called = f"{facts.name} ({facts.role})" if facts.role else facts.name
        best = max(one.percent for one in row.suggested)
        rows.append((called, *(counts[band] or "" for band in _BANDS), f"{best:.0f} %"))
    right = {"Likely": "right", "Maybe": "right", "Unlikely": "right", "Best": "right"}
    session.terminal.table(("Person", "Likely", "Maybe", "Unlikely", "Best"), rows, **right)
    if len(review.rows) > _SHOWN:
        session.terminal.say(f"... and {len(review.rows) - _SHOWN} more; --json has all")
    elif review.more:
        session.terminal.say("There are more people with suggestions.")


def _faces(session: Session, row: ReviewRow) -> None:
    ordered = sorted(row.suggested, key=lambda one: (_BANDS.index(one.band), -one.percent))
    session.terminal.table(
        ("Band", "Alike", "Photo", "Face"),
        [
            (
                one.band.value,
                f"{one.percent:.1f} %",
                one.seen.asset.asset_id[:SHORT],
                one.seen.face_id or "",
            )
            for one in ordered[:_SHOWN]
        ],
        Alike="right",
    )
    if len(ordered) > _SHOWN:
        session.terminal.say(f"... and {len(ordered) - _SHOWN} more; --json has all")


def _json(row: ReviewRow) -> dict[str, Any]:
    somebody = row.person.somebody
    return {
        "person": somebody.user_id,
        "name": somebody.facts.name,
        "role": somebody.facts.role,
        "suggested": [
            {
                "face": one.seen.face_id,
                "asset": one.seen.asset.asset_id,
                "band": one.band.value,
                "percent": round(one.percent, 2),
                "false_match_rate": one.false_match_rate,
            }
            for one in row.suggested
        ],
    }
