"""The AWS door, wired over the rooms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from eyebright.app.rooms import Eyebright
from eyebright.rekognition.cursors import Cursors
from eyebright.rekognition.door import Door
from eyebright.sources.reader import Sources


def build_door(
    eyebright: Eyebright,
    *,
    buckets: Mapping[str, Path],
    wake_workers: Callable[[], None] = lambda: None,
) -> Door:
    """What the AWS door hands to its handlers. buckets: bucket name -> folder that serves it."""
    return Door(
        settings=eyebright.settings,
        accounts=eyebright.accounts,
        vision=eyebright.vision,
        sight=eyebright.sight,
        collections=eyebright.collections,
        faces=eyebright.faces,
        indexing=eyebright.indexing,
        users=eyebright.users,
        search=eyebright.search,
        celebrities=eyebright.celebrities,
        tags=eyebright.tags,
        sources=open_sources(eyebright, buckets),
        idempotency=eyebright.idempotency,
        cursors=Cursors(eyebright.cursor_secret, clock=eyebright.clock),
        videos=eyebright.videos,
        streams=eyebright.streams,
        wake_workers=wake_workers,
        clock=eyebright.clock,
        ids=eyebright.ids,
    )


def open_sources(eyebright: Eyebright, buckets: Mapping[str, Path]) -> Sources:
    """Folders that play buckets, then the endpoint of the settings."""
    settings = eyebright.settings
    return Sources.open(buckets, s3_endpoint=settings.s3_endpoint, region=settings.region)
