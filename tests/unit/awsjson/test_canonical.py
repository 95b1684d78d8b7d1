"""The canonical forms, against botocore's own."""

from __future__ import annotations

import pytest
from botocore.utils import normalize_url_path
from hypothesis import given
from hypothesis import strategies as st

from eyebright.awsjson.canonical import (
    HeaderValues,
    canonical_headers,
    canonical_paths,
    canonical_query,
)
from eyebright.awsjson.errors import InvalidSignature


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        (b"", b""),
        (b"b=2&a=1", b"a=1&b=2"),
        (b"a=2&a=1", b"a=1&a=2"),
        (b"flag", b"flag="),
        (b"a=%2f", b"a=%2F"),
        (b"a=x y", b"a=x%20y"),
        (b"a=1+1", b"a=1%2B1"),
        (b"%61=1", b"a=1"),
        (b"a=b=c", b"a=b%3Dc"),
        (b"&&a=1&", b"a=1"),
        (b"a=%C3%A9~-_.", b"a=%C3%A9~-_."),
    ],
)
def test_a_query_is_decoded_encoded_and_sorted(query: bytes, canonical: bytes) -> None:
    assert canonical_query(query) == canonical


@given(st.text("ab./", max_size=12))
def test_paths_are_normalised_as_botocore_does(tail: str) -> None:
    path = "/" + tail
    theirs = normalize_url_path(path)
    # A path of dot segments only loses its last slash here: both servers and clients call it "/".
    assert canonical_paths(path.encode())[0].rstrip(b"/") == theirs.encode().rstrip(b"/")


def test_an_encoded_path_is_encoded_once_more_or_left() -> None:
    assert canonical_paths(b"/a%20b/") == (b"/a%2520b/", b"/a%20b/")
    assert canonical_paths(b"") == (b"/",)


def test_headers_are_trimmed_squeezed_and_joined() -> None:
    headers = HeaderValues([(b"b", b"  x   y\t z "), (b"a", b"1"), (b"a", b" 2 ")])
    assert canonical_headers([b"a", b"b"], headers) == b"a:1,2\nb:x y z\n\na;b"


def test_a_header_that_did_not_arrive_is_named() -> None:
    with pytest.raises(InvalidSignature, match="'c' is not in the request"):
        canonical_headers([b"c"], HeaderValues([]))
