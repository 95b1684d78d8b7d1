"""What stores tell of their buckets, from a queue or by a call to an address, reaches the library.

An event says where to look; the bucket says what is true. So events may come twice, late and in any
order. A message is done with once all it tells is in the database, and not before: what fails is
given again by the queue.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import update

from eyebright.db.engine import Database
from eyebright.db.tables import library_sources
from eyebright.errors import InvalidInput, NotAuthenticated, SourceForbidden
from eyebright.library.feeding import Fed, fed_by
from eyebright.library.inbox import Inbox
from eyebright.library.scan_report import Patience
from eyebright.library.scanning import Scans
from eyebright.library.values import LibrarySource, SourceKind
from eyebright.sources.bucket_listing import bucket_and_prefix
from eyebright.sources.events import ObjectEvent, latest, parse_events

TOKEN_BYTES = 32
_NO_WAIT = Patience(most=0.0)


@dataclass(frozen=True, slots=True)
class Departing:
    """Paths of a source that are not there any more."""

    fed: Fed
    paths: Sequence[bytes]


class Arrivals:
    """Safe to share between threads and processes."""

    def __init__(self, database: Database, *, scans: Scans, inbox: Inbox) -> None:
        self._database = database
        self._scans = scans
        self._inbox = inbox

    def set_queue(self, source: LibrarySource, url: str) -> None:
        """Have a queue tell of the changes of a bucket; "" for none. Raises InvalidInput."""
        if source.kind is not SourceKind.BUCKET:
            raise InvalidInput("Queues tell of buckets; a folder is watched by itself.")
        if url and not url.startswith(("http://", "https://")):
            raise InvalidInput(f"The queue {url!r} is no address; use that of the queue itself.")
        self._set(source, queue=url or None)

    def new_token(self, source: LibrarySource) -> str:
        """A secret that events of a bucket are accepted with at the web address. It is shown this
        once; the one before it does not work any more. Raises InvalidInput."""
        if source.kind is not SourceKind.BUCKET:
            raise InvalidInput("Events are told of buckets only.")
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._set(source, token_sha256=_digest(token))
        return token

    def take_event(self, text: str | bytes, *, token: str) -> int:
        """What a store sent to the web address; how many objects of the source it was about.

        Raises NotAuthenticated for a token that no source has, InvalidInput for what is no event,
        SourceUnavailable when the bucket cannot be asked: then it is to be sent again.
        """
        fed = self._of_token(token)
        events = parse_events(text)
        departing = self.take(events, [fed])
        self.depart(departing)
        return len(_paths(fed.source, latest(events)))

    def take(self, events: Iterable[ObjectEvent], fed: Sequence[Fed]) -> list[Departing]:
        """Look at what events tell of; give what is not there any more, which is better believed a
        moment later: what was renamed goes before it comes. Raises SourceUnavailable."""
        departing = []
        told = latest(events)
        for one in fed:
            paths = _paths(one.source, told)
            gone = self._look(one, paths) if paths else []
            if gone:
                departing.append(Departing(one, gone))
        return departing

    def depart(self, departing: Iterable[Departing]) -> None:
        """Forget what is still not there. Raises SourceUnavailable."""
        for one in departing:
            try:
                self._scans.look(one.fed.library, one.fed.source, one.paths)
            except SourceForbidden:
                for path in one.paths:
                    self._depart_forbidden(one.fed, path)

    def queues(self) -> dict[str, list[Fed]]:
        """Queue -> the sources that it feeds."""
        by_queue: dict[str, list[Fed]] = {}
        for fed in fed_by(self._database, library_sources.c.queue.is_not(None)):
            by_queue.setdefault(fed.source.queue, []).append(fed)
        return by_queue

    def _look(self, fed: Fed, events: dict[bytes, ObjectEvent]) -> list[bytes]:
        """A store whose buckets we may not list says of what is not there that we may not see it.
        If it said before that the object was removed, it is."""
        paths = list(events)
        try:
            return self._scans.look(
                fed.library, fed.source, paths, departures=False, patience=_NO_WAIT
            ).gone
        except SourceForbidden:
            if len(paths) == 1 and events[paths[0]].is_removal:
                return paths
            if len(paths) == 1:
                raise
        gone: list[bytes] = []
        for path in paths:
            gone += self._look(fed, {path: events[path]})
        return gone

    def _depart_forbidden(self, fed: Fed, path: bytes) -> None:
        try:
            self._scans.look(fed.library, fed.source, [path])
        except SourceForbidden:  # as `_look` explains
            self._inbox.depart(fed.library, fed.source, path)

    def _of_token(self, token: str) -> Fed:
        found = fed_by(self._database, library_sources.c.token_sha256 == _digest(token))
        if not found:
            raise NotAuthenticated("No source has this token.")
        return found[0]

    def _set(self, source: LibrarySource, **values: str | None) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(library_sources)
                .where(library_sources.c.source_no == source.number)
                .values(**values)
            )


def _paths(source: LibrarySource, events: Iterable[ObjectEvent]) -> dict[bytes, ObjectEvent]:
    """The events of objects of the source, by path below it."""
    bucket, prefix = bucket_and_prefix(source.location)
    return {
        event.key[len(prefix) :].encode(): event
        for event in events
        if event.bucket == bucket and event.key.startswith(prefix) and event.key != prefix
    }


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
