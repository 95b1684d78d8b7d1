"""Starting, reaching and stopping the server."""

from __future__ import annotations

import datetime
import ipaddress
import os
import shlex
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError, SSLError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from tests.journeys.conftest import Server

pytestmark = [pytest.mark.client, pytest.mark.slow]

RunCli = Callable[..., subprocess.CompletedProcess[str]]


def write_certificate(directory: Path) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "eyebright test")])
    now = datetime.datetime.now(datetime.UTC)
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(addresses, critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = directory / "server.pem", directory / "server.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


def test_the_first_start_makes_a_private_home_that_boto3_can_use(idle_server: Server) -> None:
    idle_server.start("--no-preload")
    assert idle_server.client().list_collections()["CollectionIds"] == []
    with urllib.request.urlopen(f"{idle_server.endpoint}/healthz") as answer:
        assert answer.status == 200
    for name in ("credentials", "master.key", "eyebright.db"):
        mode = stat.S_IMODE((idle_server.home / name).stat().st_mode)
        assert mode == 0o600, name


@pytest.mark.pack
def test_the_environment_it_prints_is_all_the_aws_cli_needs(
    server: Server, run_cli: RunCli
) -> None:
    exports = run_cli(server.home, "env").stdout
    aws = shlex.quote(str(Path(sys.executable).with_name("aws")))
    script = f"{exports}\n{aws} rekognition create-collection --collection-id team"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, check=False, env=clean
    )
    assert done.returncode == 0, done.stderr
    listed = run_cli(server.home, "collections", "list", "--json").stdout
    assert '"team"' in listed, "the command line sees what the server wrote"


def test_tls_protects_and_is_verified(idle_server: Server, tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    idle_server.start("--no-preload", "--tls-cert", str(certificate), "--tls-key", str(key))
    assert idle_server.endpoint.startswith("https://")
    client = idle_server.client(authority=certificate)
    assert client.list_collections()["CollectionIds"] == []
    with pytest.raises(SSLError):
        idle_server.client().list_collections()


@pytest.mark.pack
def test_accounts_are_apart_and_an_old_key_is_refused_at_once(
    server: Server, run_cli: RunCli
) -> None:
    client = server.client()
    client.create_collection(CollectionId="mine")
    run_cli(server.home, "accounts", "create", "shop")
    theirs = run_cli(server.home, "--account", "shop", "collections", "list", "--json")
    assert theirs.stdout.strip() == "[]"
    assert run_cli(server.home, "accounts", "delete", "shop", "--yes").returncode == 0
    assert run_cli(server.home, "accounts", "rotate", "default").returncode == 0
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        client.list_collections()
    assert server.client().list_collections()["CollectionIds"] == ["mine"]


def test_what_cannot_be_listened_on_is_said_in_one_line(tmp_path: Path, run_cli: RunCli) -> None:
    exposed = run_cli(tmp_path, "serve", "--host", "0.0.0.0", "--no-preload")
    assert (exposed.returncode, exposed.stderr.count("\n")) == (1, 1)
    assert "--insecure" in exposed.stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        busy = run_cli(tmp_path, "serve", "--port", port, "--no-preload")
    assert (busy.returncode, busy.stderr.count("\n")) == (1, 1)
    assert f"Port {port}" in busy.stderr


def test_without_models_it_says_so_before_it_answers(tmp_path: Path, run_cli: RunCli) -> None:
    done = run_cli(tmp_path, "serve", "--port", "0")
    assert done.returncode == 1
    assert "eyebright packs install" in done.stderr
    assert "Traceback" not in done.stderr
