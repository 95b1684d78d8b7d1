"""`eyebright people`: who is in a library, and exchange of names with other programs."""

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
        "recognise": "eyebright.cli.people_recognise",
        "export": "eyebright.cli.people_export",
        "import": "eyebright.cli.people_import",
        "migrate": "eyebright.cli.people_migrate",
    }
)


@click.group("people", cls=LazyGroup, modules=COMMANDS, short_help="Who is in the archive.")
def command() -> None:
    """Name the people of a library, and exchange names with other programs.

    See docs/howto/people-interchange.md.
    """
