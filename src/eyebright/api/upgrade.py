"""Moving a library's faces to another pack, and back: what `eyebright people migrate` does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.analysis.faces.vision import FaceVision
from eyebright.api.library import LocalLibrary
from eyebright.app.upgrade import named_vision, open_upgrade, vision_of
from eyebright.errors import CollectionNotFound, MigrationRefused, PackError
from eyebright.library.reembedding import Reembedded
from eyebright.people.migration_comparison import Comparison
from eyebright.people.migration_values import (
    Counts,
    Generation,
    Migration,
    MigrationState,
    MissingFace,
)

PERCENTS = (80.0, 99.0)
"""Similarities of which is told what they mean: the usual threshold, and a strict one."""
ROUNDS = 20
"""How often faces that came meanwhile are caught up with before the switch is given up."""
_PAGE = 500

Tell = Callable[[Reembedded, Counts], object]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a similarity stands for: of pairs of different people the share that reaches it (0-1).
    before: None if the old pack is not installed any more."""

    percent: float
    before: float | None
    after: float


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """looked_at: faces that this run looked at. counts: of the new space."""

    migration: Migration
    looked_at: Reembedded
    counts: Counts
    comparison: Comparison
    meanings: tuple[Meaning, ...]
    seconds: float


class LocalUpgrade:
    """The migration of one library's collection."""

    def __init__(self, library: LocalLibrary) -> None:
        self._rooms = library.rooms
        self._media = library.media
        self._library = library.library
        self._upgrade = open_upgrade(library.rooms, library.media)
        self._where = (library.library.scope, library.library.collection_id)

    @property
    def current(self) -> Migration | None:
        """What is under way, or can be undone. Raises CollectionNotFound without any face."""
        return self._upgrade.migrations.current(*self._where)

    @property
    def is_overdue(self) -> bool:
        """Whether old vectors are there whose time is over."""
        try:
            migration = self.current
        except CollectionNotFound:
            return False
        return migration is not None and self._upgrade.migrations.is_overdue(migration)

    def counts(self, generation: Generation) -> Counts:
        return self._upgrade.migrations.counts(*self._where, generation)

    def missing(self, generation: Generation) -> Iterator[MissingFace]:
        """Faces that have no vector of the generation, and why."""
        after = 0
        while True:
            page = self._upgrade.migrations.missing(
                *self._where, generation, limit=_PAGE, after=after
            )
            for _, one in page:
                yield one
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def migrate(
        self,
        pack: str | FaceVision,
        *,
        allow_missing: bool = False,
        retry_missing: bool = False,
        keep_days: int | None = None,
        tell: Tell = lambda _done, _counts: None,
    ) -> MigrationReport:
        """Look at all faces again with this pack (NAME@VERSION or a folder), then switch.

        A run that was stopped goes on. After the switch: look again for what is missing, if that is
        asked for. keep_days: how long the old vectors are kept; None: until `finish`. Raises
        PackError, MigrationRefused.
        """
        began = time.perf_counter()
        vision = named_vision(self._rooms, pack) if isinstance(pack, str) else pack
        migration = self._upgrade.migrations.begin(*self._where, vision.space)
        if retry_missing:
            self._upgrade.migrations.retry(*self._where, migration.new)
        done, migration = self._fill_and_switch(vision, migration, allow_missing, keep_days, tell)
        if self.is_used(vision.space):
            self._media.indexer.retry(self._library)  # what could not enrol before the switch
        return MigrationReport(
            migration,
            done,
            self.counts(migration.new),
            self._upgrade.comparison.compare(*self._where, migration),
            self._meanings(migration, vision),
            time.perf_counter() - began,
        )

    def undo(self, *, allow_missing: bool = False) -> Migration:
        """Use the old vectors again. Faces that came since are looked at with the old pack, if it
        is installed. Raises MigrationRefused."""
        migration = self._require()
        vision = vision_of(self._rooms, migration.old.space)
        if vision is not None and migration.state is MigrationState.SWITCHED:
            self._upgrade.reembedding.run(self._library, vision)
        return self._upgrade.migrations.undo(*self._where, allow_missing=allow_missing)

    def finish(self) -> int:
        """Erase the old vectors; how many. Raises MigrationRefused."""
        return self._upgrade.migrations.finish(*self._where)

    def abandon(self) -> int:
        """Erase the new vectors; how many. Raises MigrationRefused."""
        return self._upgrade.migrations.abandon(*self._where)

    def is_used(self, space: EmbeddingSpace) -> bool:
        """Whether this is the space of the pack that servers of this home use once they start."""
        try:
            return self._rooms.vision.space == space
        except PackError:
            return False

    def _fill_and_switch(
        self,
        vision: FaceVision,
        migration: Migration,
        allow_missing: bool,
        keep_days: int | None,
        tell: Tell,
    ) -> tuple[Reembedded, Migration]:
        migrations, done = self._upgrade.migrations, Reembedded()
        until = None if keep_days is None else self._rooms.clock.now() + timedelta(days=keep_days)
        for _ in range(ROUNDS):
            told = partial(_told, tell, done, self.counts(migration.new))
            done += self._upgrade.reembedding.run(self._library, vision, tell=told)
            if migration.state is MigrationState.SWITCHED:
                return done, migration
            if self.counts(migration.new).pending:
                continue  # faces came meanwhile
            try:
                switched = migrations.switch(
                    *self._where, allow_missing=allow_missing, kept_until=until
                )
            except MigrationRefused:
                if not self.counts(migration.new).pending:
                    raise
            else:
                return done, switched
        raise MigrationRefused(
            "Faces come faster than they can be looked at again. Stop indexing, and run it again."
        )

    def _meanings(self, migration: Migration, vision: FaceVision) -> tuple[Meaning, ...]:
        old, new = vision_of(self._rooms, migration.old.space), vision.similarity
        return tuple(
            Meaning(
                percent,
                None if old is None else old.similarity.false_match_rate(percent),
                new.false_match_rate(percent),
            )
            for percent in PERCENTS
        )

    def _require(self) -> Migration:
        migration = self.current
        if migration is None:
            raise MigrationRefused("This library is not moving to another face pack.")
        return migration


def _told(tell: Tell, before: Reembedded, counts: Counts, now: Reembedded) -> None:
    tell(before + now, counts)
