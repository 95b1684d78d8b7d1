"""What can be asked of films from Python: files or URLs, read once, nothing of them stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from eyebright.api.film_segments import FilmSegments, film_segments
from eyebright.api.film_sightings import (
    LABELS,
    MODERATION,
    TEXT,
    FilmSightings,
    Question,
    SightingOptions,
    film_sightings,
)
from eyebright.api.videos import Film, WhoIsOnCamera, WhoOptions, WhoProgress, who_is_on_camera
from eyebright.app.rooms import Eyebright
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId

Tell: TypeAlias = Callable[[WhoProgress], None]


def _silent(_progress: WhoProgress) -> None:
    """For those who need not know how far it is."""


class Films:
    """The part of `LocalEyebright` that looks at films. tell: called after each look."""

    rooms: Eyebright
    scope: Scope

    def who_is_on_camera(
        self,
        film: Film,
        collection: str,
        *,
        options: WhoOptions | None = None,
        tell: Tell = _silent,
    ) -> WhoIsOnCamera:
        """Who of a collection is on camera when, in a film that is a file or a URL.

        options: a look every six seconds, by default.
        """
        return who_is_on_camera(
            self.rooms,
            self.scope,
            film,
            collection=CollectionId(collection),
            options=options or WhoOptions(),
            tell=tell,
        )

    def film_segments(
        self, film: Film, *, blends: bool = True, tell: Tell = _silent
    ) -> FilmSegments:
        """Where the shots of a film begin and end, and where it is black or shows colour bars.

        blends: whether to look for dissolves and fades too, for which the pack "shots" must be
            installed: it takes most of the time.
        """
        return film_segments(self.rooms.sight, film, blends=blends, tell=tell)

    def video_labels(
        self, film: Film, *, options: SightingOptions | None = None, tell: Tell = _silent
    ) -> FilmSightings:
        """What a film shows when, in Rekognition's words, every ancestor of a label included.

        options: a look each second and labels that are at least 50 % sure, by default.
        """
        return self._sightings(film, LABELS, options, tell)

    def video_text(
        self, film: Film, *, options: SightingOptions | None = None, tell: Tell = _silent
    ) -> FilmSightings:
        """What can be read in a film when, line by line. Readings of one line that differ a little
        are one, named by the surest.

        options: a look each second and words that are at least 50 % sure, by default.
        """
        return self._sightings(film, TEXT, options, tell)

    def video_moderation(
        self, film: Film, *, options: SightingOptions | None = None, tell: Tell = _silent
    ) -> FilmSightings:
        """When a film shows what some audiences should not see, in the words of moderation
        taxonomy 7; what the installed packs cannot see is never said.

        options: a look each second and labels that are at least 50 % sure, by default.
        """
        return self._sightings(film, MODERATION, options, tell)

    def _sightings(
        self, film: Film, question: Question, options: SightingOptions | None, tell: Tell
    ) -> FilmSightings:
        return film_sightings(
            self.rooms,
            self.scope,
            film,
            question=question,
            options=options or SightingOptions(),
            tell=tell,
        )
