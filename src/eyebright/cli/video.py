"""`eyebright video`: the table of what can be asked of films on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import click

from eyebright.cli.lazy import LazyGroup

SUBCOMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "who": "eyebright.cli.video_who",
        "labels": "eyebright.cli.video_labels",
        "text": "eyebright.cli.video_text",
        "moderate": "eyebright.cli.video_moderate",
        "shots": "eyebright.cli.video_shots",
    }
)
"""Subcommand -> the module whose `command` it is; imported when it is used."""


@click.group(
    "video",
    cls=LazyGroup,
    modules=SUBCOMMANDS,
    short_help="Ask films on this machine; no server needed.",
)
def command() -> None:
    """Ask films, files or URLs, without a server."""
