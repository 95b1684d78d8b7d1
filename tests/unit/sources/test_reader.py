"""Buckets by name: folders first, then the endpoint, and one message for all that fails."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from eyebright.errors import (
    ConfigurationError,
    ImageTooLarge,
    SourceUnavailable,
    VideoTooLarge,
)
from eyebright.sources.objects import StoredObject
from eyebright.sources.reader import UNAVAILABLE, Sources, folder_from_option


class Shelf:
    """A source in memory."""

    def __init__(self, objects: dict[tuple[str, str, str | None], bytes]) -> None:
        self._objects = objects

    def read(self, bucket: str, key: str, *, version: str | None, max_bytes: int) -> bytes:
        try:
            return self._objects[bucket, key, version][: max_bytes + 1]
        except KeyError as error:
            raise SourceUnavailable("the shelf does not have it") from error

    def open(self, bucket: str, key: str, *, version: str | None) -> StoredObject:
        content = self.read(bucket, key, version=version, max_bytes=10**9)
        return StoredObject(io.BytesIO(content), len(content))


def test_a_folder_wins_over_the_endpoint_and_hides_its_bucket(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"folder")
    shelf = Shelf({("photos", "a.jpg", None): b"shelf", ("photos", "b.jpg", None): b"shelf"})
    sources = Sources({"photos": tmp_path}, endpoint=shelf)
    assert sources.read("photos", "a.jpg", max_bytes=100) == b"folder"
    with pytest.raises(SourceUnavailable):
        sources.read("photos", "b.jpg", max_bytes=100)


def test_other_buckets_go_to_the_endpoint_with_their_version() -> None:
    sources = Sources({}, endpoint=Shelf({("remote", "k", "v7"): b"seven"}))
    assert sources.read("remote", "k", version="v7", max_bytes=100) == b"seven"


@pytest.mark.parametrize("key", ["gone.jpg", "../etc/passwd", "folder"])
def test_all_failures_read_the_same_to_the_caller(tmp_path: Path, key: str) -> None:
    (tmp_path / "folder").mkdir()
    for sources in (Sources({"photos": tmp_path}), Sources({}), Sources({}, endpoint=Shelf({}))):
        with pytest.raises(SourceUnavailable) as caught:
            sources.read("photos", key, max_bytes=100)
        assert caught.value.message == UNAVAILABLE


def test_the_cause_is_kept_for_the_log(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable) as caught:
        Sources({"photos": tmp_path}).read("photos", "gone.jpg", max_bytes=1)
    assert "ENOENT" in str(caught.value.__cause__)


def test_a_version_of_a_file_in_a_folder_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"1")
    with pytest.raises(SourceUnavailable, match="'photos' is a folder and keeps no versions"):
        Sources({"photos": tmp_path}).read("photos", "a.jpg", version="1", max_bytes=1)


def test_an_object_over_the_limit_is_said_to_be_too_large(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"12345")
    with pytest.raises(ImageTooLarge):
        Sources({"photos": tmp_path}).read("photos", "a.jpg", max_bytes=4)


def test_an_option_names_a_bucket_and_its_folder(tmp_path: Path) -> None:
    odd = tmp_path / "a=b"
    odd.mkdir()
    assert folder_from_option(f"photos={odd}") == ("photos", odd)


@pytest.mark.parametrize("option", ["photos", "=x", "photos=", "photos=/no/such/folder"])
def test_an_option_that_names_no_folder_is_refused(option: str) -> None:
    with pytest.raises(ConfigurationError, match=r"photos|NAME=DIR"):
        folder_from_option(option)


def test_a_film_is_an_open_file_from_folder_and_endpoint(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"folder film")
    shelf = Shelf({("s3", "b.mp4", "1"): b"shelf film"})
    sources = Sources({"films": tmp_path}, endpoint=shelf)
    opened = sources.open_object("films", "a.mp4", max_bytes=11)
    with opened.file as file:
        file.seek(7)
        assert (file.read(), opened.size) == (b"film", 11)
    assert sources.open_object("s3", "b.mp4", version="1", max_bytes=99).file.read()[:5] == b"shelf"
    with pytest.raises(VideoTooLarge, match="Video size in bytes: 11 is more than the maximum"):
        sources.open_object("films", "a.mp4", max_bytes=10)
    with pytest.raises(SourceUnavailable, match=UNAVAILABLE[:20]):
        sources.open_object("films", "../etc/passwd", max_bytes=10)
