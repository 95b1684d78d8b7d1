"""Select, then recognise, without a server: what `eyebright people recognise` does, from Python."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from eyebright.errors import InvalidInput
from eyebright.library.dead_claims import release_dead
from eyebright.library.recognising import Outcome, Recognising
from eyebright.library.recognition_outlook import Outlook
from eyebright.library.recognition_runs import Recognition, RunState
from eyebright.library.values import AssetId, FaceLooks

if TYPE_CHECKING:
    from eyebright.api.library import LocalLibrary, Target

LOOK_SECONDS = 0.25
"""Between looks how far it is."""


class LocalRecognising:
    """Looks for the faces of some photos of a library, or of all."""

    def __init__(self, library: LocalLibrary) -> None:
        self._local = library

    @property
    def _recognising(self) -> Recognising:
        return self._local.media.recognising

    def look_for_faces(self, when: FaceLooks | str) -> None:
        """When: "always", as photos arrive, or "asked", which looks for nobody's face until
        somebody asks. Raises InvalidInput for anything else."""
        try:
            looks = FaceLooks(when)
        except ValueError as error:
            raise InvalidInput(
                f"Faces are looked for always or when asked, not {when!r}."
            ) from error
        self._local.library = self._local.media.face_setting.set(self._local.library, looks)

    def estimate(self, *assets: Target) -> Outlook:
        """What it would take: of these assets, files and folders, or of all. Raises
        AssetNotFound."""
        return self._recognising.estimate(self._local.library, self._ids(assets))

    def start(self, *assets: Target) -> Recognition:
        """Ask for the faces of these, or of all. Whoever works on the library looks for them: a
        server, `library index`, or `run`. Raises AssetNotFound."""
        return self._recognising.start(self._local.library, self._ids(assets))

    def run(
        self,
        *assets: Target,
        tell: Callable[[Recognition], object] = lambda _run: None,
    ) -> Recognition:
        """The same, and work on it until nothing more can be done now. Ctrl-C ends it well; the
        run is there as long as it is not cancelled, and another process may go on. tell: called a
        few times a second. Raises AssetNotFound."""
        local = self._local
        run = self.start(*assets)
        release_dead(local.rooms.database, local.library, now_ms=local.media.claims.now_ms())
        with local.working():
            while run.state is RunState.RUNNING:
                can_go_on = self._recognising.can_go_on(run)
                run = self._recognising.get(local.library, run.run_id)
                tell(run)
                if not can_go_on:
                    break
                time.sleep(LOOK_SECONDS)
        return self._recognising.get(local.library, run.run_id)

    def runs(self) -> tuple[Recognition, ...]:
        """The latest, newest first."""
        return self._recognising.runs(self._local.library)

    def outcome(self, run: Recognition) -> Outcome:
        """Who the faces of a run are, may be or are not, as it is now."""
        return self._recognising.outcome(self._local.library, run)

    def cancel(self, run_id: str) -> Recognition:
        """Look for no more faces; what was found stays. Raises RecognitionNotFound."""
        return self._recognising.cancel(self._local.library, run_id)

    def _ids(self, assets: tuple[Target, ...]) -> list[AssetId] | None:
        return self._local.named(*assets) if assets else None
