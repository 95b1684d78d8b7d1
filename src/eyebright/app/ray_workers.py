"""Actors of a Ray cluster that work on a library, spread by Ray Data.

Ray only says where; what is to be done, and what was done, stands in the database. Each actor opens
the same home and database and claims assets by the same leases as every other indexer, so that
actors may die, be joined by a server, or be started twice, and nothing is lost or done twice. On
several machines all of them need the home at the same path (a shared disk) and PostgreSQL.
"""

from __future__ import annotations

import importlib
import logging
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from eyebright.errors import ConfigurationError
from eyebright.library.values import Library
from eyebright.settings import Settings

LOCAL = "local"
TURN = 32
"""Assets of one row of the data set: what an actor does between two signs of life."""
IDLE_SECONDS = 1.0
IDLE_TURNS = 3
"""An actor that found nothing so often gives its place back; the next round starts anew."""


def imported_ray() -> Any:
    """Ray with its data sets. Raises ConfigurationError when it is not installed."""
    try:
        importlib.import_module("ray.data")
        return importlib.import_module("ray")
    except ImportError as error:
        raise ConfigurationError(
            f'--ray needs Ray: pip install "eyebright[ray]" ({error}).'
        ) from error


class RayWorkers:
    """Works on a library while its block lasts: rounds of a data set, one after the other."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        *,
        address: str,
        buckets: Mapping[str, Path] = MappingProxyType({}),
        actors: int = 0,
    ) -> None:
        """address: of a cluster, or "local". buckets: bucket name -> folder that plays it. actors:
        0 for one on each processor. The settings go to the actors, with the master key if it is
        among them: use a cluster that is yours alone.

        Raises ConfigurationError when Ray is not installed.
        """
        self._ray = imported_ray()
        self._settings = settings
        self._library = library
        self._address = address
        self._buckets = dict(buckets)
        self._actors = actors
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._rounds, name="ray")

    def __enter__(self) -> Self:
        if not self._ray.is_initialized():
            try:
                self._ray.init(
                    address=None if self._address == LOCAL else self._address,
                    log_to_driver=False,
                    include_dashboard=False if self._address == LOCAL else None,
                )
            except (ConnectionError, RuntimeError, ValueError) as error:
                raise ConfigurationError(
                    f"The Ray cluster {self._address} cannot be reached: {error}"
                ) from error
        logging.getLogger("ray.data").setLevel(logging.WARNING)
        self._ray.data.DataContext.get_current().enable_progress_bars = False
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._thread.join()
        self._ray.shutdown()

    def _rounds(self) -> None:
        actors = self._actors or max(int(self._ray.cluster_resources().get("CPU", 1)), 1)
        while not self._stopping.is_set():
            began = time.monotonic()
            self._round(actors)
            self._stopping.wait(max(IDLE_SECONDS - (time.monotonic() - began), 0.0))

    def _round(self, actors: int) -> None:
        """Rows are turns; the data set hands them to whichever actor is free."""
        # in memory, a block for each: reading tasks would wait for processors that the actors hold
        count = actors * IDLE_TURNS * 4
        turns = self._ray.data.from_items(
            [{"id": number} for number in range(count)], override_num_blocks=count
        )
        worked = turns.map_batches(
            RayIndexer,
            fn_constructor_args=(self._settings, self._library.number, self._buckets),
            batch_size=1,
            concurrency=actors,
            num_cpus=1,
        )
        for _ in worked.iter_batches(batch_size=1):
            if self._stopping.is_set():
                return


class RayIndexer:
    """An actor: one thread that indexes. It is made on the machine where it works."""

    def __init__(self, settings: Settings, library_no: int, buckets: Mapping[str, Path]) -> None:
        from eyebright.app.door import open_sources
        from eyebright.app.library import open_library
        from eyebright.app.rooms import open_eyebright

        self._rooms = open_eyebright(settings)
        self._media = open_library(self._rooms, open_sources(self._rooms, buckets), threads=0)
        self._library = next(one for one in self._media.libraries.all() if one.number == library_no)

    def __call__(self, batch: Any) -> Any:
        """One turn; how many assets were worked on stands in the answer's column `assets`."""
        import numpy as np

        worked = self._media.indexer.run_once(self._library, limit=TURN)
        return {"assets": np.full(len(batch["id"]), worked, np.int64)}
