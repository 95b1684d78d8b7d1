"""What every command that looks at pictures has in common: which files, tables, JSON, drawings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import click
from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn

from eyebright.cli.drawing import drawing_format, write_drawing
from eyebright.cli.session import Session
from eyebright.cli.terminal import Terminal
from eyebright.errors import EyebrightError
from eyebright.imaging.draw import Mark

if TYPE_CHECKING:
    from eyebright.api.local import LocalEyebright

SUFFIXES = (".jpg", ".jpeg", ".png")
T = TypeVar("T")
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class View(Generic[T]):
    """How one command looks at a picture and shows what it saw.

    look: raises EyebrightError or OSError for a picture that cannot be read.
    table: prints the answer for people. json: the answer's own members, without the file's name.
    marks: what `--draw` draws.
    """

    look: Callable[[LocalEyebright, Path], T]
    table: Callable[[Terminal, T], None]
    json: Callable[[T], dict[str, Any]]
    marks: Callable[[T], Sequence[Mark]]


@dataclass(frozen=True, slots=True)
class Request:
    """images: files and folders as given. draw: a file, or a folder for several pictures."""

    images: tuple[Path, ...]
    draw: Path | None
    as_json: bool


def picture_options(command: Command) -> Command:
    """The argument IMAGE... and the options --draw and --json, in this order of the parameters:
    images, draw, as_json."""
    decorators = (
        click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path)),
        click.option(
            "--draw",
            type=click.Path(path_type=Path),
            help="Write the picture with what was found on it; with several, a folder of them.",
        ),
        click.option("--json", "as_json", is_flag=True, help="JSON for programs."),
    )
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


def show_pictures(session: Session, view: View[T], request: Request) -> None:
    """Look at each picture and show the answer. One that fails does not stop the others; then the
    command ends with 1."""
    paths = picture_files(request.images)
    several = len(paths) > 1
    _check_drawing(request.draw, several=several)
    answers: list[dict[str, Any]] = []
    failed: dict[Path, str] = {}
    terminal = session.terminal
    bar = terminal.progress("{task.description}", BarColumn(), MofNCompleteColumn(), _left())
    with session.opened() as eyebright, bar:
        task = bar.add_task("Looking", total=len(paths), visible=several)
        for path in paths:
            try:
                seen = view.look(eyebright, path)
            except (EyebrightError, OSError) as error:
                if not several:
                    raise
                failed[path] = str(error)
                answers.append({"image": str(path), "error": str(error)})
            else:
                answers.append({"image": str(path), **view.json(seen)})
                if not request.as_json:
                    _show(terminal, view, path, seen, several=several)
                if request.draw is not None:
                    _draw(terminal, path, view.marks(seen), request.draw, several=several)
            bar.advance(task)
    if request.as_json:
        terminal.json(answers)
    for path, reason in failed.items():
        terminal.error(f"{path}: {reason}")
    if failed:
        raise SystemExit(1)


def picture_files(images: Sequence[Path]) -> tuple[Path, ...]:
    """Files as they are; of a folder its JPEG and PNG files, by name, without those of folders in
    it. Raises a usage error for a folder without pictures."""
    files: list[Path] = []
    for path in images:
        if not path.is_dir():
            files.append(path)
            continue
        inside = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
        if not inside:
            raise click.UsageError(f"{path} holds no {', '.join(SUFFIXES)} files.")
        files += inside
    return tuple(files)


def _check_drawing(draw: Path | None, *, several: bool) -> None:
    """Said before anything is looked at, not after."""
    if draw is None:
        return
    if several and not draw.is_dir() and (draw.exists() or draw.suffix.lower() in SUFFIXES):
        raise click.UsageError(f"--draw needs a folder for several pictures; {draw} is none.")
    if not several and not draw.is_dir():
        drawing_format(draw)


def _show(terminal: Terminal, view: View[T], path: Path, seen: T, *, several: bool) -> None:
    if several:
        terminal.answer(str(path))
    view.table(terminal, seen)
    if several:
        terminal.answer("")


def _draw(
    terminal: Terminal, path: Path, marks: Sequence[Mark], target: Path, *, several: bool
) -> None:
    if several or target.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        target = target / path.name
    if target.exists() and target.samefile(path):
        raise click.UsageError(f"--draw would overwrite the picture {path} itself.")
    write_drawing(path, marks, target)
    terminal.say(f"Wrote {target}.")


def _left() -> TimeRemainingColumn:
    return TimeRemainingColumn(compact=True)
