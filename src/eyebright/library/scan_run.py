"""One source, looked through once: what is known, what must be read, what is gone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import milliseconds
from eyebright.library.contents import Content, Looked, Unusable, look_at
from eyebright.library.inbox import Came, Inbox, KnownPlace, PlaceState, Seen
from eyebright.library.known_places import BATCH, KnownPlaces
from eyebright.library.scan_report import Patience, ScanReport, Trouble, Watchers
from eyebright.library.values import Library, LibrarySource, Media
from eyebright.sources.kinds import KINDS_VERSION
from eyebright.sources.listing import Entry, Listing, Skipped, Why, shown

FLUSH_SECONDS = 1.0
"""What was read is told at least this often."""
YOUNG_NS = 1_000_000_000
"""A file written to this short a time ago may still be written to."""
NAMED_TROUBLES = 20
_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ScanContext:
    """What all scans share. now_ns: the time that files have."""

    database: Database
    inbox: Inbox
    places: KnownPlaces
    clock: Clock
    now_ns: Callable[[], int]
    patience: Patience


class ScanRun:
    """Looks through one source, once. report: so far."""

    def __init__(
        self,
        context: ScanContext,
        library: Library,
        source: LibrarySource,
        listing: Listing,
        report: ScanReport,
        *,
        again: bool,
        watchers: Watchers,
    ) -> None:
        self.source = source
        self.report = report
        self._database = context.database
        self._inbox = context.inbox
        self._clock = context.clock
        self._places = context.places
        self._now_ns = context.now_ns
        self.patience = context.patience
        self._library = library
        self._listing = listing
        self._again = again
        self._watchers = watchers
        self._closed: list[bytes] = []
        self._young: list[Entry] = []

    def look_through(self) -> None:
        found = self._listing.entries()
        while some := list(islice(found, BATCH)):
            self._take(some)
            if self._watchers.stop():
                self.report.is_whole = False
                return
        self._wait_for_young()

    def look_at_paths(self, paths: Sequence[bytes], *, departures: bool) -> None:
        there: list[Entry | Skipped] = []
        for path in paths:
            found = self._listing.entry(path)
            if found is not None:
                there.append(found)
            elif self._listing.is_directory(path):
                inside = self._listing.entries(path)
                while some := list(islice(inside, BATCH)):
                    self._take(some)
            else:
                self.report.gone.append(path)
        for start in range(0, len(there), BATCH):
            self._take(there[start : start + BATCH])
        self._wait_for_young()
        if departures and not self._watchers.stop():
            self._depart(self.report.gone)

    def sweep(self, began: datetime) -> None:
        """Only what cannot have been overlooked."""
        if not self.report.is_whole:
            return
        if not self.report.files and self._is_suspicious():
            self.report.is_whole = False
            self.report.message = (
                "The folder is empty and was not touched since it was looked through last; is its "
                "disk mounted? What is known of it is kept."
            )
            return
        for directory in self._closed:
            for some in self._places.below(self.source, directory):
                self._inbox.seen(self._library, self.source, some, self._clock.now())
        self.report.vanished += self._inbox.sweep(self._library, self.source, began)
        if self._closed:
            self.report.message = self._closed_message()

    def _is_suspicious(self) -> bool:
        last = self.source.scanned_at
        return (
            last is not None
            and self._places.has_any(self.source)
            and self._listing.is_suspiciously_empty(milliseconds(last) * 1_000_000)
        )

    def _closed_message(self) -> str:
        names = ", ".join(shown(path) or "the folder itself" for path in self._closed[:3])
        many = len(self._closed)
        if many == 1:
            return f"A directory could not be looked into: {names}."
        return f"{many} directories could not be looked into, such as {names}."

    def _take(self, found: Iterable[Entry | Skipped], *, settled: bool = False) -> None:
        """Sort a batch into what is known and what must be read, and tell the inbox."""
        entries = [one for one in found if isinstance(one, Entry)]
        for one in found:
            if isinstance(one, Skipped):
                self._note_skipped(one)
        known = self._inbox.known(self._library, self.source, [one.path for one in entries])
        unchanged: list[bytes] = []
        to_read: list[Entry] = []
        for entry in entries:
            there = known.get(entry.path)
            if self._is_unchanged(entry, there):
                unchanged.append(entry.path)
                self.report.kept_out += there is not None and there.state == "removed"
            elif not settled and self._is_young(entry):
                self._young.append(entry)
            else:
                to_read.append(entry)
        self.report.files += len(unchanged) + len(to_read)
        self.report.unchanged += len(unchanged)
        held = [one.path for one in self._young if one.path in known]
        self._inbox.seen(self._library, self.source, unchanged + held, self._clock.now())
        self._watchers.tell(self.report)
        self._tell(self._look(self._not_renamed(to_read, known)))

    def _is_unchanged(self, entry: Entry, known: KnownPlace | None) -> bool:
        return (
            known is not None
            and known.version == _version_kept(entry, known.state)
            and known.state != PlaceState.UNREADABLE.value
            and not (self._again and known.state == "removed")
        )

    def _is_young(self, entry: Entry) -> bool:
        return bool(entry.modified_ns) and self._now_ns() - entry.modified_ns < YOUNG_NS

    def _not_renamed(self, entries: list[Entry], known: dict[bytes, KnownPlace]) -> list[Entry]:
        """Tell of files that only have another name; give the others. Where times are whole
        seconds, another file may well have the version of one that is gone."""
        if not self._listing.version_follows_renames:
            return entries
        fresh = [one.version for one in entries if one.path not in known]
        contents = self._places.contents(self.source, fresh)
        renamed: list[Seen] = []
        others: list[Entry] = []
        for entry in entries:
            content = contents.get(entry.version)
            if content is None or entry.path in known or not entry.modified_ns % _SECOND_NS:
                others.append(entry)
                continue
            there = content[1]
            renamed.append(_seen(entry, entry.version, there.content_sha256, media=there.media))
        if renamed:
            self._inbox.arrive_many(self._library, self.source, renamed, again=self._again)
            self.report.renamed += len(renamed)
        return others

    def _look(self, entries: Sequence[Entry]) -> Iterator[Looked]:
        return look_at(self._listing, entries, stop=self._watchers.stop, now_ns=self._now_ns)

    def _tell(self, looked: Iterator[Looked]) -> None:
        """In batches: by number, and by time, so that what follows need not wait for large
        files."""
        batch: list[Looked] = []
        flushed = time.monotonic()
        for one in looked:
            batch.append(one)
            if len(batch) >= BATCH or time.monotonic() - flushed > FLUSH_SECONDS:
                self._flush(batch)
                batch, flushed = [], time.monotonic()
        self._flush(batch)

    def _flush(self, batch: Sequence[Looked]) -> None:
        if not batch:
            return
        seen = [
            _seen(one.entry, one.version, one.found.content_sha256, media=one.found.media)
            for one in batch
            if isinstance(one.found, Content)
        ]
        with self._database.write():
            arrivals = self._inbox.arrive_many(self._library, self.source, seen, again=self._again)
            for one in batch:
                if isinstance(one.found, Unusable):
                    self._unusable(one.entry, one.found)
        for arrival in arrivals:
            self._count(arrival.came)
        for one in batch:
            if isinstance(one.found, Content):
                self.report.bytes_read += one.entry.size
            elif not isinstance(one.found, Unusable):
                self._young.append(one.entry)
                self.report.files -= 1
        self._watchers.tell(self.report)

    def _count(self, came: Came) -> None:
        match came:
            case Came.NEW:
                self.report.added += 1
            case Came.CHANGED:
                self.report.changed += 1
            case Came.KNOWN:
                self.report.known += 1
            case Came.REMOVED:
                self.report.kept_out += 1

    def _unusable(self, entry: Entry, found: Unusable) -> None:
        self._inbox.unusable(
            self._library,
            self.source,
            entry.path,
            shown_path=shown(entry.path),
            size=entry.size,
            version=_version_kept(entry, found.state.value),
            state=found.state,
            message=found.message,
        )
        if found.state is PlaceState.UNSUPPORTED:
            self.report.unsupported += 1
        else:
            self.report.unreadable += 1
            self._trouble(entry.path, found.message)

    def _note_skipped(self, skipped: Skipped) -> None:
        if skipped.why is Why.UNREADABLE:
            self._closed.append(skipped.path)
            self.report.unreadable += 1
            self._trouble(skipped.path, skipped.message)
        else:
            self.report.skipped += 1

    def _trouble(self, path: bytes, reason: str) -> None:
        if len(self.report.troubles) < NAMED_TROUBLES:
            self.report.troubles.append(Trouble(shown(path), reason))

    def _wait_for_young(self) -> None:
        """Take files that were just written to, once they stay the same for a moment."""
        deadline = time.monotonic() + self.patience.most
        while self._young and not self._watchers.stop():
            waiting, self._young = self._young, []
            time.sleep(self.patience.settle)
            now = [(one, self._listing.entry(one.path)) for one in waiting]
            same = [new for old, new in now if isinstance(new, Entry) and new == old]
            self._take(same, settled=True)
            changed = [new for old, new in now if isinstance(new, Entry) and new != old]
            self._young += changed
            if time.monotonic() > deadline:
                break
        self.report.unsettled += (entry.path for entry in self._young)
        self.report.restless += len(self._young)
        self._keep(self._young)
        if self._watchers.stop():
            self.report.is_whole = False

    def _keep(self, entries: Sequence[Entry]) -> None:
        """What is known of files that could not be read now is not swept away."""
        paths = [one.path for one in entries]
        self._inbox.seen(self._library, self.source, paths, self._clock.now())

    def _depart(self, gone: Sequence[bytes]) -> None:
        for path in gone:
            for some in self._places.below(self.source, path):
                self._inbox.depart_many(self._library, self.source, some)
                self.report.vanished += len(some)


def _version_kept(entry: Entry, state: str) -> str:
    """Of what no kind of file was that could be used: another one once other kinds can be."""
    unsupported = state == PlaceState.UNSUPPORTED.value
    return f"{entry.version}!{KINDS_VERSION}" if unsupported else entry.version


def _seen(entry: Entry, version: str, digest: str, *, media: Media) -> Seen:
    return Seen(entry.path, shown(entry.path), entry.size, version, digest, media)
