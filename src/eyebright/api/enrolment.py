"""Enrol a folder of people: look at photos side by side, name their faces person by person.

Running it again goes on where it stopped: photos that the collection knows are not looked at.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from eyebright.analysis.faces.selection import QualityFilter
from eyebright.api.portraits import Portrait
from eyebright.api.values import EnrolmentProgress, EnrolmentReport, Failure
from eyebright.app.rooms import Eyebright
from eyebright.errors import EyebrightError, NoFaceInImage, UserExists
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, UserId, image_id
from eyebright.imaging.decode import decode_image
from eyebright.people.values import Face

_FACES_PER_CALL = 100
"""As many faces as one association may name, and as many as a user may have."""


@dataclass(slots=True)
class _Tally:
    images: int = 0
    added: int = 0
    known: int = 0
    failures: list[Failure] = field(default_factory=list)
    people: set[UserId] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Looked:
    portrait: Portrait
    face: Future[tuple[Face, bool]]
    """The face in the collection, and whether it was there before."""


class FolderEnrolment:
    """One run over one folder into one collection."""

    def __init__(
        self,
        rooms: Eyebright,
        scope: Scope,
        *,
        collection_id: CollectionId,
        known_faces: Sequence[Face],
        min_percent: float,
    ) -> None:
        """known_faces: the collection's. min_percent: how like the person's other faces a face
        must be to count as theirs; 0 trusts the folders."""
        self._rooms = rooms
        self._scope = scope
        self._collection_id = collection_id
        self._min_percent = min_percent
        self._known = {(face.image_id, face.external_image_id): face for face in known_faces}
        self._tally = _Tally()

    def run(
        self, portraits: Sequence[Portrait], *, tell: Callable[[EnrolmentProgress], None]
    ) -> EnrolmentReport:
        """Enrol the largest face of every portrait; Ctrl-C ends it with what is done kept."""
        self._rooms.vision.preload()  # a missing pack is one error, not one for each photo
        stopped = False
        try:
            with contextlib.closing(self._look_ahead(portraits)) as looked:
                for person, theirs in itertools.groupby(looked, key=_person):
                    self._name(person, theirs, lambda: tell(self._progress(len(portraits))))
        except KeyboardInterrupt:
            stopped = True
        tally = self._tally
        return EnrolmentReport(
            images=tally.images,
            people=len(tally.people),
            added=tally.added,
            known=tally.known,
            failures=tuple(tally.failures),
            stopped=stopped,
        )

    def _look_ahead(self, portraits: Sequence[Portrait]) -> Generator[_Looked, None, None]:
        """Portraits in order, each with its face; a few are always in work."""
        slots = self._rooms.runtime.slots
        window: deque[_Looked] = deque()
        with ThreadPoolExecutor(slots, thread_name_prefix="enrol") as pool:
            try:
                for portrait in portraits:
                    window.append(_Looked(portrait, pool.submit(self._enrol, portrait)))
                    if len(window) > 2 * slots:
                        yield window.popleft()
                while window:
                    yield window.popleft()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _enrol(self, portrait: Portrait) -> tuple[Face, bool]:
        data = portrait.path.read_bytes()
        identity = image_id(hashlib.sha256(data).digest())
        known = self._known.get((identity, portrait.external_id))
        if known is not None:
            return known, True
        result = self._rooms.indexing.index(
            self._scope,
            self._collection_id,
            image=decode_image(data),
            external_image_id=portrait.external_id,
            max_faces=1,
            quality_filter=QualityFilter.NONE,
        )
        if not result.indexed:
            raise NoFaceInImage("no face found")
        return result.indexed[0][1], False

    def _name(self, person: UserId, theirs: Iterator[_Looked], tell: Callable[[], None]) -> None:
        """Count the faces of one person's portraits and make them the person's."""
        self._tally.people.add(person)
        faces: dict[FaceId, Portrait] = {}
        try:
            for looked in theirs:
                face = self._count(looked)
                if face is not None and face.user_id != person:
                    faces[face.face_id] = looked.portrait
                tell()
        finally:  # also after Ctrl-C: no enrolled face is left without its person
            if faces:
                self._associate(person, faces)

    def _count(self, looked: _Looked) -> Face | None:
        """The face of the portrait, or None when the photo failed."""
        try:
            face, known = looked.face.result()
        except EyebrightError as error:
            self._fail(looked.portrait, error.message)
            return None
        except OSError as error:
            self._fail(looked.portrait, error.strerror or str(error))
            return None
        finally:
            self._tally.images += 1
        if known:
            self._tally.known += 1
        else:
            self._tally.added += 1
        return face

    def _associate(self, person: UserId, faces: dict[FaceId, Portrait]) -> None:
        where = (self._scope, self._collection_id, person)
        with contextlib.suppress(UserExists):  # from an earlier run
            self._rooms.users.create(*where)
        for part in self._parts(list(faces)):
            try:
                result = self._rooms.users.associate(*where, part, min_percent=self._min_percent)
            except EyebrightError as error:
                for face_id in part:
                    self._fail(faces[face_id], f"kept, but not named: {error.message}")
                continue
            for refused in result.unsuccessful:
                self._fail(faces[refused.face_id], f"kept, but not named: {refused.reason}")

    def _parts(self, ids: list[FaceId]) -> list[list[FaceId]]:
        """What is associated at once. Likeness is judged against the faces that a user has, so
        where it matters the first face goes alone."""
        alone = 1 if self._min_percent > 0 else 0
        parts = [ids[:alone]] if alone else []
        starts = range(alone, len(ids), _FACES_PER_CALL)
        return parts + [ids[start : start + _FACES_PER_CALL] for start in starts]

    def _fail(self, portrait: Portrait, reason: str) -> None:
        self._tally.failures.append(Failure(portrait.path, reason))

    def _progress(self, total: int) -> EnrolmentProgress:
        tally = self._tally
        return EnrolmentProgress(
            images=tally.images,
            total=total,
            faces=tally.added + tally.known,
            failures=len(tally.failures),
        )


def _person(looked: _Looked) -> UserId:
    return looked.portrait.person
