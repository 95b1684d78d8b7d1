"""The canonical form of a request's parts, as Signature Version 4 defines it, over raw bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote, unquote_to_bytes

from eyebright.awsjson.errors import InvalidSignature


class HeaderValues:
    """Headers by name; names are lower case, values as they came."""

    def __init__(self, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self._values: dict[bytes, list[bytes]] = {}
        for name, value in headers:
            self._values.setdefault(name, []).append(value)

    def all(self, name: bytes) -> Sequence[bytes]:
        return self._values.get(name, ())

    def first(self, name: bytes) -> bytes | None:
        values = self._values.get(name)
        return values[0].strip() if values else None


def canonical_headers(signed: Iterable[bytes], headers: HeaderValues) -> bytes:
    """The lines of the signed headers, an empty line, and their names, in the client's order.

    Values are trimmed, runs of spaces become one, values of a repeated header are joined by
    commas. Raises InvalidSignature for a signed header that did not arrive.
    """
    names, lines = tuple(signed), []
    for name in names:
        values = headers.all(name)
        if not values:
            raise InvalidSignature(f"The signed header '{name.decode()}' is not in the request.")
        lines.append(name + b":" + b",".join(b" ".join(value.split()) for value in values))
    return b"\n".join((*lines, b"", b";".join(names)))


def split_query(query_string: bytes) -> list[tuple[bytes, bytes]]:
    """Names and values of a query, decoded; a plus sign stays one."""
    pairs = (part.partition(b"=") for part in query_string.split(b"&") if part)
    return [(unquote_to_bytes(name), unquote_to_bytes(value)) for name, _, value in pairs]


def canonical_query(query_string: bytes) -> bytes:
    """The query with every name and value encoded anew, sorted by encoded name, then value."""
    if not query_string:
        return b""
    encoded = ((_encode(name), _encode(value)) for name, value in split_query(query_string))
    return "&".join(f"{name}={value}" for name, value in sorted(encoded)).encode()


def canonical_paths(raw_path: bytes) -> tuple[bytes, ...]:
    """The path with dot segments and empty segments resolved, encoded once more as the protocol
    has it; or as it is, since some clients leave that second encoding out."""
    if raw_path in (b"/", b""):
        return (b"/",)
    plain = _normalised(raw_path)
    twice = quote(plain, safe="/~").encode()
    return (twice,) if twice == plain else (twice, plain)


def _normalised(path: bytes) -> bytes:
    kept: list[bytes] = []
    for segment in path.split(b"/"):
        if segment == b"..":
            del kept[-1:]
        elif segment not in (b"", b"."):
            kept.append(segment)
    ending = b"/" if kept and path.endswith(b"/") else b""
    return b"/" + b"/".join(kept) + ending


def _encode(text: bytes) -> str:
    return quote(text, safe="-_.~")
