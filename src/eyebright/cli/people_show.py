"""`eyebright people show`: one person, and where they are to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from eyebright.cli.library_options import SHORT, json_option, library_option, opened_library
from eyebright.cli.session import Session, pass_session

if TYPE_CHECKING:
    from eyebright.people.consent import Consent
    from eyebright.people.facts import PersonFacts

_SHOWN = 20


@click.command("show", short_help="Show a person and their pictures.")
@click.argument("who", metavar="NAME|ID")
@library_option
@json_option
@pass_session
def command(session: Session, who: str, name: str, as_json: bool) -> None:
    """Show a person: by name, by "NAME (ROLE)" if several are called so, or by id."""
    with opened_library(session, name) as library:
        found = library.people.show(who)
    person = found.person
    if as_json:
        session.terminal.json(
            {
                "person": person.user_id,
                "name": person.name,
                "role": person.role,
                "aliases": list(person.facts.aliases),
                "notes": person.facts.notes,
                "birth_year": person.facts.birth_year,
                "classification": person.facts.classification.value,
                "project_roles": dict(person.facts.project_roles),
                "consent": person.facts.consent.to_json(),
                "portrait": person.facts.portrait,
                "version": person.version,
                "faces": person.face_count,
                "pictures": [
                    {"asset": one.asset.asset_id, "path": one.shown()} for one in found.pictures
                ],
            }
        )
        return
    session.terminal.table(
        ("Person", person.name),
        [
            *([("Role", person.role)] if person.role else []),
            *_known(person.facts),
            ("Faces", person.face_count),
            ("Id", person.user_id),
            *((one.asset.asset_id[:SHORT], one.shown()) for one in found.pictures[:_SHOWN]),
        ],
    )
    if len(found.pictures) > _SHOWN:
        session.terminal.say(f"... and {len(found.pictures) - _SHOWN} more; --json names all")


def _known(facts: PersonFacts) -> list[tuple[str, str]]:
    """What else is known, as rows."""
    rows = [
        ("Also", "; ".join(facts.aliases)),
        ("Kind", "" if facts.classification.value == "named" else facts.classification.value),
        ("Born", "" if facts.birth_year is None else str(facts.birth_year)),
        *((f"In {project}", role) for project, role in facts.project_roles.items()),
        ("Consent", _consent(facts.consent)),
        ("Notes", facts.notes),
        ("Portrait", facts.portrait or ""),
    ]
    return [(what, text) for what, text in rows if text]


def _consent(consent: Consent) -> str:
    if consent.status.value == "unknown":
        return ""
    day = "" if consent.day is None else f", {consent.day.isoformat()}"
    note = f": {consent.note}" if consent.note else ""
    return f"{consent.status.value}{day}{note}"
