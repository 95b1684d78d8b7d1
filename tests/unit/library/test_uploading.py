from __future__ import annotations

from pathlib import Path

import pytest

from eyebright.errors import InvalidInput, QuotaExceeded, StorageError
from eyebright.imaging.decode import decode_image
from eyebright.imaging.formats import LIBRARY_LIMITS
from eyebright.library.blobs import BlobKind
from eyebright.library.inbox import Came
from eyebright.library.uploading import Uploading, plain_name
from eyebright.library.values import AssetState
from eyebright.testing.heif import heif, turned
from eyebright.testing.library import Shelf, picture_bytes


def uploading(shelf: Shelf, **limits: int) -> Uploading:
    media = shelf.media
    return Uploading(
        shelf.rooms.database,
        home=shelf.rooms.settings.home,
        libraries=media.libraries,
        inbox=media.inbox,
        blobs=media.blobs,
        **{"least_free_bytes": 0, **limits},
    )


def sent(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "sent"
    path.write_bytes(content)
    return path


def test_what_is_sent_lies_in_the_library_and_is_looked_at(shelf: Shelf, tmp_path: Path) -> None:
    content = picture_bytes("a.jpg", "Ada")
    arrival = uploading(shelf).receive(shelf.mine, sent(tmp_path, content), name="a.jpg")
    assert arrival.asset_id is not None
    assert arrival.came is Came.NEW
    shelf.media.indexer.run_once(shelf.mine)
    detail = shelf.media.assets.detail(shelf.mine, arrival.asset_id)
    assert detail.places[0].path == "a.jpg"
    assert shelf.media.originals.read(shelf.mine, detail.asset) == content


def test_a_phones_photo_is_taken_in_and_shown_as_a_jpeg(shelf: Shelf, tmp_path: Path) -> None:
    content = heif(turns=[turned(1)])
    arrival = uploading(shelf).receive(shelf.mine, sent(tmp_path, content), name="IMG_1.HEIC")
    assert arrival.asset_id is not None
    shelf.media.indexer.run_once(shelf.mine)
    detail = shelf.media.assets.detail(shelf.mine, arrival.asset_id)
    assert (detail.asset.state, detail.asset.size_wh) == (AssetState.READY, (64, 96))
    assert shelf.media.originals.read(shelf.mine, detail.asset) == content
    for kind in (BlobKind.PROXY, BlobKind.THUMBNAIL):
        small = shelf.media.blobs.get(shelf.mine, arrival.asset_id, kind)
        assert small is not None
        assert decode_image(small, limits=LIBRARY_LIMITS).size_wh == (64, 96)


def test_a_cameras_raw_file_is_not_taken_for_the_tiff_that_it_begins_like(
    shelf: Shelf, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match="camera raw"):
        uploading(shelf).receive(shelf.mine, sent(tmp_path, b"II*\0" * 9), name="DSC_1.NEF")


def test_what_was_removed_comes_back_when_it_is_sent_again(shelf: Shelf, tmp_path: Path) -> None:
    file = sent(tmp_path, picture_bytes("a.jpg", "Ada"))
    first = uploading(shelf).receive(shelf.mine, file, name="a.jpg").asset_id
    assert first is not None
    shelf.media.removal.remove(shelf.mine, first)
    assert not shelf.media.blobs.has(shelf.mine, first, BlobKind.UPLOAD)
    again = uploading(shelf).receive(shelf.mine, file, name="a.jpg").asset_id
    assert again is not None
    assert shelf.media.blobs.has(shelf.mine, again, BlobKind.UPLOAD)


def test_a_library_takes_so_much_and_no_more(shelf: Shelf, tmp_path: Path) -> None:
    one, other = picture_bytes("a.jpg"), picture_bytes("b.jpg")
    room = uploading(shelf, most_bytes=len(one) + len(other) - 1)
    room.receive(shelf.mine, sent(tmp_path, one), name="a.jpg")
    with pytest.raises(QuotaExceeded):
        room.receive(shelf.mine, sent(tmp_path, other), name="b.jpg")
    assert shelf.media.libraries.progress(shelf.mine).total == 1


def test_a_full_disk_is_left_alone(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="nearly full"):
        uploading(shelf, least_free_bytes=2**62).receive(
            shelf.mine, sent(tmp_path, picture_bytes("a.jpg")), name="a.jpg"
        )
    assert shelf.media.libraries.progress(shelf.mine).total == 0


@pytest.mark.parametrize("content", [b"", b"text", b"%PDF-1.7", b"GIF", b"<svg/>"])
def test_what_is_neither_picture_nor_film_is_refused(
    shelf: Shelf, tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(InvalidInput):
        uploading(shelf).receive(shelf.mine, sent(tmp_path, content), name="a.jpg")
    assert shelf.media.libraries.sources(shelf.mine) == (shelf.source,)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("a.jpg", "a.jpg"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\a.jpg", "a.jpg"),
        ("a\r\nb\0.jpg", "a__b_.jpg"),
        ("", "upload"),
        ("dir/", "upload"),
        ("ä" * 300, "ä" * 127),
    ],
)
def test_names_are_for_people_and_lead_nowhere(name: str, plain: str) -> None:
    assert plain_name(name) == plain
