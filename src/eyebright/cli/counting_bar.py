"""A bar of so many of so many, with words behind it."""

from __future__ import annotations

from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn

from eyebright.cli.session import Session


class CountingBar:
    """Shows nothing before it is first told something."""

    def __init__(self, session: Session) -> None:
        self._progress = session.terminal.progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=12),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rest]}"),
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def say(self, doing: str, *, done: int, total: int, rest: str) -> None:
        if self._task is None:
            self._task = self._progress.add_task(doing, total=None, rest="")
        self._progress.update(self._task, description=doing, completed=done, total=total, rest=rest)
