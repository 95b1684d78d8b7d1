"""What every answer says to browsers, and which requests of browsers are refused unread."""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from eyebright.web.errors import Refused

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final[Sequence[tuple[str, str]]] = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
"""On every answer of this door. There is no Access-Control header: no other site may read it."""
TLS_HEADERS: Final = (("Strict-Transport-Security", "max-age=31536000"),)

SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
TOKEN_HEADER: Final = "x-csrf-token"  # noqa: S105 (a name)


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names under which this server may be asked for, in lower case.

    Addresses as numbers and names of this machine are always fine: what must not happen is that a
    name which somebody else owns is made to point here (DNS rebinding).
    """

    names: frozenset[str]

    def require(self, headers: Mapping[str, str]) -> None:
        """Raise Refused (421) for a Host header that is none of ours."""
        name = host_name(headers.get("host", ""))
        if not (name in self.names or _is_local(name) or _is_number(name)):
            raise Refused(
                421,
                "unknown_host",
                "This server is not known by that name; set EYEBRIGHT_PAGE_HOSTS to let it be.",
            )


def host_name(host: str) -> str:
    """The name of a Host header, without the port, lower case; empty for what is none."""
    if host.startswith("["):
        return host[1 : host.find("]")] if "]" in host else ""
    return host.partition(":")[0].rstrip(".").lower()


def _is_local(name: str) -> bool:
    return name == "localhost" or name.endswith(".localhost")


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def require_same_origin(method: str, headers: Mapping[str, str]) -> None:
    """Raise Refused (403) for a request that a page of another origin made.

    Browsers say so in Sec-Fetch-Site and Origin, which no page can change. Another port of this
    machine is another origin, though cookies do not tell the two apart. Clients that are no
    browsers say neither, and have no cookie that somebody else could make use of.
    """
    site = headers.get("sec-fetch-site", "same-origin")
    origin = headers.get("origin")
    ours = site in ("same-origin", "none")
    if method not in SAFE_METHODS and origin is not None:
        ours = ours and origin.partition("://")[2].lower() == headers.get("host", "").lower()
    if not ours:
        raise Refused(403, "cross_origin", "Pages of other origins may not ask this of the server.")


def require_token(headers: Mapping[str, str], *, expected: str) -> None:
    """Raise Refused (403) unless the header holds the session's token."""
    given = headers.get(TOKEN_HEADER, "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise Refused(403, "csrf_token", "X-CSRF-Token must hold the token of the session.")


def cookie_name(*, secure: bool) -> str:
    """Under TLS a name that browsers accept only from this very host, for all paths."""
    return "__Host-eyebright" if secure else "eyebright"


def set_cookie(value: str, *, secure: bool, seconds: int) -> tuple[str, str]:
    """The header that sets the session's cookie; with 0 seconds, that removes it."""
    parts = [
        f"{cookie_name(secure=secure)}={value}",
        "Path=/",
        f"Max-Age={seconds}",
        "HttpOnly",
        "SameSite=Strict",
    ]
    return "Set-Cookie", "; ".join([*parts, "Secure"] if secure else parts)


def cookie_of(headers: Mapping[str, str], *, secure: bool) -> str | None:
    """The session's cookie; None unless it is there exactly once: a second one of this name was
    set by somebody else."""
    wanted = cookie_name(secure=secure)
    found = [
        value.strip()
        for part in headers.get("cookie", "").split(";")
        for name, equals, value in [part.partition("=")]
        if equals and name.strip() == wanted
    ]
    return found[0] if len(found) == 1 else None


def quoted_file_name(name: str) -> str:
    """A Content-Disposition that no file name can break out of (RFC 6266, RFC 8187)."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)[:100]
    encoded = quote(name.encode("utf-8", "replace")[:200], safe="")
    return f"inline; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
