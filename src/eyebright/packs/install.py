"""Installing packs: fetch, convert, check the numbers, put in place; and saying what is there.

The only functions of this room that use the network are those that install.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from eyebright.errors import PackError, PackInvalid
from eyebright.packs.archive import read_member
from eyebright.packs.clients import REGISTRY_CLIENTS, RegistryClient
from eyebright.packs.converters.convert import convert
from eyebright.packs.fetch import fetch
from eyebright.packs.fixture import (
    TOLERANCE,
    TOLERANCE_OF_WHOLE_NUMBERS,
    Runner,
    check_fixture,
)
from eyebright.packs.hashing import sha256_of_bytes, sha256_of_file, sha256_of_values
from eyebright.packs.locking import locked
from eyebright.packs.manifest import (
    CARD_FILE,
    Kind,
    Manifest,
    PackFile,
    read_manifest,
    write_manifest,
)
from eyebright.packs.pack import Pack, installed_versions, load_pack
from eyebright.packs.pins import check_pins, copied_files
from eyebright.packs.progress import Progress, silent
from eyebright.packs.recipe import BuiltFile, Recipe, bundled_recipes
from eyebright.packs.recorded import check_recorded, record_numbers
from eyebright.packs.verify import verify_files

State = Literal["installed", "outdated", "available", "broken"]


@dataclass(frozen=True, slots=True)
class PackStatus:
    """A line of `packs list`. outdated: installed from another recipe than the present one.

    size: bytes on disk once installed, 0 when not. download_bytes: what an install would fetch at
    most. problem: why it is broken. directory: None when not installed.
    """

    id: str
    version: str
    title: str
    state: State
    size: int
    download_bytes: int
    directory: Path | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Installation:
    """Where packs go and how their sources are fetched; the same for every pack.

    run: runs a model to check its numbers; onnx's own evaluator when None.
    """

    packs_directory: Path
    downloads_directory: Path
    progress: Progress = silent
    clients: Mapping[str, RegistryClient] | None = None
    run: Runner | None = None

    def install(self, recipe: Recipe, *, rebuild: bool = False) -> Pack:
        """Install the recipe's pack, or return it when exactly this recipe is installed and sound.

        Models whose weights, converter, interface and pinned numbers did not change are taken over
        from the installed version unless `rebuild`. The old folder is replaced as a whole at the
        end; a failure leaves it as it was. Two installs at once wait for each other.

        Raises PackFetchFailed, PackInvalid.
        """
        check_pins(recipe.folder, recipe.pins)
        with locked(self.packs_directory / f".{recipe.id}.lock"):
            present = None if rebuild else self._present(recipe)
            if present is not None and present.manifest.recipe_digest == recipe.digest:
                return present
            with _staging_folder(self.packs_directory) as folder:
                manifest = self._build(recipe, folder, present)
                verify_files(folder, manifest, progress=self.progress)
                _put_in_place(folder, self.packs_directory / recipe.id / recipe.version)
            return load_pack(self.packs_directory, recipe.id, version=recipe.version)

    def verify(self, name: str, *, numbers: bool = True) -> Pack:
        """Hash every file of the installed pack; with `numbers`, also run every model, when the
        pack was made from a recipe as it comes with Eyebright now.

        Raises PackNotInstalled, PackInvalid.
        """
        pack = load_pack(self.packs_directory, name)
        verify_files(pack.directory, pack.manifest, progress=self.progress)
        if numbers:
            for recipe in bundled_recipes():
                if (recipe.id, recipe.digest) == (pack.id, pack.manifest.recipe_digest):
                    self._check_numbers(recipe, pack.directory, recipe.files)
                    check_recorded(recipe, pack.directory, run=self.run)
        return pack

    def _present(self, recipe: Recipe) -> Pack | None:
        try:
            return load_pack(self.packs_directory, recipe.id, version=recipe.version)
        except PackError:
            return None

    def _build(self, recipe: Recipe, folder: Path, present: Pack | None) -> Manifest:
        """Fill the folder; returns its manifest, which is written too."""
        kept = {} if present is None else _made_before(present)
        made: list[PackFile] = []
        new: list[BuiltFile] = []
        for file in recipe.files:
            path = _prepared(folder, file.file)
            made_from = (file.origin, _fixture_hash(recipe, file))
            if made_from in kept:
                _take_over(kept[made_from], path)
            else:
                path.write_bytes(self._make(recipe, file))
                new.append(file)
            made.append(_built_entry(recipe, file, path))
        made += [_copied_entry(recipe, name, folder) for name in copied_files(recipe.folder)]
        self._check_numbers(recipe, folder, new)
        made += record_numbers(recipe, folder, run=self.run, progress=self.progress)
        manifest = Manifest(
            id=recipe.id,
            version=recipe.version,
            title=recipe.title,
            task=recipe.task,
            recipe_digest=recipe.digest,
            files=tuple(made),
            embedding=recipe.embedding,
            parameters=recipe.parameters,
        )
        write_manifest(folder, manifest)
        return read_manifest(folder)

    def _make(self, recipe: Recipe, file: BuiltFile) -> bytes:
        """The bytes of one built file."""
        source = recipe.sources[file.source]
        archive = fetch(
            source,
            self.downloads_directory,
            progress=self.progress,
            clients=REGISTRY_CLIENTS if self.clients is None else self.clients,
        )
        members = {member.path: read_member(archive, member) for member in file.members}
        if file.picture is None:
            (data,) = members.values()
            return data
        self.progress(f"convert {file.file}", 0, 0)
        return convert(
            file.converter,
            members,
            picture=file.picture,
            outputs=file.outputs,
            ranges=file.ranges,
        )

    def _check_numbers(self, recipe: Recipe, folder: Path, files: Iterable[BuiltFile]) -> None:
        for file in files:
            if file.picture is None or not file.pinned:
                continue
            if file.file not in recipe.pins.fixtures:
                raise PackInvalid(
                    f"{file.file} has no numeric fixture. Write it with: "
                    f"python -m eyebright.packs.pin {recipe.id} --fixtures"
                )
            self.progress(f"check {file.file}", 0, 0)
            check_fixture(
                folder / file.file,
                recipe.pins.fixtures[file.file],
                run=self.run,
                tolerance=TOLERANCE_OF_WHOLE_NUMBERS if file.ranges else TOLERANCE,
            )


def list_packs(packs_directory: Path, recipes: Iterable[Recipe]) -> tuple[PackStatus, ...]:
    """What is installed and what could be, by id. Reads manifests, does not hash."""
    statuses: dict[tuple[str, str], PackStatus] = {}
    for recipe in recipes:
        key = (recipe.id, recipe.version)
        statuses[key] = PackStatus(
            recipe.id, recipe.version, recipe.title, "available", 0, recipe.download_bytes, None
        )
    for name, version in _installed(packs_directory):
        known = statuses.get((name, version))
        digests = {(r.id, r.version): r.digest for r in recipes}
        statuses[name, version] = _installed_status(
            packs_directory / name / version, known, digests.get((name, version))
        )
    return tuple(statuses[key] for key in sorted(statuses))


def _installed(packs_directory: Path) -> Iterator[tuple[str, str]]:
    if not packs_directory.is_dir():
        return
    for folder in sorted(packs_directory.iterdir()):
        if folder.is_dir() and not folder.name.startswith("."):
            for version in installed_versions(packs_directory, folder.name):
                yield folder.name, version


def _installed_status(
    folder: Path, known: PackStatus | None, recipe_digest: str | None
) -> PackStatus:
    download_bytes = 0 if known is None else known.download_bytes
    name, version = folder.parent.name, folder.name
    try:
        manifest = read_manifest(folder)
    except PackInvalid as error:
        title = name if known is None else known.title
        return PackStatus(
            name, version, title, "broken", 0, download_bytes, folder, problem=error.message
        )
    outdated = recipe_digest is not None and manifest.recipe_digest != recipe_digest
    state: State = "outdated" if outdated else "installed"
    return PackStatus(name, version, manifest.title, state, manifest.size, download_bytes, folder)


@contextmanager
def _staging_folder(packs_directory: Path) -> Iterator[Path]:
    """A folder on the same file system, so that putting it in place is a rename."""
    folder = Path(tempfile.mkdtemp(prefix=".installing-", dir=packs_directory))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put_in_place(folder: Path, target: Path) -> None:
    """Two renames: for a moment there is no folder, but never half a one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    old = Path(tempfile.mkdtemp(prefix=".replaced-", dir=target.parent))
    try:
        if target.exists():
            target.rename(old / "pack")
        folder.rename(target)
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _made_before(pack: Pack) -> dict[tuple[str, str], Path]:
    """(origin, hash of the fixture) -> the file that was made so."""
    return {
        (file.origin, file.fixture): pack.directory / file.name
        for file in pack.manifest.files
        if file.origin
    }


def _fixture_hash(recipe: Recipe, file: BuiltFile) -> str:
    fixture = recipe.pins.fixtures.get(file.file)
    return "" if fixture is None else sha256_of_values(fixture.values())


def _take_over(old: Path, new: Path) -> None:
    """The same file under both names where the file system can, a copy where not."""
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)


def _prepared(folder: Path, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _built_entry(recipe: Recipe, file: BuiltFile, path: Path) -> PackFile:
    return PackFile(
        name=file.file,
        kind=file.kind,
        size=path.stat().st_size,
        sha256=sha256_of_file(path),
        task=file.task,
        source=f"{recipe.sources[file.source].label}: {file.members[0].path}",
        origin=file.origin,
        outputs=tuple(output.name for output in file.outputs),
        fixture=_fixture_hash(recipe, file),
        licence=file.licence,
    )


def _copied_entry(recipe: Recipe, name: str, folder: Path) -> PackFile:
    """Copy a committed file and describe it; its bytes are the pinned ones."""
    data = (recipe.folder / name).read_bytes()
    if sha256_of_bytes(data) != recipe.pins.files[name]:
        raise PackInvalid(f"{recipe.folder / name} changed while the pack was being installed.")
    _prepared(folder, name).write_bytes(data)
    kind: Kind = "arrays" if name.endswith(".npz") else "card" if name == CARD_FILE else "text"
    return PackFile(name=name, kind=kind, size=len(data), sha256=recipe.pins.files[name])
