"""Which asset is whose to work on: leases, as in `jobs.queue`.

A claim is renewed while its worker works; when a worker dies, its assets are there for the next one
as soon as their leases are over. A worker that was only slow finds its claim taken when it wants to
write, which then changes nothing. The newest assets come first: whoever adds a photo while an
archive is indexed sees it at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Update, and_, or_, select, update

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import (
    assets,
    libraries,
    milliseconds,
    moment_of,
    revisions,
    stage_runs,
)
from eyebright.governance.accounts import Scope
from eyebright.ids import AccountId, CollectionId, Region
from eyebright.library.rows import asset_value, run_value
from eyebright.library.values import Asset, AssetState, FaceLooks, Library, Media, StageRun


@dataclass(frozen=True, slots=True)
class Wanted:
    """A stage as it is to have run over every asset of these media. on_asking: in libraries that
    wait for it, only over those that somebody asked about."""

    name: str
    version: str
    media: frozenset[Media]
    on_asking: bool = False


@dataclass(frozen=True, slots=True)
class IndexRules:
    """lease_seconds: how long a silent worker keeps an asset. pauses: seconds before each further
    attempt of a stage that failed."""

    lease_seconds: float = 60.0
    pauses: tuple[float, ...] = (5.0, 30.0, 180.0)

    @property
    def attempts(self) -> int:
        return 1 + len(self.pauses)


@dataclass(frozen=True, slots=True)
class Claim:
    """An asset to work on, and the last runs of its stages."""

    library: Library
    asset: Asset
    runs: tuple[StageRun, ...]
    sealed: dict[str, bytes]
    number: int


class Claims:
    """Safe to share between threads and processes."""

    def __init__(
        self, database: Database, *, clock: Clock, rules: IndexRules | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self.rules = rules or IndexRules()

    def claim(self, worker: str, *, limit: int, library: Library | None = None) -> list[Claim]:
        """Up to `limit` assets that wait, the newest first."""
        with self._database.read() as connection:  # most looks find nothing, and lock nobody
            if connection.execute(self._claimable(library, 1)).first() is None:
                return []
        with self._database.write() as connection:
            query = self._claimable(library, limit).with_for_update(skip_locked=True, of=assets)
            rows = connection.execute(query).all()
            numbers = [row.asset_no for row in rows]
            connection.execute(
                update(assets)
                .where(assets.c.asset_no.in_(numbers))
                .values(
                    worker=worker, claim_no=assets.c.claim_no + 1, lease_until=self._lease_end()
                )
            )
            return _claims(connection, rows)

    def renew(self, claims: Sequence[Claim]) -> int:
        """Say that the worker is alive; how many are still its own."""
        if not claims:
            return 0
        with self._database.write() as connection:
            return connection.execute(
                update(assets).where(_held(claims)).values(lease_until=self._lease_end())
            ).rowcount

    def release(self, claims: Sequence[Claim]) -> None:
        """Give assets back at once, as a worker that is told to stop does."""
        if claims:
            with self._database.write() as connection:
                connection.execute(update(assets).where(_held(claims)).values(lease_until=0))

    def waiting(self, library: Library | None = None) -> bool:
        """Whether anything is to be done, now or after a pause, by whomever."""
        query = select(assets.c.asset_no).where(assets.c.state == AssetState.WAITING.value)
        if library is not None:
            query = query.where(assets.c.library_no == library.number)
        with self._database.read() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def rerun(self, library: Library, stages: Sequence[str] | None = None) -> int:
        """Make stages due again (None: all); of how many assets."""
        mine = select(assets.c.asset_no).where(assets.c.library_no == library.number)
        runs = update(stage_runs).where(stage_runs.c.asset_no.in_(mine))
        if stages is not None:
            runs = runs.where(stage_runs.c.stage.in_(stages))
        with self._database.write() as connection:
            connection.execute(runs.values(version="", attempts=0))
            return connection.execute(awakened(assets.c.library_no == library.number)).rowcount

    def retry(self, library: Library, asset_numbers: Sequence[int] | None = None) -> int:
        """Try failed stages again (None: of all assets); of how many assets."""
        chosen = and_(
            assets.c.library_no == library.number, assets.c.state == AssetState.FAILED.value
        )
        if asset_numbers is not None:
            chosen = and_(chosen, assets.c.asset_no.in_(asset_numbers))
        with self._database.write() as connection:
            connection.execute(
                update(stage_runs)
                .where(
                    stage_runs.c.asset_no.in_(select(assets.c.asset_no).where(chosen)),
                    stage_runs.c.state == "failed",
                )
                .values(version="", attempts=0)
            )
            return connection.execute(awakened(chosen)).rowcount

    def awaken_outdated(self, stages: Sequence[Wanted]) -> int:
        """Make the assets due that a stage of another version looked at, or that it has not looked
        at yet; how many. Stages whose version was seen before cost nothing."""
        with self._database.read() as connection:
            if not any(_is_new(connection, stage) for stage in stages):
                return 0
        with self._database.write() as connection:
            changed = [stage for stage in stages if _is_new(connection, stage)]
            for stage in changed:
                _remember(connection, stage)
            return sum(connection.execute(awakened(_lack(stage))).rowcount for stage in changed)

    def _claimable(self, library: Library | None, limit: int) -> Any:
        now = self.now_ms()
        furthest = now + int(2000 * self.rules.lease_seconds)
        longest = now + int(2000 * max(self.rules.pauses, default=0.0))
        query = (
            select(assets, *_LIBRARY)
            .join(libraries, libraries.c.library_no == assets.c.library_no)
            .where(
                assets.c.state == AssetState.WAITING.value,
                or_(assets.c.not_before <= now, assets.c.not_before > longest),
                or_(assets.c.lease_until <= now, assets.c.lease_until > furthest),
                libraries.c.condemned_at.is_(None),
            )
        )
        if library is not None:
            query = query.where(assets.c.library_no == library.number)
        return query.order_by(assets.c.asset_no.desc()).limit(limit)

    def now_ms(self) -> int:
        return milliseconds(self._clock.now())

    def _lease_end(self) -> int:
        return self.now_ms() + int(1000 * self.rules.lease_seconds)


_LIBRARY = (
    libraries.c.account_id,
    libraries.c.region,
    libraries.c.name,
    libraries.c.collection_id,
    libraries.c.key_id,
    libraries.c.created_at.label("library_created_at"),
    libraries.c.revision.label("library_revision"),
    libraries.c.faces.label("library_faces"),
)


def _is_new(connection: Connection, stage: Wanted) -> bool:
    """Whether another version was seen last."""
    name, value = _counter(stage)
    return value != connection.scalar(select(revisions.c.value).where(revisions.c.name == name))


def _remember(connection: Connection, stage: Wanted) -> None:
    name, value = _counter(stage)
    connection.execute(revisions.delete().where(revisions.c.name == name))
    connection.execute(revisions.insert().values(name=name, value=value))


def _counter(stage: Wanted) -> tuple[str, int]:
    """The row that remembers a stage's version, as 56 bits."""
    digest = hashlib.sha256(stage.version.encode()).digest()[:7]
    return f"stage {stage.name}", int.from_bytes(digest, "big")


def _lack(stage: Wanted) -> ColumnElement[bool]:
    ran = select(stage_runs.c.asset_no).where(
        stage_runs.c.asset_no == assets.c.asset_no,
        stage_runs.c.stage == stage.name,
        stage_runs.c.version == stage.version,
    )
    lacking = and_(
        assets.c.state != AssetState.WAITING.value,
        assets.c.media.in_([media.value for media in stage.media]),
        ~ran.exists(),
    )
    return and_(lacking, may_look_for_faces()) if stage.on_asking else lacking


def may_look_for_faces() -> ColumnElement[bool]:
    """Of assets: their library does always, or somebody asked."""
    always = select(libraries.c.library_no).where(libraries.c.faces == FaceLooks.ALWAYS.value)
    return or_(assets.c.faces_asked_at.is_not(None), assets.c.library_no.in_(always))


def awakened(where: ColumnElement[bool]) -> Update:
    """To make assets due. Whoever works on one of them finds the claim taken: what is asked for now
    is not known to them."""
    return (
        update(assets)
        .where(where)
        .values(
            state=AssetState.WAITING.value,
            not_before=0,
            lease_until=0,
            claim_no=assets.c.claim_no + 1,
        )
    )


def _held(claims: Sequence[Claim]) -> ColumnElement[bool]:
    return or_(
        *(
            and_(assets.c.asset_no == claim.asset.number, assets.c.claim_no == claim.number)
            for claim in claims
        )
    )


def _claims(connection: Connection, rows: Sequence[Row[Any]]) -> list[Claim]:
    numbers = [row.asset_no for row in rows]
    ran: dict[int, list[Row[Any]]] = {}
    for run in connection.execute(select(stage_runs).where(stage_runs.c.asset_no.in_(numbers))):
        ran.setdefault(run.asset_no, []).append(run)
    return [
        Claim(
            library=_library(row),
            asset=asset_value(row),
            runs=tuple(run_value(run) for run in ran.get(row.asset_no, ())),
            sealed={run.stage: run.sealed for run in ran.get(row.asset_no, ()) if run.sealed},
            number=row.claim_no + 1,
        )
        for row in rows
    ]


def _library(row: Row[Any]) -> Library:
    return Library(
        number=row.library_no,
        scope=Scope(AccountId(row.account_id), Region(row.region)),
        name=row.name,
        collection_id=CollectionId(row.collection_id),
        key_id=row.key_id,
        created_at=moment_of(row.library_created_at),
        revision=row.library_revision,
        faces=FaceLooks(row.library_faces),
    )
