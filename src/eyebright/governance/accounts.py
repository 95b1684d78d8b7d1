"""Accounts and their access keys: who a request can be from, and with what it must be signed."""

from __future__ import annotations

import base64
import secrets
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import (
    access_keys,
    accounts,
    collections,
    libraries,
    milliseconds,
    moment_of,
    revisions,
)
from eyebright.errors import (
    AccountNotFound,
    AlreadyExists,
    EyebrightError,
    InvalidInput,
    NotAuthenticated,
    SessionExpired,
)
from eyebright.governance.deletion import (
    condemn_collections,
    condemn_libraries,
    finish_deletions,
    remove_rows_of_accounts,
)
from eyebright.governance.erasure import bump, erase_after_commit
from eyebright.governance.sessions import Session, account_of_token, open_token, session_token
from eyebright.governance.vault import Vault
from eyebright.ids import AccessKeyId, AccountId, Region

ACCOUNT_ID_DIGITS = 12
LONG_TERM_PREFIX = "AKIA"
SESSION_PREFIX = "ASIA"
MAX_SESSION_SECONDS = 36 * 3600
MAX_NAME = 128
_KEY_LETTERS = string.ascii_uppercase + "234567"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data: one account in one region. Nothing is ever shared between two scopes."""

    account_id: AccountId
    region: Region


@dataclass(frozen=True, slots=True)
class Principal:
    """Who made a request, after its signature was verified."""

    account_id: AccountId
    access_key_id: AccessKeyId
    region: Region

    @property
    def scope(self) -> Scope:
        return Scope(self.account_id, self.region)


@dataclass(frozen=True, slots=True)
class Account:
    """access_key_ids: oldest first."""

    account_id: AccountId
    name: str
    created_at: datetime
    access_key_ids: tuple[AccessKeyId, ...]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client signs with. session_token is None for keys that do not expire by themselves."""

    account_id: AccountId
    access_key_id: AccessKeyId
    secret: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountDeletion:
    """How many rows of each kind went with the account."""

    collections: int
    faces: int
    users: int
    access_keys: int


class Accounts:
    """All accounts of a database. Safe to share between threads and processes."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        clock: Clock,
        departed: Callable[[], object] = lambda: None,
    ) -> None:
        """departed: called after an account was deleted, to remove files of it that only rooms
        above know."""
        self._database = database
        self._vault = vault
        self._clock = clock
        self._departed = departed
        self._known = _KnownKeys()

    def create(self, name: str) -> Credentials:
        """A new account with its first key.

        Raises InvalidInput for an empty name or one that is all digits (it would be taken for an
        account id), AlreadyExists for a name that is taken.
        """
        _require_name(name)
        account_id = AccountId(f"{secrets.randbelow(10**ACCOUNT_ID_DIGITS):0{ACCOUNT_ID_DIGITS}}")
        self._vault.new_account_key(account_id)
        try:
            with self._database.write() as connection:
                return self._insert(connection, account_id, name)
        except EyebrightError:
            self._vault.destroy_account_keys(account_id)
            raise

    def create_first(
        self, name: str, *, keep: Callable[[Credentials], object] = lambda _credentials: None
    ) -> Credentials | None:
        """A new account if there is none at all, else None. Two processes may race: `keep` is
        called with the credentials before anybody else can know of the account."""
        with self._database.write() as connection:
            if connection.scalar(select(func.count()).select_from(accounts)):
                return None
            credentials = self.create(name)
            keep(credentials)
            return credentials

    def _insert(self, connection: Connection, account_id: AccountId, name: str) -> Credentials:
        if connection.scalar(select(accounts.c.account_id).where(accounts.c.name == name)):
            raise AlreadyExists(f"An account named {name!r} exists.")
        connection.execute(
            accounts.insert().values(
                account_id=account_id, name=name, created_at=self._now_ms(), generation=1
            )
        )
        return self._new_key(connection, account_id)

    def list(self) -> tuple[Account, ...]:
        """All accounts, oldest first."""
        with self._database.read() as connection:
            keys: dict[str, list[AccessKeyId]] = {}
            for account_id, key_id in connection.execute(
                select(access_keys.c.account_id, access_keys.c.access_key_id).order_by(
                    access_keys.c.access_key_no
                )
            ):
                keys.setdefault(account_id, []).append(AccessKeyId(key_id))
            rows = connection.execute(
                select(accounts)
                .where(accounts.c.condemned_at.is_(None))
                .order_by(accounts.c.created_at, accounts.c.account_id)
            ).all()
        return tuple(_account(row, keys.get(row.account_id, [])) for row in rows)

    def find(self, name_or_id: str) -> Account:
        """The account of this name or id. Raises AccountNotFound."""
        for account in self.list():
            if name_or_id in (account.account_id, account.name):
                return account
        raise AccountNotFound(f"There is no account {name_or_id!r}.")

    def add_key(self, account_id: AccountId) -> Credentials:
        """One more key; the others go on working. Raises AccountNotFound."""
        with self._database.write() as connection:
            _require_account(connection, account_id)
            return self._new_key(connection, account_id)

    def rotate(self, account_id: AccountId) -> Credentials:
        """A new key; all others and all sessions of the account end. Raises AccountNotFound."""
        with self._database.write() as connection:
            _require_account(connection, account_id)
            connection.execute(delete(access_keys).where(access_keys.c.account_id == account_id))
            connection.execute(
                update(accounts)
                .where(accounts.c.account_id == account_id)
                .values(generation=accounts.c.generation + 1)
            )
            erase_after_commit(self._database, connection)
            return self._new_key(connection, account_id)

    def delete(self, account_id: AccountId) -> AccountDeletion:
        """Destroy the account's keys, then all its rows. Raises AccountNotFound."""
        with self._database.write() as connection:
            _require_account(connection, account_id)
            deletion = _count(connection, account_id)
            remove_rows_of_accounts(connection, [account_id])
            now_ms = self._now_ms()
            condemn_collections(connection, collections.c.account_id == account_id, now_ms=now_ms)
            condemn_libraries(connection, libraries.c.account_id == account_id, now_ms=now_ms)
            connection.execute(
                update(accounts)
                .where(accounts.c.account_id == account_id)
                .values(condemned_at=now_ms, name=f"!{account_id}")
            )
            bump(connection, "accounts")
        finish_deletions(self._database, self._vault)
        self._departed()
        return deletion

    def issue(self, account_id: AccountId, *, seconds: int) -> Credentials:
        """Temporary credentials; nothing is stored for them.

        Raises InvalidInput for a time not in 1 second to 36 hours, AccountNotFound.
        """
        if not 1 <= seconds <= MAX_SESSION_SECONDS:
            raise InvalidInput(
                f"A session of {seconds} seconds; use 1 to {MAX_SESSION_SECONDS} (36 hours)."
            )
        with self._database.read() as connection:
            generation = _require_account(connection, account_id)
        access_key_id = _new_access_key_id(SESSION_PREFIX)
        session = Session(_new_secret(), self._clock.now() + timedelta(seconds=seconds), generation)
        token = session_token(
            self._vault.account(account_id),
            session,
            account_id=account_id,
            access_key_id=access_key_id,
        )
        return Credentials(account_id, access_key_id, session.secret, token, session.expires_at)

    def secret_for(self, access_key_id: AccessKeyId, *, session_token: str | None) -> Credentials:
        """The credentials that a request claims to be signed with.

        A session token that comes with a long-term key is ignored. Raises NotAuthenticated if the
        key is unknown, revoked, or the token is not its own; SessionExpired if its time is over.
        """
        self._drop_if_changed()
        keys = self._known  # what is read now is not to be remembered beyond a change
        if access_key_id.startswith(SESSION_PREFIX):
            return self._session(keys, access_key_id, session_token or "")
        known = keys.credentials.get(access_key_id)
        if known is None:
            known = self._load(access_key_id)
            keys.credentials[access_key_id] = known
        return known

    def _session(self, keys: _KnownKeys, access_key_id: AccessKeyId, token: str) -> Credentials:
        account_id = account_of_token(token)
        generation = keys.generations.get(account_id)
        if generation is None:
            with self._database.read() as connection:
                generation = _generation(connection, account_id)
            if generation is None:
                raise NotAuthenticated("The session token is of no account here.")
            keys.generations[account_id] = generation
        session = open_token(self._vault.account(account_id), token, access_key_id=access_key_id)
        if session.generation != generation:
            raise NotAuthenticated("The account's keys were rotated after this session began.")
        if session.expires_at <= self._clock.now():
            raise SessionExpired(f"The session ended at {session.expires_at:%Y-%m-%dT%H:%M:%SZ}.")
        return Credentials(account_id, access_key_id, session.secret, token, session.expires_at)

    def _load(self, access_key_id: AccessKeyId) -> Credentials:
        with self._database.read() as connection:
            row = connection.execute(
                select(access_keys.c.account_id, access_keys.c.sealed_secret).where(
                    access_keys.c.access_key_id == access_key_id
                )
            ).one_or_none()
        if row is None:
            raise NotAuthenticated(f"The access key {access_key_id!r} is unknown.")
        account_id = AccountId(row.account_id)
        secret = self._vault.account(account_id).open(
            row.sealed_secret, bound_to=_secret_place(access_key_id)
        )
        return Credentials(account_id, access_key_id, secret.decode("ascii"))

    def _new_key(self, connection: Connection, account_id: AccountId) -> Credentials:
        access_key_id, secret = _new_access_key_id(LONG_TERM_PREFIX), _new_secret()
        sealed = self._vault.account(account_id).seal(
            secret.encode("ascii"), bound_to=_secret_place(access_key_id)
        )
        connection.execute(
            access_keys.insert().values(
                access_key_id=access_key_id,
                account_id=account_id,
                sealed_secret=sealed,
                created_at=self._now_ms(),
            )
        )
        bump(connection, "accounts")
        return Credentials(account_id, access_key_id, secret)

    def _drop_if_changed(self) -> None:
        """Forget what is remembered once any process created, rotated or deleted."""
        mark = self._database.change_mark()
        if mark is not None and mark == self._known.mark:
            return
        with self._database.read() as connection:
            revision = connection.scalar(
                select(revisions.c.value).where(revisions.c.name == "accounts")
            )
        if revision != self._known.revision:
            self._known = _KnownKeys(revision=revision)
        self._known.mark = mark

    def _now_ms(self) -> int:
        return milliseconds(self._clock.now())


@dataclass(slots=True)
class _KnownKeys:
    """What was read and is true as long as the accounts' revision stands."""

    revision: int | None = None
    mark: int | None = None
    credentials: dict[AccessKeyId, Credentials] = field(default_factory=dict)
    generations: dict[AccountId, int] = field(default_factory=dict)


def _require_name(name: str) -> None:
    if not name.strip() or name.isdigit() or name.startswith("!") or len(name) > MAX_NAME:
        raise InvalidInput(
            f"{name!r} cannot name an account; use 1 to {MAX_NAME} characters, not only digits, "
            "not beginning with '!'."
        )


def _require_account(connection: Connection, account_id: AccountId) -> int:
    generation = _generation(connection, account_id)
    if generation is None:
        raise AccountNotFound(f"There is no account {account_id!r}.")
    return generation


def _generation(connection: Connection, account_id: AccountId) -> int | None:
    return connection.scalar(
        select(accounts.c.generation).where(
            accounts.c.account_id == account_id, accounts.c.condemned_at.is_(None)
        )
    )


def _count(connection: Connection, account_id: AccountId) -> AccountDeletion:
    alive = (collections.c.account_id == account_id, collections.c.condemned_at.is_(None))
    total = connection.execute(
        select(
            func.count(),
            func.coalesce(func.sum(collections.c.face_count), 0),
            func.coalesce(func.sum(collections.c.user_count), 0),
        ).where(*alive)
    ).one()
    keys = connection.scalar(
        select(func.count()).select_from(access_keys).where(access_keys.c.account_id == account_id)
    )
    return AccountDeletion(int(total[0]), int(total[1]), int(total[2]), int(keys or 0))


def _account(row: Row[Any], keys: Sequence[AccessKeyId]) -> Account:
    return Account(AccountId(row.account_id), row.name, moment_of(row.created_at), tuple(keys))


def _new_access_key_id(prefix: str) -> AccessKeyId:
    return AccessKeyId(prefix + "".join(secrets.choice(_KEY_LETTERS) for _ in range(16)))


def _new_secret() -> str:
    """Forty characters, as AWS's are: 240 bits."""
    return base64.b64encode(secrets.token_bytes(30)).decode("ascii")


def _secret_place(access_key_id: AccessKeyId) -> bytes:
    return f"secret {access_key_id}".encode()
