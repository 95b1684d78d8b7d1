"""What is written where: answers on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, ProgressColumn
from rich.table import Table

PLAIN_WIDTH = 80
"""Columns when there is no terminal to ask: answers in a file look the same everywhere."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """Two consoles. rich honours NO_COLOR and sends no control codes to what is no terminal."""

    out: Console
    err: Console

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[object]], **how: str) -> None:
        """A plain table for people; `how` maps a heading to "right" for numbers."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in headings:
            right = how.get(heading.replace(" ", "_")) == "right"
            table.add_column(heading, justify="right" if right else "left", overflow="fold")
        for row in rows:
            table.add_row(*(escape(str(cell)) for cell in row))
        self.out.print(table)

    def answer(self, text: str) -> None:
        """A line of the answer, as it is."""
        self.out.print(text, markup=False, highlight=False, soft_wrap=True)

    def json(self, value: Any) -> None:
        """The answer for programs."""
        sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")

    def say(self, text: str) -> None:
        """A remark for the person at the keyboard."""
        self._remark(escape(text))

    def error(self, text: str) -> None:
        self._remark(f"[bold red]Error:[/] {escape(text)}")

    def warn(self, text: str) -> None:
        self._remark(f"[yellow]Warning:[/] {escape(text)}")

    def progress(self, *columns: str | ProgressColumn) -> Progress:
        """A bar on standard error; silent when that is no terminal."""
        return Progress(*columns, console=self.err, disable=not self.err.is_terminal)

    def _remark(self, markup: str) -> None:
        """Wrapped between words for a person; one line, however long, for a log."""
        self.err.print(markup, highlight=False, soft_wrap=not self.err.is_terminal)


def make_terminal() -> Terminal:
    """Consoles over the process's streams as they are now."""
    return Terminal(out=_console(stderr=False), err=_console(stderr=True))


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, width=PLAIN_WIDTH)
