"""Who sits before the page: a cookie that carries its session, sealed under the account's key.

Nothing is stored for a session. It stands as long as the access key that opened it: rotating the
account's keys or deleting the account ends it at once, in every process. It ends by itself
12 hours after its last use, and a week after it began.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from eyebright.clock import Clock
from eyebright.errors import NotAuthenticated, SessionExpired, StorageError
from eyebright.governance.accounts import Accounts, Principal, Scope
from eyebright.governance.vault import Vault
from eyebright.ids import AccessKeyId, AccountId, Region

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
RENEWED_AFTER = timedelta(minutes=10)
"""A cookie is sealed anew no more often than this."""
LONGEST_COOKIE = 1024

_ACCOUNT_DIGITS = 12
_PLACE = b"page session 1"


@dataclass(frozen=True, slots=True)
class PageSession:
    """session_id: random, 128 bits. seen_at: when the cookie was sealed."""

    principal: Principal
    session_id: str
    began_at: datetime
    seen_at: datetime

    @property
    def scope(self) -> Scope:
        return self.principal.scope

    @property
    def ends_at(self) -> datetime:
        return min(self.seen_at + IDLE, self.began_at + LONGEST)


class PageSessions:
    """Opens, reads and ends sessions. Safe to share between threads.

    A session that was signed out of is remembered by this process only: a copy of its cookie that
    somebody stole before would live on in another process, or after a restart, until it ends by
    itself. Rotating the keys ends every copy.
    """

    def __init__(self, accounts: Accounts, vault: Vault, *, clock: Clock, secret: bytes) -> None:
        """secret: at least 16 bytes, the same in all processes; tokens against forgery come of
        it."""
        if len(secret) < 16:
            raise ValueError("The secret of page sessions needs at least 16 bytes.")
        self._accounts = accounts
        self._vault = vault
        self._clock = clock
        self._token_key = hmac.digest(secret, b"page tokens 1", "sha256")
        self._ended: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def sign_in(self, access_key_id: str, secret: str, *, region: Region) -> PageSession:
        """A new session. Raises NotAuthenticated for a wrong secret and an unknown key alike."""
        try:
            known = self._accounts.secret_for(AccessKeyId(access_key_id), session_token=None)
        except NotAuthenticated:
            known = None
        expected = known.secret if known else secrets.token_urlsafe(30)
        right = hmac.compare_digest(secret.encode(), expected.encode())
        if known is None or not right:
            raise NotAuthenticated("This access key and secret do not open an account here.")
        now = self._clock.now()
        principal = Principal(known.account_id, known.access_key_id, region)
        return PageSession(principal, secrets.token_hex(16), now, now)

    def cookie(self, session: PageSession) -> str:
        """The session as text that only this server can read, and nobody can change."""
        principal = session.principal
        said = {
            "key": principal.access_key_id,
            "region": principal.region,
            "id": session.session_id,
            "began": session.began_at.timestamp(),
            "seen": session.seen_at.timestamp(),
        }
        sealer = self._vault.account(principal.account_id)
        sealed = sealer.seal(json.dumps(said).encode(), bound_to=_PLACE)
        whole = principal.account_id.encode("ascii") + sealed
        return base64.urlsafe_b64encode(whole).decode("ascii").rstrip("=")

    def open(self, cookie: str) -> PageSession:
        """The session of a cookie. Raises NotAuthenticated unless it is one of ours and its access
        key still stands, SessionExpired when its time is over."""
        session = self._read(cookie)
        key = self._accounts.secret_for(session.principal.access_key_id, session_token=None)
        if key.account_id != session.principal.account_id or session.session_id in self._ended:
            raise _no_session()
        if session.ends_at <= self._clock.now():
            raise SessionExpired("The session has ended; sign in again.")
        return session

    def renewed(self, session: PageSession) -> PageSession | None:
        """The session as of now, when its cookie is worth sealing anew; None while it is fresh."""
        now = self._clock.now()
        if now - session.seen_at < RENEWED_AFTER:
            return None
        return PageSession(session.principal, session.session_id, session.began_at, now)

    def end(self, session: PageSession) -> None:
        """Sign out: no copy of this session's cookie is taken any more by this process."""
        now = self._clock.now()
        with self._lock:
            self._ended = {one: until for one, until in self._ended.items() if until > now}
            self._ended[session.session_id] = session.began_at + LONGEST

    def token(self, session: PageSession) -> str:
        """What a page must say with every change, so that no other site can make it say so."""
        said = f"{session.principal.account_id} {session.session_id}".encode()
        return hmac.digest(self._token_key, said, "sha256").hex()[:32]

    def _read(self, cookie: str) -> PageSession:
        account_id, sealed = _unpacked(cookie)
        try:
            plain = self._vault.account(account_id).open(sealed, bound_to=_PLACE)
        except StorageError as error:  # changed, of another server, or of a deleted account
            raise _no_session() from error
        return _session(account_id, json.loads(plain))


def _session(account_id: AccountId, said: Mapping[str, str | float]) -> PageSession:
    principal = Principal(account_id, AccessKeyId(str(said["key"])), Region(str(said["region"])))
    began, seen = (datetime.fromtimestamp(float(said[name]), UTC) for name in ("began", "seen"))
    return PageSession(principal, str(said["id"]), began, seen)


def _unpacked(cookie: str) -> tuple[AccountId, bytes]:
    if len(cookie) > LONGEST_COOKIE:
        raise _no_session()
    try:
        padding = "=" * (-len(cookie) % 4)
        raw = base64.b64decode((cookie + padding).encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _no_session() from error
    account = raw[:_ACCOUNT_DIGITS]
    if len(account) != _ACCOUNT_DIGITS or not account.isdigit():
        raise _no_session()
    return AccountId(account.decode("ascii")), raw[_ACCOUNT_DIGITS:]


def _no_session() -> NotAuthenticated:
    return NotAuthenticated("There is no session; sign in.")
