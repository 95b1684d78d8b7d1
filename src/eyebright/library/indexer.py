"""Who works on assets: threads that claim them, run the stages that are due, and write down what
was found.

There is one thread more than pictures are analysed at once, so that while the nets look at some
pictures another is read, decoded or written down.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self

from eyebright.db.engine import Database
from eyebright.errors import ClaimLost, StorageError
from eyebright.governance.vault import Vault
from eyebright.jobs.workers import Background, this_process
from eyebright.library.claims import Claim, Claims, Wanted
from eyebright.library.codec import LibrarySeal
from eyebright.library.findings import FINDINGS
from eyebright.library.passes import Pass
from eyebright.library.recording import Done, Recorder
from eyebright.library.stages import STAGES, Stage, versions
from eyebright.library.values import AssetId, AssetState, Library, Media
from eyebright.library.work import StageWork, Tools

IDLE_SECONDS = 1.0
"""Between looks when nothing was to do and nobody wrote anything."""
GLANCE_SECONDS = 0.1
"""Between glances whether any process wrote something."""
TURN_SECONDS = 2.0
"""Of work that is written down at once: what a killed indexer's successor does again."""
MOST_AT_ONCE = 64
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Indexed:
    """Told of each asset that was worked on."""

    library: Library
    asset_id: AssetId
    state: AssetState
    seconds: float


Tell = Callable[[Indexed], object]


class Indexer(Background):
    """Use as a `with` block, or `start` and `stop`; or call `run_once`."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        claims: Claims,
        recorder: Recorder,
        tools: Tools,
        threads: int = 2,
        tell: Tell = lambda _indexed: None,
        stages: Sequence[Stage] = STAGES,
    ) -> None:
        self._database = database
        self._vault = vault
        self._claims = claims
        self._recorder = recorder
        self._tools = tools
        self._stages = stages
        self._versions = versions(tools.packs)
        self._wanted = [
            Wanted(stage.name, self._versions[stage.name], stage.media, stage.on_asking)
            for stage in stages
        ]
        self._stopping = threading.Event()
        self._wake = threading.Condition()
        self._woken = 0
        self._listeners: list[Tell] = [tell]
        self._name = this_process()
        self._threads = [
            threading.Thread(target=self._work, args=(number,), name=f"indexer-{number}")
            for number in range(threads)
        ]

    def start(self) -> None:
        self._claims.awaken_outdated(self._wanted)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Write down what is done, give the rest back, and end. Waits for it."""
        self._stopping.set()
        self.wake()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def wake(self) -> None:
        """There is something to do: do not wait for the next look."""
        with self._wake:
            self._woken += 1
            self._wake.notify_all()

    def listen(self, tell: Tell) -> None:
        """Have one more told of each asset that was worked on."""
        self._listeners.append(tell)

    def run_once(self, library: Library | None = None, *, limit: int = 1_000_000) -> int:
        """Work on what waits, in this thread, until nothing is due any more; on how many assets.

        Raises StorageError.
        """
        self._claims.awaken_outdated(self._wanted)
        worker = _Worker(self, f"{self._name}:{threading.get_ident()}")
        worked = 0
        with worker:
            while worked < limit and not self._stopping.is_set():
                count = worker.turn(library, limit=limit - worked)
                if not count:
                    break
                worked += count
        return worked

    def rerun(self, library: Library, stages: Sequence[str] | None = None) -> int:
        """Make stages due again (None: all); of how many assets. A new version does by itself."""
        count = self._claims.rerun(library, stages)
        self.wake()
        return count

    def retry(self, library: Library, asset_numbers: Sequence[int] | None = None) -> int:
        """Try stages again that were given up (None: of all assets); of how many assets."""
        count = self._claims.retry(library, asset_numbers)
        self.wake()
        return count

    def _work(self, number: int) -> None:
        with _Worker(self, f"{self._name}:{number}") as worker:
            while not self._stopping.is_set():
                woken, mark = self._woken, self._mark()
                try:
                    worked = worker.turn(None, limit=MOST_AT_ONCE)
                except Exception:  # noqa: BLE001 - the disk for the moment, or a fault of ours
                    _LOG.exception("Indexing goes on after a pause.")
                    self._stopping.wait(IDLE_SECONDS)
                    continue
                if not worked:
                    self._rest(woken, mark)

    def _rest(self, woken: int, mark: int | None) -> None:
        """Until somebody wakes us, any process writes something, or it is time to look again."""
        until = time.monotonic() + IDLE_SECONDS
        while not self._stopping.is_set() and time.monotonic() < until:
            with self._wake:
                if self._woken != woken:
                    return
                self._wake.wait(GLANCE_SECONDS)
            if self._woken != woken or self._mark() != mark:
                return

    def _mark(self) -> int | None:
        try:
            return self._database.change_mark()
        except StorageError:
            return None

    def tell(self, indexed: Indexed) -> None:
        for listener in self._listeners:
            listener(indexed)


class _Worker:
    """One thread's work. `beside`: where stages run that look at nothing others see, when there is
    only one asset to work on."""

    def __init__(self, indexer: Indexer, name: str) -> None:
        self._indexer = indexer
        self._name = name
        self._seconds = TURN_SECONDS / 2
        """What an asset took lately."""
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        self._beside = self._exit.enter_context(
            ThreadPoolExecutor(1, thread_name_prefix="indexer-beside")
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def turn(self, library: Library | None, *, limit: int) -> int:
        """Claim some assets and work on them; how many."""
        indexer, claims_of = self._indexer, self._indexer._claims
        wanted = min(limit, MOST_AT_ONCE, max(2, round(TURN_SECONDS / self._seconds)))
        claims = claims_of.claim(self._name, limit=wanted, library=library)
        alone = len(claims) == 1
        done: list[Done] = []
        began = renewed = time.monotonic()
        for place, claim in enumerate(claims):
            if indexer._stopping.is_set():
                self._record(done, began)
                claims_of.release(claims[place:])
                return place
            now = time.monotonic()
            if now - renewed > claims_of.rules.lease_seconds / 3:
                claims_of.renew(claims[place:])
                renewed = now
            try:
                done.append(self._asset(claim, alone=alone))
            except ClaimLost as lost:
                _LOG.info("%s", lost.message)
                claims_of.release([claim])  # which does nothing if it is another's
                continue
            if time.monotonic() - began > TURN_SECONDS:
                self._record(done, began)
                done, began = [], time.monotonic()
        self._record(done, began)
        return len(claims)

    def _record(self, done: Sequence[Done], began: float) -> None:
        if not done:
            return
        indexer = self._indexer
        recorded = indexer._recorder.record(done)
        each = (time.monotonic() - began) / len(done)
        self._seconds = max(0.5 * (self._seconds + each), 1e-3)
        for one in recorded:
            indexer.tell(Indexed(one.claim.library, one.claim.asset.asset_id, one.state, each))

    def _asset(self, claim: Claim, *, alone: bool) -> Done:
        """Run the stages that are due; the claim of a picture alone is recorded twice."""
        indexer = self._indexer
        work = StageWork(claim.library, claim.asset, indexer._tools)
        work.found = _found(indexer._vault, claim)
        work.alive = _Alive(indexer._claims, claim, stopping=indexer._stopping.is_set)
        one = Pass(
            indexer._stages,
            indexer._versions,
            claim,
            work,
            attempts=indexer._claims.rules.attempts,
        )
        if alone and claim.asset.media is Media.IMAGE:
            claims = [claim]
            one.run_side_by_side(self._beside, soon=lambda: claims.append(self._part(claim, one)))
            return Done(claims[-1], work, tuple(one.outcomes))
        one.run()
        return Done(claim, work, tuple(one.outcomes))

    def _part(self, claim: Claim, one: Pass) -> Claim:
        """Let searches find what is known of a picture, while the rest is looked for."""
        kept = [outcome for outcome in one.outcomes if not outcome.message]
        if not kept:
            return claim
        recorded = self._indexer._recorder.record_part(Done(claim, one.work, tuple(kept)))
        if recorded is None:
            return claim
        one.let_go(kept)
        return recorded


class _Alive:
    """Renews a claim, however often it is called, a few times in each lease."""

    def __init__(self, claims: Claims, claim: Claim, *, stopping: Callable[[], bool]) -> None:
        self._claims = claims
        self._claim = claim
        self._stopping = stopping
        self._renewed = time.monotonic()

    def __call__(self) -> None:
        """Raises ClaimLost when the work is of no use any more, or is to be left to another."""
        asset_id = self._claim.asset.asset_id
        if self._stopping():
            raise ClaimLost(f"Asset {asset_id} is left to the next indexer.")
        if time.monotonic() - self._renewed > self._claims.rules.lease_seconds / 3:
            self._renewed = time.monotonic()
            if not self._claims.renew([self._claim]):
                raise ClaimLost(f"Asset {asset_id} is gone, or another indexer's.")


def _found(vault: Vault, claim: Claim) -> dict[str, object]:
    """What stages of earlier passes found."""
    seal = LibrarySeal(vault, claim.library)
    return {
        stage: seal.open(claim.asset.asset_id, stage, sealed, kind=FINDINGS[stage])
        for stage, sealed in claim.sealed.items()
        if stage in FINDINGS
    }
