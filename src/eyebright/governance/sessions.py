"""Session tokens: temporary credentials that carry themselves, sealed, so that no row is needed and
every process that has the account's key can check them."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from eyebright.errors import NotAuthenticated, StorageError
from eyebright.governance.sealing import Sealer
from eyebright.ids import AccessKeyId, AccountId

_MARK = b"EB1"
_ACCOUNT_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Session:
    """What a token says. generation: the account's when it was issued; rotating keys ends it."""

    secret: str = field(repr=False)
    expires_at: datetime
    generation: int


def session_token(
    sealer: Sealer, session: Session, *, account_id: AccountId, access_key_id: AccessKeyId
) -> str:
    """The session as a token that goes with this access key only. sealer: the account's."""
    said = {
        "secret": session.secret,
        "expires": session.expires_at.timestamp(),
        "generation": session.generation,
    }
    sealed = sealer.seal(json.dumps(said).encode(), bound_to=_place(access_key_id))
    return base64.b64encode(_MARK + account_id.encode("ascii") + sealed).decode("ascii")


def account_of_token(token: str) -> AccountId:
    """Whose token this says it is, not yet proven. Raises NotAuthenticated for what is no token."""
    return AccountId(_unpacked(token)[0])


def open_token(sealer: Sealer, token: str, *, access_key_id: AccessKeyId) -> Session:
    """What the token says. Raises NotAuthenticated unless it was made for this key, unchanged."""
    try:
        said = json.loads(sealer.open(_unpacked(token)[1], bound_to=_place(access_key_id)))
    except StorageError as error:
        raise NotAuthenticated("The session token is not one of this access key.") from error
    return Session(said["secret"], datetime.fromtimestamp(said["expires"], UTC), said["generation"])


def _unpacked(token: str) -> tuple[str, bytes]:
    try:
        raw = base64.b64decode(token, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAuthenticated("The session token is not one of ours.") from error
    account = raw[len(_MARK) : len(_MARK) + _ACCOUNT_DIGITS]
    if not raw.startswith(_MARK) or len(account) != _ACCOUNT_DIGITS or not account.isdigit():
        raise NotAuthenticated("The session token is not one of ours.")
    return account.decode("ascii"), raw[len(_MARK) + _ACCOUNT_DIGITS :]


def _place(access_key_id: AccessKeyId) -> bytes:
    return f"session {access_key_id}".encode()
