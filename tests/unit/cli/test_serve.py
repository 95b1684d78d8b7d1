from __future__ import annotations

import socket
from pathlib import Path

import click
import pytest

from eyebright.cli.serve import (
    bucket_folders,
    is_loopback,
    listen,
    refuse_plain_exposure,
    tls_files,
)
from eyebright.errors import ConfigurationError


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_addresses_of_this_machine_only_are_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3"])
def test_listening_beyond_this_machine_without_tls_is_refused(host: str) -> None:
    with pytest.raises(ConfigurationError, match="--insecure"):
        refuse_plain_exposure(host, tls=None, insecure=False)


def test_it_is_allowed_when_it_is_said_or_when_tls_protects_it(tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    certificate.touch()
    key.touch()
    refuse_plain_exposure("0.0.0.0", tls=None, insecure=True)
    refuse_plain_exposure("0.0.0.0", tls=tls_files(certificate, key), insecure=False)


def test_a_certificate_without_its_key_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="together"):
        tls_files(tmp_path / "cert.pem", None)


def test_a_port_in_use_is_named_with_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"Port {port} .* is in use"):
            listen("127.0.0.1", port)


def test_port_zero_picks_a_free_one() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0


def test_asyncio_can_switch_nagles_algorithm_off() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_buckets_are_names_of_folders(tmp_path: Path) -> None:
    assert bucket_folders([f"photos={tmp_path}"]) == {"photos": tmp_path}
    with pytest.raises(ConfigurationError):
        bucket_folders(["photos"])
    with pytest.raises(ConfigurationError):
        bucket_folders([f"photos={tmp_path / 'missing'}"])
    with pytest.raises(click.UsageError, match="twice"):
        bucket_folders([f"photos={tmp_path}", f"photos={tmp_path}"])
