"""Paging tokens."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.errors import InvalidCursor
from eyebright.people.values import Position
from eyebright.rekognition.call import Call
from eyebright.rekognition.cursors import LIFETIME_SECONDS, Cursors
from eyebright.testing.clock import FixedClock

MakeCall = Callable[..., Call]
SECRET = b"a secret of the server's"
POSITION: Position = (1767322800123, "11f1cd9b-b2a6-4f9a-9d5f-3ad1c2f0b111")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def cursors(clock: FixedClock) -> Cursors:
    return Cursors(SECRET, clock=clock)


def token(cursors: Cursors, call: Call, position: Position = POSITION) -> str:
    written = cursors.write(call, position)
    assert written is not None
    return written


def test_a_token_leads_back_to_where_its_page_ended(cursors: Cursors, call: MakeCall) -> None:
    first = call("ListFaces", CollectionId="c", MaxResults=2)
    following = call("ListFaces", CollectionId="c", MaxResults=7, NextToken=token(cursors, first))
    assert cursors.read(following) == POSITION


def test_the_last_page_has_no_token(cursors: Cursors, call: MakeCall) -> None:
    assert cursors.write(call("ListFaces"), None) is None


def test_an_absent_and_an_empty_token_mean_the_first_page(cursors: Cursors, call: MakeCall) -> None:
    assert cursors.read(call("ListFaces")) is None
    assert cursors.read(call("ListFaces", NextToken="")) is None


def test_a_token_outlives_a_restart_with_the_same_secret(clock: FixedClock, call: MakeCall) -> None:
    written = token(Cursors(SECRET, clock=clock), call("ListFaces"))
    assert Cursors(SECRET, clock=clock).read(call("ListFaces", NextToken=written)) == POSITION
    with pytest.raises(InvalidCursor):
        Cursors(SECRET + b"!", clock=clock).read(call("ListFaces", NextToken=written))


@pytest.mark.parametrize(
    ("operation", "changes"),
    [
        ("ListUsers", {}),
        ("ListFaces", {"account": "999999999999"}),
        ("ListFaces", {"region": "us-east-1"}),
        ("ListFaces", {"CollectionId": "other"}),
        ("ListFaces", {"UserId": "u"}),
    ],
)
def test_a_token_belongs_to_one_request_of_one_account(
    cursors: Cursors, call: MakeCall, operation: str, changes: dict[str, str]
) -> None:
    written = token(cursors, call("ListFaces", CollectionId="c"))
    other = call(operation, **({"CollectionId": "c"} | changes), NextToken=written)
    with pytest.raises(InvalidCursor):
        cursors.read(other)


def test_a_token_lives_for_a_day(cursors: Cursors, clock: FixedClock, call: MakeCall) -> None:
    following = call("ListFaces", NextToken=token(cursors, call("ListFaces")))
    clock.advance(LIFETIME_SECONDS)
    assert cursors.read(following) == POSITION
    clock.advance(1)
    with pytest.raises(InvalidCursor, match="24 hours"):
        cursors.read(following)


@pytest.mark.parametrize("text", ["x", "é", "====", "AAAA", "A" * 255, " ", "\x00", "a" * 10_000])
def test_anything_else_is_no_token(cursors: Cursors, call: MakeCall, text: str) -> None:
    with pytest.raises(InvalidCursor):
        cursors.read(call("ListFaces", NextToken=text))


@given(at=st.integers(0, 10_000), change=st.integers(1, 255))
def test_a_token_with_any_byte_changed_is_refused(at: int, change: int) -> None:
    from eyebright.governance.accounts import Principal
    from eyebright.ids import AccessKeyId, AccountId, Region

    principal = Principal(AccountId("1" * 12), AccessKeyId("AKIA"), Region("r"))
    cursors = Cursors(SECRET, clock=FixedClock())
    raw = bytearray(urlsafe_b64decode(token(cursors, Call("ListFaces", principal, {}, "r"))))
    raw[at % len(raw)] ^= change
    changed = urlsafe_b64encode(bytes(raw)).decode()
    with pytest.raises(InvalidCursor):
        cursors.read(Call("ListFaces", principal, {"NextToken": changed}, "r"))


def test_a_token_fits_into_the_model_s_255_characters(cursors: Cursors, call: MakeCall) -> None:
    assert len(token(cursors, call("ListUsers"), (2**63 - 1, "u" * 128))) <= 255
    with pytest.raises(ValueError, match="does not fit"):
        cursors.write(call("ListUsers"), ("u" * 255,))


def test_a_short_secret_is_refused(clock: FixedClock) -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        Cursors(b"short", clock=clock)
