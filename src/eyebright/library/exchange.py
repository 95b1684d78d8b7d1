"""Names out of a library into the picture files, where other programs find them, and taken back.

Written are the names, roles and boxes of faces that a person named; into files beside the pictures,
or into the pictures themselves. Files in buckets and uploads are never written to. A picture that
got a packet is still the same asset: the library's digests change in one transaction with the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from eyebright.db.engine import Database
from eyebright.errors import EyebrightError, InvalidInput
from eyebright.governance.vault import Vault
from eyebright.imaging.packets import can_embed, is_same_but_for_packet, with_packet
from eyebright.library.blobs import Blobs
from eyebright.library.embedding import Embedding, finish_embedding
from eyebright.library.exchange_files import Closed, Opened, open_all, said_of
from eyebright.library.picture_files import FileRead, drafted, files_of, read_file
from eyebright.library.pictured import FilePlace, Gallery, Pictured
from eyebright.library.sidecars import SidecarStyle, others_of_stem, sidecar_of
from eyebright.library.undo_log import Change, UndoLog
from eyebright.library.values import AssetId, Library
from eyebright.library.xmp import People, Region
from eyebright.library.xmp_merge import Merged, merge_people
from eyebright.library.xmp_tree import MAX_PACKET_BYTES
from eyebright.sources.listing import shown


class Did(StrEnum):
    """What became of a file. SAME: it says everything already. LEFT: see the message."""

    MADE = "made"
    CHANGED = "changed"
    EMBEDDED = "embedded"
    SAME = "same"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class ExportRules:
    """embed: into the pictures, where their format allows. overwrite: ours instead of what others
    wrote of the same face. dry_run: say what would be done. keep_times: pictures keep the time of
    their last change."""

    embed: bool = False
    style: SidecarStyle = SidecarStyle.APPENDED
    overwrite: bool = False
    dry_run: bool = False
    keep_times: bool = False


@dataclass(frozen=True, slots=True)
class FileReport:
    """where: the file, for people. written: names and regions that are new in it. message: why it
    was left. conflicts: what the file says otherwise."""

    where: str
    did: Did
    written: int = 0
    message: str = ""
    conflicts: tuple[str, ...] = ()


class Export:
    """One run over a library. Not for several threads at once."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        blobs: Blobs,
        *,
        gallery: Gallery,
        library: Library,
        rules: ExportRules,
    ) -> None:
        self._database = database
        self._gallery = gallery
        self._library = library
        self._rules = rules
        self._undo = undo_log(vault, blobs, library)

    def run(
        self,
        only: Sequence[AssetId] | None = None,
        *,
        tell: Callable[[FileReport], object] = lambda _report: None,
    ) -> list[FileReport]:
        """Every picture with a named face, or those of `only`. Ctrl-C ends it between two files;
        running it again goes on, for what is written already is not written again."""
        finish_embedding(self._database, self._gallery, self._library, self._undo)
        reports: list[FileReport] = []
        for picture in self._gallery.pictures(self._library, only):
            people = named_people(picture)
            if not people.regions:
                continue
            for report in self._picture(picture, people):
                reports.append(report)
                tell(report)
        return reports

    def _picture(self, picture: Pictured, people: People) -> Iterator[FileReport]:
        for where in picture.elsewhere:
            yield FileReport(
                where, Did.LEFT, message="names are written into files of folders only"
            )
        opened = list(open_all(picture))
        for one in opened:
            if isinstance(one, Closed):
                yield FileReport(one.where, Did.LEFT, message=one.why)
        usable = [one for one in opened if isinstance(one, Opened)]
        if not usable:
            return
        if self._rules.embed and can_embed(usable[0].file.content):
            yield from self._embedded(picture, usable, people, whole=len(usable) == len(opened))
            return
        for one in usable:
            yield guarded(one.place.shown(), partial(self._beside, one, people))

    def _beside(self, opened: Opened, people: People) -> FileReport:
        place, style = opened.place, self._rules.style
        if style is SidecarStyle.REPLACED:
            _require_alone(place)
        path = sidecar_of(place.path, style)
        where = FilePlace(0, place.root, path).shown()
        before = read_file(place.root, path, most=MAX_PACKET_BYTES)
        there = before is not None and bool(before.content.strip(b"\x00 \r\n\t"))
        packet = before.content if before is not None and there else _started(opened)
        merged = self._merged(packet, people, opened)
        if before is not None and merged.packet == before.content:
            return FileReport(where, Did.SAME, conflicts=merged.conflicts)
        did = Did.CHANGED if there else Did.MADE
        if not self._rules.dry_run:
            with drafted(place.root, path, merged.packet, before=before) as draft:
                self._undo.add(_change(place.root, path, "", before, merged.packet))
                draft.put_in_place()
        return FileReport(where, did, merged.written, conflicts=merged.conflicts)

    def _embedded(
        self, picture: Pictured, opened: Sequence[Opened], people: People, *, whole: bool
    ) -> Iterator[FileReport]:
        """All files of an asset at once: they must stay the same, or they would be two."""
        where = ", ".join(one.place.shown() for one in opened)
        if not whole or picture.elsewhere:
            why = "it lies also where it cannot be written to; write files beside it instead"
            yield FileReport(where, Did.LEFT, message=why)
            return
        if any(one.file.status.st_nlink > 1 for one in opened):
            why = "it has several names (hard links); write files beside it instead"
            yield FileReport(where, Did.LEFT, message=why)
            return
        yield guarded(where, lambda: self._embed(picture, opened, people, where))

    def _embed(
        self, picture: Pictured, opened: Sequence[Opened], people: People, where: str
    ) -> FileReport:
        first = opened[0]
        before = first.packet()
        merged = self._merged(before, people, first)
        if merged.packet == before:
            return FileReport(where, Did.SAME, conflicts=merged.conflicts)
        content = with_packet(first.file.content, merged.packet)
        if not is_same_but_for_packet(first.file.content, content):
            raise InvalidInput("It would not be the same picture any more.")
        if not self._rules.dry_run:
            embed = Embedding(self._database, self._library, keep_times=self._rules.keep_times)
            for one in opened:
                self._undo.add(
                    Change(
                        str(one.place.root),
                        one.place.path,
                        picture.asset.asset_id,
                        before,
                        picture.asset.content_sha256,
                        _digest(content),
                    )
                )
            embed.replace(picture, opened, content)
        return FileReport(where, Did.EMBEDDED, merged.written, conflicts=merged.conflicts)

    def _merged(self, packet: bytes | None, people: People, opened: Opened) -> Merged:
        frame = opened.frame
        return merge_people(
            packet,
            people,
            stored_wh=frame.stored_wh,
            orientation=frame.orientation,
            overwrite=self._rules.overwrite,
        )


def named_people(picture: Pictured) -> People:
    """Who was named in a picture; nobody twice."""
    regions: dict[str, Region] = {}
    for face in picture.faces:
        if face.person is not None:
            region = Region(face.box_ltrb, face.person.name, face.person.role)
            regions.setdefault(face.person.user_id, region)
    names = dict.fromkeys(one.name for one in regions.values())
    return People(tuple(regions.values()), tuple(names))


def undo_log(vault: Vault, blobs: Blobs, library: Library) -> UndoLog:
    sealer = vault.collection(library.scope.account_id, library.key_id)
    return UndoLog(blobs.directory(library), sealer)


def guarded(where: str, act: Callable[[], FileReport]) -> FileReport:
    """What stops one file stops no other."""
    try:
        return act()
    except EyebrightError as error:
        return FileReport(where, Did.LEFT, message=error.message)
    except OSError as error:
        return FileReport(where, Did.LEFT, message=error.strerror or str(error))


def _started(opened: Opened) -> bytes | None:
    """What a new file beside a picture says at first: the people who stand in the picture itself,
    for programs look there no more."""
    frame = opened.frame
    packet: bytes | None = None
    for one in said_of(opened):
        if one.people.regions or one.people.names:
            packet = merge_people(
                packet, one.people, stored_wh=frame.stored_wh, orientation=frame.orientation
            ).packet
    return packet


def _require_alone(place: FilePlace) -> None:
    others = others_of_stem(place.path, partial(files_of, place.root))
    if others:
        other = shown(others[0])
        raise InvalidInput(f"{other} is called the same; the file beside would be of both.")


def _change(
    root: object, path: bytes, asset_id: str, before: FileRead | None, content: bytes
) -> Change:
    was = None if before is None else before.content
    return Change(
        str(root), path, asset_id, was, "" if was is None else _digest(was), _digest(content)
    )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
