"""Reference pages, written from the code: `python -m eyebright.cli.reference docs/reference`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from eyebright.cli.main import main
from eyebright.settings import VARIABLES, Settings

_WRITTEN = "<!-- Written by `make docs`. Change the code, not this page. -->"
_WIDTH = 80


def pages() -> Mapping[str, str]:
    """File name -> text of every generated page."""
    return {"settings.md": settings_page(), "cli.md": cli_page()}


_SETTINGS_HEAD = f"""\
# Settings

{_WRITTEN}

Read once from the environment when a process starts. Options of a command win over them.

| Variable | Default | Meaning |
|---|---|---|
"""
_CLI_HEAD = f"""\
# The command line

{_WRITTEN}

Answers go to standard output, everything else to standard error; with `--json` standard output
holds JSON and nothing else. Exit codes: 0 done; 1 it could not be done, and one line on standard
error says why and what helps; 2 the command was not used rightly; 130 interrupted.

"""


def settings_page() -> str:
    """One row for each environment variable."""
    defaults = Settings()
    rows = [
        f"| `{one.name}` | {_default(getattr(defaults, one.field))} | {one.meaning} |\n"
        for one in VARIABLES
    ]
    return _SETTINGS_HEAD + "".join(rows)


def cli_page() -> str:
    """The help of every command."""
    parts = [
        f"## {path}\n\n```text\n{command.get_help(_context(command, path)).rstrip()}\n```\n"
        for path, command in _commands(main, "eyebright")
    ]
    return _CLI_HEAD + "\n".join(parts)


def _context(command: click.Command, path: str) -> click.Context:
    return click.Context(
        command, info_name=path, terminal_width=_WIDTH, help_option_names=["-h", "--help"]
    )


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = _context(command, path)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from _commands(below, f"{path} {name}")


def _default(value: object) -> str:
    return f"`{value}`" if value != "" else "empty"


if __name__ == "__main__":
    for name, text in pages().items():
        (Path(sys.argv[1]) / name).write_text(text, encoding="utf-8")
