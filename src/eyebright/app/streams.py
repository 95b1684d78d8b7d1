"""Workers of live streams over the rooms: addresses of streams, records, events."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from eyebright.app.rooms import Eyebright
from eyebright.errors import ConfigurationError
from eyebright.rekognition.shapes.streams import EVENT_SUBJECT, ServiceWording
from eyebright.sources.records import Records, file_of
from eyebright.sources.uploads import Uploads
from eyebright.streams.leases import StreamLeases
from eyebright.streams.runner import RunRules, StreamRunner
from eyebright.streams.telling import RecordSink
from eyebright.streams.worker import StreamWorker
from eyebright.video.live import LiveRules
from eyebright.video.sampling import Every, parse_policy

_VIDEO = ":kinesisvideo:"
"""What tells a video stream's ARN from a data stream's."""
_KINDS = ("rtsp://", "rtsps://", "http://", "https://", "file:///")
LEASE_SECONDS = 30.0


def build_stream_worker(
    eyebright: Eyebright,
    *,
    buckets: Mapping[str, Path] = MappingProxyType({}),
    sink: RecordSink | None = None,
    run_rules: RunRules | None = None,
    live_rules: LiveRules | None = None,
    lease_seconds: float = LEASE_SECONDS,
    at_once: int | None = None,
) -> StreamWorker:
    """Threads that run live streams; start it, or use it as a `with` block.

    buckets: bucket name -> folder that plays it. sink: takes the records instead of what the
    settings name. at_once: streams of this process; None for what the settings say.
    Raises ConfigurationError for addresses and samplings that cannot be.
    """
    settings = eyebright.settings
    addresses = settings.stream_addresses
    leases = StreamLeases(
        eyebright.database, eyebright.vault, clock=eyebright.clock, lease_seconds=lease_seconds
    )
    runner = StreamRunner(
        eyebright.streams,
        leases,
        addresses={arn: _opened(one) for arn, one in addresses.items() if _VIDEO in arn},
        every=_sampling(settings.stream_every),
        sight=eyebright.sight,
        collections=eyebright.collections,
        search=eyebright.search,
        sink=sink or _records(eyebright, addresses),
        pictures=Uploads(buckets, endpoint=settings.s3_endpoint, region=settings.region),
        tell=partial(eyebright.notices.put, subject=EVENT_SUBJECT),
        wording=ServiceWording(),
        ids=eyebright.ids,
        rules=run_rules,
        live_rules=live_rules,
    )
    return StreamWorker(
        leases, runner, at_once=settings.stream_workers if at_once is None else at_once
    )


def _records(eyebright: Eyebright, addresses: Mapping[str, str]) -> Records:
    return Records(
        endpoint=eyebright.settings.kinesis_endpoint,
        region=eyebright.settings.region,
        places={arn: place for arn, place in addresses.items() if _VIDEO not in arn},
    )


def _opened(address: str) -> str:
    """What the reader of videos opens."""
    if not address.startswith(_KINDS):
        raise ConfigurationError(
            f"The stream address {address!r} does not begin with {', '.join(_KINDS)}."
        )
    return str(file_of(address)) if address.startswith("file:///") else address


def _sampling(text: str) -> Every:
    try:
        every = parse_policy(text)
    except ValueError as error:
        raise ConfigurationError(f"EYEBRIGHT_STREAM_EVERY: {error}") from error
    if not isinstance(every, Every):
        raise ConfigurationError(f"EYEBRIGHT_STREAM_EVERY is {text!r}; say 1s, 6s or 2fps.")
    return every
