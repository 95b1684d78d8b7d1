"""What the commands of `eyebright library` have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from eyebright.cli.serve import bucket_folders
from eyebright.cli.session import Session

if TYPE_CHECKING:
    from eyebright.api.library import LocalLibrary

Command = TypeVar("Command", bound=Callable[..., Any])
SHORT = 8
"""Characters of an id that tables show; any beginning that is one asset's names it."""


def library_option(command: Command) -> Command:
    """--library, as the parameter `name`."""
    return click.option(
        "--library", "name", default="library", show_default=True, help="Which library."
    )(command)


def bucket_option(command: Command) -> Command:
    """--bucket, as the parameter `buckets`."""
    return click.option(
        "--bucket",
        "buckets",
        multiple=True,
        metavar="NAME=DIR",
        help="A folder that plays a bucket, as for `serve`. May be said again.",
    )(command)


def json_option(command: Command) -> Command:
    """--json, as the parameter `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="JSON for programs.")(command)


@contextmanager
def opened_library(
    session: Session, name: str, buckets: tuple[str, ...] = ()
) -> Iterator[LocalLibrary]:
    """The library, made if need be; closed when the block ends."""
    folders = bucket_folders(buckets)
    with session.opened() as eyebright:
        yield eyebright.library(name, buckets=folders)


def size(byte_count: float) -> str:
    """Bytes for people."""
    for unit in ("B", "kB", "MB", "GB"):
        if byte_count < 1000:
            return f"{byte_count:.0f} {unit}" if unit == "B" else f"{byte_count:.1f} {unit}"
        byte_count /= 1000
    return f"{byte_count:.1f} TB"


def span(seconds: float) -> str:
    """A duration for people."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
