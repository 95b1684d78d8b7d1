"""Writing down what stages found: many assets in one transaction, each only if it is still ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select, update

from eyebright.db.engine import Database
from eyebright.db.tables import assets, moment_of, stage_runs
from eyebright.errors import EyebrightError, LibraryNotFound, StorageError
from eyebright.governance.vault import Vault
from eyebright.library.claims import Claim, Claims
from eyebright.library.codec import LibrarySeal
from eyebright.library.findings import FINDINGS
from eyebright.library.recognition_rows import kept_faces, mark_looked
from eyebright.library.removal import Publisher
from eyebright.library.rows import begin_change
from eyebright.library.stages import ON_ASKING, PUBLISH, PUBLISH_VERSION, Stage
from eyebright.library.values import AssetState, Library, StageRun, StageState
from eyebright.library.work import Keeping, StageWork


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a stage came to. found: what it saw, not kept yet. message: why it failed, or empty.
    again: whether another attempt may help. lacking: no pack for it is installed."""

    stage: Stage
    version: str
    found: Any
    took_ms: int
    message: str = ""
    again: bool = False
    lacking: bool = False

    @property
    def state(self) -> StageState:
        if self.lacking:
            return StageState.LACKING
        return StageState.FAILED if self.message else StageState.DONE


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

    def record_part(self, done: Done) -> Claim | None:
        """Keep what succeeded so far of an asset that is still worked on, and publish it.

        The claim goes on, as it is now. None, with nothing written, if the asset is gone, another
        worker's, or something cannot be kept: then `record` says all of it.
        """
        library = done.claim.library
        with suppress(LibraryNotFound, _NotKept), self._database.write() as connection:
            revision = begin_change(connection, library)
            if not _still_ours(connection, [done]):
                return None
            claim = self._write_part(_Batch(connection, revision), done)
            numbers = [claim.asset.number]
            self._database.after_commit(lambda: self._publisher.publish(library, numbers))
            return claim
        return None

    def _write_part(self, batch: _Batch, done: Done) -> Claim:
        claim, columns, sealed = done.claim, dict[str, Any](), dict(done.claim.sealed)
        seal = LibrarySeal(self._vault, claim.library)
        runs = list(claim.runs)
        for seen in done.outcomes:
            before = _before(seal, done, seen)
            keeping = Keeping(
                batch.connection, done.work, seal, batch.revision, before, columns=columns
            )
            content, outcome = _kept(keeping, seen)
            if content is None:
                raise _NotKept
            self._write_run(batch, claim, outcome, content)
            batch.saw_faces(done, outcome)
            sealed[seen.stage.name] = content
            runs = [run for run in runs if run.stage != seen.stage.name]
            runs.append(self._run_of(seen))
        batch.put_asset(claim, columns)
        batch.end(now_ms=self._claims.now_ms())
        return replace(claim, runs=tuple(runs), sealed=sealed)

    def _run_of(self, seen: Outcome) -> StageRun:
        now = moment_of(self._claims.now_ms())
        name, version = seen.stage.name, seen.version
        return StageRun(name, version, StageState.DONE, 1, "", now, seen.took_ms)

    def _record(self, library: Library, done: Sequence[Done]) -> list[Recorded]:
        try:
            with self._database.write() as connection:
                revision = begin_change(connection, library)
                ours = _still_ours(connection, done)
                batch = _Batch(connection, revision)
                recorded = [self._write(batch, one) for one in done if one.claim in ours]
                batch.end(now_ms=self._claims.now_ms())
                numbers = [one.claim.asset.number for one in recorded]
                if numbers:
                    self._database.after_commit(lambda: self._publisher.publish(library, numbers))
        except LibraryNotFound:
            return []
        return recorded

    def _write(self, batch: _Batch, done: Done) -> Recorded:
        claim, rules = done.claim, self._claims.rules
        seal = LibrarySeal(self._vault, claim.library)
        columns: dict[str, Any] = {}
        pauses: list[float] = []
        given_up = _failed_before(done)
        for seen in done.outcomes:
            before = _before(seal, done, seen)
            keeping = Keeping(
                batch.connection, done.work, seal, batch.revision, before, columns=columns
            )
            sealed, outcome = _kept(keeping, seen)
            tried = self._write_run(batch, claim, outcome, sealed)
            batch.saw_faces(done, outcome)
            if outcome.state is StageState.FAILED:
                if tried < rules.attempts:
                    pauses.append(rules.pauses[tried - 1])
                else:
                    given_up = True
        state = AssetState.FAILED if given_up else AssetState.READY
        state = AssetState.WAITING if pauses else state
        if state is not AssetState.WAITING:
            batch.ended(done)
        self._write_published(batch, claim)
        columns["lease_until"] = 0  # with it the claim ends
        columns["state"] = state.value
        columns["not_before"] = self._claims.now_ms() + int(1000 * min(pauses)) if pauses else 0
        batch.put_asset(claim, columns)
        return Recorded(claim, state)

    def _write_run(
        self, batch: _Batch, claim: Claim, outcome: Outcome, sealed: bytes | None
    ) -> int:
        """The number of attempts that are used up; all of them where another cannot help."""
        used = 1 + _failures(claim, outcome)
        if outcome.state is StageState.FAILED and not outcome.again:
            used = self._claims.rules.attempts
        if outcome.message:  # what an earlier version found stays until another finds something
            sealed = claim.sealed.get(outcome.stage.name)
        batch.put_run(
            claim,
            outcome.stage.name,
            version=outcome.version,
            state=outcome.state.value,
            attempts=used,
            message=outcome.message,
            ended_at=self._claims.now_ms(),
            took_ms=outcome.took_ms,
            sealed=sealed,
        )
        return used

    def _write_published(self, batch: _Batch, claim: Claim) -> None:
        """The index follows the rows, at the latest when it is next searched."""
        batch.put_run(
            claim,
            PUBLISH,
            version=PUBLISH_VERSION,
            state=StageState.DONE.value,
            attempts=1,
            message="",
            ended_at=self._claims.now_ms(),
            took_ms=0,
            sealed=None,
        )


class _NotKept(Exception):
    """Roll back."""


class _Batch:
    """The rows of one transaction: new ones are written at its end, all at once."""

    def __init__(self, connection: Connection, revision: int) -> None:
        self.connection = connection
        self.revision = revision
        self._new: list[dict[str, Any]] = []
        self._looked: dict[int, int | None] = {}

    def saw_faces(self, done: Done, outcome: Outcome) -> None:
        """Tell the runs that asked for them."""
        if outcome.stage.on_asking and not outcome.message:
            found = done.work.found.get(outcome.stage.name)
            self._looked[done.claim.asset.number] = kept_faces(found)

    def ended(self, done: Done) -> None:
        """Nothing more is tried: its faces were looked for, or will not be."""
        work, number = done.work, done.claim.asset.number
        if work.may_look_for_faces and number not in self._looked:
            known = [name for name in ON_ASKING if name in work.found and _is_done(done, name)]
            count = sum(kept_faces(work.found[name]) for name in known)
            self._looked[number] = count if known else None

    def put_run(self, claim: Claim, stage: str, **values: Any) -> None:
        number = claim.asset.number
        if all(run.stage != stage for run in claim.runs):
            self._new.append({"asset_no": number, "stage": stage, **values})
            return
        self.connection.execute(
            update(stage_runs)
            .where(stage_runs.c.asset_no == number, stage_runs.c.stage == stage)
            .values(**values)
        )

    def put_asset(self, claim: Claim, columns: Mapping[str, Any]) -> None:
        self.connection.execute(
            update(assets)
            .where(assets.c.asset_no == claim.asset.number)
            .values(revision=self.revision, **columns)
        )

    def end(self, *, now_ms: int) -> None:
        if self._new:
            self.connection.execute(stage_runs.insert(), self._new)
        mark_looked(self.connection, self._looked, now_ms=now_ms)


def _still_ours(connection: Connection, done: Sequence[Done]) -> list[Claim]:
    """The claims that nobody took over, of assets that are still there."""
    numbers = [one.claim.asset.number for one in done]
    query = select(assets.c.asset_no, assets.c.claim_no).where(assets.c.asset_no.in_(numbers))
    newest = {row.asset_no: row.claim_no for row in connection.execute(query.with_for_update())}
    return [one.claim for one in done if newest.get(one.claim.asset.number) == one.claim.number]


def _failed_before(done: Done) -> bool:
    """Whether a stage that did not run now had failed for good."""
    ran = {outcome.stage.name for outcome in done.outcomes}
    return any(run.state is StageState.FAILED and run.stage not in ran for run in done.claim.runs)


def _is_done(done: Done, stage: str) -> bool:
    """In an earlier pass."""
    return any(
        run.stage == stage and run.state is StageState.DONE and run.version
        for run in done.claim.runs
    )


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
        finding = outcome.stage.keep(keeping, outcome.found)
        keeping.work.found[name] = finding  # for stages that are kept after it
    except StorageError:
        raise  # the disk or the database: nothing of this batch can be written
    except EyebrightError as error:
        return None, replace(outcome, message=error.message, again=True)
    return keeping.seal.seal(asset_id, name, finding), outcome
