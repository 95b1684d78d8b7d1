"""The examples run as they stand, with unmodified boto3 against a server; the models are fake."""

from __future__ import annotations

import importlib.util
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import boto3
import pytest

from eyebright.testing.library import picture_bytes

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from tests.protocol.conftest import RunningServer

pytestmark = pytest.mark.client

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(autouse=True)
def environment(server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    # the session that boto3 keeps may be an earlier test's, with other keys
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def photo(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str, *people: str) -> Path:
        path = tmp_path / "photos" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(picture_bytes(name, *people))
        old = time.time() - 10
        os.utime(path, (old, old))
        return path

    return make


def test_a_label_index_finds_pictures_by_what_they_show(
    photo: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = example("label_index").main
    file = tmp_path / "labels.json"
    dog, empty = photo("dog.jpg", "Ada"), photo("empty.jpg")
    folder = str(dog.parent)
    assert run(["--index", str(file), "index", folder]) == 0
    assert run(["--index", str(file), "search", "animal", "dog"]) == 0
    shown = capsys.readouterr().out
    assert str(dog) in shown.splitlines()[-2]
    assert run(["--index", str(file), "search", "mountain"]) == 1
    assert run(["--index", str(file), "labels"]) == 0
    assert "dog" in capsys.readouterr().out
    empty.unlink()
    (dog.parent / "broken.jpg").write_bytes(b"hello")
    assert run(["--index", str(file), "index", folder]) == 1
    said = capsys.readouterr()
    assert str(dog) not in said.out, "it was not asked about again"
    assert "broken.jpg" in said.err
    assert set(json.loads(file.read_text())) == {str(dog)}


def test_pictures_of_a_folder_are_tagged_once(
    photo: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    run = example("tag_folder").main
    picture = photo("dog & cat.jpg", "Ada")
    assert run([str(picture.parent), "--once"]) == 0
    sidecar = picture.with_name("dog & cat.jpg.xmp")
    names = [one.text for one in ElementTree.parse(sidecar).iter() if one.tag.endswith("}li")]
    assert "Dog" in names
    assert run([str(picture.parent), "--once"]) == 0
    assert capsys.readouterr().out.count("dog & cat.jpg:") == 1
    photo("broken.jpg").write_bytes(b"hello")
    os.utime(picture.parent / "broken.jpg", (0, 0))
    assert run([str(picture.parent), "--once"]) == 1


def test_a_door_opens_for_staff_and_asks_a_person_otherwise(
    photo: Callable[..., Path],
    tmp_path: Path,
    client: RekognitionClient,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = example("door_check").main
    log = tmp_path / "door.jsonl"
    client.create_collection(CollectionId="staff")
    for name in ("Ada", "Ben"):
        kept = client.index_faces(
            CollectionId="staff", Image={"Bytes": photo(f"{name}.jpg", name).read_bytes()}
        )
        client.create_user(CollectionId="staff", UserId=name)
        client.associate_faces(
            CollectionId="staff",
            UserId=name,
            FaceIds=[one["Face"]["FaceId"] for one in kept["FaceRecords"]],
        )

    def door(*people: str) -> int:
        camera = photo("camera.jpg", *people)
        return int(run([str(camera), "--log", str(log)]))

    assert door("Ada") == 0
    assert "Open: Ada" in capsys.readouterr().out
    assert [door("Cleo"), door(), door("Ada", "Ben")] == [2, 2, 2]
    said = capsys.readouterr().out
    for why in ("like nobody enough", "nobody is near enough", "several people"):
        assert why in said
    assert run([str(tmp_path / "none.jpg"), "--log", str(log)]) == 1
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [one["person"] for one in lines] == ["Ada", "", "", ""]
    text = " ".join((EXAMPLES / "door_check.py").read_text().split())
    assert "must not be the only thing that decides" in text
