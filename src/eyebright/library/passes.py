"""One pass over an asset: which stages are due, and running them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor

from eyebright.errors import (
    ClaimLost,
    EmbeddingSpaceMismatch,
    EyebrightError,
    InvalidInput,
    PackError,
    PackNotInstalled,
    StorageError,
)
from eyebright.library.claims import Claim
from eyebright.library.recording import Outcome
from eyebright.library.stages import Stage
from eyebright.library.values import StageState
from eyebright.library.work import StageWork

_NO_USE = (InvalidInput, PackError, EmbeddingSpaceMismatch)
"""Errors after which another attempt would end the same."""
_LOG = logging.getLogger(__name__)


class Pass:
    """The stages of one claimed asset, and what they came to so far."""

    def __init__(
        self,
        stages: Sequence[Stage],
        versions: Mapping[str, str],
        claim: Claim,
        work: StageWork,
        *,
        attempts: int,
    ) -> None:
        self.outcomes: list[Outcome] = []
        self._stages = [stage for stage in stages if claim.asset.media in stage.media]
        self._versions = versions
        self.work = work
        self._attempts = attempts
        self._last = {run.stage: run for run in claim.runs}
        self._ran: dict[str, bool] = {}
        """Stage -> whether it succeeded in this pass."""

    def run(self) -> None:
        """Run what is due, one after the other. Raises StorageError and ClaimLost."""
        self._run_due(self._stages)

    def run_side_by_side(self, beside: Executor, *, soon: Callable[[], None]) -> None:
        """The same on two threads, for one picture alone. soon: called once, in this thread, when
        the stages have run that are to be found first. Raises StorageError."""
        first, *others = self._stages
        if self._is_due(first):
            self._ended(self._run(first))
        apart = [stage for stage in others if stage.apart and self._is_due(stage)]
        try:
            self.work.image  # noqa: B018  # before two threads ask for it
        except StorageError:
            raise
        except EyebrightError:
            apart = []  # each stage will say so itself
        futures = [beside.submit(self._run, stage) for stage in apart]
        here = [stage for stage in others if stage not in apart and not stage.after]
        self._run_due([stage for stage in here if stage.soon])
        soon()
        self._run_due([stage for stage in here if not stage.soon])
        for future in futures:
            self._ended(future.result())
        self.run()

    def let_go(self, recorded: Sequence[Outcome]) -> None:
        """These were written down already."""
        self.outcomes = [outcome for outcome in self.outcomes if outcome not in recorded]

    def _run_due(self, stages: Sequence[Stage]) -> None:
        for stage in stages:
            if self._is_due(stage):
                self._ended(self._run(stage))

    def _is_due(self, stage: Stage) -> bool:
        if stage.on_asking and not self.work.may_look_for_faces:
            return False
        if stage.name in self._ran or not all(self._is_done(need) for need in stage.needs):
            return False
        last = self._last.get(stage.name)
        if last is None or last.version != self._versions[stage.name]:
            return True
        if last.state is StageState.FAILED and last.attempts < self._attempts:
            return True
        return any(self._ran.get(name) for name in (*stage.needs, *stage.after))

    def _is_done(self, name: str) -> bool:
        if name in self._ran:
            return self._ran[name]
        last = self._last.get(name)
        return last is not None and last.state is StageState.DONE

    def _ended(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        self._ran[outcome.stage.name] = not outcome.message

    def _run(self, stage: Stage) -> Outcome:
        """Raises StorageError and ClaimLost, which are no fault of the asset."""
        began = time.monotonic()
        version = self._versions[stage.name]
        try:
            found = stage.run(self.work)
        except (StorageError, ClaimLost):
            raise
        except PackNotInstalled as error:
            return Outcome(stage, version, None, _ms(began), error.message, lacking=True)
        except EyebrightError as error:
            again = not isinstance(error, _NO_USE)
            return Outcome(stage, version, None, _ms(began), error.message, again)
        except Exception as error:  # noqa: BLE001 - a fault of one asset must not end the indexer
            _LOG.exception("Stage %s of asset %s failed.", stage.name, self.work.asset.asset_id)
            message = f"Internal error: {type(error).__name__}"
            return Outcome(stage, version, None, _ms(began), message, True)
        self.work.found[stage.name] = found
        return Outcome(stage, version, found, _ms(began))


def _ms(began: float) -> int:
    return int(1000 * (time.monotonic() - began))
