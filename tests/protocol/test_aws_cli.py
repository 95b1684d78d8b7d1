"""The AWS command line, unmodified."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.client

AWS = Path(sys.executable).parent / "aws"
Aws = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def aws(server: Any) -> Aws:
    """Runs `aws rekognition ...`; the endpoint comes from the environment."""
    assert AWS.is_file(), "The AWS CLI is part of the development requirements."

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(AWS), "rekognition", *arguments, "--output", "json"],
            env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"} | server.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def answer(finished: subprocess.CompletedProcess[str]) -> Any:
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def test_images_are_sent_from_files(aws: Aws, tmp_path: Path, photo: Callable[..., bytes]) -> None:
    ada, group = tmp_path / "ada.png", tmp_path / "group.png"
    ada.write_bytes(photo("Ada"))
    group.write_bytes(photo("Ben", "Ada"))
    detected = answer(aws("detect-faces", "--image-bytes", f"fileb://{group}"))
    assert len(detected["FaceDetails"]) == 2
    compared = answer(
        aws(
            "compare-faces",
            "--source-image-bytes",
            f"fileb://{ada}",
            "--target-image-bytes",
            f"fileb://{group}",
        )
    )
    assert len(compared["FaceMatches"]) == 1
    assert len(compared["UnmatchedFaces"]) == 1


def test_a_collection_is_made_filled_and_paged_through(
    aws: Aws, bucket: Path, photo: Callable[..., bytes]
) -> None:
    name = f"cli-{uuid.uuid4()}"
    (bucket / "trio.png").write_bytes(photo("Ada", "Ben", "Cleo"))
    answer(aws("create-collection", "--collection-id", name, "--tags", "team=blue"))
    image = '{"S3Object":{"Bucket":"photos","Name":"trio.png"}}'
    indexed = answer(aws("index-faces", "--collection-id", name, "--image", image))
    assert len(indexed["FaceRecords"]) == 3
    listed = answer(aws("list-faces", "--collection-id", name, "--page-size", "1"))
    assert len(listed["Faces"]) == 3


def test_an_error_is_printed_with_its_name_and_its_sentence(aws: Aws) -> None:
    missing = aws("list-faces", "--collection-id", "my_faces")
    assert missing.returncode != 0
    assert "(ResourceNotFoundException) when calling the ListFaces operation" in missing.stderr
    assert "The collection id: my_faces does not exist" in missing.stderr


def test_an_operation_that_is_not_built_is_named(aws: Aws) -> None:
    unbuilt = aws("describe-projects")
    assert unbuilt.returncode != 0
    assert "(NotImplementedException)" in unbuilt.stderr
    assert "DescribeProjects is not implemented" in unbuilt.stderr


@pytest.mark.parametrize(
    ("operation", "member", "options"),
    [
        ("detect-labels", "Labels", ["--features", "GENERAL_LABELS", "IMAGE_PROPERTIES"]),
        ("detect-text", "TextDetections", []),
        ("detect-moderation-labels", "ModerationLabels", ["--min-confidence", "10"]),
        ("detect-protective-equipment", "Persons", []),
        ("recognize-celebrities", "UnrecognizedFaces", []),
    ],
)
def test_a_picture_is_asked_about_from_a_file(
    aws: Aws,
    tmp_path: Path,
    photo: Callable[..., bytes],
    operation: str,
    member: str,
    options: list[str],
) -> None:
    picture = tmp_path / "ada.png"
    picture.write_bytes(photo("Ada"))
    found = answer(aws(operation, "--image-bytes", f"fileb://{picture}", *options))
    assert found[member]
