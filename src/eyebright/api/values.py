"""What the Python API answers. Pixels, scores 0-1; percents where two faces were compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eyebright.analysis.faces.observation import FaceDescription
from eyebright.ids import CollectionId, UserId
from eyebright.library.failures import Reason
from eyebright.library.totals import LibraryTotals
from eyebright.library.values import LibrarySource, Progress
from eyebright.people.biographies import Celebrity
from eyebright.people.values import Box, FaceMatch


@dataclass(frozen=True, slots=True, eq=False)
class ObservedFace:
    """A face in a picture.

    box_xyxy: pixels of the upright picture; may reach outside it.
    score: 0-1, how sure the detector is.
    """

    box_xyxy: Box
    score: float
    description: FaceDescription


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """A face of the second picture and how alike the first picture's largest face is, 0-100."""

    face: ObservedFace
    percent: float


@dataclass(frozen=True, slots=True, eq=False)
class Identification:
    """A face and who it is.

    person: the user whose faces are most alike, None when nobody reaches the threshold.
    percent: similarity to that user, 0-100.
    nearest: the most similar single face of the collection above the threshold.
    """

    face: ObservedFace
    person: UserId | None
    percent: float | None
    nearest: FaceMatch | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A photo that was not enrolled, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class EnrolmentProgress:
    """So far. images counts photos looked at, of `total`."""

    images: int
    total: int
    faces: int
    failures: int


@dataclass(frozen=True, slots=True)
class EnrolmentReport:
    """What became of a folder.

    added: faces that are new in the collection. known: photos that were enrolled before.
    stopped: whether it ended before its time; running it again goes on.
    """

    images: int
    people: int
    added: int
    known: int
    failures: tuple[Failure, ...]
    stopped: bool


@dataclass(frozen=True, slots=True, eq=False)
class RecognisedFace:
    """A face and the celebrity it is.

    celebrity, percent: None for a face that is like nobody of the galleries; else the similarity
    to the celebrity's faces, 0-100.
    """

    face: ObservedFace
    celebrity: Celebrity | None
    percent: float | None


@dataclass(frozen=True, slots=True)
class ImportFailure:
    """A line or folder that was skipped, or one photo of it, and why."""

    where: str
    reason: str
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file or folder of celebrities.

    added: faces that are new in the gallery. known: photos that were imported before.
    stopped: whether it ended before its time; running it again goes on.
    """

    gallery: CollectionId
    people: int
    images: int
    added: int
    known: int
    failures: tuple[ImportFailure, ...]
    stopped: bool


@dataclass(frozen=True, slots=True)
class LibraryStats:
    """How large a library is and how far. reasons: why files and stages failed."""

    progress: Progress
    totals: LibraryTotals
    sources: tuple[LibrarySource, ...]
    reasons: tuple[Reason, ...]
