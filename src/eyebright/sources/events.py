"""What a store tells of changes in its buckets, however the message came: an event notification of
S3 as it lies in a queue or is sent to an address, one that came through SNS, or one of EventBridge.

An event says which object to look at. It does not decide: events come twice, late, in any order
and long after the next one, so whoever gets them asks the bucket what is true now.

Sources: "Event message structure" and "Using EventBridge" in the S3 user guide.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from eyebright.errors import InvalidInput

MAX_BYTES = 1 << 20
"""A message of SQS has at most 256 KiB, or 1 MiB where that was raised."""
_CAME = ("ObjectCreated:", "ObjectRestore:Completed")
_WENT = ("ObjectRemoved:", "LifecycleExpiration:")
_BRIDGED = {"Object Created": False, "Object Deleted": True, "Object Restore Completed": False}


@dataclass(frozen=True, slots=True)
class ObjectEvent:
    """Something happened to an object. is_removal: it, a version of it, or what it seemed to be,
    went. sequencer: orders the events of one key; empty where the store gives none."""

    bucket: str
    key: str
    is_removal: bool
    sequencer: str = ""
    version: str = ""


def parse_events(text: str | bytes) -> tuple[ObjectEvent, ...]:
    """The events of a message; none for a test message, and for what is not about contents.

    Raises InvalidInput for what is no such message.
    """
    if len(text) > MAX_BYTES:
        raise InvalidInput(f"The message has {len(text)} bytes; the limit is {MAX_BYTES}.")
    try:
        message = json.loads(text)
        return _events(message)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"The message is no JSON: {error}.") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(f"The message is no event of a bucket: {error!r}.") from error


def latest(events: Iterable[ObjectEvent]) -> tuple[ObjectEvent, ...]:
    """Of each object the last event: by sequencer, or the one that came last."""
    found: dict[tuple[str, str], ObjectEvent] = {}
    for event in events:
        known = found.get((event.bucket, event.key))
        if known is None or not _is_before(event, known):
            found[event.bucket, event.key] = event
    return tuple(found.values())


def _events(message: Any) -> tuple[ObjectEvent, ...]:
    if message.get("Type") == "Notification":  # SNS puts the event into a text of its own
        return _events(json.loads(message["Message"]))
    if message.get("Event") == "s3:TestEvent":
        return ()
    if "detail-type" in message:
        return _bridged(message)
    return tuple(event for record in message["Records"] if (event := _recorded(record)) is not None)


def _recorded(record: Any) -> ObjectEvent | None:
    name: str = record["eventName"].removeprefix("s3:")
    if not name.startswith(_CAME + _WENT):
        return None
    stored = record["s3"]["object"]
    return ObjectEvent(
        bucket=_text(record["s3"]["bucket"]["name"]),
        key=unquote_plus(_text(stored["key"]), errors="strict"),
        is_removal=name.startswith(_WENT),
        sequencer=str(stored.get("sequencer") or ""),
        version=str(stored.get("versionId") or ""),
    )


def _bridged(message: Any) -> tuple[ObjectEvent, ...]:
    is_removal = _BRIDGED.get(message["detail-type"])
    if is_removal is None:
        return ()
    detail = message["detail"]
    stored = detail["object"]
    return (
        ObjectEvent(
            bucket=_text(detail["bucket"]["name"]),
            key=_text(stored["key"]),  # as it is, unlike in the other form
            is_removal=is_removal,
            sequencer=str(stored.get("sequencer") or ""),
            version=str(stored.get("version-id") or ""),
        ),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(f"{value!r} is no name")
    return value


def _is_before(event: ObjectEvent, other: ObjectEvent) -> bool:
    """Hexadecimal numbers of any length; without them nothing is before anything."""
    width = max(len(event.sequencer), len(other.sequencer))
    if not (event.sequencer and other.sequencer):
        return False
    return event.sequencer.rjust(width, "0") < other.sequencer.rjust(width, "0")
