"""Workers over the rooms: what does video jobs in this process."""

from __future__ import annotations

from eyebright.app.rooms import Eyebright
from eyebright.sources.reader import Sources
from eyebright.videojobs.runner import Runner
from eyebright.videojobs.worker import CLEANING_SECONDS, Worker
from eyebright.videojobs.works import WORKS


def build_worker(
    eyebright: Eyebright,
    sources: Sources,
    *,
    threads: int,
    chores_seconds: float = CLEANING_SECONDS,
) -> Worker:
    """Threads that do video jobs, send notices and keep house; start it, or use it as a `with`
    block."""
    runner = Runner(
        database=eyebright.database,
        vault=eyebright.vault,
        queue=eyebright.queue,
        sources=sources,
        sight=eyebright.sight,
        collections=eyebright.collections,
        search=eyebright.search,
        celebrities=eyebright.celebrities,
        works=WORKS,
    )
    return Worker(
        eyebright.queue,
        runner,
        notices=eyebright.notices,
        threads=threads,
        chores=(eyebright.forgetting.tidy,),
        chores_seconds=chores_seconds,
    )
