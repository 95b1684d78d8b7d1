"""The manifest of an installed pack, `pack.toml`: every file with its hash, every licence, and the
parameters that go with these weights."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from eyebright.errors import PackInvalid
from eyebright.packs.fields import Fields
from eyebright.packs.hashing import sha256_of_values
from eyebright.packs.recipe import EmbeddingRecipe, Licence, read_licence
from eyebright.packs.toml_text import TomlValue, toml_text

MANIFEST_FILE = "pack.toml"
CARD_FILE = "CARD.md"
Kind = Literal["model", "photo", "arrays", "card", "text"]


@dataclass(frozen=True, slots=True)
class PackFile:
    """A file of the pack. task, source, origin and licence are said of built files only; origin is
    `BuiltFile.origin`. outputs and fixture (a hash of its pinned numbers): of a converted model."""

    name: str
    kind: Kind
    size: int
    sha256: str
    task: str = ""
    source: str = ""
    origin: str = ""
    outputs: tuple[str, ...] = ()
    fixture: str = ""
    licence: Licence | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """recipe_digest: of the recipe that the pack was made from."""

    id: str
    version: str
    title: str
    task: str
    recipe_digest: str
    files: tuple[PackFile, ...]
    embedding: EmbeddingRecipe | None
    parameters: Mapping[str, Any]

    def file(self, name: str) -> PackFile:
        """Raises PackInvalid when the pack has no such file."""
        for file in self.files:
            if file.name == name:
                return file
        raise PackInvalid(f"Pack {self.id} {self.version} has no file {name!r}.")

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def embedding_space(self) -> tuple[str, int, str]:
        """(name, dimension, digest): which vectors may be compared. The digest covers the weights,
        the preprocessing in the graphs, the arrays and the parameters that move a vector.

        Raises PackInvalid for a pack that makes no vectors.
        """
        if self.embedding is None:
            raise PackInvalid(f"Pack {self.id} {self.version} makes no vectors.")
        moving = {
            "dimension": self.embedding.dimension,
            "models": [self.file(name).origin for name in self.embedding.models],
            "arrays": [self.file(name).sha256 for name in self.embedding.arrays],
            "parameters": {name: self.parameters[name] for name in self.embedding.parameters},
        }
        return f"{self.id}/{self.version}", self.embedding.dimension, sha256_of_values(moving)


def read_manifest(folder: Path) -> Manifest:
    """Raises PackInvalid: no hash, no licence, no card: no load."""
    path = folder / MANIFEST_FILE
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackInvalid(f"The manifest {path} cannot be read: {error}") from error
    fields = Fields(table, f"Manifest {path}")
    manifest = Manifest(
        id=fields.name("id"),
        version=fields.name("version"),
        title=fields.text("title"),
        task=fields.text("task"),
        recipe_digest=fields.sha256("recipe_digest"),
        files=tuple(_file(item) for item in fields.tables("files")),
        embedding=_embedding(fields) if fields.has("embedding") else None,
        parameters=fields.mapping("parameters"),
    )
    _check(manifest, where=fields.where)
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    document: dict[str, TomlValue] = {
        "id": manifest.id,
        "version": manifest.version,
        "title": manifest.title,
        "task": manifest.task,
        "recipe_digest": manifest.recipe_digest,
        "files": [_file_table(file) for file in manifest.files],
        "parameters": dict(manifest.parameters),
    }
    embedding = manifest.embedding
    if embedding is not None:
        document["embedding"] = {
            "dimension": embedding.dimension,
            "models": embedding.models,
            "arrays": embedding.arrays,
            "parameters": embedding.parameters,
        }
    (folder / MANIFEST_FILE).write_text(toml_text(document), encoding="utf-8")


def _file(fields: Fields) -> PackFile:
    kind = fields.text("kind")
    if kind not in ("model", "photo", "arrays", "card", "text"):
        raise PackInvalid(f"{fields.where}: {kind!r} is no kind of file.")
    built = kind in ("model", "photo")
    return PackFile(
        name=fields.relative_path("name"),
        kind=kind,  # type: ignore[arg-type]
        size=fields.integer("size"),
        sha256=fields.sha256("sha256"),
        task=fields.text("task") if built else "",
        source=fields.text("source") if built else "",
        origin=fields.sha256("origin") if built else "",
        outputs=fields.texts("outputs"),
        fixture=fields.text("fixture", default=""),
        licence=read_licence(fields.table("licence")) if built else None,
    )


def _file_table(file: PackFile) -> dict[str, TomlValue]:
    table: dict[str, TomlValue] = {
        "name": file.name,
        "kind": file.kind,
        "size": file.size,
        "sha256": file.sha256,
    }
    if file.licence is not None:
        licence = file.licence
        table |= {"task": file.task, "source": file.source, "origin": file.origin}
        table |= {"outputs": file.outputs, "fixture": file.fixture}
        table["licence"] = {
            "code": licence.code,
            "weights": licence.weights,
            "statement": licence.statement,
            "caution": licence.caution,
        }
    return table


def _embedding(fields: Fields) -> EmbeddingRecipe:
    embedding = fields.table("embedding")
    return EmbeddingRecipe(
        dimension=embedding.integer("dimension"),
        models=embedding.texts("models"),
        arrays=embedding.texts("arrays"),
        parameters=embedding.texts("parameters"),
    )


def _check(manifest: Manifest, *, where: str) -> None:
    names = [file.name for file in manifest.files]
    if CARD_FILE not in names:
        raise PackInvalid(f"{where} lists no card ({CARD_FILE}); a pack without one is not loaded.")
    if len(names) != len(set(names)) or MANIFEST_FILE in names:
        raise PackInvalid(f"{where} lists a file twice.")
    if manifest.embedding is not None:
        missing = [
            name for name in manifest.embedding.parameters if name not in manifest.parameters
        ]
        if missing:
            raise PackInvalid(f"{where}: the embedding needs the parameters {missing[0]!r}.")
        for name in (*manifest.embedding.models, *manifest.embedding.arrays):
            manifest.file(name)
