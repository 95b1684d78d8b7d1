"""Names of people out of XMP, beside and inside the pictures of a library, onto its faces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from eyebright.errors import EyebrightError
from eyebright.library.exchange_files import (
    Opened,
    Said,
    frame_of,
    open_all,
    said_inside,
    said_of,
)
from eyebright.library.name_wishes import Fate, NameReport, Wish
from eyebright.library.originals import Originals
from eyebright.library.pictured import Gallery, Pictured, PicturedFace
from eyebright.library.region_matching import match_regions
from eyebright.library.said_names import SaidNames
from eyebright.library.values import AssetId, Library


class XmpImport:
    """One run over a library."""

    def __init__(
        self, gallery: Gallery, originals: Originals, library: Library, names: SaidNames
    ) -> None:
        self._gallery = gallery
        self._originals = originals
        self._library = library
        self._names = names

    def read(
        self,
        only: Sequence[AssetId] | None = None,
        *,
        tell: Callable[[Pictured], object] = lambda _picture: None,
    ) -> list[NameReport]:
        """What all pictures say, or those of `only`. Nothing is named yet: `names.apply` does."""
        reports: list[NameReport] = []
        for picture in self._gallery.pictures(self._library, only):
            reports += self._picture(picture)
            tell(picture)
        return reports

    def _picture(self, picture: Pictured) -> Iterator[NameReport]:
        said, troubles = said_about(picture) if picture.files else self._elsewhere(picture)
        yield from troubles
        if not picture.is_seen:
            for one in said:
                if one.people.names:
                    yield _unseen(one)
            return
        wishes, homeless = _regions(picture, said)
        names = _names_alone(picture, said)
        unnamed = _unnamed(picture, wishes)
        is_sure = not homeless and all(wish.face is not None for wish in wishes)
        if len(names) == 1 and len(unnamed) == 1 and is_sure:
            where, name = names.pop()
            why = "the only name and the only face without one"
            wishes.append(Wish(where, unnamed[0], name, message=why))
        yield from self._names.consider(picture, wishes)
        yield from homeless
        for where, name in names:
            yield NameReport(where, name, Fate.FACELESS, "in the picture, face unknown")

    def _elsewhere(self, picture: Pictured) -> tuple[list[Said], list[NameReport]]:
        """What a picture of a bucket, or an upload, says itself."""
        where = picture.shown()
        try:
            content = self._originals.read(self._library, picture.asset)
        except EyebrightError as error:
            return [], [NameReport(where, "", Fate.UNFIT, error.message)]
        found = said_inside(where, content, frame_of(content, picture.size_wh))
        return [one for one in found if not one.trouble], _troubles(found)


def said_about(picture: Pictured) -> tuple[list[Said], list[NameReport]]:
    """What is said beside and inside the files of a picture, and what could not be read."""
    said: list[Said] = []
    troubles: list[NameReport] = []
    for opened in open_all(picture):
        if not isinstance(opened, Opened):
            troubles.append(NameReport(opened.where, "", Fate.UNFIT, opened.why))
            continue
        try:
            found = said_of(opened)
        except EyebrightError as error:
            troubles.append(NameReport(opened.place.shown(), "", Fate.UNFIT, error.message))
            continue
        troubles += _troubles(found)
        said += (one for one in found if not one.trouble)
    return said, troubles


def _troubles(found: Sequence[Said]) -> list[NameReport]:
    return [
        NameReport(one.where, "", Fate.UNFIT, each)
        for one in found
        for each in ((one.trouble,) if one.trouble else one.people.problems)
    ]


def _regions(picture: Pictured, said: Sequence[Said]) -> tuple[list[Wish], list[NameReport]]:
    """Regions with a face of ours or where none was seen, and names of those that fit none."""
    faces = picture.drawn_first()
    boxes = [face.box_ltrb for face in faces]
    wishes: list[Wish] = []
    homeless: list[NameReport] = []
    for one in said:
        regions = [region for region in one.people.regions if region.name]
        matching = match_regions([region.box_ltrb for region in regions], boxes)
        for match in matching.matches:
            region = regions[match.region]
            why = f"overlap {match.iou:.2f}"
            wishes.append(
                Wish(one.where, faces[match.face], region.name, region.role, why, region.box_ltrb)
            )
        for lost in matching.unmatched:
            region = regions[lost.region]
            if lost.is_free:
                wishes.append(
                    Wish(one.where, None, region.name, region.role, lost.why, region.box_ltrb)
                )
            else:
                homeless.append(NameReport(one.where, region.name, Fate.FACELESS, lost.why))
    return wishes, homeless


def _names_alone(picture: Pictured, said: Sequence[Said]) -> list[tuple[str, str]]:
    """Where and name, of people who are said to be in the picture, nobody knows where in it."""
    placed = {region.name for one in said for region in one.people.regions}
    placed |= {face.person.name for face in picture.faces if face.person is not None}
    found = {
        name: one.where for one in reversed(said) for name in one.people.names if name not in placed
    }
    return [(where, name) for name, where in found.items()]


def _unnamed(picture: Pictured, wishes: Sequence[Wish]) -> list[PicturedFace]:
    spoken_for = [wish.face for wish in wishes]
    return [face for face in picture.faces if face.person is None and face not in spoken_for]


def _unseen(one: Said) -> NameReport:
    names = ", ".join(one.people.names[:3])
    return NameReport(one.where, names, Fate.FACELESS, "its faces were not looked for yet")
