"""What all tests share."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, settings
from moto.server import ThreadedMotoServer

# the same examples every time, however busy the machine is: what fails, fails again
settings.register_profile(
    "steady",
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")


@pytest.fixture(scope="module")
def aws_double() -> Iterator[str]:
    """The address of a double of AWS's stores, queues, topics and streams; empty at first."""
    with _empty_double() as address:
        yield address


@pytest.fixture
def own_aws_double() -> Iterator[str]:
    """As `aws_double`, for one test alone."""
    with _empty_double() as address:
        yield address


@contextmanager
def _empty_double() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    # what doubles hold is kept by the process, also what tests of other files left there
    urllib.request.urlopen(f"{address}/moto-api/reset", data=b"").close()
    yield address
    server.stop()
