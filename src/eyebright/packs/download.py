"""Fetching a file by URL: resumed where it broke off, never larger than announced.

https anywhere, http only on this machine; a redirect has to keep to the same rule.
"""

from __future__ import annotations

import ipaddress
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from eyebright.errors import PackFetchFailed
from eyebright.packs.locking import locked

_CHUNK = 1 << 18
_TIMEOUT_SECONDS = 60.0
_PARTIAL_CONTENT = 206
_RANGE_NOT_SATISFIABLE = 416


def download(url: str, target: Path, *, size: int, arrived: Callable[[int], None]) -> None:
    """Fetch exactly `size` bytes into `target`. What arrived so far lies in `target` + ".part" and
    is continued by the next call. `arrived` hears the bytes so far.

    Raises PackFetchFailed when the address is not allowed, the server fails, or sends another size.
    """
    check_url(url)
    part = target.with_name(target.name + ".part")
    with locked(target.with_name(target.name + ".lock")):
        if part.exists() and part.stat().st_size > size:
            part.unlink()
        if not part.exists() or part.stat().st_size < size:
            _fetch(url, part, size=size, arrived=arrived)
        found = part.stat().st_size
        if found != size:
            raise PackFetchFailed(
                f"{url} ended after {found} of {size} bytes. Run the same command again; it "
                "continues where it stopped."
            )
        part.replace(target)


def check_url(url: str) -> None:
    """Raises PackFetchFailed unless the address is https, or http on loopback."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise PackFetchFailed(f"{url!r} is no address: {error}") from error
    if parts.scheme == "https" and host:
        return
    if parts.scheme == "http" and is_loopback(host):
        return
    raise PackFetchFailed(
        f"{url!r} is not allowed: use https (http is for addresses on this machine only)."
    )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine. Asks no name server."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _CheckedRedirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only to an address that could have been asked for."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> urllib.request.Request | None:
        check_url(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _fetch(url: str, part: Path, *, size: int, arrived: Callable[[int], None]) -> None:
    start = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "eyebright-packs"})  # noqa: S310
    if start:
        request.add_header("Range", f"bytes={start}-")
    try:
        with _opener(url).open(request, timeout=_TIMEOUT_SECONDS) as response:
            resumed = start > 0 and response.status == _PARTIAL_CONTENT
            if resumed and not _continues_at(response, start):
                raise PackFetchFailed(f"{url} continued at another place than asked.")
            _store(response, part, start=start if resumed else 0, size=size, arrived=arrived)
    except urllib.error.HTTPError as error:
        if error.code == _RANGE_NOT_SATISFIABLE:
            part.unlink(missing_ok=True)
        raise PackFetchFailed(f"{url} answered {error.code} {error.reason}.") from error
    except (OSError, HTTPException) as error:
        raise PackFetchFailed(
            f"{url} could not be fetched: {error}. Check the network and run the same command "
            "again; it continues where it stopped."
        ) from error


def _opener(url: str) -> urllib.request.OpenerDirector:
    """Proxies from the environment, but never for this machine; no other kinds of address."""
    handlers: list[urllib.request.BaseHandler] = [_CheckedRedirects()]
    if is_loopback(urlsplit(url).hostname or ""):
        handlers.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*handlers)


def _continues_at(response: HTTPResponse, start: int) -> bool:
    return response.headers.get("Content-Range", "").startswith(f"bytes {start}-")


def _store(
    response: HTTPResponse,
    part: Path,
    *,
    start: int,
    size: int,
    arrived: Callable[[int], None],
) -> None:
    """Append to (or begin) the partial file; stop as soon as it would be larger than `size`."""
    total = start
    with part.open("ab" if start else "wb") as file:
        while chunk := response.read(_CHUNK):
            total += len(chunk)
            if total > size:
                file.close()
                part.unlink()
                raise PackFetchFailed(f"{response.url} sends more than the {size} bytes expected.")
            file.write(chunk)
            arrived(total)
