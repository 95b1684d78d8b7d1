from __future__ import annotations

import io

import pytest

from eyebright.web.errors import Refused
from eyebright.web.ranges import FilePart, wanted_range


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None),
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=90-200", (90, 99)),
        ("bytes=-5", (95, 99)),
        ("bytes=-500", (0, 99)),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("bytes=0-1,4-5", None),
        ("items=0-1", None),
        ("bytes=a-b", None),
        ("bytes=٣-٤", None),
    ],
)
def test_a_range_is_a_part_or_is_passed_over(
    header: str | None, part: tuple[int, int] | None
) -> None:
    assert wanted_range(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_with_nothing_in_it_is_refused(header: str) -> None:
    with pytest.raises(Refused) as refused:
        wanted_range(header, 100)
    assert (refused.value.status, refused.value.headers) == (
        416,
        [("Content-Range", "bytes */100")],
    )


def test_pieces_are_the_part_and_the_file_is_closed() -> None:
    content = bytes(range(256)) * 3000
    file = io.BytesIO(content)
    assert b"".join(FilePart(file, 5, 700_000)) == content[5:700_001]
    assert file.closed


def test_a_part_that_is_not_sent_closes_its_file_all_the_same() -> None:
    file = io.BytesIO(b"content")
    FilePart(file, 0, 3).close()
    assert file.closed
