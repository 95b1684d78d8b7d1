"""Moving a library's collection to another face pack, wired."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.analysis.faces.vision import FaceVision
from eyebright.app.library import MediaLibrary
from eyebright.app.rooms import Eyebright
from eyebright.errors import PackError
from eyebright.library.reembedding import Reembedding
from eyebright.packs.manifest import MANIFEST_FILE, read_manifest
from eyebright.packs.pack import Pack, load_pack
from eyebright.packs.verify import verify_quickly
from eyebright.people.migration import Migrations
from eyebright.people.migration_comparison import MigrationComparison


@dataclass(frozen=True, slots=True)
class Upgrade:
    """migrations: what is under way. reembedding: who looks at faces again. comparison: what it
    changed."""

    migrations: Migrations
    reembedding: Reembedding
    comparison: MigrationComparison


def open_upgrade(rooms: Eyebright, media: MediaLibrary) -> Upgrade:
    migrations = Migrations(rooms.database, rooms.vault, clock=rooms.clock)
    return Upgrade(
        migrations=migrations,
        reembedding=Reembedding(
            migrations, assets=media.assets, originals=media.originals, blobs=media.blobs
        ),
        comparison=MigrationComparison(rooms.database, rooms.vault),
    )


def named_vision(rooms: Eyebright, wanted: str) -> FaceVision:
    """The faces of an installed pack (NAME or NAME@VERSION) or of a pack's folder, which need not
    be in the home. Raises PackError."""
    folder = Path(wanted).expanduser()
    if (folder / MANIFEST_FILE).is_file():
        return _vision(rooms, _pack_in(folder))
    name, _, version = wanted.partition("@")
    directory = rooms.settings.packs_directory
    return _vision(rooms, load_pack(directory, name, version=version or None))


def vision_of(rooms: Eyebright, space: EmbeddingSpace) -> FaceVision | None:
    """The installed pack that makes vectors of this space, if there is one."""
    try:
        if rooms.vision.space == space:
            return rooms.vision
        vision = named_vision(rooms, space.name.replace("/", "@"))
    except PackError:
        return None
    return vision if vision.space == space else None


def _pack_in(folder: Path) -> Pack:
    manifest = read_manifest(folder)
    verify_quickly(folder, manifest)
    return Pack(manifest.id, manifest.version, folder, manifest)


def _vision(rooms: Eyebright, pack: Pack) -> FaceVision:
    from eyebright.analysis.faces.analyser import FaceAnalyser  # the nets take a second to import

    return FaceAnalyser.load(pack, rooms.runtime)
