"""The files of the page, as the frontend was built; found by a list, never by a path.

What is served is what lay in the folder when it was looked through: no request can name another
file. The folder is looked through again when its index.html changes.
"""

from __future__ import annotations

import hashlib
import mimetypes
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eyebright.web.answers import Answer

INDEX = "index.html"
HASHED = "assets/"
"""Files in this folder have a hash of their content in their name."""
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
NOT_BUILT = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Eyebright</title></head>
<body><h1>Eyebright is running</h1>
<p>Its page is not built yet. In the folder of the sources say</p>
<pre>make ui</pre>
<p>and load this page again. The API answers meanwhile: <a href="/api/docs">/api/docs</a>.</p>
</body></html>
"""
_TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
}


@dataclass(frozen=True, slots=True)
class PageFile:
    """plain, packed: where it lies, and its .gz if there is one. etag: of the content."""

    plain: Path
    packed: Path | None
    content_type: str
    etag: str


@dataclass(slots=True)
class _Seen:
    mark: tuple[int, int] | None = None
    files: Mapping[str, PageFile] = field(default_factory=dict)


class Pages:
    """The built page. Safe to share between threads."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._seen = _Seen()
        self._lock = threading.Lock()

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer:
        """The file of a path. A path whose last part has no dot is the page itself, which finds its
        own way; any other unknown one is not found."""
        files = self._files()
        if not files:
            return _page(NOT_BUILT, status=200)
        name = path.removeprefix("/")
        if name not in files and "." not in name.rpartition("/")[2]:
            name = INDEX
        if name not in files:
            return _page(b"Not found.\n", status=404, content_type="text/plain; charset=utf-8")
        return _file_answer(name, files[name], headers)

    def _files(self) -> Mapping[str, PageFile]:
        with self._lock:
            mark = _mark(self._directory / INDEX)
            if mark != self._seen.mark:
                self._seen = _Seen(mark, _listed(self._directory) if mark else {})
            return self._seen.files


def _mark(index: Path) -> tuple[int, int] | None:
    try:
        found = index.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _listed(directory: Path) -> Mapping[str, PageFile]:
    """Every plain file under the folder; what lies elsewhere behind a link is left out."""
    home = directory.resolve()
    files = {}
    for path in sorted(directory.rglob("*")):
        inside = path.resolve().is_relative_to(home)
        if path.suffix == ".gz" or not (inside and path.is_file()):
            continue
        packed = path.with_name(path.name + ".gz")
        files[path.relative_to(directory).as_posix()] = PageFile(
            plain=path,
            packed=packed if packed.is_file() else None,
            content_type=_type_of(path),
            etag=hashlib.sha256(path.read_bytes()).hexdigest()[:24],
        )
    return files


def _type_of(path: Path) -> str:
    guessed = mimetypes.guess_type(path.name)[0]
    return _TYPES.get(path.suffix) or guessed or "application/octet-stream"


def _file_answer(name: str, file: PageFile, headers: Mapping[str, str]) -> Answer:
    packed = file.packed if _takes_gzip(headers) else None
    etag = f'"{file.etag}{"-gz" if packed else ""}"'
    said = [
        ("ETag", etag),
        ("Cache-Control", FOR_EVER if name.startswith(HASHED) else ASK_AGAIN),
        *([("Vary", "Accept-Encoding")] if file.packed else []),
    ]
    if is_known(etag, headers):
        return Answer(304, content_type="", headers=said)
    if packed:
        said.append(("Content-Encoding", "gzip"))
    return Answer(200, (packed or file.plain).read_bytes(), file.content_type, said)


def is_known(etag: str, headers: Mapping[str, str]) -> bool:
    """Whether the client has this version already (If-None-Match)."""
    known = [one.strip().removeprefix("W/") for one in headers.get("if-none-match", "").split(",")]
    return etag in known or known == ["*"]


def _takes_gzip(headers: Mapping[str, str]) -> bool:
    offers = [one.replace(" ", "") for one in headers.get("accept-encoding", "").split(",")]
    return "gzip" in offers or any(
        one.startswith("gzip;q=") and one not in ("gzip;q=0", "gzip;q=0.0") for one in offers
    )


def _page(body: bytes, *, status: int, content_type: str = "text/html; charset=utf-8") -> Answer:
    headers: Sequence[tuple[str, str]] = [("Cache-Control", ASK_AGAIN)]
    return Answer(status, body, content_type, headers)
