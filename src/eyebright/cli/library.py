"""`eyebright library`: pictures and films that can be searched, and stay so."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import click

from eyebright.cli.lazy import LazyGroup

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "index": "eyebright.cli.library_index",
        "add": "eyebright.cli.library_add",
        "watch": "eyebright.cli.library_watch",
        "list": "eyebright.cli.library_list",
        "search": "eyebright.cli.library_search",
        "similar": "eyebright.cli.library_similar",
        "show": "eyebright.cli.library_show",
        "remove": "eyebright.cli.library_remove",
        "stats": "eyebright.cli.library_stats",
        "reindex": "eyebright.cli.library_reindex",
        "faces": "eyebright.cli.library_faces",
    }
)


@click.group("library", cls=LazyGroup, modules=COMMANDS, short_help="A searchable archive.")
def command() -> None:
    """Make folders and buckets of pictures and films searchable.

    Start with `eyebright library index ~/Pictures`.
    """
