"""Request tokens: the same request sent twice is done once and answered twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, select

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import milliseconds, request_tokens
from eyebright.errors import IdempotencyMismatch
from eyebright.governance.accounts import Scope
from eyebright.governance.vault import Vault
from eyebright.ids import AccountId

TOKEN_LIFETIME = timedelta(days=7)

_KEY = ("account_id", "region", "operation", "token")


class Idempotency:
    """Remembers what was answered, per account, region, operation and token, for seven days.

    What is remembered is sealed under the account's key: answers name faces and users.
    """

    def __init__(self, database: Database, vault: Vault, *, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def once(
        self,
        scope: Scope,
        operation: str,
        *,
        token: str | None,
        parameters: Mapping[str, object],
        act: Callable[[], dict[str, Any]],
    ) -> dict[str, Any]:
        """Do `act`, or repeat its answer if this token was seen before.

        `act` and the memory of it are one transaction: a killed process leaves both or neither, and
        of two requests at once the second waits for the first. `act` must write to this database
        only and be quick; its answer must be JSON. What it raises is not remembered. parameters:
        the request's, without the token. Raises IdempotencyMismatch for other parameters than the
        first time.
        """
        if token is None:
            return act()
        key = (scope.account_id, scope.region, operation, token)
        digest = parameters_digest(parameters)
        with self._database.write() as connection:
            seen = self._seen(connection, key)
            if seen is None:
                answer = act()
                self._remember(connection, key, {"digest": digest, "answer": answer})
                return answer
        if seen["digest"] != digest:
            raise IdempotencyMismatch(
                f"The client request token {token!r} was used with other parameters."
            )
        repeated: dict[str, Any] = seen["answer"]
        return repeated

    def _seen(self, connection: Connection, key: tuple[str, ...]) -> dict[str, Any] | None:
        now_ms = milliseconds(self._clock.now())
        connection.execute(delete(request_tokens).where(request_tokens.c.expires_at <= now_ms))
        sealed = connection.scalar(select(request_tokens.c.sealed_outcome).where(_is(key)))
        if sealed is None:
            return None
        opened = self._vault.account(_account(key)).open(sealed, bound_to=_place(key))
        outcome: dict[str, Any] = json.loads(opened)
        return outcome

    def _remember(
        self, connection: Connection, key: tuple[str, ...], outcome: dict[str, Any]
    ) -> None:
        sealed = self._vault.account(_account(key)).seal(
            json.dumps(outcome).encode(), bound_to=_place(key)
        )
        expires_at = milliseconds(self._clock.now() + TOKEN_LIFETIME)
        connection.execute(
            request_tokens.insert().values(
                **dict(zip(_KEY, key, strict=True)), expires_at=expires_at, sealed_outcome=sealed
            )
        )


def parameters_digest(parameters: Mapping[str, object]) -> str:
    """Hex SHA-256 of the parameters, whatever the order of their members."""
    canonical = json.dumps(parameters, sort_keys=True, separators=(",", ":"), default=repr)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _is(key: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(*(request_tokens.c[name] == value for name, value in zip(_KEY, key, strict=True)))


def _account(key: tuple[str, ...]) -> AccountId:
    return AccountId(key[0])


def _place(key: tuple[str, ...]) -> bytes:
    return "\n".join(("token", *key)).encode()
