"""People as tables and JSON."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.errors import InvalidInput
from eyebright.library.people_files import (
    COLUMNS,
    ListedFace,
    guarded,
    people_csv,
    people_json,
    read_people_file,
    unguarded,
)

ROWS = [
    ListedFace(
        'Ada "the countess", Lovelace',
        "Guest\nof honour",
        ("Augusta", "A. A. L."),
        path="/photos/a, b.jpg",
        asset_id="8f0b6c2e-6a0e-5d0c-9d3a-65796562726d",
        face_id="1f0b6c2e-6a0e-5d0c-9d3a-65796562726d",
        box_ltrb=(0.1, 0.2, 0.35, 0.6),
    ),
    ListedFace("=HYPERLINK(1)", "@role", path="-x.jpg"),
    ListedFace("'=quoted", path="+1.jpg"),
    ListedFace("עדה לאבלייס", "أستاذة", path="ザ.jpg"),
    ListedFace("Nobody yet"),
]


def told(rows: list[ListedFace]) -> list[tuple[object, ...]]:
    return [(r.name, r.role, r.aliases, r.path, r.asset_id, r.face_id) for r in rows]


def test_a_table_says_what_it_was_told() -> None:
    text = people_csv(ROWS)
    again = read_people_file(text.encode("utf-8-sig"))
    assert told(again) == told(ROWS)
    assert again[0].box_ltrb == pytest.approx(ROWS[0].box_ltrb)
    assert [one.box_ltrb for one in again[1:]] == [None] * 4
    assert read_people_file(text.encode()) == again
    assert people_csv(again) == text


def test_json_says_what_it_was_told() -> None:
    content = people_json("library", ROWS)
    again = read_people_file(json.dumps(content).encode())
    assert told(again) == told(ROWS)
    assert again[0].where == "person 1, face 1"
    assert content["people"][0]["faces"][0]["box"] == {
        "left": 0.1,
        "top": 0.2,
        "width": 0.25,
        "height": 0.4,
    }


def test_no_cell_is_a_formula() -> None:
    cells = [cell for row in csv.reader(io.StringIO(people_csv(ROWS))) for cell in row if cell]
    assert len(cells) > len(COLUMNS)
    assert not [cell for cell in cells if cell[0] in "=+-@\t\r\n"]


@given(st.text(alphabet="'=+-@\t\n\ra＝", max_size=6) | st.text(max_size=6))
def test_guarding_is_taken_back_whole(text: str) -> None:
    cell = guarded(text)
    assert unguarded(cell) == text
    assert cell[:1] not in tuple("=+-@\t\r\n＝＋－＠")


def test_a_spreadsheet_s_own_way_of_writing_is_read() -> None:
    (row,) = read_people_file(
        "\ufeffName;Left;Top;Width;Height;Path\r\nAda;0,1;0,2;0,3;0,4;a.jpg".encode()
    )
    assert (row.name, row.path) == ("Ada", "a.jpg")
    assert row.box_ltrb == pytest.approx((0.1, 0.2, 0.4, 0.6))


@pytest.mark.parametrize(
    "sides",
    [
        "nan,0,1,1",
        "0,0,0,1",
        "0,0,-1,1",
        "inf,0,1,1",
        "5,5,1,1",
        "a,b,c,d",
        "1e999,0,1,1",
        "0,0,1,",
    ],
)
def test_boxes_that_are_nowhere_are_none(sides: str) -> None:
    (row,) = read_people_file(f"name,left,top,width,height\nAda,{sides}\n".encode())
    assert row.box_ltrb is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"who,where\nAda,a.jpg\n",
        b"\xff\xfe\x00",
        b'name\n"Ada',
        b"name\n" + b"A" * 200_000,
        b"{",
        b"[]",
        b'{"format": "other"}',
        b'{"format": "eyebright-people", "version": 2}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_list_of_people_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_people_file(content)


def test_json_of_other_shapes_says_nothing() -> None:
    content = {
        "format": "eyebright-people",
        "version": 1,
        "people": [1, None, {"name": 3, "faces": {}}, {"name": "Ada", "faces": [[], {"box": 1}]}],
    }
    rows = read_people_file(json.dumps(content).encode())
    assert [(one.name, one.has_face) for one in rows] == [("", False), ("Ada", False)]
