"""Recipes: how a pack is made, as data.

A recipe is a folder:

    recipe.toml        sources, files, licences (by hand)
    pins.json          hashes of the committed files and numeric fixtures (by `pin.py`)
    CARD.md            what the pack does, how well, and what to be careful about
    NOTICE.md, licences/*   copied into the pack
    *.npz              small trained arrays, copied into the pack
    parameters/*.toml  thresholds and calibrations; `parameters/similarity.toml` becomes the table
                       [parameters.similarity] of the installed manifest
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from eyebright.errors import PackInvalid, PackNotInstalled
from eyebright.packs.converters.interface import Channels, InputSpec, OutputSpec
from eyebright.packs.converters.quantise import Ranges
from eyebright.packs.fields import Fields
from eyebright.packs.hashing import sha256_of_values
from eyebright.packs.pins import Pins, committed_files, read_pins

Client = Literal["pip", "npm", "url"]
FileKind = Literal["model", "photo"]


@dataclass(frozen=True, slots=True)
class Source:
    """An archive to fetch. For "url", `archive` is the name it gets in the cache."""

    client: Client
    package: str
    version: str
    archive: str
    size: int
    sha256: str
    url: str = ""

    @property
    def label(self) -> str:
        return self.archive if self.client == "url" else f"{self.package} {self.version}"


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Licence:
    """What the publishers say (`code`, `weights`: SPDX names), where they say it, and what that
    does not settle."""

    code: str
    weights: str
    statement: str
    caution: str


@dataclass(frozen=True, slots=True)
class IdsInput:
    """An input of a model that takes no pictures: int64 (1, *shape), each from 0 to `below` - 1."""

    name: str
    shape: tuple[int, ...]
    below: int


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """A file of the pack that is made from archive members.

    converter: a name of `converters.convert.CONVERTERS`, or "copy" for the one member as it is.
    picture, outputs: the interface of a converted model; None and () for a copied file.
    inputs: of a copied model that takes no pictures; it has outputs too.
    fixture_hw: the size of the picture for the numeric fixture.
    pinned: its numbers are in `pins.json`; False: they are recorded by the install (`recorded.py`).
    ranges: for a model that computes in whole numbers, what its tensors take; else empty.
    """

    file: str
    kind: FileKind
    task: str
    source: str
    members: tuple[Member, ...]
    converter: str
    picture: InputSpec | None
    outputs: tuple[OutputSpec, ...]
    fixture_hw: tuple[int, int]
    ranges: Ranges
    licence: Licence
    inputs: tuple[IdsInput, ...] = ()
    pinned: bool = True

    @property
    def origin(self) -> str:
        """A hash of all that decides this file's numbers: weights, converter, interface, ranges."""
        deciding = {
            "members": [member.sha256 for member in self.members],
            "converter": self.converter,
            "picture": _values_of(self.picture),
            "outputs": [_values_of(output) for output in self.outputs],
            "ranges": {name: list(ends) for name, ends in self.ranges.items()},
        }
        if self.inputs:
            deciding["inputs"] = [_values_of(one) for one in self.inputs]
        return sha256_of_values(deciding)


@dataclass(frozen=True, slots=True)
class EmbeddingRecipe:
    """What moves a vector: these models, arrays and tables of parameters."""

    dimension: int
    models: tuple[str, ...]
    arrays: tuple[str, ...]
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """is_default: installed when no pack is named."""

    folder: Path
    id: str
    version: str
    title: str
    task: str
    is_default: bool
    sources: Mapping[str, Source]
    files: tuple[BuiltFile, ...]
    embedding: EmbeddingRecipe | None
    parameters: Mapping[str, Any]
    pins: Pins
    digest: str

    @property
    def download_bytes(self) -> int:
        used = {file.source for file in self.files}
        return sum(source.size for name, source in self.sources.items() if name in used)


def bundled_recipes() -> tuple[Recipe, ...]:
    """The recipes that come with Eyebright, by id."""
    folders = [path for path in _bundled_folder().iterdir() if (path / "recipe.toml").is_file()]
    return tuple(read_recipe(folder) for folder in sorted(folders))


def default_recipes() -> tuple[Recipe, ...]:
    """Those that are installed when no pack is named."""
    return tuple(recipe for recipe in bundled_recipes() if recipe.is_default)


def bundled_recipe(name: str) -> Recipe:
    """Raises PackNotInstalled when no recipe of this id comes with Eyebright."""
    known = bundled_recipes()
    for recipe in known:
        if recipe.id == name:
            return recipe
    names = ", ".join(recipe.id for recipe in known)
    raise PackNotInstalled(f"There is no recipe for a pack {name!r}; known are {names}.")


def read_recipe(folder: Path) -> Recipe:
    """Raises PackInvalid when something is missing: a licence, a card, a hash, a pin."""
    path = folder / "recipe.toml"
    try:
        data = path.read_bytes()
        table = tomllib.loads(data.decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackInvalid(f"The recipe {path} cannot be read: {error}") from error
    fields = Fields(table, f"Recipe {path}")
    pins = read_pins(folder)
    if not (folder / "CARD.md").is_file():
        raise PackInvalid(f"{fields.where} has no card: write CARD.md beside it.")
    sources = {name: _source(fields.table("sources").table(name)) for name in table["sources"]}
    recipe = Recipe(
        folder=folder,
        id=fields.name("id"),
        version=fields.name("version"),
        title=fields.text("title"),
        task=fields.text("task"),
        is_default=fields.flag("default"),
        sources=sources,
        files=tuple(_built_file(item) for item in fields.tables("files")),
        embedding=_embedding(fields.table("embedding")) if fields.has("embedding") else None,
        parameters=_parameters(folder),
        pins=pins,
        digest=sha256_of_values([data.decode(), pins.values()]),
    )
    _check_references(recipe, fields.where)
    return recipe


def _bundled_folder() -> Path:
    return Path(str(resources.files("eyebright.packs") / "recipes"))


def _source(fields: Fields) -> Source:
    client = fields.text("client")
    if client not in ("pip", "npm", "url"):
        raise PackInvalid(f"{fields.where}: the client is 'pip', 'npm' or 'url', not {client!r}.")
    by_url = client == "url"
    return Source(
        client=client,  # type: ignore[arg-type]
        package="" if by_url else fields.text("package"),
        version="" if by_url else fields.text("version"),
        archive=fields.relative_path("archive"),
        size=fields.integer("size"),
        sha256=fields.sha256("sha256"),
        url=fields.text("url") if by_url else "",
    )


def _built_file(fields: Fields) -> BuiltFile:
    kind = fields.text("kind", default="model")
    if kind not in ("model", "photo"):
        raise PackInvalid(f"{fields.where}: the kind is 'model' or 'photo', not {kind!r}.")
    converter = fields.text("converter")
    converted = converter != "copy"
    inputs = () if converted else tuple(_ids_input(item) for item in fields.tables("inputs"))
    size_hw = _size(fields, "size_hw")
    return BuiltFile(
        file=fields.relative_path("file"),
        kind=kind,  # type: ignore[arg-type]
        task=fields.text("task"),
        source=fields.text("source"),
        members=tuple(_member(item) for item in fields.tables("members")),
        converter=converter,
        picture=_picture(fields, size_hw) if converted else None,
        outputs=tuple(_output(item) for item in fields.tables("outputs"))
        if converted or inputs
        else (),
        fixture_hw=size_hw or _size(fields, "fixture_hw") or (96, 128),
        ranges=_ranges(fields),
        licence=read_licence(fields.table("licence")),
        inputs=inputs,
        pinned=_pinned(fields),
    )


def _pinned(fields: Fields) -> bool:
    when = fields.text("fixture", default="pinned")
    if when not in ("pinned", "at install"):
        raise PackInvalid(f"{fields.where}: the fixture is 'pinned' or 'at install', not {when!r}.")
    return when == "pinned"


def _ids_input(fields: Fields) -> IdsInput:
    shape, below = fields.items("shape"), fields.integer("below")
    if not all(isinstance(side, int) and side > 0 for side in shape) or below < 2:
        raise PackInvalid(f"{fields.where}: an input has sides of 1 or more and 2 or more ids.")
    return IdsInput(fields.text("name"), shape, below)


def _ranges(fields: Fields) -> Ranges:
    """The table [files.ranges]: name of a tensor = [lowest, highest]. Empty when there is none."""
    ranges = fields.mapping("ranges")
    for name, ends in ranges.items():
        numbers = isinstance(ends, list) and all(isinstance(end, int | float) for end in ends)
        if not numbers or len(ends) != 2 or ends[0] > ends[1]:
            raise PackInvalid(f"{fields.where}: the range of {name!r} is [lowest, highest].")
    return {name: (float(low), float(high)) for name, (low, high) in ranges.items()}


def _member(fields: Fields) -> Member:
    return Member(fields.relative_path("path"), fields.integer("size"), fields.sha256("sha256"))


def read_licence(fields: Fields) -> Licence:
    return Licence(
        code=fields.text("code"),
        weights=fields.text("weights"),
        statement=fields.text("statement"),
        caution=fields.text("caution", default=""),
    )


def _picture(fields: Fields, size_hw: tuple[int, int] | None) -> InputSpec:
    channels = fields.text("channels", default="rgb")
    if channels not in ("rgb", "bgr", "grey"):
        raise PackInvalid(f"{fields.where}: the channels are 'rgb', 'bgr' or 'grey'.")
    mean = tuple(float(value) for value in fields.items("mean")) or (0.0,)
    # Scales are written as their inverse, which is the round number that publishers state.
    scale = _scale(fields)
    chosen: Channels = channels  # type: ignore[assignment]
    return InputSpec(size_hw=size_hw, channels=chosen, mean=mean, scale=scale)


def _scale(fields: Fields) -> float | tuple[float, ...]:
    """The inverse of `divisor`: one number, or a list with one for each channel."""
    if fields.is_list("divisor"):
        return tuple(1.0 / float(value) for value in fields.items("divisor"))
    return 1.0 / fields.number("divisor", default=1.0)


def _size(fields: Fields, key: str) -> tuple[int, int] | None:
    values = fields.items(key)
    if not values:
        return None
    if len(values) != 2 or not all(isinstance(value, int) and value > 0 for value in values):
        raise PackInvalid(f"{fields.where}: {key!r} is [height, width].")
    return values[0], values[1]


def _output(fields: Fields) -> OutputSpec:
    shape = fields.items("shape")
    if not all(isinstance(side, int | str) for side in shape):
        raise PackInvalid(f"{fields.where}: a shape has whole numbers and words such as 'H/4'.")
    return OutputSpec(fields.text("name"), fields.text("source"), shape, fields.flag("reshape"))


def _embedding(fields: Fields) -> EmbeddingRecipe:
    return EmbeddingRecipe(
        dimension=fields.integer("dimension"),
        models=fields.texts("models"),
        arrays=fields.texts("arrays"),
        parameters=fields.texts("parameters"),
    )


def _parameters(folder: Path) -> dict[str, Any]:
    """One table for each file of `parameters/`, under the file's name."""
    tables = {}
    for path in sorted((folder / "parameters").glob("*.toml")):
        try:
            tables[path.stem] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise PackInvalid(f"{path} cannot be read: {error}") from error
    return tables


def _check_references(recipe: Recipe, where: str) -> None:
    """Names used in one place must exist in the other."""
    if not recipe.files:
        raise PackInvalid(f"{where} makes no files.")
    for file in recipe.files:
        if file.source not in recipe.sources:
            raise PackInvalid(f"{where}: {file.file} comes from {file.source!r}, no such source.")
        if not file.members or (file.converter == "copy" and len(file.members) != 1):
            raise PackInvalid(f"{where}: {file.file} needs members (a copied file exactly one).")
        if file.inputs and (file.pinned or any(o.name != o.source for o in file.outputs)):
            raise PackInvalid(
                f"{where}: {file.file} is copied, so its outputs keep their names, and its fixture "
                "is made 'at install'."
            )
    made = [file.file for file in recipe.files] + list(committed_files(recipe.folder))
    if len(made) != len(set(made)) or "pack.toml" in made:
        raise PackInvalid(f"{where} makes a file twice.")
    embedding = recipe.embedding
    needed = () if embedding is None else (*embedding.models, *embedding.arrays)
    for name in needed:
        if name not in made:
            raise PackInvalid(f"{where}: the embedding needs {name}, which the pack lacks.")


def _values_of(spec: InputSpec | OutputSpec | IdsInput | None) -> list[Any] | None:
    """A frozen value as plain values, in the order of its fields."""
    if spec is None:
        return None
    values = (getattr(spec, name) for name in spec.__dataclass_fields__)
    return [list(value) if isinstance(value, tuple) else value for value in values]
