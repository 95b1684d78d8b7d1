"""Names out of tables and out of folders of portraits, onto the faces of a library."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eyebright.library.name_wishes import Fate, NameReport, Wish
from eyebright.library.people_files import ListedFace
from eyebright.library.pictured import Pictured, PicturedFace
from eyebright.library.region_matching import match_regions
from eyebright.library.said_names import SaidNames
from eyebright.people.persons import Person


@dataclass(frozen=True, slots=True)
class PortraitOf:
    """A photo in the folder of one person."""

    path: Path
    name: str


def listed_faces(pictures: Sequence[Pictured], people: Sequence[Person]) -> Iterator[ListedFace]:
    """All faces with a name, person by person, most faces first; then people without a face."""
    of: dict[str, list[tuple[Pictured, PicturedFace]]] = {}
    for picture in pictures:
        for face in picture.faces:
            if face.person is not None:
                of.setdefault(face.person.user_id, []).append((picture, face))
    for person in people:
        theirs = of.get(person.user_id, [])
        if not theirs:
            yield ListedFace(person.name, person.role, person.facts.aliases)
        for picture, face in theirs:
            yield ListedFace(
                person.name,
                person.role,
                person.facts.aliases,
                path=picture.shown(),
                asset_id=picture.asset.asset_id,
                face_id=face.face_id or "",
                box_ltrb=face.box_ltrb,
            )


class TableImport:
    """Finds the faces that rows mean: by the face's id, else by picture and box."""

    def __init__(self, pictures: Sequence[Pictured], names: SaidNames) -> None:
        self._names = names
        self._by_face: dict[str, tuple[Pictured, PicturedFace]] = {}
        self._by_asset: dict[str, Pictured] = {}
        self._by_path: dict[str, Pictured] = {}
        for picture in pictures:
            self._by_asset[picture.asset.asset_id] = picture
            for path in (*(one.shown() for one in picture.files), *picture.elsewhere):
                self._by_path[path] = picture
            for face in picture.faces:
                if face.face_id is not None:
                    self._by_face[face.face_id] = (picture, face)

    def read(self, rows: Sequence[ListedFace]) -> list[NameReport]:
        """What all rows say. Nothing is named yet: `names.apply` does."""
        reports: list[NameReport] = []
        wishes: dict[str, list[Wish]] = {}
        for (name, role), row in {(row.name, row.role): row for row in rows}.items():
            if row.aliases:
                reports += self._names.also_called(row.where, name, role, row.aliases)
        for row in rows:
            if not row.has_face:
                reports.append(
                    NameReport(row.where, row.name, Fate.FACELESS, "it tells of no face")
                )
                continue
            found = self._face(row)
            if isinstance(found, str):
                reports.append(NameReport(row.where, row.name, Fate.FACELESS, found))
                continue
            picture, face = found
            wish = Wish(row.where, face, row.name, row.role, box_ltrb=row.box_ltrb)
            wishes.setdefault(picture.asset.asset_id, []).append(wish)
        for asset_id, some in wishes.items():
            reports += self._names.consider(self._by_asset[asset_id], some)
        return reports

    def _face(self, row: ListedFace) -> tuple[Pictured, PicturedFace | None] | str:
        """The picture and the face in it, if one was seen there."""
        if row.face_id in self._by_face:
            return self._by_face[row.face_id]
        picture = self._by_asset.get(row.asset_id) or self._by_path.get(row.path)
        if picture is None:
            return "the library has no such picture"
        if row.box_ltrb is None:
            return "it says neither a face that is known nor a box"
        faces = picture.drawn_first()
        matching = match_regions([row.box_ltrb], [face.box_ltrb for face in faces])
        if matching.matches:
            return picture, faces[matching.matches[0].face]
        lost = matching.unmatched[0]
        return (picture, None) if lost.is_free and picture.is_seen else lost.why


class FolderImport:
    """Names the largest face of each photo after the folder that the photo lies in."""

    def __init__(self, pictures: Sequence[Pictured], names: SaidNames) -> None:
        self._names = names
        self._by_path = {
            os.path.realpath(os.fsdecode(os.fsencode(one.root) + b"/" + one.path)): picture
            for picture in pictures
            for one in picture.files
        }

    def read(self, portraits: Sequence[PortraitOf]) -> list[NameReport]:
        """What all photos say. Nothing is named yet: `names.apply` does."""
        reports: list[NameReport] = []
        for portrait in portraits:
            where = str(portrait.path)
            picture = self._by_path.get(os.path.realpath(portrait.path))
            faces = () if picture is None else picture.faces
            if picture is None or not faces:
                why = "the library has no such picture" if picture is None else "no face was seen"
                reports.append(NameReport(where, portrait.name, Fate.FACELESS, why))
                continue
            wish = Wish(where, max(faces, key=_area), portrait.name)
            reports += self._names.consider(picture, [wish])
        return reports


def count_by_fate(reports: Sequence[NameReport]) -> Mapping[Fate, int]:
    """How often each came out; all of them are there."""
    counts = dict.fromkeys(Fate, 0)
    for one in reports:
        counts[one.fate] += 1
    return counts


def _area(face: PicturedFace) -> float:
    left, top, right, bottom = face.box_ltrb
    return (right - left) * (bottom - top)
