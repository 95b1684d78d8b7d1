"""Fill a gallery from a CSV file or a folder: register who is listed, then enrol their photos.

Running it again goes on where it stopped, and brings names and links up to date.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from eyebright.api.enrolment import FolderEnrolment
from eyebright.api.gallery_files import Listed, Listing
from eyebright.api.portraits import Portrait
from eyebright.api.values import (
    EnrolmentProgress,
    EnrolmentReport,
    Failure,
    ImportFailure,
    ImportReport,
)
from eyebright.app.rooms import Eyebright
from eyebright.errors import CollectionExists, EyebrightError
from eyebright.governance.accounts import Scope
from eyebright.ids import CelebrityId, CollectionId, UserId
from eyebright.people.values import Face

_PEOPLE_PER_TRANSACTION = 200


class GalleryImport:
    """One run into one gallery, which is made if it is missing."""

    def __init__(self, rooms: Eyebright, scope: Scope, *, gallery: CollectionId) -> None:
        self._rooms = rooms
        self._scope = scope
        self._gallery = gallery
        self._failures: list[ImportFailure] = []

    def run(
        self,
        listing: Listing,
        *,
        known_faces: Callable[[], Sequence[Face]],
        tell: Callable[[EnrolmentProgress], None],
    ) -> ImportReport:
        """Register everybody, then enrol the largest face of each photo; Ctrl-C ends it with what
        is done kept. known_faces: the gallery's, asked for once it exists."""
        self._failures = list(listing.failures)
        self._rooms.vision.preload()  # a missing pack is said before anything is made
        total = sum(len(listed.images) for listed in listing.people)
        tell(EnrolmentProgress(0, total, faces=0, failures=len(self._failures)))
        try:
            with contextlib.suppress(CollectionExists):
                self._rooms.collections.create(
                    self._scope, self._gallery, space=self._rooms.vision.space
                )
            registered = self._register(listing.people)
        except KeyboardInterrupt:
            return self._report(None)
        portraits, places = _portraits(registered)
        before = len(self._failures)
        enrolment = FolderEnrolment(
            self._rooms,
            self._scope,
            collection_id=self._gallery,
            known_faces=known_faces(),
            min_percent=0.0,
        )
        done = enrolment.run(
            portraits, tell=lambda so_far: tell(replace(so_far, failures=so_far.failures + before))
        )
        self._failures += [_placed(failure, places) for failure in done.failures]
        return self._report(done)

    def _register(self, people: Sequence[Listed]) -> list[tuple[CelebrityId, Listed]]:
        registered: list[tuple[CelebrityId, Listed]] = []
        for start in range(0, len(people), _PEOPLE_PER_TRANSACTION):
            part = people[start : start + _PEOPLE_PER_TRANSACTION]
            with self._rooms.database.write():  # one commit for all of them
                for listed in part:
                    try:
                        made = self._rooms.celebrities.register(
                            self._scope, self._gallery, listed.new
                        )
                    except EyebrightError as error:
                        self._failures.append(ImportFailure(listed.where, error.message))
                    else:
                        registered.append((made.celebrity_id, listed))
        return registered

    def _report(self, done: EnrolmentReport | None) -> ImportReport:
        return ImportReport(
            gallery=self._gallery,
            people=done.people if done else 0,
            images=done.images if done else 0,
            added=done.added if done else 0,
            known=done.known if done else 0,
            failures=tuple(self._failures),
            stopped=done.stopped if done else True,
        )


def _portraits(
    registered: Sequence[tuple[CelebrityId, Listed]],
) -> tuple[list[Portrait], dict[Path, str]]:
    """The photos, person by person, and where each was listed. What a face remembers of its photo
    is the celebrity's id: a file's name may be a person's."""
    portraits = [
        Portrait(path, UserId(celebrity_id), external_id=str(celebrity_id))
        for celebrity_id, listed in registered
        for path in listed.images
    ]
    places = {path: listed.where for _, listed in registered for path in listed.images}
    return portraits, places


def _placed(failure: Failure, places: dict[Path, str]) -> ImportFailure:
    return ImportFailure(places[failure.path], failure.reason, path=failure.path)
