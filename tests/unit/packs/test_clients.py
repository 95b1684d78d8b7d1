from __future__ import annotations

import sys
from pathlib import Path

import pytest

from eyebright.errors import PackFetchFailed
from eyebright.packs.clients import npm_pack, pip_download
from eyebright.packs.recipe import Source

NPM = Source("npm", "@maker/models", "2.0", "maker-models-2.0.tgz", 3, "0" * 64)
PIP = Source("pip", "some-models", "1.0", "some.whl", 3, "0" * 64)


def program(folder: Path, name: str, script: str) -> Path:
    """A stand-in for a client: a shell script that is found first."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def test_npm_is_asked_for_one_version_without_scripts(bin_folder: Path, target: Path) -> None:
    program(bin_folder, "npm", f'echo "$@" > {bin_folder}/asked; echo abc > {target}/m-2.0.tgz')
    heard: list[int] = []
    assert npm_pack(NPM, target, heard.append).read_text() == "abc\n"
    asked = (bin_folder / "asked").read_text().split()
    assert asked[:2] == ["pack", "@maker/models@2.0"]
    assert "--ignore-scripts" in asked


def test_a_machine_without_npm_is_told_what_to_do(
    bin_folder: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(bin_folder))
    with pytest.raises(PackFetchFailed, match=r"Install Node\.js 20"):
        npm_pack(NPM, target, print)


def test_what_a_failing_client_said_is_repeated(bin_folder: Path, target: Path) -> None:
    program(bin_folder, "npm", "echo 'npm error 404 no such thing' >&2; exit 3")
    with pytest.raises(PackFetchFailed, match=r"exit status 3.*404 no such thing"):
        npm_pack(NPM, target, print)


def test_a_client_that_leaves_nothing_is_an_error(bin_folder: Path, target: Path) -> None:
    program(bin_folder, "npm", "exit 0")
    with pytest.raises(PackFetchFailed, match="the client left nothing"):
        npm_pack(NPM, target, print)


def test_pip_is_asked_for_one_wheel_and_nothing_is_built(
    bin_folder: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = program(
        bin_folder, "python", f'echo "$@" > {bin_folder}/asked; echo abc > {target}/some.whl'
    )
    monkeypatch.setattr(sys, "executable", str(python))
    assert pip_download(PIP, target, print).read_text() == "abc\n"
    asked = (bin_folder / "asked").read_text().split()
    assert asked[:3] == ["-m", "pip", "download"]
    assert {"--no-deps", "--only-binary", "some-models==1.0"} <= set(asked)


def test_an_environment_without_pip_is_told_what_to_do(
    bin_folder: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = program(bin_folder, "python", "echo 'No module named pip' >&2; exit 1")
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(PackFetchFailed, match="ensurepip"):
        pip_download(PIP, target, print)
