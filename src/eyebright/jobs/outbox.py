"""Messages that must go out: written with what they tell of, sent until they arrive.

A notice is written in the transaction that ends its job, so that neither is without the other. It
is sent at least once: a process that dies between sending and crossing out sends it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import milliseconds, notices
from eyebright.ids import AccountId


@dataclass(frozen=True, slots=True)
class Notice:
    """One message for one receiver. attempts: to send it, this one included."""

    notice_no: int
    account_id: AccountId
    sealed: bytes
    attempts: int


@dataclass(frozen=True, slots=True)
class OutboxRules:
    """patience: how long one attempt may take before somebody else tries. first_pause: after a
    failed attempt, doubled each time up to longest_pause. attempts: before it is given up; with
    these pauses about half a day."""

    patience: timedelta = timedelta(seconds=60)
    first_pause: timedelta = timedelta(seconds=1)
    longest_pause: timedelta = timedelta(hours=1)
    attempts: int = 22


class Outbox:
    """All unsent messages of one database. Safe to share between threads and processes."""

    def __init__(
        self, database: Database, *, clock: Clock, rules: OutboxRules | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self.rules = rules or OutboxRules()

    def put(self, account_id: AccountId, sealed: bytes) -> None:
        """Write a message down, in the caller's transaction if there is one."""
        with self._database.write() as connection:
            connection.execute(
                notices.insert().values(
                    account_id=account_id,
                    next_at=self._after(timedelta()),
                    attempts=0,
                    sealed=sealed,
                )
            )

    def take(self, *, limit: int = 20) -> Sequence[Notice]:
        """Messages whose time has come; nobody else gets them for a while. One that waits longer
        than any does was written before the clock was put back."""
        now = self._after(timedelta())
        furthest = self._after(2 * max(self.rules.patience, self.rules.longest_pause))
        with self._database.write() as connection:
            rows = connection.execute(
                select(notices)
                .where(or_(notices.c.next_at <= now, notices.c.next_at > furthest))
                .order_by(notices.c.notice_no)
                .limit(limit)
                .with_for_update(skip_locked=True)
            ).all()
            for row in rows:
                connection.execute(
                    update(notices)
                    .where(notices.c.notice_no == row.notice_no)
                    .values(attempts=row.attempts + 1, next_at=self._after(self.rules.patience))
                )
        return [
            Notice(row.notice_no, AccountId(row.account_id), row.sealed, row.attempts + 1)
            for row in rows
        ]

    def sent(self, notice: Notice) -> None:
        """It arrived: cross it out."""
        with self._database.write() as connection:
            connection.execute(delete(notices).where(notices.c.notice_no == notice.notice_no))

    def failed(self, notice: Notice) -> bool:
        """It did not arrive. True when it will be tried again, False when it was given up."""
        if notice.attempts >= self.rules.attempts:
            self.sent(notice)
            return False
        pause = min(self.rules.first_pause * 2 ** (notice.attempts - 1), self.rules.longest_pause)
        with self._database.write() as connection:
            connection.execute(
                update(notices)
                .where(notices.c.notice_no == notice.notice_no)
                .values(next_at=self._after(pause))
            )
        return True

    def _after(self, pause: timedelta) -> int:
        return milliseconds(self._clock.now() + pause)
