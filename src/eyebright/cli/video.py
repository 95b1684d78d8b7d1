"""`eyebright video`: the table of what can be asked of films on this machine."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import MappingProxyType

import click

SUBCOMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "who": "eyebright.cli.video_who",
        "shots": "eyebright.cli.video_shots",
    }
)
"""Subcommand -> the module whose `command` it is; imported when it is used."""


class _Subcommands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(SUBCOMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 (click's signature)
        cmd_name: str,
    ) -> click.Command | None:
        module = SUBCOMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = importlib.import_module(module).command
        return command


@click.group("video", cls=_Subcommands, short_help="Ask films on this machine; no server needed.")
def command() -> None:
    """Ask films, files or URLs, without a server."""
