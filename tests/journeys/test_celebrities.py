"""From portraits to names in other photos, and back to nothing: with the real models."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from eyebright.imaging.decode import decode_image
from eyebright.imaging.encode import encode_jpeg
from eyebright.people.forget import search_for_traces

if TYPE_CHECKING:
    from tests.journeys.conftest import Server

pytestmark = [pytest.mark.pack, pytest.mark.client, pytest.mark.slow]

RunCli = Callable[..., "subprocess.CompletedProcess[str]"]

FAIR_AT, DARK_AT = (0.82, 0.26), (0.48, 0.43)
"""Where two people stand in the first sample photo, as parts of its width and height. The fair one
is in the third photo again, the dark one in the fourth; in each of those the other is not."""


def portrait(photo: Path, at: tuple[float, float]) -> bytes:
    """The part of the photo around a face, a quarter of its width each way."""
    pixels = decode_image(photo.read_bytes()).pixels
    height, width = pixels.shape[:2]
    x, y, reach = int(at[0] * width), int(at[1] * height), width // 8
    return encode_jpeg(pixels[max(0, y - reach) : y + reach, max(0, x - reach) : x + reach])


@pytest.fixture
def gallery(tmp_path: Path, photos: tuple[Path, ...]) -> Path:
    """A CSV file of two people, a portrait each."""
    for name, at in (("fair", FAIR_AT), ("dark", DARK_AT)):
        (tmp_path / f"{name}.jpg").write_bytes(portrait(photos[0], at))
    file = tmp_path / "people.csv"
    file.write_text(
        "name,images,urls,gender,id\n"
        "Fair Canarywoman,fair.jpg,www.canary.example/fair,female,\n"
        "Dark Canarywoman,dark.jpg,,,dark1\n"
    )
    return file


def test_people_are_imported_recognised_elsewhere_and_forgotten(
    server: Server, run_cli: RunCli, gallery: Path, photos: tuple[Path, ...]
) -> None:
    imported = run_cli(server.home, "celebrities", "import", gallery)
    assert imported.returncode == 0, imported.stderr

    # recognise: over the wire, each in a photo that was not imported, and only there
    client = server.client()

    def seen_in(photo: Path) -> list[Any]:
        answer = client.recognize_celebrities(Image={"Bytes": photo.read_bytes()})
        assert len(answer["CelebrityFaces"]) + len(answer["UnrecognizedFaces"]) >= 3
        return list(answer["CelebrityFaces"])

    (fair,) = seen_in(photos[2])
    assert (fair["Name"], fair["KnownGender"]) == ("Fair Canarywoman", {"Type": "Female"})
    assert fair["Urls"] == ["www.canary.example/fair"]
    assert fair["MatchConfidence"] > 95
    (dark,) = seen_in(photos[3])
    assert (dark["Name"], dark["Id"]) == ("Dark Canarywoman", "dark1")
    for other in photos[4:]:
        assert seen_in(other) == []

    # look up: by id, and by the command line
    assert client.get_celebrity_info(Id=fair["Id"])["Name"] == "Fair Canarywoman"
    named = run_cli(server.home, "celebrities", photos[2], "--json")
    (picture,) = json.loads(named.stdout)
    names = [one["celebrity"]["name"] for one in picture["faces"] if one["celebrity"]]
    assert names == ["Fair Canarywoman"]

    # another account has galleries of its own
    run_cli(server.home, "accounts", "create", "other")
    theirs = run_cli(server.home, "--account", "other", "celebrities", photos[2], "--json")
    assert not [one for one in json.loads(theirs.stdout)[0]["faces"] if one["celebrity"]]

    # forget: one person, then the gallery; no name was in any file to begin with
    words = [b"Canarywoman", b"canary.example", b"fair.jpg"]
    assert search_for_traces(server.home, words) == []
    assert search_for_traces(server.home, [fair["Id"].encode()])
    gone = run_cli(server.home, "celebrities", "delete", fair["Id"], "--yes")
    assert "none is left" in gone.stderr
    assert seen_in(photos[2]) == []
    deleted = run_cli(server.home, "collections", "delete", "celebrities", "--yes")
    assert "none is left" in deleted.stderr
    assert seen_in(photos[3]) == []
    assert server.stop() == 0
    assert search_for_traces(server.home, [*words, fair["Id"].encode(), b"dark1"]) == []
