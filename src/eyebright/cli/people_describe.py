"""`eyebright people describe`: what is known of somebody."""

from __future__ import annotations

import click

from eyebright.cli.library_options import json_option, library_option, opened_library
from eyebright.cli.people_said import WHO, tell
from eyebright.cli.session import Session, pass_session

_CONSENTS = ("given", "refused", "unknown")
_KINDS = ("key", "named", "unknown", "ignored")


@click.command("describe", short_help="Rename somebody, or note more.")
@click.argument("who", metavar=WHO)
@click.option("--name", "called", help="Another name.")
@click.option("--role", help="What they are here; empty for nothing.")
@click.option("--alias", "aliases", multiple=True, help="Another name beside; may be said again.")
@click.option("--no-aliases", is_flag=True, help="Take the other names away.")
@click.option("--notes", help="Free text, instead of what was noted.")
@click.option("--born", type=int, help="Year of birth; 0 takes it away.")
@click.option("--as", "kind", type=click.Choice(_KINDS), help="What kind of person it is here.")
@click.option(
    "--in-project",
    "projects",
    nargs=2,
    multiple=True,
    metavar="PROJECT ROLE",
    help="Their role in a project; empty for none.",
)
@click.option(
    "--consent", type=click.Choice(_CONSENTS), help="Whether they agreed to be recognised."
)
@click.option("--consent-day", metavar="YYYY-MM-DD", help="The day on which they said so.")
@click.option("--consent-note", metavar="TEXT", help="Where it is written, for what.")
@click.option("--portrait", metavar="FACE", help="A face of theirs to show.")
@library_option
@json_option
@pass_session
def command(
    session: Session,
    who: str,
    called: str | None,
    role: str | None,
    aliases: tuple[str, ...],
    no_aliases: bool,
    notes: str | None,
    born: int | None,
    kind: str | None,
    projects: tuple[tuple[str, str], ...],
    consent: str | None,
    consent_day: str | None,
    consent_note: str | None,
    portrait: str | None,
    name: str,
    as_json: bool,
) -> None:
    """Change what is known of a person; what is not said stays as it is."""
    if consent is None and (consent_day or consent_note):
        raise click.UsageError("Say --consent, too.")
    from eyebright.ids import FaceId
    from eyebright.people.consent import Consent, ConsentStatus, require_day
    from eyebright.people.facts import Classification, NewFacts

    with opened_library(session, name) as library:
        person = library.people.find(who)
        facts = person.facts
        known = () if no_aliases else facts.aliases
        new = NewFacts(
            name=called,
            role=role,
            aliases=[*known, *aliases] if aliases or no_aliases else None,
            notes=notes,
            birth_year=born,
            classification=None if kind is None else Classification(kind),
            project_roles={**facts.project_roles, **dict(projects)} if projects else None,
            portrait=None if portrait is None else FaceId(portrait),
            consent=None
            if consent is None
            else Consent(
                ConsentStatus(consent),
                require_day(consent_day) if consent_day else None,
                consent_note or "",
            ),
        )
        decided = library.people.describe(person.user_id, new)
    tell(session, decided, as_json=as_json)
