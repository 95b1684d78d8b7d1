"""Signing in and out."""

from __future__ import annotations

import logging
import re

from eyebright.errors import AccountNotFound, InvalidInput, NotAuthenticated
from eyebright.ids import Region
from eyebright.web.answers import Answer, Asked, json_answer, text_of
from eyebright.web.door import WebDoor
from eyebright.web.errors import Refused
from eyebright.web.security import cookie_of, set_cookie
from eyebright.web.sessions import IDLE, PageSession
from eyebright.web.shapes.session import session_json
from eyebright.web.shapes.values import DoneJson

_KEY_ID = re.compile(r"A[A-Z]IA[A-Z2-7]{16}")
_log = logging.getLogger(__name__)


def sign_in(door: WebDoor, asked: Asked) -> Answer:
    """A new session, whatever cookie came along; the session of that cookie ends."""
    if not asked.headers.get("content-type", "").lower().startswith("application/json"):
        raise InvalidInput("Send the key as application/json.")
    given = asked.json()
    key, secret = text_of(given, "access_key_id"), text_of(given, "secret_access_key")
    region = text_of(given, "region", most=40) if "region" in given else door.region
    door.attempts.require_calm(key, asked.address)
    try:
        session = door.sessions.sign_in(key, secret, region=Region(region))
    except NotAuthenticated:
        door.attempts.failed(key, asked.address)
        _log.warning("Signing in failed from %s with %s.", asked.address, _shown(key))
        raise
    door.attempts.succeeded(key, asked.address)
    _end_former(door, asked)
    cookie = door.sessions.cookie(session)
    seconds = int(IDLE.total_seconds())
    return _said(door, session, [set_cookie(cookie, secure=asked.secure, seconds=seconds)])


def show(door: WebDoor, asked: Asked) -> Answer:
    return _said(door, asked.whose, [])


def sign_out(door: WebDoor, asked: Asked) -> Answer:
    door.sessions.end(asked.whose)
    done: DoneJson = {"done": True}
    gone = set_cookie("", secure=asked.secure, seconds=0)
    # pictures of the account must not stay in the browser's cache
    return json_answer(done, headers=[gone, ("Clear-Site-Data", '"cache"')])


def _said(door: WebDoor, session: PageSession, headers: list[tuple[str, str]]) -> Answer:
    try:
        name = door.accounts.find(session.principal.account_id).name
    except AccountNotFound as error:
        raise Refused(401, "not_signed_in", "The account was deleted.") from error
    body = session_json(session, account_name=name, token=door.sessions.token(session))
    return json_answer(body, headers=headers)


def _end_former(door: WebDoor, asked: Asked) -> None:
    cookie = cookie_of(asked.headers, secure=asked.secure)
    if cookie is None:
        return
    try:
        door.sessions.end(door.sessions.open(cookie))
    except NotAuthenticated:
        return  # it was none of ours, or had ended


def _shown(key: str) -> str:
    """What was given as a key's id, for the log; people take one field for the other, and secrets
    have no place there."""
    return f"key {key}" if _KEY_ID.fullmatch(key) else "what is no key's id"
