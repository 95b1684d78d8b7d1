"""What the server costs on top of the analysis: time for each request, and memory.

    python -m bench.server [--requests 20000] [--photo FILE]

In-process calls and signed HTTP requests over one kept-alive connection take turns, so that the
difference holds on a machine whose speed drifts. Needs the packs `faces` and `samples` under
$EYEBRIGHT_HOME. Prints a table and writes bench/results/server-DATE.json.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from bench.evidence import table, write
from eyebright.api.local import LocalEyebright, open_local
from eyebright.app.door import build_door
from eyebright.awsjson.sigv4 import RequestToVerify, SignatureVerifier
from eyebright.clock import SystemClock
from eyebright.governance.accounts import Principal
from eyebright.ids import AccessKeyId
from eyebright.imaging.decode import decode_image
from eyebright.imaging.encode import encode_jpeg
from eyebright.packs.pack import load_pack
from eyebright.rekognition.call import Call
from eyebright.rekognition.coverage import COVERAGE, Implemented
from eyebright.settings import Settings, read_settings

REGION = "us-east-1"
PHOTO_BYTES = 100_000
ROUNDS = 150
CLIENTS = 4
READINGS_AT = (0.05, 0.25, 0.5, 0.75, 1.0)
"""Where in the long run memory is read, as parts of it; the first is the start of growth."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds."""

    p50: float
    p90: float
    count: int

    @classmethod
    def of(cls, seconds: list[float]) -> Spread:
        ordered = sorted(seconds)
        return cls(
            1000 * statistics.median(ordered), 1000 * ordered[int(0.9 * len(ordered))], len(ordered)
        )


@dataclass(frozen=True, slots=True)
class Running:
    endpoint: str
    keys: Credentials
    process_id: int


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--photo", type=Path)
    said = parser.parse_args()
    settings = read_settings()
    source = said.photo or load_pack(settings.packs_directory, "samples").photos()[0]
    photo = shrunk(source.read_bytes())
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), settings) as running:
        idle = rss_mb(running)
        with open_local(Settings(home=Path(folder), slots=settings.slots)) as local:
            overhead = measure_overhead(local, running, photo)
        growth = measure_growth(running, said.requests)
    findings = {
        "photo_bytes": len(photo),
        **overhead,
        "signature": measure_signature(photo),
        "memory": {"idle_mb": idle, **growth},
    }
    report(findings)
    write("server", findings)


def shrunk(data: bytes) -> bytes:
    """The photo as a JPEG of about PHOTO_BYTES, at most 640 pixels on its longer side."""
    pixels = decode_image(data, longest_side=640).pixels
    return min(
        (encode_jpeg(pixels, quality=quality) for quality in range(40, 96)),
        key=lambda encoded: abs(len(encoded) - PHOTO_BYTES),
    )


@contextmanager
def served(home: Path, settings: Settings) -> Iterator[Running]:
    """`eyebright serve` over a fresh home, with all face models loaded."""
    (home / "packs").symlink_to(settings.packs_directory)
    command = [str(Path(sys.executable).with_name("eyebright")), "--home", str(home), "serve"]
    process = subprocess.Popen([*command, "--port", "0"], stderr=subprocess.DEVNULL)
    try:
        while not (home / "endpoint").exists():
            if process.poll() is not None:
                raise SystemExit("The server did not start; run `eyebright doctor`.")
            time.sleep(0.05)
        lines = (home / "credentials").read_text(encoding="utf-8").splitlines()
        keys = dict(line.split(" = ", 1) for line in lines if " = " in line)
        yield Running(
            (home / "endpoint").read_text(encoding="utf-8").strip(),
            Credentials(keys["aws_access_key_id"], keys["aws_secret_access_key"]),
            process.pid,
        )
    finally:
        process.terminate()
        process.wait(30)


def measure_overhead(local: LocalEyebright, running: Running, photo: bytes) -> Mapping[str, object]:
    """The same handler, called here and over HTTP, taking turns."""
    entry = COVERAGE["DetectFaces"]
    if not isinstance(entry, Implemented):
        raise SystemExit("DetectFaces is not implemented.")
    door = build_door(local.rooms, buckets={})
    principal = Principal(local.scope.account_id, AccessKeyId("AKIABENCH"), local.scope.region)
    call = Call("DetectFaces", principal, {"Image": {"Bytes": photo}}, "bench")
    body = json.dumps({"Image": {"Bytes": base64.b64encode(photo).decode()}}).encode()
    client = Client(running)
    inside: list[float] = []
    outside: list[float] = []
    bare: list[float] = []
    for turn in range(ROUNDS + 5):
        times = (
            seconds(lambda: entry.handler(door, call)),
            client.post("DetectFaces", body),
            client.post("ListCollections", b"{}"),
        )
        if turn >= 5:  # the first are warm-up
            for kept, value in zip((inside, outside, bare), times, strict=True):
                kept.append(value)
    in_process, over_http = Spread.of(inside), Spread.of(outside)
    return {
        "in_process_ms": in_process,
        "over_http_ms": over_http,
        "added_p50_ms": over_http.p50 - in_process.p50,
        "list_collections_ms": Spread.of(bare),
    }


def measure_signature(photo: bytes) -> Spread:
    """Verification alone, the hash of the body included."""
    keys = Credentials("AKIAIOSFODNN7EXAMPLE", "secret")
    body = json.dumps({"Image": {"Bytes": base64.b64encode(photo).decode()}}).encode()
    headers = signed_headers("http://127.0.0.1:8600/", keys, "DetectFaces", body)
    names = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    verifier = SignatureVerifier(
        "rekognition", lookup=lambda _id, _token: _Key(keys.secret_key), clock=SystemClock()
    )
    request = RequestToVerify(
        method="POST",
        raw_path=b"/",
        query_string=b"",
        headers=names,
        secure=False,
    )

    def verify() -> object:
        return verifier.verify(
            request, body_sha256=lambda: hashlib.sha256(body).hexdigest().encode()
        )

    return Spread.of([seconds(verify) for _ in range(2000)])


@dataclass(frozen=True, slots=True)
class _Key:
    secret: str


def measure_growth(running: Running, requests: int) -> Mapping[str, object]:
    """Resident memory while several clients send small photos and list collections."""
    rng = np.random.default_rng(0)
    noise = encode_jpeg(rng.integers(0, 255, (120, 160, 3)).astype(np.uint8), quality=60)
    body = json.dumps({"Image": {"Bytes": base64.b64encode(noise).decode()}}).encode()
    marks = [round(part * requests) for part in READINGS_AT]
    readings: dict[int, float] = {}
    began, done = time.monotonic(), 0
    for mark in marks:
        _send(running, body, mark - done)
        done = mark
        readings[mark] = rss_mb(running)
    first, *_, last = readings.values()
    return {
        "requests": requests,
        "requests_per_second": requests / (time.monotonic() - began),
        "rss_mb_after": readings,
        "growth_mb": last - first,
    }


def _send(running: Running, body: bytes, count: int) -> None:
    def work(share: int) -> None:
        client = Client(running)
        for number in range(share):
            if number % 4 == 0:
                client.post("DetectFaces", body)
            else:
                client.post("ListCollections", b"{}")

    threads = [threading.Thread(target=work, args=(count // CLIENTS,)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Client:
    """One kept-alive connection. Requests are signed before the clock starts."""

    def __init__(self, running: Running) -> None:
        self._running = running
        where = urlsplit(running.endpoint)
        self._connection = http.client.HTTPConnection(where.hostname or "", where.port)

    def post(self, operation: str, body: bytes) -> float:
        """Seconds from sending to having the whole answer."""
        url = f"{self._running.endpoint}/"
        headers = signed_headers(url, self._running.keys, operation, body)
        began = time.perf_counter()
        self._connection.request("POST", "/", body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        elapsed = time.perf_counter() - began
        if answer.status != 200:
            raise SystemExit(f"{operation} answered {answer.status}: {content[:200]!r}")
        return elapsed


def signed_headers(url: str, keys: Credentials, operation: str, body: bytes) -> dict[str, str]:
    """What botocore would send."""
    request = AWSRequest(
        "POST",
        url,
        data=body,
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"RekognitionService.{operation}",
            "Host": urlsplit(url).netloc,
        },
    )
    SigV4Auth(keys, "rekognition", REGION).add_auth(request)
    return dict(request.headers.items())


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def rss_mb(running: Running) -> float:
    """Resident memory of the server now."""
    said = subprocess.check_output(["ps", "-o", "rss=", "-p", str(running.process_id)])
    return int(said) * 1024 / 1e6


def report(findings: Mapping[str, object]) -> None:
    """The numbers for people."""
    rows = []
    for name in ("in_process_ms", "over_http_ms", "list_collections_ms", "signature"):
        spread = findings[name]
        if isinstance(spread, Spread):
            rows.append((name, f"{spread.p50:.3f}", f"{spread.p90:.3f}", str(spread.count)))
    table("Milliseconds", ("what", "p50", "p90", "count"), rows)
    print(f"added by the server, p50: {findings['added_p50_ms']:.2f} ms")
    print(json.dumps(findings["memory"], indent=1))
    print(f"load: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
