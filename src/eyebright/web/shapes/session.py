"""Signing in."""

from __future__ import annotations

from typing import TypedDict

from eyebright.web.sessions import PageSession
from eyebright.web.shapes.values import moment


class SignIn(TypedDict):
    access_key_id: str
    secret_access_key: str


class SessionJson(TypedDict):
    """csrf_token: what X-CSRF-Token must say with every change."""

    account_id: str
    account_name: str
    region: str
    csrf_token: str
    ends_at: str


def session_json(session: PageSession, *, account_name: str, token: str) -> SessionJson:
    return {
        "account_id": session.principal.account_id,
        "account_name": account_name,
        "region": session.principal.region,
        "csrf_token": token,
        "ends_at": moment(session.ends_at),
    }
