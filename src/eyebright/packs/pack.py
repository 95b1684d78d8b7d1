"""An installed pack, as the rooms above use it. Loading reads files only, never the network."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eyebright.errors import PackInvalid, PackNotInstalled
from eyebright.geometry.arrays import AnyArray
from eyebright.packs.manifest import CARD_FILE, MANIFEST_FILE, Manifest, read_manifest
from eyebright.packs.verify import verify_quickly


@dataclass(frozen=True, slots=True)
class Pack:
    """A verified pack. A key is a dotted path in the manifest's [parameters], such as
    "detection.threshold"."""

    id: str
    version: str
    directory: Path
    manifest: Manifest

    @property
    def embedding_space(self) -> tuple[str, int, str]:
        """(name, dimension, digest); see `Manifest.embedding_space`."""
        return self.manifest.embedding_space

    def model_path(self, file: str) -> Path:
        """Where a model lies. Raises PackInvalid when the pack has no such model."""
        if self.manifest.file(file).kind != "model":
            raise PackInvalid(f"{file} of pack {self.id} is no model.")
        return self.directory / file

    def photos(self) -> tuple[Path, ...]:
        """The sample photos that the pack holds, in the manifest's order."""
        files = self.manifest.files
        return tuple(self.directory / file.name for file in files if file.kind == "photo")

    def arrays(self, file: str) -> dict[str, AnyArray]:
        """The arrays of an `.npz` file, by name. Raises PackInvalid when it is none."""
        if self.manifest.file(file).kind != "arrays":
            raise PackInvalid(f"{file} of pack {self.id} holds no arrays.")
        try:
            with np.load(self.directory / file, allow_pickle=False) as arrays:
                return {name: arrays[name] for name in arrays.files}
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            raise PackInvalid(f"{self.directory / file} cannot be read: {error}") from error

    def number(self, key: str) -> float:
        """Raises PackInvalid when the parameter is missing or no number."""
        value = self._parameter(key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise PackInvalid(f"Parameter {key!r} of pack {self.id} is no number.")
        return float(value)

    def numbers(self, key: str) -> tuple[float, ...]:
        """A list of numbers. Raises PackInvalid when the parameter is missing or something else."""
        values = self._parameter(key)
        if not isinstance(values, list) or not all(isinstance(v, int | float) for v in values):
            raise PackInvalid(f"Parameter {key!r} of pack {self.id} is no list of numbers.")
        return tuple(float(value) for value in values)

    def table(self, key: str) -> dict[str, Any]:
        """A table of parameters. Raises PackInvalid when it is missing or something else."""
        value = self._parameter(key)
        if not isinstance(value, dict):
            raise PackInvalid(f"Parameter {key!r} of pack {self.id} is no table.")
        return dict(value)

    def card(self) -> str:
        """The pack's card (Markdown)."""
        return (self.directory / CARD_FILE).read_text(encoding="utf-8")

    def _parameter(self, key: str) -> object:
        value: object = self.manifest.parameters
        for part in key.split("."):
            if not isinstance(value, dict) or part not in value:
                raise PackInvalid(f"Pack {self.id} {self.version} has no parameter {key!r}.")
            value = value[part]
        return value


def load_pack(packs_directory: Path, name: str, *, version: str | None = None) -> Pack:
    """The installed pack; without a version the newest one that is installed.

    Raises PackNotInstalled when it is not there, PackInvalid when a file is missing, damaged, or
    without licence or card.
    """
    found = installed_versions(packs_directory, name)
    wanted = version if version is not None else (found[-1] if found else None)
    if wanted is None or wanted not in found:
        label = name if version is None else f"{name} {version}"
        raise PackNotInstalled(
            f"Pack {label} is not installed in {packs_directory}. "
            f"Install it with: eyebright packs install {name}"
        )
    folder = packs_directory / name / wanted
    manifest = read_manifest(folder)
    if (manifest.id, manifest.version) != (name, wanted):
        raise PackInvalid(f"{folder} holds the manifest of {manifest.id} {manifest.version}.")
    verify_quickly(folder, manifest)
    return Pack(name, wanted, folder, manifest)


def installed_versions(packs_directory: Path, name: str) -> tuple[str, ...]:
    """Versions that are installed, oldest first ("10" is newer than "9")."""
    paths = (packs_directory / name).glob(f"*/{MANIFEST_FILE}")
    versions = (path.parent.name for path in paths)
    return tuple(sorted((v for v in versions if not v.startswith(".")), key=_version_order))


def _version_order(version: str) -> tuple[tuple[int, str], ...]:
    parts = re.findall(r"\d+|[^\d.]+", version)
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)
