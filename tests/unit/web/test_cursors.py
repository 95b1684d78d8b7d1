from __future__ import annotations

import pytest

from eyebright.errors import InvalidCursor
from eyebright.governance.accounts import Scope
from eyebright.ids import AccountId, Region
from eyebright.web.cursors import PageCursors

MINE = Scope(AccountId("111111111111"), Region("eu-west-1"))
CURSORS = PageCursors(b"0123456789abcdef")


def test_a_cursor_says_where_a_list_goes_on() -> None:
    text = CURSORS.write(MINE, "assets", (7, "x"))
    assert text is not None
    assert CURSORS.read(MINE, "assets", text) == (7, "x")
    assert CURSORS.write(MINE, "assets", None) is None
    assert CURSORS.read(MINE, "assets", "") is None


def test_it_is_of_its_account_region_list_and_server_only() -> None:
    text = CURSORS.write(MINE, "assets", (7,)) or ""
    others = [
        (CURSORS, Scope(AccountId("222222222222"), MINE.region), "assets"),
        (CURSORS, Scope(MINE.account_id, Region("us-east-1")), "assets"),
        (CURSORS, MINE, "failures"),
        (PageCursors(b"fedcba9876543210"), MINE, "assets"),
    ]
    for cursors, scope, listed in others:
        with pytest.raises(InvalidCursor):
            cursors.read(scope, listed, text)


@pytest.mark.parametrize("text", ["x", "AAAA", "ä", "=" * 600, "7"])
def test_what_we_did_not_make_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        CURSORS.read(MINE, "assets", text)
