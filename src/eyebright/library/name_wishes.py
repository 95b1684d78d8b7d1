"""What other programs say of the people in a picture, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from eyebright.ids import FaceId
from eyebright.library.pictured import PicturedFace
from eyebright.library.values import AssetId, Library
from eyebright.library.xmp import Box
from eyebright.people.persons import Person


class Fate(StrEnum):
    """NAMED: it has the name now. DRAWN: no face was seen, the place has the name now. KNOWN: it
    had it before. CONFLICT: it has another. TWICE: the person is in the picture already. FACELESS:
    no face was found for the name. UNFIT: the name is none, or nobody can tell whose it is."""

    NAMED = "named"
    DRAWN = "drawn"
    KNOWN = "known"
    CONFLICT = "conflict"
    TWICE = "twice"
    FACELESS = "faceless"
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True)
class NameReport:
    """One name. where: the file or line that said it. message: why, for people."""

    where: str
    name: str
    fate: Fate
    message: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody says that a face is of this name. face: None where none was seen. message: how the
    face was found, for people. box_ltrb: where they say that it is, 0-1 of the upright picture; the
    face's own if they say nothing."""

    where: str
    face: PicturedFace | None
    name: str
    role: str = ""
    message: str = ""
    box_ltrb: Box | None = None

    def place(self) -> Box | None:
        """Where the face is, within the picture."""
        box = self.box_ltrb or (None if self.face is None else self.face.box_ltrb)
        if box is None:
            return None
        left, top, right, bottom = (min(max(edge, 0.0), 1.0) for edge in box)
        return (left, top, right, bottom)


class Namer(Protocol):
    """Gives names to faces, see `naming.Naming`."""

    def name(
        self,
        library: Library,
        faces: Sequence[FaceId],
        /,
        *,
        name: str,
        role: str = "",
        actor: str,
        override: bool = False,
    ) -> Person: ...

    def also_called(
        self, library: Library, aliases: Sequence[str], /, *, name: str, role: str = "", actor: str
    ) -> bool: ...


class Drawer(Protocol):
    """Draws faces where none was seen, see `drawing.Drawing`."""

    def draw(
        self,
        library: Library,
        asset_id: AssetId,
        box_ltrb: Box,
        /,
        *,
        actor: str,
        name: str,
        role: str = "",
    ) -> object: ...
