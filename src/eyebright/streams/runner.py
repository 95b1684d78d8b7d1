"""One claimed stream: connected, looked at and told of until it is to stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from eyebright.analysis.sight import Sight
from eyebright.errors import (
    ClaimLost,
    ConfigurationError,
    EmbeddingSpaceMismatch,
    EyebrightError,
    InvalidInput,
    NotFound,
    PackError,
    SourceUnavailable,
    StorageError,
)
from eyebright.ids import Ids
from eyebright.people.collections import Collections
from eyebright.people.search import FaceSearch
from eyebright.streams.connected_home import HomeWatcher
from eyebright.streams.face_search import FaceSearcher
from eyebright.streams.gallery import Gallery
from eyebright.streams.leases import StreamClaim, StreamLeases
from eyebright.streams.processors import StreamProcessors
from eyebright.streams.telling import Outlet, PictureSink, RecordSink, Tell, Telling, Wording
from eyebright.streams.values import StreamMoment, StreamSession
from eyebright.streams.works import FaceSearchWork, HomeWork, StreamWork
from eyebright.video.live import LiveFrame, LiveReader, LiveRules
from eyebright.video.sampling import Every

_LOG = logging.getLogger(__name__)
_FATAL = (InvalidInput, NotFound, PackError, ConfigurationError, EmbeddingSpaceMismatch)
"""What trying again does not help."""


@dataclass(frozen=True, slots=True)
class RunRules:
    """In seconds. look: between looks at whether the run is still wanted. renew: between signs of
    life. patience: for the first frame of a run. grace: beyond a run's own length, for a stream
    that does not go on. failures: frames in a row that could not be looked at."""

    look: float = 0.5
    renew: float = 5.0
    patience: float = 60.0
    grace: float = 30.0
    failures: int = 10


class StreamRunner:
    """Runs claimed streams, one for each calling thread."""

    def __init__(
        self,
        processors: StreamProcessors,
        leases: StreamLeases,
        *,
        addresses: Mapping[str, str],
        every: Every,
        sight: Sight,
        collections: Collections,
        search: FaceSearch,
        sink: RecordSink,
        pictures: PictureSink,
        tell: Tell,
        wording: Wording,
        ids: Ids,
        rules: RunRules | None = None,
        live_rules: LiveRules | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """addresses: video stream ARN -> URL or path."""
        self._processors = processors
        self._leases = leases
        self._addresses = addresses
        self._every = every
        self._sight = sight
        self._collections = collections
        self._search = search
        self._sink = sink
        self._pictures = pictures
        self._tell = tell
        self._wording = wording
        self._ids = ids
        self._rules = rules or RunRules()
        self._live_rules = live_rules or LiveRules()
        self._monotonic = monotonic

    def run(self, claim: StreamClaim, *, stop: Callable[[], bool] = lambda: False) -> None:
        """Run until the stream is stopped, ends, fails or is no longer ours, or `stop` says so;
        then it is given back. Raises nothing that belongs to the run."""
        run = _Run(claim.session)
        try:
            self._run(claim, run, stop)
        except ClaimLost as lost:
            _LOG.info("%s", lost.message)
        except (*_FATAL, SourceUnavailable) as error:
            self._fail(claim, run, error.message)
        except StorageError:  # the claim runs out, and whoever takes it over goes on
            _LOG.exception("Stream %s is left to its next worker.", claim.processor.name)
        except Exception as error:  # noqa: BLE001 - a fault of one stream must not end its worker
            _LOG.exception("Stream %s failed.", claim.processor.name)
            self._fail(claim, run, f"Internal error: {type(error).__name__}")

    def _run(self, claim: StreamClaim, run: _Run, stop: Callable[[], bool]) -> None:
        work = self._begin(claim)
        address = self._address(claim)
        with LiveReader(address, self._every, rules=self._live_rules) as reader:
            wanted = self._watch(claim, run, reader=reader, work=work, stop=stop)
        work.finish()
        if wanted:
            self._leases.keep(claim, run.session)
            self._leases.release(claim)
        else:
            self._end(claim, run, failed="")

    def _watch(
        self,
        claim: StreamClaim,
        run: _Run,
        *,
        reader: LiveReader,
        work: StreamWork,
        stop: Callable[[], bool],
    ) -> bool:
        """True when this process must stop and another should go on; False when the run is over."""
        began = renewed = self._monotonic()
        limit = claim.session.request.max_seconds
        while not stop():
            found = reader.next(self._rules.look)
            if found is not None:
                self._look(run, found, work)
            elif reader.ended:
                return False
            now = self._monotonic()
            self._require_frames(claim, run, reader, waited=now - began)
            trouble = reader.trouble or work.trouble
            if run.seen and run.said != trouble:
                wanted, run.said = self._leases.running(claim, trouble), trouble
            elif now - renewed > self._rules.renew:
                wanted, renewed = self._leases.keep(claim, run.session), now
            else:
                wanted = self._leases.is_wanted(claim)
            if not wanted or (limit is not None and self._is_over(run, limit, now - began)):
                return False
        return True

    def _look(self, run: _Run, found: LiveFrame, work: StreamWork) -> None:
        height, width = found.frame.pixels.shape[:2]
        moment = run.moment_of(found, (width, height))
        try:
            run.session = work.look(found.frame, moment, run.session)
        except (ClaimLost, *_FATAL):
            raise
        except EyebrightError:
            run.failures += 1
            if run.failures > self._rules.failures:
                raise
            _LOG.exception("A frame was not looked at.")
            return
        run.failures = 0

    def _require_frames(
        self, claim: StreamClaim, run: _Run, reader: LiveReader, *, waited: float
    ) -> None:
        """A run that never began fails; one that began waits for its stream to come back."""
        if run.seen or claim.was_running or waited < self._rules.patience:
            return
        raise SourceUnavailable(f"The stream gave no picture. {reader.trouble}".strip())

    def _is_over(self, run: _Run, limit: int, waited: float) -> bool:
        return run.session.processed_ms >= 1000 * limit or waited > limit + self._rules.grace

    def _begin(self, claim: StreamClaim) -> StreamWork:
        processor, plan = claim.processor, claim.processor.plan
        if plan.home is not None:
            return HomeWork(
                claim,
                HomeWatcher(plan.home, plan.areas, sight=self._sight),
                leases=self._leases,
                gallery=Gallery(self._pictures, processor.plan, name=processor.name),
                tell=self._tell,
                telling=lambda session: self._telling(claim, session),
                wording=self._wording,
            )
        if plan.face_search is None or plan.records_arn is None:
            raise InvalidInput(f"Stream processor {processor.name} has nothing to look for.")
        collection = self._collections.get(processor.scope, plan.face_search.collection)
        collection.space.require(self._sight.faces.space)
        searcher = FaceSearcher(
            processor.scope, plan.face_search, vision=self._sight.faces, search=self._search
        )
        outlet = Outlet(self._sink, plan.records_arn, key=processor.name)
        return FaceSearchWork(claim, searcher, outlet=outlet, wording=self._wording)

    def _address(self, claim: StreamClaim) -> str:
        arn = claim.processor.plan.video_arn
        if arn not in self._addresses:
            raise ConfigurationError(
                f"The video stream {arn} is not known here; name its address in EYEBRIGHT_STREAMS."
            )
        return self._addresses[arn]

    def _telling(self, claim: StreamClaim, session: StreamSession) -> Telling:
        tags = self._processors.tags(claim.processor.scope, claim.processor.name)
        return Telling(claim.processor, session, self._ids.request(), tags)

    def _fail(self, claim: StreamClaim, run: _Run, message: str) -> None:
        try:
            self._end(claim, run, failed=message)
        except ClaimLost as lost:
            _LOG.info("%s", lost.message)

    def _end(self, claim: StreamClaim, run: _Run, *, failed: str) -> None:
        topic, account = claim.processor.plan.topic_arn, claim.processor.scope.account_id

        def tell() -> None:
            if topic is not None:
                telling = self._telling(claim, run.session)
                message = failed or "Stream processing completed."
                self._tell(account, topic, self._wording.complete_event(telling, message))

        self._leases.end(claim, run.session, failed=failed, together=tell)


class _Run:
    """Where a run is. said: the trouble told last, None before anything was."""

    def __init__(self, session: StreamSession) -> None:
        self.session = session
        self.seen = False
        self.said: str | None = None
        self.failures = 0
        self._connection = 0
        self._connected_at = 0.0
        self._before_ms = session.processed_ms

    def moment_of(self, found: LiveFrame, size_wh: tuple[int, int]) -> StreamMoment:
        """When the frame was; counts it as processed."""
        self.seen = True
        milliseconds, seconds = found.frame.milliseconds, float(found.frame.seconds)
        if found.connection != self._connection:
            self._connection = found.connection
            self._connected_at = found.arrived_at - seconds
            self._before_ms = self.session.processed_ms
        if not found.recorded:  # the frame that was under way for the shortest time tells best
            self._connected_at = min(self._connected_at, found.arrived_at - seconds)
        self.session = replace(self.session, processed_ms=self._before_ms + milliseconds)
        taken_at = self._connected_at + seconds
        return StreamMoment(int(1000 * taken_at), taken_at, found.arrived_at, size_wh)
