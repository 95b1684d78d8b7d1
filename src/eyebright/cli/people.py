"""`eyebright people`: who is in a library, what is decided, and exchange with other programs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import click

from eyebright.cli.lazy import LazyGroup

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "list": "eyebright.cli.people_list",
        "show": "eyebright.cli.people_show",
        "name": "eyebright.cli.people_name",
        "review": "eyebright.cli.people_review",
        "merge": "eyebright.cli.people_merge",
        "split": "eyebright.cli.people_split",
        "describe": "eyebright.cli.people_describe",
        "forget": "eyebright.cli.people_forget",
        "history": "eyebright.cli.people_history",
        "undo": "eyebright.cli.people_undo",
        "redo": "eyebright.cli.people_redo",
        "revert": "eyebright.cli.people_revert",
        "recognise": "eyebright.cli.people_recognise",
        "export": "eyebright.cli.people_export",
        "import": "eyebright.cli.people_import",
        "migrate": "eyebright.cli.people_migrate",
    }
)


@click.group("people", cls=LazyGroup, modules=COMMANDS, short_help="Who is in the archive.")
def command() -> None:
    """Name the people of a library, set right what was named, and exchange names
    with other programs.

    See docs/howto/people.md and docs/howto/people-interchange.md.
    """
