"""What every command that looks at films has in common: which films, how often, how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click
from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn

from eyebright.cli.session import Session
from eyebright.errors import EyebrightError, InvalidInput, NotFound
from eyebright.video.sampling import Policy, parse_policy

if TYPE_CHECKING:
    from eyebright.api.local import LocalEyebright
    from eyebright.api.videos import Tell, WhoProgress

_NAME_CHARACTERS = 24
_REDRAW_SECONDS = 0.1
_FAST = 10
"""Times real time; below it a decimal is told."""
Command = TypeVar("Command", bound=Callable[..., Any])


class Watched(Protocol):
    """What is known of a film once it was looked through."""

    @property
    def film(self) -> str: ...
    @property
    def length_ms(self) -> int: ...
    @property
    def elapsed(self) -> float: ...
    @property
    def broke_off(self) -> str: ...


Seen = TypeVar("Seen", bound=Watched)


def films_argument(command: Command) -> Command:
    """The argument FILE|URL... as the parameter `films`."""
    return click.argument("films", metavar="FILE|URL...", nargs=-1, required=True)(command)


def every_option(default: str) -> Callable[[Command], Command]:
    """The option --every as the parameter `policy`."""
    return click.option(
        "--every",
        "policy",
        callback=_policy,
        metavar="STEP",
        default=default,
        show_default=True,
        help="How often to look: 6s, 0.5s, 2fps, keyframes or all.",
    )


def page_option(said: str) -> Callable[[Command], Command]:
    """The option --html as the parameter `page`. said: in the help. A place where nothing can be
    written is refused before hours of film are looked at."""
    return click.option(
        "--html",
        "page",
        type=click.Path(dir_okay=False, writable=True, path_type=Path),
        callback=_page,
        metavar="FILE",
        help=said,
    )


def _page(_context: click.Context, _option: click.Parameter, page: Path | None) -> Path | None:
    if page is not None and not page.absolute().parent.is_dir():
        raise click.BadParameter(f"There is no folder {str(page.parent)!r}.")
    return page


def _policy(_context: click.Context, _option: click.Parameter, said: str) -> Policy:
    try:
        return parse_policy(said)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def watch_films(
    session: Session,
    films: Sequence[str],
    look: Callable[[LocalEyebright, str, Tell], Seen],
    *,
    before: Callable[[LocalEyebright], object] = lambda _eyebright: None,
) -> tuple[list[Seen], int]:
    """What was seen, and how many films could not be. One that fails does not stop the others.

    before: raises what would fail for every film.
    """
    found: list[Seen] = []
    failed = 0
    with session.opened() as eyebright:
        before(eyebright)
        for film in films:
            with FilmBar(session, film) as bar:
                try:
                    seen = look(eyebright, film, bar.show)
                except (InvalidInput, NotFound, OSError) as error:
                    said = error.message if isinstance(error, EyebrightError) else error.strerror
                    session.terminal.error(f"{film}: {said or error}")
                    failed += 1
                    continue
            found.append(seen)
            _remark(session, seen)
    return found, failed


def _remark(session: Session, seen: Watched) -> None:
    speed = seen.length_ms / 1000 / max(seen.elapsed, 1e-6)
    session.terminal.say(
        f"{seen.film}: {clock(seen.length_ms)} looked through in {seen.elapsed:.1f} s, "
        f"{_times(speed)} x real time."
    )
    if seen.broke_off:
        session.terminal.warn(f"{seen.film} was not read to its end: {seen.broke_off}.")


class FilmBar:
    """Film time done, speed in times real time, and the time left, on standard error."""

    def __init__(self, session: Session, film: str) -> None:
        self._progress = session.terminal.progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[at]}"),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("left"),
        )
        self._film = film
        self._task: TaskID | None = None
        self._shown = 0.0

    def __enter__(self) -> FilmBar:
        self._progress.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._task is not None and kind is None:
            self._progress.update(self._task, completed=self._progress.tasks[0].total)
        self._progress.stop()

    def show(self, so_far: WhoProgress) -> None:
        if self._task is None:
            name = self._film.rsplit("/", 1)[-1][-_NAME_CHARACTERS:]
            self._task = self._progress.add_task(name, total=so_far.total, at="", speed="")
        if time.monotonic() - self._shown < _REDRAW_SECONDS:
            return
        self._shown = time.monotonic()
        total = "" if so_far.total is None else f" / {_whole(so_far.total)}"
        self._progress.update(
            self._task,
            completed=so_far.seconds,
            at=_whole(so_far.seconds) + total,
            speed=f"{_times(so_far.speed)} x real time",
        )


def _times(speed: float) -> str:
    """12, or 0.4 where that matters."""
    return f"{speed:.0f}" if speed >= _FAST else f"{speed:.1f}"


def clock(milliseconds: int) -> str:
    """1:02:03.4"""
    tenths = milliseconds // 100
    seconds, tenth = divmod(tenths, 10)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}.{tenth}"


def _whole(seconds: float) -> str:
    """1:02:03"""
    return clock(int(seconds) * 1000).removesuffix(".0")
