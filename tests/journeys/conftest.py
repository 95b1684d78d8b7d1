"""A server as a user starts it: the real command, the installed packs, a home of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import boto3
import pytest

from eyebright.packs.pack import load_pack
from eyebright.settings import read_settings

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

EYEBRIGHT = Path(sys.executable).with_name("eyebright")
READY_SECONDS = 300


def _missing(reason: str) -> NoReturn:
    """Skip and say why; in continuous integration, where all of it is set up, fail."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.fixture(scope="session")
def packs() -> Path:
    """The folder of installed packs."""
    directory = read_settings().packs_directory
    if not (directory / "faces").is_dir() or not (directory / "samples").is_dir():
        _missing("the packs are not installed: run `make test`, or `eyebright packs install`")
    return directory


@pytest.fixture(scope="session")
def photos(packs: Path) -> tuple[Path, ...]:
    """Real photos of three to five people each."""
    return load_pack(packs, "samples").photos()


@dataclass
class Server:
    """`eyebright serve` on a free port."""

    home: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str) -> None:
        command = [str(EYEBRIGHT), "--home", str(self.home), "serve", "--port", "0", *arguments]
        with (self.home / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                env=os.environ | {"TMPDIR": str(self.home / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"},
            )
        deadline = time.monotonic() + READY_SECONDS
        while not (self.home / "endpoint").exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self.home / "serve.log").read_text())
            time.sleep(0.05)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(300)

    @property
    def endpoint(self) -> str:
        return (self.home / "endpoint").read_text().strip()

    def client(self, *, authority: Path | None = None) -> RekognitionClient:
        """boto3 as `eval "$(eyebright env)"` would have it. authority: whom TLS must trust."""
        key, secret = self.keys()
        return boto3.client(
            "rekognition",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            verify=None if authority is None else str(authority),
        )

    def keys(self) -> tuple[str, str]:
        lines = (self.home / "credentials").read_text().splitlines()
        pairs = dict(line.split(" = ", 1) for line in lines if " = " in line)
        return pairs["aws_access_key_id"], pairs["aws_secret_access_key"]


@pytest.fixture
def idle_server(tmp_path: Path) -> Iterator[Server]:
    """A server over a new home, not started yet; stopped at the end if the test did not."""
    home = tmp_path / "home"
    (home / "tmp").mkdir(parents=True)
    server = Server(home)
    try:
        yield server
    finally:
        if server.process is not None and server.process.poll() is None:
            server.process.kill()
            server.process.wait(300)


@pytest.fixture
def server(idle_server: Server, packs: Path) -> Server:
    """A running server with the real models."""
    (idle_server.home / "packs").symlink_to(packs)
    idle_server.start()
    return idle_server


@pytest.fixture(scope="session")
def run_cli() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command as a user does."""

    def run(home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
        command = [str(EYEBRIGHT), "--home", str(home), *(str(one) for one in arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)

    return run
