"""The people of a media library without a server: what `eyebright people` does, from Python.

Reached as `library.people`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eyebright.api.local import all_pages
from eyebright.api.people_deciding import PeopleDeciding
from eyebright.api.portraits import find_portraits
from eyebright.app.library import MediaLibrary
from eyebright.db.engine import Database
from eyebright.errors import AssetNotFound, InvalidInput
from eyebright.governance.vault import Vault
from eyebright.ids import FaceId
from eyebright.library.asset_names import AssetNames
from eyebright.library.deciding import Decided
from eyebright.library.exchange import Export, ExportRules, FileReport, undo_log
from eyebright.library.export_undo import ExportUndo
from eyebright.library.name_wishes import NameReport
from eyebright.library.people_files import (
    MAX_FILE_BYTES,
    people_csv,
    people_json,
    read_people_file,
)
from eyebright.library.people_import import (
    FolderImport,
    PortraitOf,
    TableImport,
    listed_faces,
)
from eyebright.library.pictured import Gallery, Pictured
from eyebright.library.said_names import SaidNames
from eyebright.library.values import AssetId, Library
from eyebright.library.xmp_import import XmpImport
from eyebright.people.faces import Faces
from eyebright.people.persons import Person

Target = Path | str
_PAGE = 500
_FACE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Portrayed:
    """A person and the pictures that show them, the oldest first."""

    person: Person
    pictures: tuple[Pictured, ...]


class LocalPeople(PeopleDeciding):
    """The people of one library. What is decided about them can be undone, but for `forget`."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        media: MediaLibrary,
        library: Library,
        names: AssetNames,
        faces: Faces,
        actor: str,
    ) -> None:
        super().__init__(media=media, library=library, actor=actor)
        self._database = database
        self._vault = vault
        self._names = names
        self._faces = faces
        self._gallery = Gallery(database, media.assets, media.persons)

    def show(self, who: str) -> Portrayed:
        """One person with the pictures they are in. Raises as `find` does."""
        person = self.find(who)
        faces = all_pages(
            lambda at: self._faces.list(
                self._library.scope,
                self._library.collection_id,
                limit=_PAGE,
                after=at,
                user_id=person.user_id,
            )
        )
        assets = dict.fromkeys(
            AssetId(face.external_image_id) for face in faces if face.external_image_id is not None
        )
        return Portrayed(person, tuple(self._pictures(list(assets))))

    def name(
        self, faces: Sequence[str], *, name: str, role: str = "", override: bool = False
    ) -> Person:
        """Say who these faces are: ids of faces, or assets that show one face only. Raises
        AssetNotFound, FaceNotInCollection, InvalidInput, TwiceInPhoto unless `override`."""
        found = [self._face_of(one) for one in faces]
        return self._media.naming.name(
            self._library, found, name=name, role=role, actor=self._actor, override=override
        )

    def split(self, faces: Sequence[str]) -> Decided:
        """These faces are one unknown person, and not who they were put together with. Raises as
        `name` does."""
        return self.desk.split([self._face_of(one) for one in faces])

    def export_xmp(
        self,
        *assets: Target,
        rules: ExportRules | None = None,
        tell: Callable[[FileReport], object] = lambda _report: None,
    ) -> list[FileReport]:
        """Write names and face regions beside or into the pictures of all named faces, or of these
        assets, files and folders only."""
        run = Export(
            self._database,
            self._vault,
            self._media.blobs,
            gallery=self._gallery,
            library=self._library,
            rules=rules or ExportRules(),
        )
        return run.run(self._only(assets), tell=tell)

    def undo_export(self) -> list[FileReport]:
        """Take the last `export_xmp` back, as far as nobody changed its files since."""
        log = undo_log(self._vault, self._media.blobs, self._library)
        undo = ExportUndo(self._database, gallery=self._gallery, library=self._library, log=log)
        return undo.run()

    def import_xmp(
        self,
        *assets: Target,
        overwrite: bool = False,
        dry_run: bool = False,
        tell: Callable[[Pictured], object] = lambda _picture: None,
    ) -> list[NameReport]:
        """Take over the names that stand beside and in the pictures of the library, or of these
        assets, files and folders only."""
        names = self._said(overwrite=overwrite)
        run = XmpImport(self._gallery, self._media.originals, self._library, names)
        reports = run.read(self._only(assets), tell=tell)
        return self._done(names, reports, dry_run=dry_run)

    def export_table(self) -> str:
        """Everybody with all faces as CSV; see `library.people_files`."""
        return people_csv(listed_faces(self._pictures(), self.everybody()))

    def export_json(self) -> str:
        """The same as JSON."""
        rows = listed_faces(self._pictures(), self.everybody())
        told = people_json(self._library.name, rows)
        return json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    def import_file(
        self, path: Target, *, overwrite: bool = False, dry_run: bool = False
    ) -> list[NameReport]:
        """Take over the names of a table or JSON. Raises InvalidInput, OSError."""
        with Path(path).open("rb") as file:
            rows = read_people_file(file.read(MAX_FILE_BYTES + 1))
        names = self._said(overwrite=overwrite)
        reports = TableImport(self._pictures(), names).read(rows)
        return self._done(names, reports, dry_run=dry_run)

    def import_folder(
        self, directory: Target, *, overwrite: bool = False, dry_run: bool = False
    ) -> list[NameReport]:
        """Name the largest face of each photo after the folder it lies in: a folder for each
        person. The photos must be in the library. Raises InvalidInput."""
        root = Path(directory).expanduser().resolve()
        portraits = [
            PortraitOf(one.path, _name_of(one.path.relative_to(root).parts[0]))
            for one in find_portraits(root)
        ]
        names = self._said(overwrite=overwrite)
        reports = FolderImport(self._pictures(self._only([root])), names).read(portraits)
        return self._done(names, reports, dry_run=dry_run)

    def _done(
        self, names: SaidNames, reports: list[NameReport], *, dry_run: bool
    ) -> list[NameReport]:
        return (
            reports
            if dry_run
            else [*reports, *names.apply(self._media.naming, self._media.drawing)]
        )

    def _said(self, *, overwrite: bool) -> SaidNames:
        return SaidNames(self._library, self.everybody(), overwrite=overwrite)

    def _pictures(self, only: Sequence[AssetId] | None = None) -> list[Pictured]:
        return list(self._gallery.pictures(self._library, only))

    def _only(self, assets: Sequence[Target]) -> list[AssetId] | None:
        if not assets:
            return None
        found = [one for named in assets for one in self._names.all_of(os.fspath(named))]
        return list(dict.fromkeys(found))

    def _face_of(self, text: str) -> FaceId:
        """The only face of an asset, or the face with this id. Raises InvalidInput, and
        AssetNotFound."""
        try:
            asset_id = self._names.one(text)
        except AssetNotFound:
            if _FACE_ID.fullmatch(text):
                return FaceId(text)
            raise
        kept = [
            face.face_id
            for picture in self._pictures([asset_id])
            for face in picture.faces
            if face.face_id is not None
        ]
        if len(kept) != 1:
            raise InvalidInput(
                f"{text} shows {len(kept)} faces; say the id of one "
                f"(`eyebright library show {text}` lists them)."
            )
        return kept[0]


def _name_of(folder: str) -> str:
    """A person's folder as a name: Ada_Lovelace is Ada Lovelace."""
    return " ".join(folder.replace("_", " ").split())
