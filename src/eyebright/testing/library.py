"""A media library over real rooms and fake sight, for tests of everything around it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eyebright.analysis.sight import Sight
from eyebright.app.library import MediaLibrary, wired
from eyebright.app.rooms import Eyebright, open_eyebright
from eyebright.clock import Clock
from eyebright.geometry.arrays import ByteArray
from eyebright.governance.accounts import Scope
from eyebright.ids import Ids
from eyebright.imaging.encode import encode_jpeg, encode_png
from eyebright.library.inbox import Arrival
from eyebright.library.values import Asset, AssetDetail, Library, LibrarySource, Media, SourceKind
from eyebright.settings import Settings
from eyebright.sources.reader import Sources
from eyebright.testing.clock import FixedClock
from eyebright.testing.pictures import draw_people, line_up
from eyebright.testing.rooms import REGION
from eyebright.testing.sight import fake_sight

PACKS: Mapping[str, str] = {
    name: f"{name}@1" for name in ("faces", "labels", "text", "moderation", "foreground", "shots")
}
"""What a shelf takes for installed."""


@dataclass(frozen=True)
class Shelf:
    """One library, `mine`, with a folder of pictures as its source."""

    rooms: Eyebright
    media: MediaLibrary
    scope: Scope
    mine: Library
    folder: Path
    source: LibrarySource
    clock: Clock

    def photo(self, name: str, *people: str) -> Path:
        """A JPEG (or PNG, by the name) of these people in the folder; not told to the library."""
        return self.write(name, picture_bytes(name, *people))

    def write(self, name: str, content: bytes) -> Path:
        """A file in the folder; not told to the library."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def arrive(self, name: str, *, media: Media = Media.IMAGE, again: bool = False) -> Arrival:
        """Tell the library of a file as it is now, as a scan does."""
        content = (self.folder / name).read_bytes()
        return self.media.inbox.arrive(
            self.mine,
            self.source,
            name.encode(),
            shown_path=name,
            size=len(content),
            version=hashlib.sha256(content).hexdigest()[:16],
            content_sha256=hashlib.sha256(content).hexdigest(),
            media=media,
            again=again,
        )

    def add(self, name: str, *people: str) -> Asset:
        """A photo of these people, told to the library and indexed."""
        self.photo(name, *people)
        arrival = self.arrive(name)
        assert arrival.asset_id is not None
        self.media.indexer.run_once(self.mine)
        return self.media.assets.get(self.mine, arrival.asset_id)

    def detail(self, asset: Asset) -> AssetDetail:
        return self.media.assets.detail(self.mine, asset.asset_id)

    def close(self) -> None:
        self.rooms.close()


def open_shelf(
    directory: Path,
    *,
    sight: Sight | None = None,
    clock: Clock | None = None,
    ids: Ids | None = None,
    packs: Mapping[str, str] = PACKS,
    threads: int = 1,
    wire: Callable[..., MediaLibrary] = wired,
) -> Shelf:
    """A home and a folder below `directory`, made if need be; several may be open over one. Call
    `close` when done. The indexer is not started: call `media.indexer.run_once()`."""
    home, folder = directory / "home", directory / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    time = clock or FixedClock()
    rooms = open_eyebright(Settings(home=home), clock=time, ids=ids, sight=sight or fake_sight())
    media = wire(rooms, Sources({}), packs=packs, threads=threads)
    scope = _scope(rooms)
    mine = media.libraries.open(scope)
    source = media.libraries.add_source(mine, SourceKind.FOLDER, str(folder), watched=False)
    return Shelf(rooms, media, scope, mine, folder, source, time)


def picture_bytes(name: str, *people: str) -> bytes:
    """A picture of these people, another one for each file name."""
    pixels = named_picture(name, people)
    return encode_png(pixels) if name.endswith(".png") else encode_jpeg(pixels, quality=95)


def named_picture(name: str, people: Sequence[str]) -> ByteArray:
    """(160, w, 3) RGB; a grey bar code at the lower edge tells the name."""
    pixels = draw_people(line_up(people), size_wh=(96 * max(len(people), 2) + 32, 160)).copy()
    for place, byte in enumerate(hashlib.sha256(name.encode()).digest()[:16]):
        pixels[144:160, 8 * place : 8 * place + 8] = 64 + byte // 2
    return pixels


def _scope(rooms: Eyebright) -> Scope:
    """The account "first", made if need be."""
    for account in rooms.accounts.list():
        if account.name == "first":
            return Scope(account.account_id, REGION)
    return Scope(rooms.accounts.create("first").account_id, REGION)
