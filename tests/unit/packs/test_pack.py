from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from eyebright.errors import PackInvalid, PackNotInstalled
from eyebright.packs.install import Installation
from eyebright.packs.manifest import MANIFEST_FILE, read_manifest, write_manifest
from eyebright.packs.pack import Pack, installed_versions, load_pack
from eyebright.packs.recipe import Recipe


@pytest.fixture
def pack(pinned_recipe: Recipe, tmp_path: Path) -> Pack:
    return Installation(tmp_path / "packs", tmp_path / "downloads").install(pinned_recipe)


def test_a_pack_gives_models_arrays_numbers_and_its_card(pack: Pack) -> None:
    assert pack.model_path("small.onnx").read_bytes()
    assert pack.arrays("heads.npz")["weights"].tolist() == [0, 1, 2, 3]
    assert pack.number("detection.threshold") == 0.4
    assert pack.number("detection.deep.x") == 2.0
    assert pack.numbers("embedding.knots") == (1.0, 2.5)
    assert pack.table("detection.deep") == {"x": 2}
    assert pack.card() == "# Tiny\n"
    assert pack.photos() == ()


@pytest.mark.parametrize(
    "ask",
    [
        lambda pack: pack.model_path("heads.npz"),
        lambda pack: pack.model_path("../small.onnx"),
        lambda pack: pack.arrays("small.onnx"),
        lambda pack: pack.arrays("none.npz"),
        lambda pack: pack.number("detection.nothing"),
        lambda pack: pack.number("detection"),
        lambda pack: pack.number("detection.threshold.deeper"),
        lambda pack: pack.numbers("detection.threshold"),
        lambda pack: pack.table("detection.threshold"),
    ],
)
def test_what_the_pack_lacks_is_an_error(pack: Pack, ask: object) -> None:
    with pytest.raises(PackInvalid):
        ask(pack)  # type: ignore[operator]


def test_a_manifest_written_again_reads_the_same(pack: Pack, tmp_path: Path) -> None:
    write_manifest(tmp_path, pack.manifest)
    assert read_manifest(tmp_path) == pack.manifest


def test_the_space_of_a_pack_moves_with_what_moves_a_vector(pack: Pack) -> None:
    name, dimension, digest = pack.embedding_space
    assert (name, dimension, len(digest)) == ("tiny/1", 4, 64)
    manifest = pack.directory / MANIFEST_FILE
    text = manifest.read_text()
    assert "threshold = 0.4" in text
    manifest.write_text(text.replace("threshold = 0.4", "threshold = 0.5"))
    assert read_manifest(pack.directory).embedding_space == (name, dimension, digest)
    manifest.write_text(text.replace("share = 0.7", "share = 0.6"))
    assert read_manifest(pack.directory).embedding_space != (name, dimension, digest)


def test_a_pack_that_is_not_there_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(PackNotInstalled, match="eyebright packs install faces"):
        load_pack(tmp_path, "faces")


def test_the_newest_version_is_taken_unless_one_is_named(pack: Pack) -> None:
    for version in ("2", "10"):
        copy = pack.directory.parent / version
        shutil.copytree(pack.directory, copy)
        path = copy / MANIFEST_FILE
        path.write_text(path.read_text().replace('version = "1"', f'version = "{version}"'))
    packs = pack.directory.parent.parent
    assert installed_versions(packs, "tiny") == ("1", "2", "10")
    assert load_pack(packs, "tiny").version == "10"
    assert load_pack(packs, "tiny", version="2").version == "2"
    with pytest.raises(PackNotInstalled, match="tiny 3"):
        load_pack(packs, "tiny", version="3")


def test_a_folder_under_another_name_is_refused(pack: Pack) -> None:
    shutil.copytree(pack.directory, pack.directory.parent / "7")
    with pytest.raises(PackInvalid, match="holds the manifest of tiny 1"):
        load_pack(pack.directory.parent.parent, "tiny", version="7")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('[files.licence]\ncode = "MIT"', '[files.other]\ncode = "MIT"', "licence"),
        ('kind = "card"', 'kind = "poem"', "no kind of file"),
        ('name = "CARD.md"', 'name = "card.txt"', "no card"),
        ('name = "heads.npz"', 'name = "../heads.npz"', "relative path"),
        ('parameters = ["embedding"]', 'parameters = ["nothing"]', "nothing"),
        ('title = "A tiny pack"', 'title = ""', "title"),
        ("id =", "= =", "cannot be read"),
    ],
)
def test_an_incomplete_manifest_is_not_loaded(pack: Pack, old: str, new: str, message: str) -> None:
    path = pack.directory / MANIFEST_FILE
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(PackInvalid, match=message):
        load_pack(pack.directory.parent.parent, "tiny")


def test_an_array_file_that_is_none_is_a_pack_error(pack: Pack) -> None:
    (pack.directory / "heads.npz").write_bytes(b"not an archive")
    with pytest.raises(PackInvalid, match="cannot be read"):
        pack.arrays("heads.npz")
