from __future__ import annotations

from datetime import timedelta

import pytest

from eyebright.errors import NotAuthenticated, SessionExpired
from eyebright.governance.accounts import Credentials
from eyebright.ids import Region
from eyebright.testing.clock import FixedClock
from eyebright.testing.rooms import Rooms
from eyebright.web.sessions import IDLE, LONGEST, RENEWED_AFTER, PageSession, PageSessions

SECRET = b"0123456789abcdef"


@pytest.fixture
def sessions(rooms: Rooms, clock: FixedClock) -> PageSessions:
    return PageSessions(rooms.accounts, rooms.vault, clock=clock, secret=SECRET)


@pytest.fixture
def owner(rooms: Rooms) -> Credentials:
    return rooms.accounts.create("owner")


def signed_in(sessions: PageSessions, owner: Credentials) -> PageSession:
    return sessions.sign_in(owner.access_key_id, owner.secret, region=Region("eu-west-1"))


def test_a_cookie_opens_the_session_that_it_was_made_of(
    sessions: PageSessions, owner: Credentials
) -> None:
    session = signed_in(sessions, owner)
    assert sessions.open(sessions.cookie(session)) == session
    assert owner.secret not in sessions.cookie(session)


def test_another_process_opens_it_too_and_gives_the_same_token(
    sessions: PageSessions, owner: Credentials, rooms: Rooms, clock: FixedClock
) -> None:
    session = signed_in(sessions, owner)
    other = PageSessions(rooms.accounts, rooms.vault, clock=clock, secret=SECRET)
    assert other.token(other.open(sessions.cookie(session))) == sessions.token(session)


def test_every_session_has_its_own_token(sessions: PageSessions, owner: Credentials) -> None:
    tokens = {sessions.token(signed_in(sessions, owner)) for _ in range(20)}
    assert len(tokens) == 20


def test_it_ends_twelve_hours_after_its_last_use(
    sessions: PageSessions, owner: Credentials, clock: FixedClock
) -> None:
    cookie = sessions.cookie(signed_in(sessions, owner))
    clock.advance(IDLE - timedelta(seconds=1))
    session = sessions.renewed(sessions.open(cookie))
    assert session is not None
    clock.advance(IDLE - timedelta(seconds=1))
    sessions.open(sessions.cookie(session))
    clock.advance(2)
    with pytest.raises(SessionExpired):
        sessions.open(sessions.cookie(session))


def test_it_ends_a_week_after_it_began_however_much_it_is_used(
    sessions: PageSessions, owner: Credentials, clock: FixedClock
) -> None:
    session = signed_in(sessions, owner)
    for _ in range(int(LONGEST / timedelta(hours=6)) - 1):
        clock.advance(timedelta(hours=6))
        session = sessions.renewed(sessions.open(sessions.cookie(session))) or session
    clock.advance(timedelta(hours=6))
    with pytest.raises(SessionExpired):
        sessions.open(sessions.cookie(session))


def test_a_fresh_cookie_is_not_sealed_anew(
    sessions: PageSessions, owner: Credentials, clock: FixedClock
) -> None:
    session = signed_in(sessions, owner)
    assert sessions.renewed(session) is None
    clock.advance(RENEWED_AFTER)
    renewed = sessions.renewed(session)
    assert renewed is not None
    assert renewed.session_id == session.session_id


def test_rotating_the_keys_ends_it_at_once(
    sessions: PageSessions, owner: Credentials, rooms: Rooms
) -> None:
    cookie = sessions.cookie(signed_in(sessions, owner))
    rooms.accounts.rotate(owner.account_id)
    with pytest.raises(NotAuthenticated):
        sessions.open(cookie)


def test_deleting_the_account_ends_it_at_once(
    sessions: PageSessions, owner: Credentials, rooms: Rooms
) -> None:
    cookie = sessions.cookie(signed_in(sessions, owner))
    rooms.accounts.delete(owner.account_id)
    with pytest.raises(NotAuthenticated):
        sessions.open(cookie)


def test_signing_out_ends_it_and_no_other(sessions: PageSessions, owner: Credentials) -> None:
    one, other = signed_in(sessions, owner), signed_in(sessions, owner)
    sessions.end(one)
    with pytest.raises(NotAuthenticated):
        sessions.open(sessions.cookie(one))
    sessions.open(sessions.cookie(other))


def test_the_cookie_of_one_account_opens_no_other(
    sessions: PageSessions, owner: Credentials, rooms: Rooms
) -> None:
    import base64

    other = rooms.accounts.create("other")
    cookie = sessions.cookie(signed_in(sessions, owner))
    raw = base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
    moved = base64.urlsafe_b64encode(other.account_id.encode() + raw[12:]).decode()
    with pytest.raises(NotAuthenticated):
        sessions.open(moved.rstrip("="))


@pytest.mark.parametrize("key", ["", "nobody", "ASIAAAAAAAAAAAAAAAAA"])
def test_what_is_no_key_opens_nothing(sessions: PageSessions, key: str) -> None:
    with pytest.raises(NotAuthenticated):
        sessions.sign_in(key, "secret", region=Region("eu-west-1"))
