"""From a photo to a name, and back to nothing: over the wire, with the real models."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from eyebright.app.rooms import open_eyebright
from eyebright.db.tables import face_vectors
from eyebright.imaging.decode import decode_image
from eyebright.imaging.encode import encode_jpeg
from eyebright.people.forget import search_for_traces
from eyebright.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_rekognition.type_defs import BoundingBoxTypeDef
    from tests.journeys.conftest import Server

pytestmark = [pytest.mark.pack, pytest.mark.client, pytest.mark.slow]

COLLECTION = "journey"
PERSON = "adalgisa-quillfeather"
"""So long that chance does not write it."""


def crop(photo: Path, box: BoundingBoxTypeDef, *, margin: float = 0.6) -> bytes:
    """The face of a box with some room around it, as a JPEG of its own."""
    pixels = decode_image(photo.read_bytes()).pixels
    height, width = pixels.shape[:2]
    wide, high = box["Width"] * width, box["Height"] * height
    left, top = box["Left"] * width - margin * wide, box["Top"] * height - margin * high
    right, bottom = left + (1 + 2 * margin) * wide, top + (1 + 2 * margin) * high
    cut = pixels[max(0, int(top)) : int(bottom), max(0, int(left)) : int(right)]
    return encode_jpeg(cut, quality=85)


def index(client: RekognitionClient, photo: Path) -> dict[str, BoundingBoxTypeDef]:
    """Index all faces of a photo; face id -> where it is."""
    answer = client.index_faces(
        CollectionId=COLLECTION,
        Image={"Bytes": photo.read_bytes()},
        ExternalImageId=photo.name,
        QualityFilter="NONE",
    )
    return {
        record["Face"]["FaceId"]: record["Face"]["BoundingBox"] for record in answer["FaceRecords"]
    }


def sealed_vectors(home: Path, face_ids: Sequence[str]) -> list[bytes]:
    """The bytes under which the vectors lie in the database, beginning and end of each."""
    from sqlalchemy import select

    with open_eyebright(Settings(home=home)) as rooms, rooms.database.read() as connection:
        sealed = list(connection.scalars(select(face_vectors.c.sealed)))
    assert len(sealed) == len(face_ids)
    return [part for one in sealed for part in (one[:32], one[-32:])]


def test_enrol_find_name_delete_and_prove_gone(server: Server, photos: tuple[Path, ...]) -> None:
    client, photo = server.client(), photos[0]
    client.create_collection(CollectionId=COLLECTION)

    # enrol: everybody in the photo, and the same photo again adds nobody
    faces = index(client, photo)
    assert len(faces) >= 3
    assert index(client, photo) == faces

    # find: a cut-out of one face finds that face first
    wanted, box = next(iter(faces.items()))
    cut = crop(photo, box)
    answer = client.search_faces_by_image(CollectionId=COLLECTION, Image={"Bytes": cut})
    assert answer["FaceMatches"][0]["Face"]["FaceId"] == wanted
    assert answer["FaceMatches"][0]["Similarity"] > 95

    # name: the face becomes a person, who is found by another look
    client.create_user(CollectionId=COLLECTION, UserId=PERSON)
    associated = client.associate_faces(CollectionId=COLLECTION, UserId=PERSON, FaceIds=[wanted])
    assert [one["FaceId"] for one in associated["AssociatedFaces"]] == [wanted]
    people = client.search_users_by_image(CollectionId=COLLECTION, Image={"Bytes": cut})
    assert people["UserMatches"][0]["User"]["UserId"] == PERSON

    # delete: the face is found no more, at once
    needles = [one.encode() for one in faces] + sealed_vectors(server.home, list(faces))
    assert search_for_traces(server.home, needles[:1]), "the search itself must be able to find"
    refused = client.delete_faces(CollectionId=COLLECTION, FaceIds=[wanted])
    assert refused["DeletedFaces"] == [], "a face that belongs to somebody is not deleted"
    client.disassociate_faces(CollectionId=COLLECTION, UserId=PERSON, FaceIds=[wanted])
    client.delete_faces(CollectionId=COLLECTION, FaceIds=[wanted])
    after = client.search_faces_by_image(CollectionId=COLLECTION, Image={"Bytes": cut})
    assert wanted not in [match["Face"]["FaceId"] for match in after["FaceMatches"]]
    client.delete_user(CollectionId=COLLECTION, UserId=PERSON)
    client.delete_collection(CollectionId=COLLECTION)

    # prove gone: no id and no vector in any file, while the server runs and after it stopped
    assert search_for_traces(server.home, [*needles, PERSON.encode()]) == []
    assert server.stop() == 0
    assert search_for_traces(server.home, needles) == []


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(
    server: Server, photos: tuple[Path, ...]
) -> None:
    client = server.client()
    client.create_collection(CollectionId=COLLECTION)
    faces = index(client, photos[1])
    server.stop(signal.SIGKILL)
    (server.home / "endpoint").unlink()
    server.start()
    client = server.client()
    listed = client.list_faces(CollectionId=COLLECTION)["Faces"]
    assert {one["FaceId"] for one in listed} == set(faces)
    matches = client.search_faces(CollectionId=COLLECTION, FaceId=next(iter(faces)))
    assert matches["SearchedFaceId"] in faces


def test_a_stop_signal_lets_requests_finish(server: Server, photos: tuple[Path, ...]) -> None:
    assert server.stop() == 0
    assert not (server.home / "endpoint").exists()


def test_a_folder_of_people_is_enrolled_and_named_from_the_shell(
    tmp_path: Path,
    packs: Path,
    photos: tuple[Path, ...],
    server: Server,
    run_cli: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    answer = server.client().detect_faces(Image={"Bytes": photos[0].read_bytes()})
    names = ["Ada", "Ben", "Cleo", "Dina", "Emil"][: len(answer["FaceDetails"])]
    for name, face in zip(names, answer["FaceDetails"], strict=False):
        folder = tmp_path / "people" / name
        folder.mkdir(parents=True)
        (folder / "1.jpg").write_bytes(crop(photos[0], face["BoundingBox"]))
    enrolled = run_cli(server.home, "enrol", tmp_path / "people", "-c", "team")
    assert enrolled.returncode == 0, enrolled.stderr
    drawing = tmp_path / "names.jpg"
    named = run_cli(server.home, "identify", photos[0], "-c", "team", "--draw", drawing)
    assert named.returncode == 0, named.stderr
    people = [line.split()[-1] for line in named.stdout.splitlines()[1:]]
    assert people == names
    assert drawing.stat().st_size > 10_000
