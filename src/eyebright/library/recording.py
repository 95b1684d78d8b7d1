"""Writing down what stages found: many assets in one transaction, each only if it is still ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select, update

from eyebright.db.engine import Database
from eyebright.db.tables import assets, stage_runs
from eyebright.errors import EyebrightError, LibraryNotFound, StorageError
from eyebright.governance.vault import Vault
from eyebright.library.claims import Claim, Claims
from eyebright.library.codec import LibrarySeal
from eyebright.library.findings import FINDINGS
from eyebright.library.removal import Publisher
from eyebright.library.rows import begin_change
from eyebright.library.stages import PUBLISH, PUBLISH_VERSION, Stage
from eyebright.library.values import AssetState, Library, StageState
from eyebright.library.work import Keeping, StageWork


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a stage came to. found: what it saw, not kept yet. message: why it failed, or empty.
    again: whether another attempt may help."""

    stage: Stage
    version: str
    found: Any
    took_ms: int
    message: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """An asset that was worked on."""

    claim: Claim
    work: StageWork
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of an asset."""

    claim: Claim
    state: AssetState


class Recorder:
    """Safe to share between threads and processes."""

    def __init__(
        self, database: Database, vault: Vault, *, claims: Claims, publisher: Publisher
    ) -> None:
        self._database = database
        self._vault = vault
        self._claims = claims
        self._publisher = publisher

    def record(self, done: Sequence[Done]) -> list[Recorded]:
        """All of it or nothing; then what changed is published. Assets that are gone, or another
        worker's by now, are left out."""
        recorded: list[Recorded] = []
        by_library: dict[int, list[Done]] = {}
        for one in done:
            by_library.setdefault(one.claim.library.number, []).append(one)
        for some in by_library.values():
            recorded += self._record(some[0].claim.library, some)
        return recorded

    def _record(self, library: Library, done: Sequence[Done]) -> list[Recorded]:
        try:
            with self._database.write() as connection:
                revision = begin_change(connection, library)
                recorded = [
                    one
                    for each in done
                    if (one := self._write(connection, each, revision)) is not None
                ]
                numbers = [one.claim.asset.number for one in recorded]
                if numbers:
                    self._database.after_commit(lambda: self._publisher.publish(library, numbers))
        except LibraryNotFound:
            return []
        return recorded

    def _write(self, connection: Connection, done: Done, revision: int) -> Recorded | None:
        claim = done.claim
        row = connection.execute(
            select(assets.c.claim_no, assets.c.state)
            .where(assets.c.asset_no == claim.asset.number)
            .with_for_update()
        ).one_or_none()
        if row is None or row.claim_no != claim.number:
            return None
        seal = LibrarySeal(self._vault, claim.library)
        pauses: list[float] = []
        given_up = _failed_before(done)
        for seen in done.outcomes:
            keeping = Keeping(connection, done.work, seal, revision, _before(seal, done, seen))
            sealed, outcome = _kept(keeping, seen)
            tried = self._write_run(connection, claim, outcome, sealed)
            if outcome.message and tried < self._claims.rules.attempts:
                pauses.append(self._claims.rules.pauses[tried - 1])
            elif outcome.message:
                given_up = True
        state = AssetState.FAILED if given_up else AssetState.READY
        state = AssetState.WAITING if pauses else state
        self._write_published(connection, claim)
        now = self._claims.now_ms()
        connection.execute(
            update(assets)
            .where(assets.c.asset_no == claim.asset.number)
            .values(
                state=state.value,
                revision=revision,
                lease_until=0,
                not_before=now + int(1000 * min(pauses)) if pauses else 0,
            )
        )
        return Recorded(claim, state)

    def _write_run(
        self, connection: Connection, claim: Claim, outcome: Outcome, sealed: bytes | None
    ) -> int:
        """The number of attempts that are used up; all of them where another cannot help."""
        used = 1 + _failures(claim, outcome)
        if outcome.message and not outcome.again:
            used = self._claims.rules.attempts
        state = StageState.FAILED if outcome.message else StageState.DONE
        values: dict[str, Any] = {
            "version": outcome.version,
            "state": state.value,
            "attempts": used,
            "message": outcome.message,
            "ended_at": self._claims.now_ms(),
            "took_ms": outcome.took_ms,
        }
        if not outcome.message:
            values["sealed"] = sealed  # what an earlier version found stays until then
        _put_run(connection, claim.asset.number, outcome.stage.name, values)
        return used

    def _write_published(self, connection: Connection, claim: Claim) -> None:
        """The index follows the rows, at the latest when it is next searched."""
        values: dict[str, Any] = {
            "version": PUBLISH_VERSION,
            "state": StageState.DONE.value,
            "attempts": 1,
            "message": "",
            "ended_at": self._claims.now_ms(),
            "took_ms": 0,
        }
        _put_run(connection, claim.asset.number, PUBLISH, values)


def _failed_before(done: Done) -> bool:
    """Whether a stage that did not run now had failed for good."""
    ran = {outcome.stage.name for outcome in done.outcomes}
    return any(run.state is StageState.FAILED and run.stage not in ran for run in done.claim.runs)


def _failures(claim: Claim, outcome: Outcome) -> int:
    """How often the stage failed already in this version."""
    for run in claim.runs:
        if (run.stage, run.version) == (outcome.stage.name, outcome.version):
            return run.attempts if run.state is StageState.FAILED else 0
    return 0


def _before(seal: LibrarySeal, done: Done, outcome: Outcome) -> object | None:
    """What the stage had found earlier."""
    name = outcome.stage.name
    sealed = done.claim.sealed.get(name)
    if sealed is None:
        return None
    return seal.open(done.claim.asset.asset_id, name, sealed, kind=FINDINGS[name])


def _kept(keeping: Keeping, outcome: Outcome) -> tuple[bytes | None, Outcome]:
    """The sealed finding; or the outcome as a failure, with nothing kept, where keeping fails."""
    if outcome.message:
        return None, outcome
    name, asset_id = outcome.stage.name, keeping.work.asset.asset_id
    try:
        with keeping.connection.begin_nested():
            finding = outcome.stage.keep(keeping, outcome.found)
            return keeping.seal.seal(asset_id, name, finding), outcome
    except StorageError:
        raise  # the disk or the database: nothing of this batch can be written
    except EyebrightError as error:
        return None, replace(outcome, message=error.message, again=True)


def _put_run(connection: Connection, asset_no: int, stage: str, values: Mapping[str, Any]) -> None:
    changed = connection.execute(
        update(stage_runs)
        .where(stage_runs.c.asset_no == asset_no, stage_runs.c.stage == stage)
        .values(**values)
    ).rowcount
    if not changed:
        connection.execute(stage_runs.insert().values(asset_no=asset_no, stage=stage, **values))
