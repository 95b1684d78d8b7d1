"""The AWS SDK for JavaScript, unmodified, from npm."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import uuid
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

pytestmark = pytest.mark.client

JS = Path(__file__).parent / "js"

Drive = Callable[..., list[dict[str, Any]]]
Photo = Callable[..., bytes]


def _missing(reason: str) -> NoReturn:
    """Skip and say why; in continuous integration, where all of it is set up, fail."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.fixture(scope="module")
def drive(server: Any) -> Drive:
    """Calls operations one after another in one process: drive(("ListFaces", {...}), ...)."""
    node = shutil.which("node")
    if node is None:
        _missing("Node.js is not installed; the JavaScript client needs version 20 or newer.")
    if not (JS / "node_modules").is_dir():
        _missing("The JavaScript client is not installed; `make test` runs `npm ci` for it.")

    def run(*calls: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
        wanted = [{"operation": name, "input": given} for name, given in calls]
        finished = subprocess.run(
            [node, "drive.mjs"],
            input=json.dumps(wanted),
            cwd=JS,
            env={"PATH": os.environ["PATH"]} | server.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr
        outcomes: list[dict[str, Any]] = json.loads(finished.stdout)
        assert len(outcomes) == len(calls)
        return outcomes

    return run


def test_a_person_is_enrolled_found_and_deleted(drive: Drive, photo: Photo) -> None:
    name = f"js-{uuid.uuid4()}"
    in_it = {"CollectionId": name}
    ada = {"Image": {"Bytes": {"base64": b64encode(photo("Ada")).decode()}}}
    created, described, detected, indexed, user, found, listed, deleted = (
        outcome.get("output", outcome)
        for outcome in drive(
            ("CreateCollection", in_it),
            ("DescribeCollection", in_it),
            ("DetectFaces", ada | {"Attributes": ["ALL"]}),
            ("IndexFaces", in_it | ada | {"ExternalImageId": "ada"}),
            ("CreateUser", in_it | {"UserId": "ada"}),
            ("SearchFacesByImage", in_it | ada),
            ("ListFaces", in_it),
            ("DeleteCollection", in_it),
        )
    )
    assert created["StatusCode"] == 200
    assert described["CreationTimestamp"].endswith("Z")
    assert len(detected["FaceDetails"]) == 1
    assert indexed["FaceRecords"][0]["Face"]["ExternalImageId"] == "ada"
    assert user["$metadata"]["httpStatusCode"] == 200
    match = found["FaceMatches"][0]["Face"]
    assert match["FaceId"] == indexed["FaceRecords"][0]["Face"]["FaceId"]
    assert "NextToken" not in listed
    assert deleted["StatusCode"] == 200


def test_errors_arrive_by_their_names(drive: Drive) -> None:
    missing, invalid, unbuilt, not_an_image = (
        outcome["error"]
        for outcome in drive(
            ("DescribeCollection", {"CollectionId": "nobody"}),
            ("CreateCollection", {"CollectionId": "a b"}),
            ("GetFaceLivenessSessionResults", {"SessionId": str(uuid.UUID(int=7))}),
            ("DetectFaces", {"Image": {"Bytes": {"base64": b64encode(b"text").decode()}}}),
        )
    )
    assert (missing["name"], missing["status"]) == ("ResourceNotFoundException", 400)
    assert missing["message"] == "Collection:nobody not found!"
    assert str(uuid.UUID(missing["requestId"])) == missing["requestId"]
    assert (invalid["name"], invalid["status"]) == ("ValidationException", 400)
    assert "'collectionId' failed to satisfy constraint" in invalid["message"]
    assert (unbuilt["name"], unbuilt["status"]) == ("NotImplementedException", 501)
    assert unbuilt["message"].startswith("GetFaceLivenessSessionResults is not")
    assert not_an_image["name"] == "InvalidImageFormatException"
    assert all(error["known"] for error in (missing, invalid, unbuilt, not_an_image))


def test_every_other_question_about_a_picture_is_answered(drive: Drive, photo: Photo) -> None:
    ada = {"Image": {"Bytes": {"base64": b64encode(photo("Ada")).decode()}}}
    features = {"Features": ["GENERAL_LABELS", "IMAGE_PROPERTIES"]}
    required = {"MinConfidence": 80, "RequiredEquipmentTypes": ["FACE_COVER"]}
    labels, text, moderation, equipment, celebrities = (
        outcome.get("output", outcome)
        for outcome in drive(
            ("DetectLabels", ada | features),
            ("DetectText", ada),
            ("DetectModerationLabels", ada),
            ("DetectProtectiveEquipment", ada | {"SummarizationAttributes": required}),
            ("RecognizeCelebrities", ada),
        )
    )
    assert {label["Name"] for label in labels["Labels"]} >= {"Dog", "Animal"}
    assert labels["ImageProperties"]["DominantColors"][0]["CSSColor"]
    assert text["TextDetections"][0]["Type"] == "LINE"
    assert moderation["ModerationModelVersion"] == "7.0"
    assert len(equipment["Persons"]) == 1
    assert equipment["Summary"]["PersonsWithRequiredEquipment"] == [0]
    assert celebrities["CelebrityFaces"] == []
    assert len(celebrities["UnrecognizedFaces"]) == 1
