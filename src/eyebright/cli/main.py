"""The table of commands, and what every command has in common.

Exit codes: 0 done, 1 it could not be done (one line on standard error says why and what helps),
2 the command was not used rightly, 130 interrupted with Ctrl-C.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

import click

from eyebright.cli.lazy import LazyGroup
from eyebright.cli.session import Session
from eyebright.cli.terminal import make_terminal
from eyebright.errors import EyebrightError
from eyebright.settings import read_settings

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "serve": "eyebright.cli.serve",
        "worker": "eyebright.cli.worker",
        "env": "eyebright.cli.env",
        "accounts": "eyebright.cli.accounts",
        "packs": "eyebright.cli.packs",
        "detect-faces": "eyebright.cli.detect_faces",
        "moderate": "eyebright.cli.moderate",
        "equipment": "eyebright.cli.equipment",
        "labels": "eyebright.cli.labels",
        "text": "eyebright.cli.text",
        "compare": "eyebright.cli.compare",
        "collections": "eyebright.cli.collections",
        "enrol": "eyebright.cli.enrol",
        "identify": "eyebright.cli.identify",
        "users": "eyebright.cli.users",
        "celebrities": "eyebright.cli.celebrities",
        "video": "eyebright.cli.video",
        "library": "eyebright.cli.library",
        "people": "eyebright.cli.people",
        "jobs": "eyebright.cli.jobs",
        "usage": "eyebright.cli.usage",
        "doctor": "eyebright.cli.doctor",
    }
)
"""Command -> the module whose `command` it is; a module is imported when its command is used."""

INTERRUPTED = 130


class _Commands(LazyGroup):
    """Says errors in one line."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except EyebrightError as error:
            _fail(ctx, error.message)
        except (KeyboardInterrupt, click.Abort):
            terminal = make_terminal()
            terminal.say("Stopped.")
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            raise  # click ends quietly when the reader of a pipe is gone
        except OSError as error:
            _fail(ctx, _said(error))


def _fail(ctx: click.Context, message: str) -> NoReturn:
    make_terminal().error(message)
    ctx.exit(1)


def _said(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


@click.group(
    cls=_Commands,
    modules=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of packs, database, keys and credentials.  [default: $EYEBRIGHT_HOME or "
    "~/.eyebright]",
)
@click.option("--account", help="Account to act for (its id or name); the profile's by default.")
@click.version_option(importlib.metadata.version("eyebright"), prog_name="eyebright")
@click.pass_context
def main(context: click.Context, home: Path | None, account: str | None) -> None:
    """The Amazon Rekognition API, answered on your own machine.

    Start with `eyebright packs install`, then `eyebright serve`.
    """
    settings = read_settings()
    if home is not None:
        settings = replace(settings, home=home.expanduser().absolute())
    context.obj = Session(settings=settings, account=account, terminal=make_terminal())


def run() -> None:
    """Entry point of the `eyebright` command."""
    main.main(prog_name="eyebright", windows_expand_args=False)


if __name__ == "__main__":
    run()
