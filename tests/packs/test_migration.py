"""Sample photos move from the installed face pack to another version of it, with real models."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from eyebright.api.local import open_local
from eyebright.api.upgrade import LocalUpgrade
from eyebright.packs.pack import load_pack
from eyebright.settings import read_settings

pytestmark = pytest.mark.pack


def test_sample_photos_move_to_another_version_and_back(tmp_path: Path) -> None:
    settings = read_settings(os.environ)
    installed = load_pack(settings.packs_directory, "faces")
    other = tmp_path / "faces-next"
    shutil.copytree(installed.directory, other)
    manifest = other / "pack.toml"
    text = manifest.read_text(encoding="utf-8")
    version = f'version = "{installed.version}"'
    assert version in text
    manifest.write_text(text.replace(version, 'version = "next"', 1), encoding="utf-8")

    home = tmp_path / "home"
    home.mkdir()
    (home / "packs").symlink_to(settings.packs_directory)
    photos = tmp_path / "photos"
    photos.mkdir()
    for photo in load_pack(settings.packs_directory, "samples").photos():
        shutil.copy(photo, photos / photo.name)
    with open_local(replace(settings, home=home)) as eyebright:
        library = eyebright.library("library")
        library.index(photos)
        upgrade = LocalUpgrade(library)
        report = upgrade.migrate(str(other))
        assert report.migration.new.space.name == "faces/next"
        assert report.counts.done == report.looked_at.done > 3
        assert report.counts.missing == report.counts.pending == 0
        # the same weights: whoever was nearest is nearest still
        assert report.comparison.nearest_changed == 0
        assert all(one.before == one.after for one in report.meanings)
        assert upgrade.undo().in_use.space.name == f"faces/{installed.version}"
        assert upgrade.abandon() == report.counts.done
