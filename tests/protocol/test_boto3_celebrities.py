"""RecognizeCelebrities and GetCelebrityInfo as boto3 and the AWS command line see them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, Region, UserId
from eyebright.imaging.decode import decode_image
from eyebright.people.biographies import KnownGender, NewCelebrity

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from tests.protocol.conftest import RunningServer

pytestmark = pytest.mark.client

STARS = CollectionId("stars")
LINK = "www.wikidata.org/wiki/Q7259"


@pytest.fixture(scope="module")
def ada(server: RunningServer, photo: Callable[..., bytes]) -> Iterator[str]:
    """The id of the only celebrity, in a gallery of the client's account."""
    rooms = server.rooms
    scope = Scope(server.credentials.account_id, Region("eu-west-1"))
    rooms.collections.create(scope, STARS, space=rooms.vision.space)
    known = rooms.celebrities.register(
        scope, STARS, NewCelebrity("Ada Lovelace", (LINK,), KnownGender.FEMALE)
    )
    indexed = rooms.indexing.index(scope, STARS, image=decode_image(photo("Ada"))).indexed
    rooms.users.associate(
        scope, STARS, UserId(known.celebrity_id), [indexed[0][1].face_id], min_percent=0
    )
    yield known.celebrity_id
    rooms.collections.delete(scope, STARS)


def test_boto3_sees_who_is_known_and_who_is_not(
    client: RekognitionClient, photo: Callable[..., bytes], ada: str
) -> None:
    answer = client.recognize_celebrities(Image={"Bytes": photo("Ben", "Ada")})
    (found,) = answer["CelebrityFaces"]
    assert (found["Id"], found["Name"], found["Urls"]) == (ada, "Ada Lovelace", [LINK])
    assert found["KnownGender"] == {"Type": "Female"}
    assert 95 < found["MatchConfidence"] <= 100
    assert found["Face"]["Emotions"][0]["Type"] == "CALM"
    assert found["Face"]["Smile"]["Value"] is False
    assert len(answer["UnrecognizedFaces"]) == 1
    assert "OrientationCorrection" not in set(answer)
    info = client.get_celebrity_info(Id=ada)
    assert (info["Name"], info["Urls"]) == ("Ada Lovelace", [LINK])
    assert info["KnownGender"] == {"Type": "Female"}


def test_boto3_knows_the_error_of_an_unknown_id(client: RekognitionClient, ada: str) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_celebrity_info(Id=ada[::-1])


def test_another_account_does_not_see_the_gallery(
    server: RunningServer,
    connect: Callable[..., RekognitionClient],
    photo: Callable[..., bytes],
    ada: str,
) -> None:
    other = connect(server.rooms.accounts.create("another gallery owner"))
    answer = other.recognize_celebrities(Image={"Bytes": photo("Ada")})
    assert (len(answer["CelebrityFaces"]), len(answer["UnrecognizedFaces"])) == (0, 1)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        other.get_celebrity_info(Id=ada)


def test_the_aws_command_line_recognises_a_file(
    server: RunningServer, photo: Callable[..., bytes], ada: str, tmp_path: Path
) -> None:
    picture = tmp_path / "ada.png"
    picture.write_bytes(photo("Ada"))

    def aws(*arguments: str) -> Any:
        finished = subprocess.run(
            [sys.executable, str(Path(sys.executable).with_name("aws")), "rekognition", *arguments],
            env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"} | server.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return json.loads(finished.stdout)

    found = aws("recognize-celebrities", "--image-bytes", f"fileb://{picture}")
    assert [one["Id"] for one in found["CelebrityFaces"]] == [ada]
    assert aws("get-celebrity-info", "--id", ada)["Name"] == "Ada Lovelace"
