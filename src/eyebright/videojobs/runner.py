"""One claimed job from opening the video to its end, with a checkpoint every few seconds."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from eyebright.analysis.sight import Sight
from eyebright.db.engine import Database
from eyebright.errors import (
    ClaimLost,
    InvalidInput,
    NotFound,
    PackError,
    SourceUnavailable,
    StorageError,
)
from eyebright.governance.accounts import Scope
from eyebright.governance.vault import Vault
from eyebright.jobs.queue import JobQueue
from eyebright.jobs.results import all_results
from eyebright.jobs.values import Claim, Progress, Result
from eyebright.people.celebrities import Celebrities
from eyebright.people.collections import Collections
from eyebright.people.search import FaceSearch
from eyebright.sources.reader import Sources
from eyebright.video.reader import VideoReader
from eyebright.videojobs.codec import decode, encode
from eyebright.videojobs.desk import JobSeal
from eyebright.videojobs.values import VideoKind, VideoRequest, VideoSummary
from eyebright.videojobs.work import Context, FrameWork, Timed, Work

MAX_VIDEO_BYTES = 10 * 2**30
SAVE_SECONDS = 5.0
"""Between checkpoints: what a killed worker's successor does again at most."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """seconds: the last frame looked at. state: the work's own."""

    seconds: Fraction
    state: bytes


class Runner:
    """Does claimed jobs, one at a time for each calling thread."""

    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        queue: JobQueue,
        sources: Sources,
        sight: Sight,
        collections: Collections,
        search: FaceSearch,
        celebrities: Celebrities,
        works: Mapping[VideoKind, Work[Any]],
        longest_side: int = 1920,
        save_seconds: float = SAVE_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._vault = vault
        self._queue = queue
        self._sources = sources
        self._sight = sight
        self._collections = collections
        self._search = search
        self._celebrities = celebrities
        self._works = works
        self._longest_side = longest_side
        self._save_seconds = save_seconds
        self._monotonic = monotonic

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(kind.value for kind in self._works)

    def run(self, claim: Claim, *, stop: Callable[[], bool] = lambda: False) -> None:
        """Work on a job until it is done, has failed, is no longer ours, or `stop` says so; then it
        is given back with its last checkpoint. Raises nothing that belongs to the job, and
        StorageError when not even its failure can be written: then the lease runs out."""
        try:
            if self._worked_through(claim, stop):
                self._queue.succeed(claim)
            else:
                self._queue.release(claim)
        except ClaimLost as lost:
            _LOG.info("%s", lost.message)
        except (InvalidInput, NotFound, PackError) as error:
            self._fail(claim, error.message, again=False)
        except (SourceUnavailable, StorageError) as error:
            _LOG.warning("Job %s has to wait: %s", claim.job.job_id, error.message)
            self._fail(claim, error.message, again=True)
        except Exception as error:  # noqa: BLE001 - a fault of one job must not end its worker
            _LOG.exception("Job %s failed.", claim.job.job_id)
            self._fail(claim, f"Internal error: {type(error).__name__}", again=True)

    def _fail(self, claim: Claim, message: str, *, again: bool) -> None:
        try:
            self._queue.fail(claim, message, again=again)
        except ClaimLost as lost:
            _LOG.info("%s", lost.message)

    def _worked_through(self, claim: Claim, stop: Callable[[], bool]) -> bool:
        """False when `stop` ended the work early, after a checkpoint."""
        seal = JobSeal(self._vault, claim.job.account_id, claim.job.job_id)
        request = decode(seal.open("request", claim.job.sealed_request), VideoRequest)
        done = _checkpoint_of(claim, seal)
        place = request.video
        opened = self._sources.open_object(
            place.bucket, place.name, version=place.version, max_bytes=MAX_VIDEO_BYTES
        )
        with opened.file as file, VideoReader.open(file) as video:
            work = self._begin(claim, request, video, done)
            attempt = _Attempt(self._queue, claim, seal, work=work)
            attempt.done = done
            frames = video.frames(
                work.policy,
                after=None if done is None else done.seconds,
                longest_side=self._longest_side,
                thumbnail_wh=self._works[request.kind].frame_wh,
            )
            saved_at = self._monotonic()
            for frame in frames:
                height, width = frame.pixels.shape[:2]
                attempt.summary = VideoSummary(video.info, (width, height))
                attempt.add(work.look(frame), frame.seconds)
                if stop():
                    attempt.save()
                    return False
                if self._monotonic() - saved_at > self._save_seconds:
                    attempt.save()
                    saved_at = self._monotonic()
            attempt.add(work.finish(), None)
            if attempt.summary is not None and video.ended_early:
                attempt.summary = replace(attempt.summary, broke_off=video.ended_early)
            attempt.save()
        self._rank(claim, seal, self._works[request.kind])
        return True

    def _begin(
        self,
        claim: Claim,
        request: VideoRequest,
        video: VideoReader,
        done: Checkpoint | None,
    ) -> FrameWork[Any]:
        context = Context(
            scope=Scope(claim.job.account_id, claim.job.region),
            sight=self._sight,
            collections=self._collections,
            search=self._search,
            celebrities=self._celebrities,
            info=video.info,
        )
        state = None if done is None else done.state
        return self._works[request.kind].begin(context, request.settings, state)

    def _rank(self, claim: Claim, seal: JobSeal, work: Work[Any]) -> None:
        if work.rank is None:
            return
        keys = []
        for ordinal, row in enumerate(all_results(self._database, claim.job.job_no)):
            timed = Timed(row.at_ms, decode(seal.open("result", row.sealed), work.item))
            keys.append((work.rank(timed), ordinal))
            if ordinal % 10_000 == 0:
                self._queue.renew(claim)
        self._queue.rank(claim, [ordinal for _, ordinal in sorted(keys)])


class _Attempt:
    """What was found since the last checkpoint, and how far the frames are."""

    def __init__(
        self, queue: JobQueue, claim: Claim, seal: JobSeal, *, work: FrameWork[Any]
    ) -> None:
        self.work = work
        self.done: Checkpoint | None = None
        self.summary: VideoSummary | None = None
        self._queue = queue
        self._claim = claim
        self._seal = seal
        self._waiting: list[Result] = []

    def add(self, found: Sequence[Timed[Any]], seconds: Fraction | None) -> None:
        """seconds: the frame's; None at the end, after the last one."""
        self._waiting += [
            Result(one.at_ms, self._seal.seal("result", encode(one.item))) for one in found
        ]
        if seconds is not None:
            self.done = Checkpoint(seconds, b"")

    def save(self) -> None:
        """Write everything down. Raises ClaimLost."""
        now = None if self.done is None else Checkpoint(self.done.seconds, self.work.state())
        summary = self.summary
        self._queue.save(
            self._claim,
            self._waiting,
            sealed_checkpoint=self._seal.seal("checkpoint", encode(now)),
            sealed_summary=None if summary is None else self._seal.seal("summary", encode(summary)),
            progress=self._progress(),
        )
        self._waiting = []

    def _progress(self) -> Progress | None:
        if self.done is None or self.summary is None:
            return None
        length = self.summary.info.duration_seconds
        of_ms = None if length is None else int(1000 * length)
        return Progress(int(1000 * self.done.seconds), of_ms)


def _checkpoint_of(claim: Claim, seal: JobSeal) -> Checkpoint | None:
    """Where an earlier attempt was; None if there was none or it had not begun."""
    if claim.sealed_checkpoint is None:
        return None
    opened = seal.open("checkpoint", claim.sealed_checkpoint)
    return None if opened == b"null" else decode(opened, Checkpoint)
