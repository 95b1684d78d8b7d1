"""What a run does with the frames of its stream: one class for each kind of processor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from eyebright.ids import AccountId
from eyebright.streams.connected_home import HomeWatcher
from eyebright.streams.face_search import FaceSearcher
from eyebright.streams.gallery import Gallery
from eyebright.streams.leases import StreamClaim, StreamLeases
from eyebright.streams.telling import Outlet, Tell, Telling, Wording
from eyebright.streams.values import StreamMoment, StreamSession
from eyebright.video.values import Frame


class StreamWork(Protocol):
    """Looks at frames and tells what is in them."""

    @property
    def trouble(self) -> str:
        """What cannot be told just now, or nothing."""
        ...

    def look(self, frame: Frame, moment: StreamMoment, session: StreamSession) -> StreamSession:
        """The session afterwards."""
        ...

    def finish(self) -> None:
        """Tell what waits, if it can be told."""
        ...


class FaceSearchWork:
    """A record of every frame that was looked at, with nobody in it too."""

    def __init__(
        self, claim: StreamClaim, searcher: FaceSearcher, *, outlet: Outlet, wording: Wording
    ) -> None:
        self._claim = claim
        self._searcher = searcher
        self._outlet = outlet
        self._wording = wording

    @property
    def trouble(self) -> str:
        return self._outlet.trouble

    def look(self, frame: Frame, moment: StreamMoment, session: StreamSession) -> StreamSession:
        faces = self._searcher.look(frame)
        self._outlet.put(self._wording.face_record(self._claim.processor, moment, faces))
        return session

    def finish(self) -> None:
        self._outlet.flush(at_once=True)


class HomeWork:
    """An event the first time that a label is seen in a run. The event and the memory of it are
    written together, so that a killed run's successor tells nothing twice."""

    def __init__(
        self,
        claim: StreamClaim,
        watcher: HomeWatcher,
        *,
        leases: StreamLeases,
        gallery: Gallery,
        tell: Tell,
        telling: Callable[[StreamSession], Telling],
        wording: Wording,
    ) -> None:
        self._claim = claim
        self._watcher = watcher
        self._leases = leases
        self._gallery = gallery
        self._tell = tell
        self._telling = telling
        self._wording = wording

    @property
    def trouble(self) -> str:
        return self._gallery.trouble

    def look(self, frame: Frame, moment: StreamMoment, session: StreamSession) -> StreamSession:
        seen = tuple(one for one in self._watcher.look(frame) if one.label not in session.told)
        if not seen:
            return session
        after = replace(session, told=(*session.told, *(one.label.value for one in seen)))
        pictured = tuple(
            self._gallery.keep(one, frame, session_id=session.session_id) for one in seen
        )
        topic = self._claim.processor.plan.topic_arn
        account: AccountId = self._claim.processor.scope.account_id

        def tell() -> None:
            if topic is not None:
                text = self._wording.label_event(self._telling(after), moment, pictured)
                self._tell(account, topic, text)

        self._leases.keep(self._claim, after, together=tell)
        return after

    def finish(self) -> None:
        """Events wait in the outbox, not here."""
